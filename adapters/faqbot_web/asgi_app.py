"""ASGI app: the API, its reference and pages, behind one guard."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import faqbot
from faqbot_web.access import AccessControl
from faqbot_web.guard import AccessRule, Guard
from faqbot_web.interfaces import register_interfaces
from faqbot_web.metrics import Metrics
from faqbot_web.openapi import API_PREFIX, describe_api
from faqbot_web.person_tokens import TOKEN_HEADER
from faqbot_web.problems import install_handlers
from faqbot_web.rate_limits import RateLimiter
from faqbot_web.records import Recorder
from faqbot_web.routes import asking, chat_page, entry_list, operations
from faqbot_web.routes.static_pages import add_static_pages
from faqbot_web.web_service import WebService

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from faqbot import Bot, Store
    from faqbot_web.settings import WebSettings

_DESCRIPTION = "Questions to a knowledge base, answered in the words of its authors."
# Seconds for which a browser remembers that a page may call: two hours, the most that Chrome keeps.
_PREFLIGHT_SECONDS = 7_200


def make_app(bot: Bot, settings: WebSettings, store: Store | None) -> FastAPI:
    """Return the app of *bot*; *store* is by default that of `open_store`."""
    metrics = Metrics()
    service = WebService(bot, Recorder(store), metrics)
    limiter = RateLimiter(counts=lambda: service.recorder.store.shared.counts)
    access = AccessControl(settings, limiter)
    app = FastAPI(
        title="faqbot",
        version=faqbot.__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.service, app.state.access = service, access
    install_handlers(app)
    for routes in (asking, chat_page, entry_list, operations):
        app.include_router(routes.router)
    add_static_pages(app)
    rules = [AccessRule(API_PREFIX)]
    app.state.runs = []
    app.state.interfaces = register_interfaces(app, settings, rules)
    app.openapi = lambda: describe_api(app, settings)  # type: ignore[method-assign]  # FastAPI's way
    _add_middleware(app, access, rules, metrics)
    return app


def _add_middleware(
    app: FastAPI, access: AccessControl, rules: list[AccessRule], metrics: Metrics
) -> None:
    """Add the middleware; the last one added sees a request first."""
    settings = access.settings
    app.add_middleware(Guard, access=access, rules=rules, metrics=metrics)
    if settings.all_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(settings.all_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", TOKEN_HEADER],
            expose_headers=["ETag", "Retry-After"],
            max_age=_PREFLIGHT_SECONDS,
        )
    if settings.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start the parts of *app* that need a start, and end all of them."""
    service: WebService = app.state.service
    service.start()
    await asyncio.to_thread(service.recorder.wait_until_open)
    try:
        async with AsyncExitStack() as stack:
            for run in app.state.runs:  # those of the interfaces
                await stack.enter_async_context(run)
            yield
    finally:
        await asyncio.to_thread(service.close)
