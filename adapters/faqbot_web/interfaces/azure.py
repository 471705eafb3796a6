"""Azure's custom question answering: a query to a project, answers with their confidence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from faqbot import Conversation, Outcome, Question, StoreError
from faqbot_web.access import bearer_key
from faqbot_web.conversations import Session
from faqbot_web.guard import AccessRule
from faqbot_web.interfaces.safe_markdown import safe_markdown
from faqbot_web.problems import Problem
from faqbot_web.routes.parameters import caller_of, service_of
from faqbot_web.schemas import Text, problem_docs

if TYPE_CHECKING:
    from fastapi import FastAPI

    from faqbot import Answer, Entry
    from faqbot_web.access import Caller
    from faqbot_web.web_service import WebService

PATH = "/language/:query-knowledgebases"
# Longest question, in characters: the bound of `/v1/ask`.
MAX_CHARS = 4_000
# Most answers of a query: the bound of `/v1/ask`.
MAX_ANSWERS = 20
# Id of an answer that is none, as the interface has it.
NO_ANSWER_ID = -1
NO_ANSWER = "No answer found"
router = APIRouter(tags=["azure"])


class _Lenient(BaseModel):
    """Model that accepts the fields of other versions of the interface, and ignores them."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True)


class MetadataPair(_Lenient):
    """Key and value that an answer must have: `section` or `tag`."""

    key: str
    value: str


class MetadataFilter(_Lenient):
    """Pairs, all of which an answer must have, or any."""

    metadata: list[MetadataPair] = Field(default_factory=list)
    logical_operation: Literal["AND", "OR", "and", "or"] = "AND"


class QueryFilters(_Lenient):
    """Filters of answers; *logical_operation* joins both."""

    metadata_filter: MetadataFilter | None = None
    source_filter: list[str] | None = None
    logical_operation: Literal["AND", "OR", "and", "or"] = "AND"


class AnswerContext(_Lenient):
    """Answer before this question, for follow-up prompts."""

    previous_qna_id: int | None = None
    previous_user_query: Text | None = Field(default=None, max_length=MAX_CHARS)


class AnswersRequest(_Lenient):
    """Query: a question, or the id of an answer."""

    qna_id: int | None = None
    question: Text | None = Field(default=None, max_length=MAX_CHARS)
    top: int = Field(default=1, ge=1, le=MAX_ANSWERS)
    user_id: Text | None = Field(default=None, max_length=512)
    confidence_score_threshold: float | None = Field(default=None, ge=0, le=1)
    context: AnswerContext | None = None
    filters: QueryFilters | None = None


