"""Models of the API, version 1; the OpenAPI document is made from them."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from faqbot import Outcome, Reason

# Longest question, in characters (code points): a page of text.
MAX_QUESTION_CHARS = 4_000
# Longest id that a client makes, and longest id of an entry, in characters. Chosen by hand: a UUID has 36.
MAX_ID_CHARS = 255
# Longest reason of a verdict, in characters. Chosen by hand: a paragraph.
MAX_REASON_CHARS = 500
# Longest beginning that is completed, in characters. Chosen by hand: longer texts complete nothing.
MAX_BEGINNING_CHARS = 500
# Most matches, and most completions, of one response. Chosen by hand: people read fewer.
MAX_LIMIT = 20
# Most entries of one page. Chosen by hand: some hundred kilobytes.
MAX_PAGE = 100


def storable(text: object) -> object:
    """Return *text*; raise ValueError if it has characters that no text can hold."""
    if isinstance(text, str):
        if "\0" in text:
            raise ValueError("the text has a NUL character, which cannot be kept: leave it out")
        if not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text):
            raise ValueError("the text has a lone surrogate: send Unicode text")
    return text


def _whole(value: object) -> object:
    """Return a number such as 3.0 as an integer, which it is in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Text = Annotated[
    str,
    BeforeValidator(storable),
    Field(json_schema_extra={"pattern": r"^[^\u0000]*$"}),
]
Id = Annotated[Text, Field(min_length=1, max_length=MAX_ID_CHARS)]


class JsonRequest(BaseModel):
    """Base of requests: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class QueryRequest(BaseModel):
    """Base of requests in the query of an address: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class AskRequest(JsonRequest):
    """A question, alone or as a turn of a conversation."""

    question: Annotated[Text, Field(min_length=1, max_length=MAX_QUESTION_CHARS)] = Field(
        description="The question, in the words of the person."
    )
    conversation: Id | None = Field(
        None, description="Id of an earlier answer; an unknown one begins a new conversation."
    )
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_whole)] = Field(
        3, description="Most matches."
    )
    person: Id | None = Field(
        None, description="Id of the person at the caller; it is kept as a salted hash only."
    )
    request: Id | None = Field(
        None, description="Id of this request: a repetition gets the same answer for ten minutes."
    )


class PickRequest(JsonRequest):
    """A pick of an entry that the last answer offered."""

    conversation: Id = Field(description="Id of the conversation that offered the entry.")
    entry: Id = Field(description="Id of a choice or follow-up, or `none` to decline all choices.")
    request: Id | None = Field(
        None, description="Id of this request: a repetition gets the same answer for ten minutes."
    )


class FeedbackRequest(JsonRequest):
    """A verdict on an answer; a second one replaces the first."""

    record: Id = Field(description="The record of the answer.")
    helpful: bool = Field(description="True if the answer helped.")
    reason: Annotated[Text, Field(max_length=MAX_REASON_CHARS)] = Field(
        "", description="The reason, in the words of the person."
    )


class SuggestQuery(QueryRequest):
    """The beginning of a question."""

    q: Annotated[Text, Field(max_length=MAX_BEGINNING_CHARS)] = Field(
        description="The text typed so far."
    )
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = Field(5, description="Most questions.")


class EntriesQuery(QueryRequest):
    """A page of entries."""

    section: Annotated[Text, Field(max_length=MAX_ID_CHARS)] | None = Field(
        None, description="Only entries of this section."
    )
    after: Id | None = Field(None, description="Id of the last entry of the page before.")
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = Field(50, description="Most entries.")


class ReportQuery(QueryRequest):
    """The period of a report."""

    days: Annotated[int, Field(ge=1, le=3_650)] = Field(30, description="Days up to now.")


class EntryQuestion(BaseModel):
    """An entry by its id and question."""

    entry: str
    question: str


class ChoiceOut(EntryQuestion):
    """An entry that is offered as a choice."""

    confidence: float = Field(ge=0, le=1)


class MatchOut(ChoiceOut):
    """An entry that the question may mean; *phrasing* is its nearest phrasing."""

    phrasing: str
    score: float


class AnswerPart(BaseModel):
    """An answer to one question."""

    outcome: Outcome
    confidence: float = Field(
        ge=0, le=1, description="Probability that serving the first match is right."
    )
    answer: str = Field(description="The text to show, as Markdown.")
    answer_html: str = Field(description="The same as sanitized HTML.")
    heading: str = Field(
        description="Question of the entry, to be shown above the answer; empty if it was asked so."
    )
    entry: str | None = Field(description="Id of the entry that answers.")
    question: str | None = Field(description="Question of the entry that answers.")
    source: str | None = Field(description="Source of the entry that answers.")
    url: str | None = Field(description="Address of that source.")
    reason: Reason | None = Field(description="The rule that decided.")
    choices: list[ChoiceOut]
    follow_ups: list[EntryQuestion]
    matches: list[MatchOut]
    manners: bool = Field(description="True if the message is small talk.")


class AnswerOut(AnswerPart):
    """An answer, with the ids to go on with."""

    parts: list[AnswerPart] = Field(description="Answers to each of several questions.")
    contact: str | None = Field(description="Who to ask where nothing answers, as Markdown.")
    conversation: str = Field(description="Id to send with the next question.")
    record: str | None = Field(description="Id to send with a verdict; null for small talk.")


class Suggestions(BaseModel):
    """Questions that complete a beginning."""

    questions: list[EntryQuestion]


class EntryOut(BaseModel):
    """An entry of the knowledge base."""

    id: str
    question: str
    alternates: list[str]
    answer: str
    answer_html: str
    section: str
    source: str
    url: str
    tags: list[str]
    follow_ups: list[str]
    reviewed: date | None


class EntriesPage(BaseModel):
    """A page of entries; *next* is the `after` of the next page."""

    entries: list[EntryOut]
    next: str | None


class ThresholdsOut(BaseModel):
    """Confidences from which the bot answers, and from which it offers choices."""

    answer: float
    suggest: float


class Alive(BaseModel):
    """A process that runs."""

    status: str


class Readiness(BaseModel):
    """State of the parts that answers need."""

    ready: bool
    index: bool = Field(description="True if the index is open.")
    store: bool = Field(description="True if questions are recorded.")
    knowledge_base: str = Field(description="Start of the digest of the knowledge base.")
    version: int = Field(description="Number of the published version, 0 for files.")
    outdated: str = Field(description="Reason why another published version is not served.")
    entries: int
    thresholds: ThresholdsOut


class TenantsReadiness(BaseModel):
    """State of a service of tenants."""

    ready: bool
    store: bool = Field(description="True if questions are recorded.")
    open_tenants: int
    broken_tenants: int = Field(description="Tenants whose newest knowledge base cannot be used.")
    names: list[str] | None = Field(description="Ids of these, for an operator of all tenants.")


class ProblemFault(BaseModel):
    """A fault of one field."""

    field: str
    detail: str


class ProblemDocument(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="A sentence that says what to do.")
    field: str | None = Field(None, description="The field at fault.")
    errors: list[ProblemFault] | None = Field(None, description="All faults.")


def problem_docs(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of problems with *statuses*; those of every address are added."""
    shown = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
    }
    return {
        status: {"description": HTTPStatus(status).phrase, "content": shown} for status in statuses
    }
