"""OpenAI's interface, through OpenAI's client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("openai", reason="the package openai is not installed")

import openai

from faqbot import Question
from faqbot_web.interfaces.histories import Histories
from faqbot_web.interfaces.task_prompts import own_question, task_reply
from tests.adapters.web.conftest import STAFF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openai import OpenAI
    from starlette.testclient import TestClient

    from faqbot import Store

_PARCEL = "Where do I collect a parcel?"
_OPEN_CHOICES = "who is it that repairs or lends"


@pytest.fixture
def client(service: str) -> Iterator[OpenAI]:
    """Return a client of the service; OpenAI's always sends a key."""
    with openai.OpenAI(base_url=f"{service}/v1", api_key="any") as made:
        yield made


def _say(client: OpenAI, *texts: str, **more: Any) -> str:  # noqa: ANN401  parameters of the client
    """Say *texts* one after the other, each with the whole history; return the last reply."""
    messages: list[Any] = [{"role": "system", "content": "You are a helpful assistant."}]
    reply = ""
    for text in texts:
        messages.append({"role": "user", "content": text})
        made = client.chat.completions.create(model="faqbot", messages=messages, **more)
        reply = made.choices[0].message.content
        messages.append({"role": "assistant", "content": reply})
    return reply


def test_the_bot_is_the_only_model(client: OpenAI) -> None:
    """Clients list the models for their menu."""
    assert [model.id for model in client.models.list()] == ["faqbot"]


def test_a_question_is_answered_below_its_heading(client: OpenAI) -> None:
    """The reply is the heading, the answer, and the follow-ups as a numbered list."""
    reply = _say(client, "where can I collect my post")

    assert reply.splitlines()[0] == "**Where do I collect a parcel?**"
    assert "**porter's lodge**" in reply
    assert reply.endswith("You could also ask:\n\n1. How do I send a letter?")


def test_a_number_picks_from_the_list_before(client: OpenAI) -> None:
    """The history that the client sends is the conversation."""
    reply = _say(client, "Where do I collect a parcel?", "1")

    assert reply == "**How do I send a letter?**\n\nLeave it in the tray."


def test_a_number_alone_picks_nothing(client: OpenAI) -> None:
    """Another chat of the same client shares nothing with it."""
    _say(client, "Where do I collect a parcel?")

    assert "tray" not in _say(client, "1")


def test_a_branch_starts_where_its_history_ends(client: OpenAI) -> None:
    """After "regenerate", the same message has the same reply; an edited message has its own."""
    first = _say(client, "Where do I collect a parcel?", "1")
    again = _say(client, "Where do I collect a parcel?", "1")
    edited = _say(client, "Where do I collect a parcel?", "Who repairs the lift?")

    assert first == again
    assert edited == "The caretaker: call 12."


def test_a_long_history_is_replayed_from_its_end(client: OpenAI) -> None:
    """A history without a snapshot, as after a restart, gives the same conversation."""
    messages: list[Any] = []
    for number in range(12):
        messages += [
            {"role": "user", "content": f"unknown thing {number}"},
            {"role": "assistant", "content": "No."},
        ]
    messages += [
        {"role": "user", "content": [{"type": "text", "text": "Where do I collect a parcel?"}]},
        {"role": "assistant", "content": "There."},
        {"role": "user", "content": "1"},
    ]
    made = client.chat.completions.create(model="faqbot", messages=messages)

    assert "Leave it in the tray." in (made.choices[0].message.content or "")


def test_the_id_of_a_chat_stands_for_its_history(client: OpenAI) -> None:
    """A client that names the chat may send the last message only, and may send it again."""
    chat = {"extra_headers": {"X-OpenWebUI-Chat-Id": "chat-7"}}
    question = _say(client, "Where do I collect a parcel?", **chat)
    assert _say(client, "Where do I collect a parcel?", **chat) == question
    picked = _say(client, "1", **chat)

    assert "Leave it in the tray." in picked
    assert _say(client, "1", **chat) == picked
    assert "tray" not in _say(client, "1", extra_headers={"X-OpenWebUI-Chat-Id": "chat-8"})


