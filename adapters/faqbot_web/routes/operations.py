"""Routes for operators: health, readiness, metrics and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from faqbot_web.access import bearer_key
from faqbot_web.models import Alive, Readiness, ThresholdsOut, problem_docs
from faqbot_web.routes.parameters import json_response, service_of

if TYPE_CHECKING:
    from faqbot import Bot

router = APIRouter(tags=["operations"])

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz", responses=problem_docs())
async def healthz() -> Alive:
    """Return 200 while the process runs."""
    return Alive(status="alive")


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={**problem_docs(), 503: {"model": Readiness}},
)
async def readyz(request: Request) -> Response:
    """Return 200 if the index is open and the store takes records, else 503."""
    service = service_of(request)
    bot, writable = service.bot, service.recorder.is_writable
    response = json_response(
        Readiness(
            ready=writable,
            index=True,
            store=writable,
            knowledge_base=kb_version(bot),
            entries=len(bot.kb.served),
            thresholds=ThresholdsOut(answer=bot.thresholds.answer, suggest=bot.thresholds.suggest),
        )
    )
    response.status_code = 200 if writable else 503
    return response


def kb_version(bot: Bot) -> str:
    """Return the first digits of the digest of the knowledge base; "" if it was made in Python."""
    return bot.kb.digest[:12]


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses=problem_docs(),
)
async def metrics(request: Request) -> Response:
    """Return the metrics in the text format of Prometheus."""
    gate = request.app.state.gate
    if gate.settings.metrics_key:
        gate.check_operator(bearer_key(request.headers))
    return Response(service_of(request).metrics.render(), media_type=_METRICS_TYPE)
