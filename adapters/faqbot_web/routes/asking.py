"""Routes that talk: ask, pick and feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from faqbot import Outcome
from faqbot_web.answer_html import answer_html
from faqbot_web.problems import Problem
from faqbot_web.routes.parameters import caller_of, json_response, service_of
from faqbot_web.schemas import (
    AnswerOut,
    AnswerPart,
    AskRequest,
    ChoiceOut,
    EntryQuestion,
    FeedbackRequest,
    MatchOut,
    PickRequest,
    problem_docs,
)

if TYPE_CHECKING:
    from faqbot import Answer
    from faqbot_web.access import Caller
    from faqbot_web.web_service import Reply, WebService

router = APIRouter(prefix="/v1", tags=["conversation"])


@router.post(
    "/ask", summary="Ask a question", response_model=AnswerOut, responses=problem_docs(409)
)
async def ask(body: AskRequest, request: Request) -> Response:
    """Answer a question, offer choices, or decline."""
    caller, service = caller_of(request), service_of(request)

    async def make() -> Reply:
        session = await service.find_session(body.conversation or "", caller.binding)
        return await service.ask(
            caller, body.question, session, person=body.person or "", limit=body.limit
        )

    reply = await service.once(caller, body.request, body, make)
    return await _respond(service, caller, reply, body.limit)


@router.post(
    "/pick", summary="Pick a choice", response_model=AnswerOut, responses=problem_docs(404, 409)
)
async def pick(body: PickRequest, request: Request) -> Response:
    """Answer with an entry that the last answer offered, or decline its choices."""
    caller, service = caller_of(request), service_of(request)

    async def make() -> Reply:
        session = await service.find_session(body.conversation, caller.binding)
        if session is None:
            raise Problem(
                404,
                "There is no such conversation, or it has expired: ask the question again.",
                field="conversation",
            )
        return await service.pick(caller, session, body.entry)

    reply = await service.once(caller, body.request, body, make)
    return await _respond(service, caller, reply)


@router.post("/feedback", summary="Rate an answer", status_code=204, responses=problem_docs(404))
async def feedback(body: FeedbackRequest, request: Request) -> None:
    """Keep a verdict on an answer; a second one replaces the first."""
    service = service_of(request)
    await service.judge(caller_of(request), body.record, body.reason, helpful=body.helpful)


async def _respond(service: WebService, caller: Caller, reply: Reply, limit: int = 3) -> Response:
    model = await service.render(
        reply.answer, lambda: describe_reply(service, caller, reply, limit)
    )
    return json_response(model)


def describe_reply(service: WebService, caller: Caller, reply: Reply, limit: int = 3) -> AnswerOut:
    """Return *reply* as data for *caller*, with at most *limit* matches."""
    answer = reply.answer
    contact = service.bot.kb.contact if answer.outcome is Outcome.UNANSWERED else ""
    return AnswerOut(
        **_fields(caller, answer, limit),
        parts=[AnswerPart(**_fields(caller, part, limit)) for part in answer.parts],
        contact=contact or None,
        conversation=reply.conversation,
        record=reply.record or None,
    )


def _fields(caller: Caller, answer: Answer, limit: int) -> dict[str, Any]:
    entry = None if answer.manners else answer.entry
    confidences = {match.entry.id: match.confidence for match in answer.matches}
    shown = answer.matches[:limit] if caller.sees_matches and not answer.manners else ()
    return {
        "outcome": answer.outcome,
        "confidence": round(answer.confidence, 4),
        "answer": answer.text,
        "answer_html": answer_html(answer.text),
        "heading": answer.heading,
        "entry": entry.id if entry else None,
        "question": entry.question if entry else None,
        "source": (entry.source or None) if entry else None,
        "url": (entry.url or None) if entry else None,
        "reason": answer.reason,
        "choices": [
            ChoiceOut(
                entry=choice.id,
                question=choice.question,
                confidence=round(confidences.get(choice.id, 0.0), 4),
            )
            for choice in answer.choices
        ],
        "follow_ups": [
            EntryQuestion(entry=each.id, question=each.question) for each in answer.follow_ups
        ],
        "matches": [MatchOut(**match.to_dict()) for match in shown],
        "manners": answer.manners,
    }
