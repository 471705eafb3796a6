"""MCP server: tools, resources and a prompt of a knowledge base for AI assistants.

The server keeps no state of a client. Its caller decides where the questions are answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar
from urllib.parse import quote

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

import faqbot
from faqbot import Outcome
from faqbot_web.interfaces.safe_markdown import safe_markdown

if TYPE_CHECKING:
    from faqbot import Answer, Bot, Entry, Match

_Result = TypeVar("_Result")

# Longest question, in characters: the bound of the HTTP interface.
MAX_QUESTION_CHARS = 4_000
# Longest text of an answer, in characters: about 10,000 tokens. Clients warn from 10,000 tokens and
# cut at 25,000.
MAX_ANSWER_CHARS = 40_000
# Entries of one page of `faq://entries`: at about 30 tokens an entry, 6,000 tokens.
PAGE_SIZE = 200
# Most results of the tool `search`: the bound of the HTTP interface.
MAX_RESULTS = 20
_INSTRUCTIONS = (
    "This server answers questions about {title} from a knowledge base that its authors wrote. Call `ask` "
    "with the person's question. If `outcome` is `answered`, use `answer` and name `source` if there is "
    "one. If it is `ambiguous`, show the questions of `choices` and ask which one is meant; then call "
    "`ask` with that question. If it is `unanswered`, say that the knowledge base has no answer. Never "
    "fill an unanswered question from other knowledge."
)
_PROMPT = (
    "Answer the question below from the knowledge base about {title} only. Call the tool `ask`. If its "
    "outcome is `unanswered`, say so and give the contact. Do not add facts of your own.\n\n{question}"
)
_READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_CUT = "\n\n(The answer is longer and was cut here.)"

# Bounds for the client; the server checks them itself, with a sentence.
QuestionText = Annotated[
    str, Field(json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION_CHARS})
]


class McpBackend(Protocol):
    """Place where the server's questions are answered and recorded."""

    @property
    def title(self) -> str:
        """The title of the knowledge base, "" if there are several."""

    def bot(self, request: Any) -> Bot:  # noqa: ANN401  HTTP request, or None
        """Return the bot that answers the caller that sent *request*.

        A resource without parameters does not get its request, and passes None.
        """

    async def run(self, request: Any, work: Callable[[], _Result]) -> _Result:  # noqa: ANN401  as above
        """Return the result of *work*, run in a thread for the caller."""

    def audience(self, request: Any) -> frozenset[str]:  # noqa: ANN401  HTTP request, or None
        """Return the labels of the caller that sent *request*."""

    async def ask(self, request: Any, question: str) -> Answer:  # noqa: ANN401  as above
        """Answer *question*, and record it."""

    async def report_gap(self, request: Any, question: str, note: str) -> bool:  # noqa: ANN401  as above
        """Suggest an entry for *question*; return False if it cannot be kept."""


class EntryQuestionResult(BaseModel):
    """Entry by its id and question."""

    entry: str
    question: str


class AskResult(BaseModel):
    """Result of the tool `ask`."""

    outcome: Outcome
    confidence: float = Field(description="Probability from 0 to 1 that the first match is right.")
    reason: str | None
    answer: str = Field(description="Markdown to show, whatever the outcome.")
    entry: str | None
    question: str | None = Field(description="The question of the knowledge base that is answered.")
    source: str | None
    url: str | None
    choices: list[EntryQuestionResult]
    follow_ups: list[EntryQuestionResult]
    contact: str | None = Field(description="Whom to ask instead.")


class SearchHit(BaseModel):
    """Result of the tool `search`: an entry and the confidence that it is meant."""

    entry: str
    question: str
    confidence: float


class SearchResult(BaseModel):
    """Results of the tool `search`, best first."""

    matches: list[SearchHit]


class EntryPage(BaseModel):
    """Page of entries; *next* is the address of the next page."""

    entries: list[EntryQuestionResult]
    next: str | None


def make_server(backend: McpBackend, *, report_gap: bool = False) -> MCPServer[Any]:
    """Return a server whose questions *backend* answers.

    *report_gap* adds the tool with which an assistant reports a missing answer.
    """
    title = backend.title or "this service"
    server: MCPServer[Any] = MCPServer(
        "faqbot",
        title=title,
        instructions=_INSTRUCTIONS.format(title=title),
        version=faqbot.__version__,
        log_level="WARNING",
    )
    _add_tools(server, backend)
    _add_resources(server, backend)
    _add_prompt(server, title)
    if report_gap:
        _add_report_gap(server, backend)
    return server


def _add_tools(server: MCPServer[Any], backend: McpBackend) -> None:
    @server.tool(title="Ask the knowledge base", annotations=_READ_ONLY)
    async def ask(question: QuestionText, ctx: Context[Any, Any]) -> AskResult:
        """Answer a question from the knowledge base, offer choices, or say that there is no answer."""
        _check(question)
        request = _request(ctx)
        answer = await backend.ask(request, question)
        contact = backend.bot(request).kb.contact
        return await backend.run(request, lambda: _ask_result(answer, contact))

    @server.tool(title="Search the knowledge base", annotations=_READ_ONLY)
    async def search(
        query: QuestionText,
        ctx: Context[Any, Any],
        limit: Annotated[int, Field(ge=1, le=MAX_RESULTS)] = 5,
    ) -> SearchResult:
        """List the entries nearest to a query. Confidences below 0.5 are mostly wrong."""
        _check(query)
        request = _request(ctx)
        asked = faqbot.Question(query, audience=backend.audience(request))
        bot = backend.bot(request)
        found = await backend.run(request, lambda: bot.retrieve(asked, limit))
        return SearchResult(matches=[_hit(match) for match in found])


