"""Web server: Slack's requests, verified before they are parsed, and health checks."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import uvicorn
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from faqbot import (
    BodyRefused,
    BoundedProtocol,
    RequestBodies,
    accept_backlog,
    open_listening_socket,
    raise_open_files,
)

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterator,
        Awaitable,
        Callable,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from starlette.requests import Request

    from faqbot_slack.credentials import Credentials

    Dispatch = Callable[[Mapping[str, Any], Mapping[str, str]], Awaitable[str]]

EVENTS_PATH = "/slack/events"
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
# Longest request body, in bytes. Chosen by hand: Slack's largest messages need a tenth of it.
MAX_BODY_BYTES = 1_000_000
# Fields of a form, at most. Chosen by hand: a slash command has about 15.
MAX_FORM_FIELDS = 100
# Seconds that requests under way get at the end. Slack waits three seconds for an answer.
SHUTDOWN_SECONDS = 3


@dataclass(slots=True)
class Health:
    """Readiness of the bot: *ready*, or *reason* in a few words why it is not.

    It is ready while it is connected, and Slack accepts its token. *probe* returns a further reason for
    operators, such as a store that is out of order: people are answered nevertheless.
    """

    ready: bool = False
    reason: str = "starting"
    on_change: Callable[[bool], None] | None = None
    probe: Callable[[], Awaitable[str]] | None = None
    _down: str = "starting"
    _refusal: str = ""

    def is_up(self) -> None:
        """Note that requests arrive from now on."""
        self._down = ""
        self._update()

    def is_down(self, reason: str) -> None:
        """Note that requests do not arrive now, and the *reason*."""
        self._down = reason
        self._update()

    def is_refused(self, reason: str) -> None:
        """Note that Slack refuses the token with *reason*."""
        self._refusal = f"Slack refuses the token ({reason})"
        self._update()

    def is_accepted(self) -> None:
        """Note that Slack accepts the token."""
        if self._refusal:
            self._refusal = ""
            self._update()

    async def find_fault(self) -> str:
        """Return why the bot is not ready, "" if it is."""
        return self.reason or (await self.probe() if self.probe is not None else "")

    def _update(self) -> None:
        self.reason = self._down or self._refusal
        changed, self.ready = self.ready == bool(self.reason), not self.reason
        if changed and self.on_change is not None:
            self.on_change(self.ready)


def health_routes(health: Health) -> list[Route]:
    """Return the routes `/healthz`, always 200, and `/readyz`, 503 while not ready."""

    async def healthz(_: object) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def readyz(_: object) -> PlainTextResponse:
        fault = await health.find_fault()
        return refusal(503, f"not ready: {fault}") if fault else PlainTextResponse("ready\n")

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


class BadRequest(Exception):
    """Request that Slack does not send; *status* is the HTTP status of the refusal."""

    def __init__(self, reason: str, *, status: int = 400, closes: bool = False) -> None:
        """Keep the *reason*, a few words for the sender, *status*, and whether the connection ends."""
        super().__init__(reason)
        self.status = status
        self.closes = closes


def is_signed(headers: Mapping[str, str], body: bytes, verifier: SignatureVerifier) -> bool:
    """Return True if Slack signed *body* within the last five minutes.

    The verifier raises for malformed timestamps, signatures and bodies; they count as unsigned.
    """
    try:
        return verifier.is_valid_request(body, dict(headers))
    except (OverflowError, TypeError, ValueError):
        return False


def read_body(body: bytes, content_type: str) -> dict[str, Any]:
    """Parse a request body: JSON, a form with JSON in "payload", or a command's fields.

    A body that begins with "{" is JSON whatever its content type, as for Bolt. Raises BadRequest: an
    acknowledged request that is not read would be lost. The word "payload" in a command's text stays text.
    """
    text = decoded(body)
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in {_JSON, _FORM} and not text.lstrip().startswith("{"):
        raise BadRequest("this body is neither JSON nor a form", status=415)
    try:
        if kind == _JSON or text.lstrip().startswith("{"):
            return as_object(json.loads(text))
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS))
        return as_object(json.loads(fields["payload"]) if "payload" in fields else fields)
    except (ValueError, RecursionError) as error:
        raise BadRequest("this body cannot be read") from error


def decoded(body: bytes) -> str:
    """Return *body* as text; raises BadRequest if it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("this body is not UTF-8 text") from error


