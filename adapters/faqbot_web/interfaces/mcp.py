"""MCP over HTTP at `/mcp`: tools and resources of `mcp_server`, stateless."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.routing import Route

from faqbot_web.guard import AccessRule
from faqbot_web.interfaces.mcp_server import make_server
from faqbot_web.routes.parameters import service_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

    from faqbot import Answer, Bot
    from faqbot_web.access import AccessControl, Caller
    from faqbot_web.web_service import WebService

PATH = "/mcp"
_Result = TypeVar("_Result")
# Request that a task belongs to.
_request: ContextVar[Request] = ContextVar("faqbot_web_request")


class ServiceBackend:
    """Backend whose questions the service of the caller answers, whom the guard admitted."""

    def __init__(self, title: str) -> None:
        """Serve the knowledge base of *title*, "" if several."""
        self._title = title

    @property
    def title(self) -> str:
        """The title of the knowledge base, "" if several."""
        return self._title

    def bot(self, request: Any) -> Bot:  # noqa: ANN401  a request of starlette
        """Return the bot of the caller's tenant, or the only one."""
        return service_of(_request.get() if request is None else request).bot

    async def run(self, request: Any, work: Callable[[], _Result]) -> _Result:  # noqa: ANN401  as above
        """Return the result of *work*, run in a thread for the caller's tenant."""
        return await service_of(request).run(work)

    def audience(self, request: Any) -> frozenset[str]:  # noqa: ANN401  a request of starlette
        """Return the labels of the caller."""
        return _caller(request).audience

    async def ask(self, request: Any, question: str) -> Answer:  # noqa: ANN401  as above
        """Answer *question* without a conversation, and record it."""
        reply = await service_of(request).ask(_caller(request), question, interface="mcp")
        return reply.answer

    async def report_gap(self, request: Any, question: str, note: str) -> bool:  # noqa: ANN401  as above
        """Suggest an entry for *question* to the authors."""
        person = _caller(request).person
        store = service_of(request).store
        kept = await asyncio.to_thread(store.suggest, question, note, person=person)
        return kept is not None


def register(app: FastAPI, rules: list[AccessRule]) -> None:
    """Add the route to *app*, and its access to *rules*."""
    access: AccessControl = app.state.access
    service: WebService | None = app.state.service
    title = "" if service is None else service.bot.kb.title
    server = make_server(ServiceBackend(title), report_gap=access.settings.doors.report_gap)
    # The guard has checked the host and the origin of each request before.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        transport_security=unchecked,
    )
    rules.append(AccessRule(PATH))
    # Without state there is no stream to open with GET, which would hold a place among the requests.
    for route in inner.routes:
        endpoint = cast("Route", route).endpoint
        app.router.routes.append(Route(PATH, _WithRequest(endpoint), methods=["POST"]))
    runs = cast("AbstractAsyncContextManager[None]", server.session_manager.run())
    app.state.runs.append(runs)


class _WithRequest:
    """App that lets every task of a request find it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = _request.set(Request(scope))
        try:
            await self._app(scope, receive, send)
        finally:
            _request.reset(token)


def _caller(request: Any) -> Caller:  # noqa: ANN401  a request of starlette
    return cast("Caller", request.state.caller)
