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
from faqbot_web.routes.parameters import access_of, json_response, service_of
from faqbot_web.schemas import Alive, Readiness, ReportQuery, ThresholdsOut

if TYPE_CHECKING:
    from faqbot import Bot
    from faqbot_web.web_service import WebService

router = APIRouter(tags=["operations"])

# Policy of the report: a page without scripts, with its style in it.
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz")
async def healthz() -> Alive:
    """Return 200 while the process runs."""
    return Alive(status="alive")


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={503: {"model": Readiness}},
)
async def readyz(request: Request) -> Response:
    """Return 200 if the store takes records and the newest published version is served, else 503."""
    service = service_of(request)
    bot, writable = service.bot, await service.store_is_writable()
    ready = writable and not bot.outdated
    response = json_response(
        Readiness(
            ready=ready,
            index=True,
            store=writable,
            knowledge_base=kb_version(bot),
            version=bot.kb.published_version,
            outdated=bot.outdated,
            entries=len(bot.kb.served),
            thresholds=ThresholdsOut(answer=bot.thresholds.answer, suggest=bot.thresholds.suggest),
        )
    )
    response.status_code = 200 if ready else 503
    return response


def kb_version(bot: Bot) -> str:
    """Return the start of the digest of the knowledge base, "" if it has no file."""
    return bot.kb.digest[:12]


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Return the metrics in the text format of Prometheus."""
    if access_of(request).settings.metrics_key:
        _admit_operator(request)
    return Response(service_of(request).metrics.render(), media_type=_METRICS_TYPE)


@router.get("/report", response_class=HTMLResponse)
async def report(request: Request, query: Annotated[ReportQuery, Query()]) -> Response:
    """Return the page of `faqbot report`, for operators.

    A browser asks for the key as a password.
    """
    _admit_operator(request)
    service, since = service_of(request), datetime.now(UTC) - timedelta(days=query.days)
    async with service.report_lock:
        try:
            page = await asyncio.to_thread(_render_report, service, since)
        except StoreError as error:
            raise Problem(503, str(error), headers={"Retry-After": "60"}) from None
    return HTMLResponse(page, headers={"Content-Security-Policy": _REPORT_POLICY})


def _render_report(service: WebService, since: datetime) -> str:
    from faqbot import make_report, render_report  # slow to import, and used by operators only

    return render_report(make_report(service.bot, service.recorder.store, since))


def _admit_operator(request: Request) -> None:
    address = request.client.host if request.client else ""
    access_of(request).admit_operator(bearer_key(request.headers), address)