class _Named(BaseModel):
    """Model whose fields have the names of the interface, such as `qnaId`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Prompt(_Named):
    """Follow-up question."""

    display_order: int
    qna_id: int
    display_text: str


class Dialog(_Named):
    """Follow-ups of an answer."""

    is_context_only: bool = False
    prompts: list[Prompt] = []


class KnowledgeBaseAnswer(_Named):
    """Answer in Markdown with its confidence, from 0 to 1."""

    questions: list[str]
    answer: str
    confidence_score: float
    id: int
    source: str = ""
    metadata: dict[str, str] = {}
    dialog: Dialog = Dialog()


class AnswersResult(BaseModel):
    """Answers to a query, best first; without an answer, one with the id -1."""

    answers: list[KnowledgeBaseAnswer]


def register(app: FastAPI, rules: list[AccessRule]) -> None:
    """Add the route to *app*, and its access to *rules*."""
    rules.append(AccessRule(PATH, read_key=_subscription_key))
    app.include_router(router)


@router.post(PATH, summary="Query a knowledge base", responses=problem_docs(404))
async def query(
    body: AnswersRequest,
    request: Request,
    project: Annotated[str, Query(alias="projectName", max_length=200)] = "",
    deployment: Annotated[str, Query(alias="deploymentName", max_length=200)] = "",
    version: Annotated[str, Query(alias="api-version", max_length=40)] = "",
) -> AnswersResult:
    """Answer a question, or return the answer of an id."""
    del project, deployment, version  # one knowledge base is served, in one form
    caller, service = caller_of(request), service_of(request)
    entries = service.entries(caller)
    ids = await _numbers(service, entries)
    if body.qna_id is not None and not (body.question or "").strip():
        number = body.qna_id
        named = await service.run(lambda: [*_of_id(service, entries, ids, number)])
        return AnswersResult(answers=named or [_none()])
    if not (body.question or "").strip():
        raise Problem(422, "Send a question, or the id of an answer as qnaId.", field="question")
    answer = await _ask(service, caller, body, {ids[each.id]: each for each in entries})
    found = await service.run(lambda: [*_answers(service, body, answer, ids)])
    return AnswersResult(answers=found[: body.top] or [_none()])


def _subscription_key(headers: Mapping[str, str]) -> str | None:
    return headers.get("ocp-apim-subscription-key", "").strip() or bearer_key(headers)


async def _numbers(service: WebService, entries: Sequence[Entry]) -> dict[str, int]:
    """Return the stable number of each entry, from the store."""
    names = [each.id for each in entries]
    known = service.memory.numbers
    if any(name not in known for name in names):
        try:
            known |= await asyncio.to_thread(service.store.numbers, names)
        except StoreError:
            raise Problem(
                503,
                "The ids of answers cannot be read, as the store is out of order. Try again later.",
                headers={"Retry-After": "60"},
            ) from None
    return known


async def _ask(
    service: WebService, caller: Caller, body: AnswersRequest, by_number: Mapping[int, Entry]
) -> Answer:
    """Answer the question, after the answer that the context names."""
    person = body.user_id or ""
    conversation = Conversation()
    previous = by_number.get((body.context and body.context.previous_qna_id) or 0)
    if previous is not None:
        asked = Question((body.context and body.context.previous_user_query) or previous.question)
        await service.run(lambda: service.bot.answer_with(previous, conversation, question=asked))
    session = Session("", caller.binding, conversation=conversation)
    reply = await service.ask(
        caller,
        body.question or "",
        session,
        person=person,
        limit=MAX_ANSWERS,
        interface="azure",
    )
    return reply.answer


def _answers(
    service: WebService, body: AnswersRequest, answer: Answer, ids: Mapping[str, int]
) -> Iterator[KnowledgeBaseAnswer]:
    """Yield the matches of *answer* that the query lets pass, best first."""
    if answer.manners:
        yield KnowledgeBaseAnswer(
            questions=[answer.matches[0].entry.question] if answer.matches else [],
            answer=safe_markdown(answer.text),
            confidence_score=answer.confidence,
            id=0,
        )
        return
    least = body.confidence_score_threshold
    if answer.outcome is Outcome.UNANSWERED and least is None:
        return
    for match in answer.matches:
        if match.confidence >= (least or 0.0) and _passes(service, body.filters, match.entry):
            yield _describe(service, match.entry, match.confidence, ids)


def _passes(service: WebService, filters: QueryFilters | None, entry: Entry) -> bool:
    """Return True if *entry* has the metadata and the source that *filters* ask for."""
    if filters is None:
        return True
    given = []
    if filters.metadata_filter is not None and filters.metadata_filter.metadata:
        known = _pairs(entry)
        has = [
            (pair.key.lower(), pair.value.lower()) in known
            for pair in filters.metadata_filter.metadata
        ]
        every = filters.metadata_filter.logical_operation.upper() == "AND"
        given.append(all(has) if every else any(has))
    if filters.source_filter:
        given.append(_source(service, entry) in filters.source_filter)
    return not given or (all(given) if filters.logical_operation.upper() == "AND" else any(given))


def _pairs(entry: Entry) -> set[tuple[str, str]]:
    return {("section", entry.section.lower()), *(("tag", tag.lower()) for tag in entry.tags)}


def _of_id(
    service: WebService, entries: Sequence[Entry], ids: Mapping[str, int], number: int
) -> Iterator[KnowledgeBaseAnswer]:
    for entry in entries:
        if ids[entry.id] == number:
            yield _describe(service, entry, 1.0, ids)


def _describe(
    service: WebService, entry: Entry, confidence: float, ids: Mapping[str, int]
) -> KnowledgeBaseAnswer:
    follow_ups = [name for name in entry.follow_ups if name in ids]
    by_id = service.bot.kb.by_id
    return KnowledgeBaseAnswer(
        questions=[*entry.phrasings],
        answer=safe_markdown(entry.answer),
        confidence_score=round(confidence, 4),
        id=ids[entry.id],
        source=_source(service, entry),
        metadata=_metadata(entry),
        dialog=Dialog(
            prompts=[
                Prompt(display_order=place, qna_id=ids[name], display_text=by_id[name].question)
                for place, name in enumerate(follow_ups)
            ]
        ),
    )


def _metadata(entry: Entry) -> dict[str, str]:
    named = {"section": entry.section, "tags": ", ".join(entry.tags), "entry": entry.id}
    return {name: value for name, value in named.items() if value}


def _source(service: WebService, entry: Entry) -> str:
    return entry.source or service.bot.kb.title


def _none() -> KnowledgeBaseAnswer:
    return KnowledgeBaseAnswer(
        questions=[], answer=NO_ANSWER, confidence_score=0.0, id=NO_ANSWER_ID
    )