def test_a_stream_has_one_part_and_an_end(client: OpenAI) -> None:
    """The parts of a stream make the same reply, and the last one has the usage if asked for."""
    stream = client.chat.completions.create(
        model="faqbot",
        messages=[{"role": "user", "content": "Who repairs the lift?"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    parts = [*stream]

    said = [part.choices[0].delta.content or "" for part in parts if part.choices]
    assert "".join(said) == "The caretaker: call 12."
    assert parts[-2].choices[0].finish_reason == "stop"
    assert parts[-1].usage is not None


def test_facts_stand_beside_the_reply(client: OpenAI) -> None:
    """A program finds outcome, confidence and reason in the field `faqbot`."""
    made = client.chat.completions.create(
        model="faqbot", messages=[{"role": "user", "content": "Who repairs the lift?"}]
    )
    facts = made.model_dump()["faqbot"]

    assert facts["outcome"] == "answered"
    assert (facts["entry"], facts["reason"], facts["confidence"]) == ("lift", "exact", 1.0)


_TASKS = {
    "### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n"
    '### Output:\nJSON format: { "title": "your concise title here" }\n### Chat History:\n<chat_history>\n'
    "USER: Who repairs the lift?\nASSISTANT: The caretaker.\n</chat_history>": '{"title": "Who repairs the lift"}',
    '### Task:\nGenerate 1-3 broad tags categorizing the main themes. JSON: { "tags": [] }\n<chat_history>\nUSER: x\n'
    "</chat_history>": '{"tags": []}',
    "### Task:\nAnalyze the chat history to determine the necessity of generating search queries. "
    'JSON: { "queries": [] }\n<chat_history>x</chat_history>': '{"queries": []}',
    "### Task:\nSuggest 3-5 relevant follow-up questions that the user might ask next, as JSON.\n"
    "<chat_history>x</chat_history>": '{"follow_ups": []}',
    "Provide a concise, 5-word-or-less title for the conversation, using title case conventions. Only return "
    "the title itself.\n\nConversation:\nUser: where is my parcel please\nAI: There.": "where is my parcel please",
}


@pytest.mark.parametrize(("prompt", "reply"), _TASKS.items(), ids=range(len(_TASKS)))
def test_hidden_prompts_of_clients_are_no_questions(
    prompt: str, reply: str, make_client: Callable[..., TestClient], store: Store
) -> None:
    """Titles, tags and search queries get the least reply; none is recorded."""
    client = make_client()
    body = {"messages": [{"role": "user", "content": prompt}]}
    made = client.post("/v1/chat/completions", json=body).json()

    assert made["choices"][0]["message"]["content"] == reply
    client.app.state.service.recorder.flush()  # type: ignore[attr-defined]
    assert [*store.questions()] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        {"messages": [{"role": "system", "content": "Be kind."}]},
        {"messages": [{"role": "user", "content": " "}]},
        {"messages": [{"role": "user", "content": None}]},
        {"messages": [{"role": "user", "content": "x" * 4_001}]},
        {"messages": [{"role": "user", "content": {"text": "x"}}]},
        {"messages": "hello"},
    ],
    ids=str,
)
def test_a_request_without_a_question_is_refused(
    body: dict[str, Any], make_client: Callable[..., TestClient]
) -> None:
    """The refusal names the field."""
    refusal = make_client().post("/v1/chat/completions", json=body)

    assert refusal.status_code == 422
    assert refusal.json()["field"].startswith("messages")


def test_a_history_of_half_a_megabyte_is_taken(make_client: Callable[..., TestClient]) -> None:
    """Clients send the whole chat; more than a megabyte is refused."""
    client = make_client()
    asked = {"role": "user", "content": "Who repairs the lift?"}
    long = [{"role": "assistant", "content": "x" * 500_000}, asked]

    assert client.post("/v1/chat/completions", json={"messages": long}).status_code == 200
    assert client.post("/v1/chat/completions", json={"messages": long * 3}).status_code == 413


def test_a_key_is_needed_where_keys_are_configured(make_client: Callable[..., TestClient]) -> None:
    """A wrong key is refused on this interface as on the others."""
    client = make_client(keys={"site": {"hash": "0" * 64}})
    body = {"messages": [{"role": "user", "content": "Who repairs the lift?"}]}
    wrong = {"Authorization": "Bearer wrong"}

    assert client.post("/v1/chat/completions", json=body, headers=wrong).status_code == 401
    assert client.get("/v1/models", headers=wrong).status_code == 401


def test_the_interface_can_be_switched_off(make_client: Callable[..., TestClient]) -> None:
    """Without it there is nothing at its addresses."""
    assert make_client(doors={"openai": False}).get("/v1/models").status_code == 404


def test_a_person_may_speak_on_the_line_below_the_name() -> None:
    """Blank lines before a name, and one line break after it, do not hide the words."""
    prompt = (
        "### Task:\nGenerate a title.\n\n\n  USER:\nwho has the ladder\nASSISTANT: The caretaker.\n"
    )

    assert task_reply(prompt) == "who has the ladder"


@pytest.mark.parametrize(
    "query", ["who has the ladder", "<user_query>\nwho has the ladder\n</user_query>"]
)
def test_passages_of_a_client_are_no_part_of_the_question(
    query: str, make_client: Callable[..., TestClient]
) -> None:
    """Open WebUI adds passages of attached files, and a task, before the words of the person."""
    prompt = (
        "### Task:\nRespond to the user query with the context below.\n<context>\nThe lift is old.\n"
        f"</context>\n\n{query}"
    )
    body = {"messages": [{"role": "user", "content": prompt}]}
    made = make_client().post("/v1/chat/completions", json=body).json()

    assert own_question(prompt) == "who has the ladder"
    assert made["faqbot"]["entry"] == "ladder"


def test_a_question_about_titles_is_a_question() -> None:
    """The prompts of clients hold the chat, on lines of its own."""
    assert task_reply("Please write me how I change the title of a chat") is None
    assert task_reply("Write a short title for the chat.\n\nUser: who has the ladder") is not None


def test_a_history_stays_with_its_person(make_client: Callable[..., TestClient]) -> None:
    """An equal history of a person with other labels does not hold what staff were offered."""
    app: Any = make_client().app
    service = app.state.service
    histories = service.memory.of(Histories)

    async def begin(labels: frozenset[str], *texts: str) -> Any:  # noqa: ANN401  a turn of histories
        asked = [Question(text, audience=labels) for text in texts]
        return await histories.begin(service, ("", ""), asked, "")

    async def offered(labels: frozenset[str]) -> set[str]:
        turn = await begin(labels, _PARCEL, "2")
        return {entry.id for entry in turn.start.offered}

    async def after_staff() -> list[set[str]]:
        turn = await begin(STAFF, _PARCEL)
        service.bot.ask(Question(_PARCEL, audience=STAFF), turn.session.conversation)
        histories.keep(turn)
        return [await offered(STAFF), await offered(frozenset())]

    assert asyncio.run(after_staff()) == [{"letter", "rota"}, {"letter"}]
