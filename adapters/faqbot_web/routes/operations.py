"""Routes for operators: health, readiness, metrics and the report."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from faqbot import StoreError
from faqbot_web.access import bearer_key
from faqbot_web.problems import Problem
from faqbot_web.routes.parameters import (
    access_of,
    asked_tenant,
    json_response,
    service_of,
    tenants_of,
)
from faqbot_web.schemas import Alive, Readiness, ReportQuery, TenantsReadiness, ThresholdsOut

if TYPE_CHECKING:
    from faqbot import Bot, Tenants
    from faqbot_web.web_service import WebService

router = APIRouter(tags=["operations"])

# Policy of the report: a page without scripts, with its style in it.
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz", summary="Check that the process runs")
async def healthz() -> Alive:
    """Return 200 while the process runs."""
    return Alive(status="alive")


@router.get(
    "/readyz",
    summary="Check that the service is ready",
    response_model=Readiness | TenantsReadiness,
    responses={503: {"model": Readiness | TenantsReadiness}},
)
async def readyz(request: Request) -> Response:
    """Return 200 if the store takes records and the newest published version is served, else 503.

    A service of tenants counts those that are broken, and names them to an operator of all.
    """
    writable = await request.app.state.recorder.store_is_writable()
    services = tenants_of(request)
    if services is not None:
        state: Readiness | TenantsReadiness = _tenants_state(
            request, services.tenants, writable=writable
        )
    else:
        state = _state(service_of(request).bot, writable=writable)
    response = json_response(state)
    response.status_code = 200 if state.ready else 503
    return response


def _state(bot: Bot, *, writable: bool) -> Readiness:
    return Readiness(
        ready=writable and not bot.outdated,
        index=True,
        store=writable,
        knowledge_base=kb_version(bot),
        version=bot.kb.published_version,
        outdated=bot.outdated,
        entries=len(bot.kb.served),
        thresholds=ThresholdsOut(answer=bot.thresholds.answer, suggest=bot.thresholds.suggest),
    )


def _tenants_state(request: Request, tenants: Tenants, *, writable: bool) -> TenantsReadiness:
    faults = tenants.faults
    return TenantsReadiness(
        ready=writable,
        store=writable,
        open_tenants=tenants.open_count,
        broken_tenants=len(faults),
        names=sorted(faults) if _is_operator_of_all(request) else None,
    )


def kb_version(bot: Bot) -> str:
    """Return the start of the digest of the knowledge base, "" if it has no file."""
    return bot.kb.digest[:12]


@router.get("/metrics", summary="Read the metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Return the metrics in the text format of Prometheus."""
    names_tenants = tenants_of(request) is not None and _is_operator_of_all(request)
    if access_of(request).settings.metrics_key and not names_tenants:
        access_of(request).admit_operator_of_all(bearer_key(request.headers), _address(request))
    text = request.app.state.metrics.render(names_tenants=names_tenants)
    return Response(text, media_type=_METRICS_TYPE)


@router.get("/report", summary="Read the report", response_class=HTMLResponse)
async def report(request: Request, query: Annotated[ReportQuery, Query()]) -> Response:
    """Return the page of `faqbot report`, for operators.

    A browser asks for the key as a password.
    """
    service = await _reported_service(request)
    since = datetime.now(UTC) - timedelta(days=query.days)
    async with service.memory.report_lock:
        try:
            page = await asyncio.to_thread(_render_report, service, since)
        except StoreError as error:
            raise Problem(503, str(error), headers={"Retry-After": "60"}) from None
    return HTMLResponse(page, headers={"Content-Security-Policy": _REPORT_POLICY})


def _render_report(service: WebService, since: datetime) -> str:
    from faqbot import make_report, render_report  # slow to import, and used by operators only

    return render_report(make_report(service.bot, service.store, since))


async def _reported_service(request: Request) -> WebService:
    """Return the service whose records the operator who asks may see; raises Problem."""
    key, address = bearer_key(request.headers), _address(request)
    tenant = access_of(request).admit_operator(key, address, asked_tenant(request))
    services = tenants_of(request)
    return service_of(request) if services is None else await services.service(tenant)


def _is_operator_of_all(request: Request) -> bool:
    """Return True if the request has the key of an operator of all tenants.

    Raises Problem for another key.
    """
    key = bearer_key(request.headers)
    if key is None:
        return False
    access_of(request).admit_operator_of_all(key, _address(request))
    return True


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
