"""Routes of entries: pages of them, one of them, and completions of a beginning."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from faqbot import Question
from faqbot_web.answer_html import answer_html
from faqbot_web.problems import Problem
from faqbot_web.routes.parameters import caller_of, json_response, service_of
from faqbot_web.schemas import (
    EntriesPage,
    EntriesQuery,
    EntryOut,
    EntryQuestion,
    Id,
    Suggestions,
    SuggestQuery,
    problem_docs,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

    from faqbot import Entry
    from faqbot_web.access import Caller
    from faqbot_web.web_service import WebService

router = APIRouter(prefix="/v1", tags=["entries"])

# Documentation of the response to a known ETag.
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The page did not change since the response of that ETag."}
}


@router.get("/suggest", summary="Complete a question", response_model=Suggestions)
async def suggest(request: Request, query: Annotated[SuggestQuery, Query()]) -> Response:
    """Return questions that complete a beginning, of entries that the caller may see."""
    caller, service = caller_of(request), service_of(request)
    beginning = Question(query.q, audience=caller.audience)
    found = await service.run(lambda: service.bot.complete(beginning, query.limit))
    questions = [EntryQuestion(entry=entry.id, question=entry.question) for entry in found]
    return json_response(Suggestions(questions=questions))


@router.get(
    "/entries",
    summary="List the entries",
    response_model=EntriesPage,
    responses=problem_docs(404) | _NOT_MODIFIED,
)
async def list_entries(
    request: Request,
    query: Annotated[EntriesQuery, Query()],
) -> Response:
    """Return a page of the entries that the caller may see, in their order."""
    caller, service = caller_of(request), service_of(request)
    page = await service.run(lambda: _page(service, caller, query))
    return _cached(request, page)


def _page(service: WebService, caller: Caller, query: EntriesQuery) -> EntriesPage:
    entries = service.entries(caller)
    if query.after is not None:
        entries = _entries_after(entries, query.after)
    if query.section is not None:
        entries = [entry for entry in entries if entry.section == query.section]
    shown = entries[: query.limit]
    follows = shown[-1].id if len(entries) > len(shown) else None
    return EntriesPage(
        entries=[describe_entry(service, caller, entry) for entry in shown], next=follows
    )


def _entries_after(entries: list[Entry], last: str) -> list[Entry]:
    """Return the entries after that of the id *last*; raise Problem (404) if unknown."""
    for place, entry in enumerate(entries, 1):
        if entry.id == last:
            return entries[place:]
    raise Problem(404, "There is no entry of this id: begin again without `after`.", field="after")


@router.get(
    "/entries/{id}",
    summary="Read an entry",
    response_model=EntryOut,
    responses=problem_docs(404) | _NOT_MODIFIED,
)
async def show_entry(
    request: Request,
    name: Annotated[Id, Path(alias="id")],
) -> Response:
    """Return one entry that the caller may see."""
    caller, service = caller_of(request), service_of(request)
    found = service.visible(caller, name)
    if found is None:
        raise Problem(404, "There is no entry of this id: see /v1/entries.", field="id")
    return _cached(request, await service.run(lambda: describe_entry(service, caller, found)))


def describe_entry(service: WebService, caller: Caller, entry: Entry) -> EntryOut:
    """Return *entry* as data, with the follow-ups that *caller* may see."""
    return EntryOut(
        id=entry.id,
        question=entry.question,
        alternates=list(entry.alternates),
        answer=entry.answer,
        answer_html=answer_html(entry.answer),
        section=entry.section,
        source=entry.source,
        url=entry.url,
        tags=list(entry.tags),
        follow_ups=[name for name in entry.follow_ups if service.visible(caller, name)],
        reviewed=entry.reviewed,
    )


def _cached(request: Request, model: BaseModel) -> Response:
    """Return *model* with an ETag, or 304 if the caller has it."""
    response = json_response(model)
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Faqbot-Token",
    }
    known = request.headers.get("if-none-match", "")
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    if tags & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
