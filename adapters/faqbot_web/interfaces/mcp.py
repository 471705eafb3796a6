"""MCP over HTTP: the tools and resources of `mcp_server`, without state, at `/mcp`."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, cast

from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route

from faqbot_web.guard import AccessRule
from faqbot_web.interfaces.mcp_server import make_server

if TYPE_CHECKING:
    from fastapi import FastAPI

    from faqbot import Answer, Bot
    from faqbot_web.access import AccessControl, Caller
    from faqbot_web.web_service import WebService

PATH = "/mcp"


class ServiceBackend:
    """Backend whose questions the service answers, for the caller that the guard admitted."""

    def __init__(self, service: WebService) -> None:
        """Answer with *service*."""
        self._service = service

    @property
    def bot(self) -> Bot:
        """The bot that answers."""
        return self._service.bot

    def audience(self, request: Any) -> frozenset[str]:  # noqa: ANN401  a request of starlette
        """Return the labels of the caller."""
        return _caller(request).audience

    async def ask(self, request: Any, question: str) -> Answer:  # noqa: ANN401  as above
        """Answer *question* without a conversation, and record it."""
        reply = await self._service.ask(_caller(request), question, interface="mcp")
        return reply.answer

    async def report_gap(self, request: Any, question: str, note: str) -> bool:  # noqa: ANN401  as above
        """Suggest an entry for *question* to the authors."""
        person = _caller(request).person
        store = self._service.recorder.store
        kept = await asyncio.to_thread(store.suggest, question, note, person=person)
        return kept is not None


def register(app: FastAPI, rules: list[AccessRule]) -> None:
    """Add the route to *app*, and the access to it to *rules*."""
    access: AccessControl = app.state.access
    server = make_server(
        ServiceBackend(app.state.service), report_gap=access.settings.doors.report_gap
    )
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
        app.router.routes.append(Route(PATH, endpoint, methods=["POST"]))
    runs = cast("AbstractAsyncContextManager[None]", server.session_manager.run())
    app.state.runs.append(runs)


def _caller(request: Any) -> Caller:  # noqa: ANN401  a request of starlette
    return cast("Caller", request.state.caller)