def as_object(value: object) -> dict[str, Any]:
    """Return *value* if it is a JSON object; raises BadRequest."""
    if not isinstance(value, dict):
        raise BadRequest("this body is not an object")
    return value


def make_site(
    credentials: Credentials, health: Health, dispatch: Dispatch, pages: Iterable[Route] = ()
) -> Starlette:
    """Make the site: health checks, *pages*, and in HTTP mode the address that Slack posts to.

    While the bot is not ready, requests get 503, and Slack delivers them again. *dispatch* may raise
    BadRequest for the same.
    """
    routes = [*health_routes(health), *pages]
    if credentials.http:
        verifier = SignatureVerifier(credentials.signing_secret)
        routes.append(Route(EVENTS_PATH, _endpoint(verifier, health, dispatch), methods=["POST"]))
    site = Starlette(routes=routes)
    # A redirect would name the host of the request, and lead to http behind a proxy with TLS.
    site.router.redirect_slashes = False
    return site


def _endpoint(
    verifier: SignatureVerifier, health: Health, dispatch: Dispatch
) -> Callable[[Request], Awaitable[Response]]:
    bodies = RequestBodies()

    async def events(request: Request) -> Response:
        try:
            body = await verified_body(request, verifier, bodies)
        except BadRequest as error:
            return refusal(error.status, str(error), closes=error.closes)
        if body.get("type") == "url_verification":
            return JSONResponse({"challenge": str(body.get("challenge", ""))})
        if not health.ready:
            return refusal(503, "the bot is not ready")
        try:
            acknowledgement = await dispatch(body, request.headers)
        except BadRequest as error:
            return refusal(error.status, str(error))
        return Response(acknowledgement, media_type="application/json" if acknowledgement else None)

    return events


async def verified_body(
    request: Request, verifier: SignatureVerifier, bodies: RequestBodies
) -> dict[str, Any]:
    """Return the parsed body of *request*; raises BadRequest if it is not Slack's."""
    try:
        body = await bodies.read(request.headers, request.receive, MAX_BODY_BYTES)
    except BodyRefused as refused:
        raise BadRequest(refused.detail, status=refused.status, closes=True) from None
    decoded(body)  # the verifier needs UTF-8
    if not is_signed(request.headers, body, verifier):
        raise BadRequest("this request is not signed by Slack", status=401)
    return read_body(body, request.headers.get("content-type", ""))


def refusal(status: int, reason: str, *, closes: bool = False) -> PlainTextResponse:
    """Return a response of one line of text; *closes* ends the connection."""
    headers = {"Connection": "close"} if closes else {}
    return PlainTextResponse(f"{reason}\n", status_code=status, headers=headers)


@asynccontextmanager
async def listening(
    site: Starlette, host: str, port: int, *, proxies: Sequence[str] = ()
) -> AsyncIterator[tuple[str, int]]:
    """Serve *site* during the block and yield its host and port; port 0 takes a free port.

    *proxies* are addresses and networks whose `X-Forwarded-For` names the client. Raises AdapterSettingsError if the port cannot be opened. At the end, requests under way finish.
    """
    raise_open_files()
    with open_listening_socket(host, port) as bound:
        server = _Server(
            uvicorn.Config(
                site,
                http=BoundedProtocol,
                access_log=False,
                backlog=accept_backlog(),
                forwarded_allow_ips=[*proxies],
                lifespan="off",
                log_config=None,
                log_level=logging.ERROR,  # a request that is no HTTP is refused without a line
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
                ws="none",
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield bound.getsockname()[:2]
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """uvicorn without signal handlers, which would end the process early."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
