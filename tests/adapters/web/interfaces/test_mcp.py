"""MCP, through MCP's client: in memory and over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client
from mcp.shared.exceptions import MCPError

from faqbot import Answer, Bot, Entry, KnowledgeBase
from faqbot_web.interfaces.mcp_server import MAX_ANSWER_CHARS, PAGE_SIZE, make_server

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from faqbot import Store

_Result = TypeVar("_Result")


class _Backend:
    """Backend that answers with a bot, for people with some labels."""

    def __init__(self, bot: Bot, labels: frozenset[str] = frozenset()) -> None:
        self._bot = bot
        self.title = bot.kb.title
        self.labels = labels
        self.gaps: list[tuple[str, str]] = []

    def bot(self, request: object) -> Bot:
        """Return the bot."""
        assert request is None
        return self._bot

    async def run(self, request: object, work: Callable[[], _Result]) -> _Result:
        """Run *work* at once."""
        assert request is None
        return work()

    def audience(self, request: object) -> frozenset[str]:
        """Return the labels."""
        assert request is None
        return self.labels

    async def ask(self, request: object, question: str) -> Answer:
        """Ask the bot."""
        assert request is None
        return await self._bot.aask(question)

    async def report_gap(self, request: object, question: str, note: str) -> bool:
        """Keep the suggestion, unless it says "lose"."""
        assert request is None
        self.gaps.append((question, note))
        return note != "lose"


def _talk(
    server: Any,  # noqa: ANN401  a server or an address
    talk: Callable[[Client], Awaitable[_Result]],
) -> _Result:
    async def run() -> _Result:
        async with Client(server) as client:
            return await talk(client)

    return asyncio.run(run())


def test_ask_has_a_structured_result(bot: Bot) -> None:
    """The assistant reads outcome, answer, entry and source."""
    result = _talk(
        make_server(_Backend(bot)),
        lambda client: client.call_tool("ask", {"question": "where can I collect my post"}),
    )
    found = result.structured_content

    assert not result.is_error
    assert (found["outcome"], found["entry"]) == ("answered", "parcel")
    assert found["question"] == "Where do I collect a parcel?"
    assert "porter's lodge" in found["answer"]
    assert (found["source"], found["url"]) == ("House rules, 4", "https://house.example/rules")
    assert found["follow_ups"] == [{"entry": "letter", "question": "How do I send a letter?"}]
    assert found["contact"] is None


def test_an_unanswered_question_has_the_contact(bot: Bot) -> None:
    """The assistant passes on that there is no answer."""
    result = _talk(
        make_server(_Backend(bot)),
        lambda client: client.call_tool("ask", {"question": "how do I bake bread"}),
    )

    assert result.structured_content["outcome"] == "unanswered"
    assert result.structured_content["contact"] == "Ask the **porter**."


@pytest.mark.parametrize("tool", ["ask", "search", "report_gap"])
@pytest.mark.parametrize("text", ["", "  ", "x" * 4_001])
def test_a_text_that_is_no_question_is_refused_with_a_sentence(
    bot: Bot, tool: str, text: str
) -> None:
    """The assistant reads it; nothing is asked."""
    name = "query" if tool == "search" else "question"
    result = _talk(
        make_server(_Backend(bot), report_gap=True),
        lambda client: client.call_tool(tool, {name: text}),
    )

    assert result.is_error
    assert "Send a question of 1 to 4000 characters." in result.content[0].text


def test_a_text_with_nul_is_refused(bot: Bot) -> None:
    """A store such as PostgreSQL cannot keep it."""
    result = _talk(
        make_server(_Backend(bot)), lambda client: client.call_tool("ask", {"question": "a\0b"})
    )

    assert result.is_error
    assert "NUL" in result.content[0].text


def test_search_lists_visible_entries_best_first(bot: Bot) -> None:
    """Entries for other people are not found."""

    def search(backend: _Backend) -> list[dict[str, Any]]:
        result = _talk(
            make_server(backend),
            lambda client: client.call_tool("search", {"query": "duty rota", "limit": 3}),
        )
        found: list[dict[str, Any]] = result.structured_content["matches"]
        return found

    hidden = search(_Backend(bot))
    seen = search(_Backend(bot, frozenset({"staff"})))
    assert "rota" not in [match["entry"] for match in hidden]
    assert seen[0]["entry"] == "rota"
    assert len(seen) <= 3
    scores = [match["confidence"] for match in seen]
    assert scores == sorted(scores, reverse=True)


def test_the_tools_only_read(bot: Bot) -> None:
    """Clients ask no permission for them. Suggestions are off by default."""
    server = make_server(_Backend(bot))
    tools = _talk(server, lambda client: client.list_tools()).tools

    assert [tool.name for tool in tools] == ["ask", "search"]
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
    assert all(tool.annotations and tool.annotations.idempotent_hint for tool in tools)


def test_a_gap_is_reported_where_that_is_switched_on(bot: Bot) -> None:
    """The suggestion reaches the backend; one that is not kept is an error."""
    backend = _Backend(bot)
    server = make_server(backend, report_gap=True)

    async def talk(client: Client) -> list[bool]:
        gap = {"question": "Where do I park?"}
        kept = await client.call_tool("report_gap", gap)
        lost = await client.call_tool("report_gap", gap | {"note": "lose"})
        return [bool(kept.is_error), bool(lost.is_error)]

    assert _talk(server, talk) == [False, True]
    assert backend.gaps == [("Where do I park?", ""), ("Where do I park?", "lose")]


def test_the_instructions_forbid_to_fill_in(bot: Bot) -> None:
    """They name the subject, and say what to do without an answer."""
    server = make_server(_Backend(bot))

    assert "Elm House" in (server.instructions or "")
    assert "Never fill an unanswered question" in (server.instructions or "")


def test_resources_show_the_visible_entries(bot: Bot) -> None:
    """A list, each entry, and facts about the knowledge base."""

    async def talk(client: Client) -> list[str]:
        addresses = ("faq://about", "faq://entries", "faq://entries/lift")
        read = [await client.read_resource(address) for address in addresses]
        return [each.contents[0].text for each in read]

    about, entries, entry = _talk(make_server(_Backend(bot)), talk)
    assert json.loads(about)["title"] == "Elm House"
    assert json.loads(about)["entries"] == 4  # not the entry of staff, and not the draft
    assert '"lift"' in entries
    assert '"rota"' not in entries
    assert entry == "# Who repairs the lift?\n\nThe caretaker: call 12.\n"


@pytest.mark.parametrize(
    "address", ["faq://entries/rota", "faq://entries/nothing", "faq://entries?after=x"]
)
def test_an_entry_that_is_not_visible_is_not_found(bot: Bot, address: str) -> None:
    """A hidden entry has the error of an unknown one."""

    async def talk(client: Client) -> None:
        with pytest.raises(MCPError, match="There is no entry"):
            await client.read_resource(address)

    _talk(make_server(_Backend(bot)), talk)


@pytest.mark.parametrize("mark", ["e", "&?#/%", "\u00e9"])
def test_many_entries_are_paged(mark: str) -> None:
    """Each page names the next one, whatever the ids; together they hold every entry once."""
    entries = tuple(
        Entry(f"{mark}{n}", f"What is number {n}?", "It.") for n in range(PAGE_SIZE + 5)
    )
    many = Bot.from_knowledge_base(KnowledgeBase(entries), "none", cache=False)

    async def talk(client: Client) -> list[str]:
        found: list[str] = []
        address: str | None = "faq://entries"
        while address:
            page = (await client.read_resource(address)).contents[0].text
            data = json.loads(page)
            found += [each["entry"] for each in data["entries"]]
            address = data["next"]
        return found

    assert _talk(make_server(_Backend(many)), talk) == [entry.id for entry in entries]


def test_a_huge_answer_is_cut_with_a_sentence() -> None:
    """Clients cut at some 25,000 tokens, without a word."""
    kb = KnowledgeBase((Entry("all", "What are all rules?", "word " * 50_000),))
    huge = Bot.from_knowledge_base(kb, "none", cache=False)
    result = _talk(
        make_server(_Backend(huge)),
        lambda client: client.call_tool("ask", {"question": "What are all rules?"}),
    )
    answer = result.structured_content["answer"]

    assert len(answer) < MAX_ANSWER_CHARS + 100
    assert answer.endswith("(The answer is longer and was cut here.)")


def test_the_prompt_holds_the_question(bot: Bot) -> None:
    """A person picks it in the client."""
    made = _talk(
        make_server(_Backend(bot)),
        lambda client: client.get_prompt("answer_from_faq", {"question": "Who lends a ladder?"}),
    )

    assert "Elm House" in made.messages[0].content.text
    assert made.messages[0].content.text.endswith("Who lends a ladder?")


def test_the_client_asks_over_http(service: str) -> None:
    """The same tools stand at /mcp, with the suggestion that the settings switch on."""

    async def talk(client: Client) -> tuple[list[str], str]:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        result = await client.call_tool("ask", {"question": "Who repairs the lift?"})
        await client.call_tool("report_gap", {"question": "Where do I park?"})
        return tools, result.structured_content["answer"]

    tools, answer = _talk(f"{service}/mcp", talk)
    assert tools == ["ask", "search", "report_gap"]
    assert answer == "The caretaker: call 12."


def _call(client: TestClient, **headers: str) -> int:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    return client.post("/mcp", json=body, headers=accept | headers).status_code


def test_a_foreign_host_is_refused(client: TestClient) -> None:
    """A page of another domain cannot reach a service on loopback under its own name."""
    assert _call(client) == 200
    assert _call(client, Host="evil.example") == 421


def test_a_wrong_key_is_refused(make_client: Callable[..., TestClient]) -> None:
    """Where keys are configured, a key is needed here too."""
    client = make_client(keys={"site": {"hash": "0" * 64}})

    assert _call(client) == 401
    assert _call(client, Authorization="Bearer wrong") == 401


def test_questions_over_http_are_recorded(client: TestClient, store: Store) -> None:
    """The report sees the interface."""
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": "Who repairs the lift?"}},
    }
    client.post("/mcp", json=body, headers={"Accept": "application/json, text/event-stream"})
    client.app.state.service.recorder.flush()  # type: ignore[attr-defined]

    assert [asked.adapter for asked in store.questions()] == ["mcp"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_stream_is_opened(client: TestClient, method: str) -> None:
    """Without state a stream would send nothing, and hold a place among the requests."""
    headers = {"accept": "text/event-stream"}
    response = client.request(method, "/mcp", headers=headers)

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.headers["content-type"] == "application/problem+json"
