"""The bot as a web server: what Slack posts is verified first, read second, and dispatched last.

Whether the bot is alive and can be reached from Slack, for whoever watches over it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from faqbot import AdapterSettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

    from starlette.requests import Request

    from faqbot_slack.credentials import Access

    Dispatch = Callable[[Mapping[str, Any]], Awaitable[str]]
    from collections.abc import Callable

    from starlette.routing import Route

_PATH = "/slack/events"
_MOST_BYTES = 1_000_000
_MOST_FIELDS = 100
_SKEW_SECONDS = 5 * 60
_GRACE_SECONDS = 3


@dataclass(slots=True)
class Health:
    """*ready* says that questions asked now would be answered; *why_not* is why they would not."""

    ready: bool = False
    why_not: str = "starting"
    on_change: Callable[[bool], None] | None = None

    def is_up(self) -> None:
        """Note that questions are answered from now on."""
        self._set(ready=True, why_not="")

    def is_down(self, why_not: str) -> None:
        """Note that questions are not answered now, and *why_not* in a few words."""
        self._set(ready=False, why_not=why_not)

    def _set(self, *, ready: bool, why_not: str) -> None:
        changed, self.ready, self.why_not = ready != self.ready, ready, why_not
        if changed and self.on_change is not None:
            self.on_change(ready)


def health_routes(health: Health) -> list[Route]:
    """Return `/healthz`, 200 while the process lives, and `/readyz`, 503 while it is not ready."""
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def healthz(_: object) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def readyz(_: object) -> PlainTextResponse:
        if health.ready:
            return PlainTextResponse("ready\n")
        return PlainTextResponse(f"not ready: {health.why_not}\n", status_code=503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


class BadRequest(Exception):
    """A request that Slack would not make; *status* is HTTP's for it."""

    def __init__(self, why: str, *, status: int = 400) -> None:
        """Keep *why*, a few words for whoever asks, and *status*."""
        super().__init__(why)
        self.status = status


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, *, now: float) -> bool:
    """Tell whether Slack signed *body* with *secret* within five minutes of *now*."""
    moment = headers.get("x-slack-request-timestamp", "")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= len(str(1 << 63))):
        return False
    if abs(now - int(moment)) > _SKEW_SECONDS:
        return False
    signed = b"v0:" + moment.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    given = headers.get("x-slack-signature", "")
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def read_body(body: bytes, content_type: str) -> dict[str, Any]:
    """Return what Slack posted: JSON, a form whose field "payload" is JSON, or a command's fields.

    Raises BadRequest. The word "payload" in a command's text is text.
    """
    try:
        text = body.decode("utf-8")
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return _object(json.loads(text))
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        return _object(json.loads(fields["payload"])) if "payload" in fields else _object(fields)
    except (ValueError, RecursionError) as error:
        raise BadRequest("this body cannot be read") from error


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRequest("this body is no object")
    return value


def make_site(access: Access, health: Health, dispatch: Dispatch) -> Starlette:
    """Make the site: the health checks, and in HTTP mode the address that Slack posts to.

    While the bot is not ready, Slack is told so with 503, and delivers again.
    """

    async def events(request: Request) -> Response:
        try:
            read = await _verified(request, access.signing_secret)
        except BadRequest as error:
            return _refusal(error.status, str(error))
        if read.get("type") == "url_verification":
            return JSONResponse({"challenge": str(read.get("challenge", ""))})
        if not health.ready:
            return _refusal(503, "the bot is not ready")
        acknowledgement = await dispatch(read)
        return Response(acknowledgement, media_type="application/json" if acknowledgement else None)

    routes = health_routes(health)
    if access.http:
        routes.append(Route(_PATH, events, methods=["POST"]))
    return Starlette(routes=routes)


async def _verified(request: Request, secret: str) -> dict[str, Any]:
    """Return what *request* brought; raises BadRequest for what is not Slack's."""
    try:
        body = await _bytes(request)
    except ClientDisconnect as error:
        raise BadRequest("this body is not whole") from error
    if not is_signed(request.headers, body, secret, now=time.time()):
        raise BadRequest("this request is not signed by Slack", status=401)
    return read_body(body, request.headers.get("content-type", ""))


async def _bytes(request: Request) -> bytes:
    """Return the body; gives up as soon as it is larger than anything that Slack sends."""
    length = request.headers.get("content-length", "0")
    read = bytearray()
    if not length.isdecimal() or int(length) <= _MOST_BYTES:
        async for chunk in request.stream():
            read += chunk
            if len(read) > _MOST_BYTES:
                break
        else:
            return bytes(read)
    raise BadRequest("this body is too large", status=413)


def _refusal(status: int, why: str) -> PlainTextResponse:
    return PlainTextResponse(f"{why}\n", status_code=status)


@asynccontextmanager
async def listening(site: Starlette, host: str, port: int) -> AsyncIterator[tuple[str, int]]:
    """Serve *site* during the block, and yield where; port 0 is any that is free.

    Raises AdapterSettingsError when nothing can listen there. On leaving, requests that are under
    way are finished.
    """
    import asyncio

    with _bound(host, port) as bound:
        server = _Server(_config(site))
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield bound.getsockname()[:2]
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """uvicorn without its handlers of signals, which would end the process before the bot is done."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(site: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        access_log=False,
        lifespan="off",
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ws="none",
    )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise AdapterSettingsError(f"cannot listen on {host}, port {port}: {why}") from error
