"""Guard before the routes: host, access, body size and time, concurrency."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from faqbot import BodyRefused, RequestBodies
from faqbot_web.access import AccessControl, bearer_key
from faqbot_web.problems import Problem, problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from faqbot_web.metrics import Metrics
    from faqbot_web.web_service import WebService

_log = logging.getLogger("faqbot.web")

# Longest body, in bytes: a question of 4,000 characters has at most 48 kB as escaped JSON.
MAX_BODY_BYTES = 65_536
# Seconds after which a refused client may try again while the service is busy. Chosen by hand: a hundred
# answers take less.
RETRY_SECONDS = 1
# Seconds in which a client must take a part of a response. Chosen by hand.
SEND_SECONDS = 30.0
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Headers of every response. Pages add their own policy.
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

FindService = Callable[[str], Awaitable["WebService"]]
ReadKey = Callable[[Mapping[str, str]], "str | None"]


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Rule of the addresses that begin with *prefix*: they need access.

    *read_key* finds the key in the headers. *max_bytes* bounds a body.
    """

    prefix: str
    read_key: ReadKey = bearer_key
    max_bytes: int = MAX_BODY_BYTES


class Guard:
    """Middleware that checks a request before its route sees it.

    The route finds the caller under "caller" in the state of the request.
    """

    def __init__(
        self,
        app: ASGIApp,
        access: AccessControl,
        rules: list[AccessRule],
        metrics: Metrics,
        find_service: FindService | None = None,
    ) -> None:
        """Guard *app* by *access*; *rules* may grow until the first request.

        *find_service* finds the service of a tenant, which the route finds under "service".
        """
        self._app = app
        self._access = access
        self._rules = rules
        self._metrics = metrics
        self._bodies = RequestBodies()
        self._find_service = find_service
        self._active: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with a problem document."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            with self._metrics.request(scope) as status:
                await self._handle(scope, receive, _with_headers(send, status))
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._admit(scope, receive)
            await self._run(scope, _replayed(body, receive), send)
        except Problem as problem:
            faults = [(problem.field, problem.detail)] if problem.field else []
            refusal = problem_response(
                problem.status_code, problem.detail, headers=problem.headers, faults=faults
            )
            await refusal(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive) -> bytes:
        """Return the body of an admitted request; raises Problem."""
        headers = Headers(scope=scope)
        self._access.check_host(headers.get("host", ""))
        rule = self._rule(scope)
        if rule is not None:
            known = {name: headers[name] for name in headers}
            address = (scope.get("client") or ("", 0))[0]
            state = scope.setdefault("state", {})
            asked = str(state.get("tenant", ""))
            state["caller"] = self._access.admit(known, address, rule.read_key(known), asked)
        if scope["method"] not in _WITH_BODY:
            return b""
        body = await self._read(headers, receive, rule.max_bytes if rule else MAX_BODY_BYTES)
        if body and rule is not None:
            check_type(headers.get("content-type", ""))
            check_encoding(body)
        return body

    async def _read(self, headers: Headers, receive: Receive, max_bytes: int) -> bytes:
        try:
            return await self._bodies.read(headers, receive, max_bytes)
        except BodyRefused as refused:
            raise Problem(refused.status, refused.detail, headers={"Connection": "close"}) from None

    def _rule(self, scope: Scope) -> AccessRule | None:
        """Return the rule with the longest path prefix; None if open."""
        path = path_in_app(scope)
        fitting = [rule for rule in self._rules if path.startswith(rule.prefix)]
        return max(fitting, key=lambda rule: len(rule.prefix), default=None)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the route, unless too many requests are in progress."""
        tenant = self._tenant(scope)
        if self._is_busy(tenant) and self._rule(scope):
            raise Problem(
                503,
                "The service is busy. Try again in a second.",
                headers={"Retry-After": str(RETRY_SECONDS)},
            )
        self._active[tenant] += 1
        started = _Started(send)
        try:
            if self._find_service is not None and tenant:
                scope["state"]["service"] = await self._find_service(tenant)
                self._metrics.count_tenant(tenant)
            await self._app(scope, receive, started)
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001 - the service goes on, whatever the error
            # The message may hold a question, which must not reach the log.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _log.error("An internal error, %s; please report it:\n%s", type(error).__name__, frames)
            if not started.has_begun:
                raise Problem(500, "An internal error: please report it.") from None
        finally:
            self._active[tenant] -= 1
            self._active += Counter()  # drops tenants without requests

    @staticmethod
    def _tenant(scope: Scope) -> str:
        caller = scope.get("state", {}).get("caller")
        return "" if caller is None else str(caller.tenant)

    def _is_busy(self, tenant: str) -> bool:
        """Return True if too many requests are in progress, of all callers or of *tenant*.

        The tenants with requests share the places, and one more place than they are stays free for a
        tenant without any: a flood of one refuses no question of another.
        """
        places = self._access.settings.concurrency
        if self._active.total() >= places:
            return True
        others = len(self._active.keys() - {"", tenant})
        return bool(tenant) and self._active[tenant] >= max(1, places // (others + 2))


class _Started:
    """Function that sends messages, and notes that the response has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        self.has_begun = True
        async with asyncio.timeout(SEND_SECONDS):
            await self._send(message)


def path_in_app(scope: Scope) -> str:
    """Return a request's path without that of the mounting app."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def check_type(content_type: str) -> None:
    """Raise Problem (415) unless *content_type* is JSON in UTF-8.

    A page of another site can send other types without the consent of this service.
    """
    kind, _, parameters = content_type.partition(";")
    name, _, charset = parameters.partition("=")
    is_utf8 = name.strip().lower() != "charset" or charset.strip(" \"'").lower() in {
        "utf-8",
        "utf8",
    }
    if kind.strip().lower() != "application/json" or not is_utf8:
        raise Problem(415, "Send JSON in UTF-8, with `Content-Type: application/json`.")


def check_encoding(body: bytes) -> None:
    """Raise Problem (400) unless *body* is UTF-8: JSON has no NUL, which other encodings have."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        is_utf8 = False
    else:
        is_utf8 = b"\0" not in body
    if not is_utf8:
        raise Problem(400, "This request cannot be read: send JSON in UTF-8.")


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a function that gives *body*, then the messages of *receive*."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _with_headers(send: Send, note_status: Callable[[int], None]) -> Send:
    """Return *send* with the headers of every response that the route does not set itself."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            note_status(message["status"])
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
