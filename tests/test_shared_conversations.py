"""Conversations that replicas continue: two processes with one database, as two objects here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from faqbot import (
    Bot,
    Conversation,
    Entry,
    KnowledgeBase,
    SharedConversations,
    SharedState,
    open_store,
)

if TYPE_CHECKING:
    from pathlib import Path

    from faqbot import Answer, Store

_KB = KnowledgeBase(
    (
        Entry(
            "kiln", "How hot is the kiln?", "Twelve hundred degrees.", follow_ups=("glaze", "clay")
        ),
        Entry("glaze", "Which glaze is safe for food?", "The clear one."),
        Entry("clay", "Where do I buy clay?", "At the desk, on Mondays."),
    )
)
_BOT = Bot.from_knowledge_base(_KB, "none", cache=False)


class Replica:
    """One process: its memory of conversations, and the shared store."""

    def __init__(self, store: Store) -> None:
        """Remember nothing."""
        self.store = store
        self.shared = SharedConversations(store)
        self.conversation = Conversation()

    def ask(self, text: str, person: str = "U1") -> Answer:
        """Take a turn of the one conversation."""
        self.shared.refresh("k", self.conversation, _KB)

        def turn(_: object) -> tuple[Answer, dict[str, object]]:
            return _BOT.ask(text, self.conversation), {"asked": text}

        return self.shared.take_turn("k", self.conversation, _KB, turn, person=person)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a database; one of SQLite counts as shared here."""
    if request.param == "sqlite":
        monkeypatch.setattr(SharedState, "is_active", True)
        return str(tmp_path / "store.db")
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def start(url: str) -> Iterator[Callable[[], Replica]]:
    """Return a function that starts one more replica."""
    opened: list[Store] = []

    def make() -> Replica:
        opened.append(open_store(url))
        return Replica(opened[-1])

    yield make
    for store in opened:
        store.close()


def test_a_replica_goes_on_where_another_was(start: Callable[[], Replica]) -> None:
    """A number picks the follow-up that the other one offered, back and forth."""
    one, other = start(), start()
    assert one.ask("how hot is the kiln").entry == _KB.by_id["kiln"]
    assert other.ask("2").entry == _KB.by_id["clay"]
    assert one.ask("repeat").text == "At the desk, on Mondays."
    assert start().ask("repeat").text == "At the desk, on Mondays."  # and after a restart


def test_of_two_turns_at_once_the_later_sees_the_earlier(start: Callable[[], Replica]) -> None:
    """It is taken again on the newer version, so that both are remembered."""
    one, other = start(), start()
    one.ask("how hot is the kiln")
    other.ask("1")
    turns: list[Answer] = []
    extras: list[object] = []

    def turn(found: object) -> tuple[Answer, dict[str, object]]:
        extras.append(found)
        if not turns:
            other.ask("where do I buy clay")  # between the answer and its saving
        turns.append(_BOT.ask("repeat", one.conversation))
        return turns[-1], {}

    one.shared.refresh("k", one.conversation, _KB)
    last = one.shared.take_turn("k", one.conversation, _KB, turn, person="U1")

    assert [answer.text for answer in turns] == ["The clear one.", "At the desk, on Mondays."]
    assert last is turns[-1]
    assert extras == [None, {"asked": "where do I buy clay"}]


def test_many_turns_of_one_person_lose_none(start: Callable[[], Replica]) -> None:
    """Replicas answer at once; each answer is marked as given in the end."""
    replicas = [start() for _ in range(3)]
    for replica in replicas:
        assert replica.store.prepare()
    barrier = threading.Barrier(3)
    texts = ("how hot is the kiln", "which glaze is safe for food", "where do I buy clay")

    def ask(replica: Replica, text: str) -> Answer:
        barrier.wait(10)
        return replica.ask(text)

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(ask, replicas, texts))
    last = start()
    last.shared.refresh("k", last.conversation, _KB)

    assert [answer.entry for answer in answers] == list(_KB.entries)
    assert all(map(last.conversation.was_given, _KB.entries))


def test_the_extra_comes_with_a_foreign_turn_only(start: Callable[[], Replica]) -> None:
    """A process knows its own."""
    one, other = start(), start()
    one.ask("how hot is the kiln")

    assert one.shared.refresh("k", one.conversation, _KB) is None
    assert other.shared.refresh("k", other.conversation, _KB) == {"asked": "how hot is the kiln"}
    assert other.shared.refresh("k", other.conversation, _KB) is None


def test_a_forgotten_person_is_forgotten_everywhere(start: Callable[[], Replica]) -> None:
    """Also in the memory of a replica that did not delete the records."""
    one, other = start(), start()
    one.ask("how hot is the kiln")
    other.store.forget("U1")
    one.shared.refresh("k", one.conversation, _KB)

    assert one.conversation.last is None
    assert one.ask("2").entry is None
    assert other.ask("repeat").manners


def test_data_of_a_newer_faqbot_begins_a_new_conversation(start: Callable[[], Replica]) -> None:
    """A replica that is not upgraded yet answers, without the context."""
    one = start()
    data: dict[str, object] = {"conversation": {"version": 99}, "extra": {}}
    assert one.store.shared.save_conversation("k", data, 0, person="U1", seconds=60)

    assert one.ask("how hot is the kiln").entry == _KB.by_id["kiln"]
    assert one.ask("2").entry == _KB.by_id["clay"]


def test_out_of_order_a_process_goes_on_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its memory holds the conversation."""
    monkeypatch.setattr(SharedState, "is_active", True)
    with open_store(str(tmp_path)) as store:  # a folder is no database
        replica = Replica(store)
        replica.ask("how hot is the kiln")
        assert replica.ask("2").entry == _KB.by_id["clay"]


def test_a_file_is_not_asked(tmp_path: Path) -> None:
    """On one machine, a turn costs no access to the store."""
    with open_store(str(tmp_path / "store.db")) as store:
        replica = Replica(store)
        replica.ask("how hot is the kiln")
        assert replica.ask("2").entry == _KB.by_id["clay"]
        assert not (tmp_path / "store.db").exists()