def _add_resources(server: MCPServer[Any], backend: McpBackend) -> None:
    @server.resource("faq://about", title="About the knowledge base", mime_type="application/json")
    def about() -> dict[str, object]:
        """Title, language, number of entries for everybody, and source of the knowledge base."""
        kb = backend.bot(None).kb
        source = {"title": kb.source.title, "url": kb.source.url, "licence": kb.source.licence}
        return {
            "title": kb.title,
            "language": kb.language,
            "entries": sum(entry.is_for(frozenset()) for entry in kb.served),
            "source": source,
        }

    @server.resource("faq://entries{?after}", title="Questions", mime_type="application/json")
    async def entries(ctx: Context[Any, Any], after: str = "") -> str:
        """Ids and questions of the entries, a page at a time."""
        shown = _visible(backend, ctx)
        ids = [entry.id for entry in shown]
        if after and after not in ids:
            raise ResourceNotFoundError(
                f"There is no entry {after[:100]!r}: begin with faq://entries."
            )
        first = ids.index(after) + 1 if after else 0
        page = shown[first : first + PAGE_SIZE]
        more = first + PAGE_SIZE < len(shown)
        following = f"faq://entries?after={quote(page[-1].id, safe='')}" if more else None
        return EntryPage(entries=[_named(each) for each in page], next=following).model_dump_json()

    @server.resource("faq://entries/{entry}", title="An entry", mime_type="text/markdown")
    async def one_entry(entry: str, ctx: Context[Any, Any]) -> str:
        """Return question and answer of an entry in Markdown."""
        found = next((each for each in _visible(backend, ctx) if each.id == entry), None)
        if found is None:
            raise ResourceNotFoundError(f"There is no entry {entry[:100]!r}: see faq://entries.")
        text = await backend.run(_request(ctx), lambda: safe_markdown(found.answer))
        return f"# {found.question}\n\n{_bounded(text)}\n"


def _add_prompt(server: MCPServer[Any], title: str) -> None:
    @server.prompt(title="Answer from the knowledge base")
    def answer_from_faq(question: str) -> str:
        """Ask the assistant to answer from the knowledge base only."""
        return _PROMPT.format(title=title, question=question)


def _add_report_gap(server: MCPServer[Any], backend: McpBackend) -> None:
    @server.tool(
        title="Report a missing answer",
        annotations=ToolAnnotations(
            read_only_hint=False, destructive_hint=False, idempotent_hint=True
        ),
    )
    async def report_gap(
        question: QuestionText,
        ctx: Context[Any, Any],
        note: Annotated[str, Field(max_length=MAX_QUESTION_CHARS)] = "",
    ) -> str:
        """Suggest to the authors that a question needs an entry. Call it only with consent."""
        _check(question)
        if not await backend.report_gap(_request(ctx), question, note):
            raise ToolError("The suggestion could not be kept: try again later.")
        return "The authors will see the suggestion."


def _check(text: str) -> None:
    """Raise ToolError with a sentence for the assistant unless *text* can be a question."""
    if not text.strip() or len(text) > MAX_QUESTION_CHARS:
        raise ToolError(f"Send a question of 1 to {MAX_QUESTION_CHARS} characters.")
    if "\0" in text:
        raise ToolError("The question has a NUL character: leave it out.")


def _request(ctx: Context[Any, Any]) -> Any:  # noqa: ANN401  HTTP request, None without HTTP
    return ctx.request_context.request


def _visible(backend: McpBackend, ctx: Context[Any, Any]) -> list[Entry]:
    request = _request(ctx)
    audience = backend.audience(request)
    return [entry for entry in backend.bot(request).kb.served if entry.is_for(audience)]


def _ask_result(answer: Answer, contact: str) -> AskResult:
    entry = None if answer.manners else answer.entry
    return AskResult(
        outcome=answer.outcome,
        confidence=round(answer.confidence, 4),
        reason=answer.reason,
        answer=_bounded(safe_markdown(answer.text)),
        entry=entry.id if entry else None,
        question=entry.question if entry else None,
        source=(entry.source or None) if entry else None,
        url=(entry.url or None) if entry else None,
        choices=[_named(each) for each in answer.choices],
        follow_ups=[_named(each) for each in answer.follow_ups],
        contact=(contact or None) if answer.outcome is Outcome.UNANSWERED else None,
    )


def _named(entry: Entry) -> EntryQuestionResult:
    return EntryQuestionResult(entry=entry.id, question=entry.question)


def _hit(match: Match) -> SearchHit:
    return SearchHit(
        entry=match.entry.id, question=match.entry.question, confidence=round(match.confidence, 4)
    )


def _bounded(text: str) -> str:
    """Return *text*, cut with a sentence that says so if it is too long."""
    return text if len(text) <= MAX_ANSWER_CHARS else text[:MAX_ANSWER_CHARS] + _CUT
