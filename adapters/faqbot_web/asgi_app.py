"""ASGI app: API, reference and pages, behind one guard."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import faqbot
from faqbot import FairThreads, Tenants
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
from faqbot_web.tenancy.tenant_services import TenantPaths, TenantServices
from faqbot_web.web_service import ServiceMemory, WebService

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from faqbot import Bot, Store
    from faqbot_web.settings import WebSettings

_DESCRIPTION = "Questions to a knowledge base, answered in the words of its authors."
# Threads that answer questions. Python runs one at a time, but the kernels of numpy run beside it.
# Chosen by measuring (benchmarks/README, "Over HTTP").
POOL_THREADS = 4
# Threads that one tenant may hold at once, so that its huge answers leave others some. Chosen by hand.
THREADS_PER_TENANT = 2
# Seconds for which a browser remembers that a page may call: two hours, the most that Chrome keeps.
_PREFLIGHT_SECONDS = 7_200


def make_app(bots: Bot | Tenants, settings: WebSettings, store: Store | None) -> FastAPI:
    """Return the app of a bot or of tenants; *store* is by default that of `open_store`."""
    metrics, recorder = Metrics(), Recorder(store)
    pool = FairThreads(POOL_THREADS, "faqbot-answers", THREADS_PER_TENANT)
    has_tenants = isinstance(bots, Tenants)
    limiter = RateLimiter(counts=lambda: recorder.store.shared.counts)
    access = AccessControl(settings, limiter, has_tenants=has_tenants)

    def make_service(bot: Bot, memory: ServiceMemory, tenant: str) -> WebService:
        return WebService(bot, recorder, metrics, pool, memory, tenant)

    app = FastAPI(
        title="faqbot",
        version=faqbot.__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.access, app.state.metrics = access, metrics
    app.state.recorder, app.state.pool = recorder, pool
    app.state.tenants = app.state.service = None
    if isinstance(bots, Tenants):
        app.state.tenants = TenantServices(bots, make_service)
    else:
        app.state.service = make_service(bots, ServiceMemory(), "")
    _watch(app)
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


def _watch(app: FastAPI) -> None:
    """Add the gauges of *app*'s parts to its metrics."""
    metrics: Metrics = app.state.metrics
    recorder: Recorder = app.state.recorder
    services: TenantServices | None = app.state.tenants
    if services is None:
        service: WebService = app.state.service
        metrics.watch("faqbot_conversations", "Conversations.", lambda: len(service.sessions))
        metrics.watch(
            "faqbot_published_version",
            "Number of the published version, 0 for files.",
            lambda: service.bot.kb.published_version,
        )
    else:
        remembered, tenants = "Conversations and snapshots of all tenants.", services.tenants
        metrics.watch("faqbot_conversations", remembered, lambda: services.remembered)
        metrics.watch("faqbot_tenants_open", "Open tenants.", lambda: tenants.open_count)
        metrics.watch("faqbot_tenants_bytes", "Bytes of open tenants.", lambda: tenants.used_bytes)
        broken = "Tenants whose newest knowledge base cannot be used."
        metrics.watch("faqbot_tenants_broken", broken, lambda: len(tenants.faults))
    metrics.watch("faqbot_records_waiting", "Records to write.", lambda: len(recorder))
    metrics.watch("faqbot_records_lost", "Records dropped.", lambda: recorder.lost)


def _add_middleware(
    app: FastAPI, access: AccessControl, rules: list[AccessRule], metrics: Metrics
) -> None:
    """Add the middleware; the last added sees requests first."""
    settings = access.settings
    services: TenantServices | None = app.state.tenants
    find_service = None if services is None else services.service
    app.add_middleware(
        Guard, access=access, rules=rules, metrics=metrics, find_service=find_service
    )
    if settings.all_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(settings.all_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", TOKEN_HEADER],
            expose_headers=["ETag", "Retry-After"],
            max_age=_PREFLIGHT_SECONDS,
        )
    if services is not None:
        app.add_middleware(TenantPaths)
    if settings.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start the parts of *app* that need a start, and end all of them."""
    recorder: Recorder = app.state.recorder
    recorder.start()
    await asyncio.to_thread(recorder.wait_until_open)
    try:
        async with AsyncExitStack() as stack:
            for run in app.state.runs:  # those of the interfaces
                await stack.enter_async_context(run)
            yield
    finally:
        app.state.pool.close()
        if app.state.tenants is not None:
            app.state.tenants.close()
        await asyncio.to_thread(recorder.close)
