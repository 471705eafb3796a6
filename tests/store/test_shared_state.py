"""State that processes share, on each database."""

from __future__ import annotations

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from faqbot.store.shared_counts import SharedCount
from faqbot.store.shared_state import redact_conversation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import OpenAt

    from faqbot.store import Store


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, path: Path) -> str:
    """Return the address of an empty database."""
    return str(path) if request.param == "sqlite" else str(request.getfixturevalue(request.param))


@pytest.fixture
def open_replica(url: str, open_at: OpenAt) -> Callable[[], Store]:
    """Return a function that opens the store as one more process would."""
    return partial(open_at, url)


def _rows(url: str, table: str) -> str:
    """Return all rows of *table* as one text."""
    where = url if "://" in url else f"sqlite:///{url}"
    engine = create_engine(where)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608  a constant
    engine.dispose()
    return str(rows)


def _save(store: Store, data: object, known: int = 0, person: str = "U1") -> int | None:
    return store.shared.save_conversation("k", {"said": data}, known, person=person, seconds=60)


def test_another_process_reads_the_newest_version(open_replica: Callable[[], Store]) -> None:
    """A version that is known is not sent again."""
    one, other = open_replica(), open_replica()
    assert other.shared.load_conversation("k").version == 0  # type: ignore[union-attr]
    first = _save(one, "one")
    assert first
    found = other.shared.load_conversation("k")
    assert found is not None
    assert (found.version, found.data) == (first, {"said": "one"})
    assert one.shared.load_conversation("k", first).data is None  # type: ignore[union-attr]
    second = _save(other, "two", found.version)
    assert one.shared.load_conversation("k", first).data == {"said": "two"}  # type: ignore[union-attr]
    assert second == first + 1


def test_of_two_turns_at_once_one_is_refused(open_replica: Callable[[], Store]) -> None:
    """Whoever saves later learns it, for a new conversation and for an old one."""
    one, other = open_replica(), open_replica()
    first = _save(one, "one")
    assert first
    assert _save(other, "also new") == 0
    assert _save(other, "two", first)
    assert _save(one, "late", first) == 0
    assert one.shared.load_conversation("k").data == {"said": "two"}  # type: ignore[union-attr]


def test_one_of_many_processes_begins_a_conversation(open_replica: Callable[[], Store]) -> None:
    """All that begin it at once agree on one."""
    stores = [open_replica() for _ in range(4)]
    assert all(store.prepare() for store in stores)
    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda store: _save(store, "me"), stores))

    assert sum(bool(version) for version in saved) == 1
    assert None not in saved


def test_a_conversation_ends(
    open_replica: Callable[[], Store], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not found after its time, its row is deleted, and a new one has other versions."""
    store = open_replica()
    first = _save(store, "one")
    later = time.time() + 61
    monkeypatch.setattr("faqbot.store.shared_state.time.time", lambda: later)
    monkeypatch.setattr("faqbot.store.shared_state._REMOVE_AFTER", 0.0)
    assert store.shared.load_conversation("k").version == 0  # type: ignore[union-attr]
    assert _save(store, "one", first or 0) or _save(store, "new") != first
    store.shared._place.next_removal = 0.0
    later += 61
    store.shared.set_number("n", "k", 1.0, seconds=60)
    assert "said" not in _rows(url, "faqbot_conversations")


def test_tenants_are_apart(open_replica: Callable[[], Store], url: str) -> None:
    """The same key is another conversation, and forgetting a person is for one tenant."""
    store = open_replica()
    for tenant in ("a", "b"):
        assert _save(store.for_tenant(tenant), tenant)
    assert store.shared.load_conversation("k").version == 0  # type: ignore[union-attr]
    found = store.for_tenant("b").shared.load_conversation("k")
    assert found is not None
    assert found.data == {"said": "b"}
    store.for_tenant("a").forget("U1")
    assert "said" in _rows(url, "faqbot_conversations")
    assert store.for_tenant("a").shared.load_conversation("k").version == 0  # type: ignore[union-attr]


def test_people_are_forgotten(open_replica: Callable[[], Store], url: str) -> None:
    """Their conversations go with their records; those of others stay."""
    one, other = open_replica(), open_replica()
    assert _save(one, "secret")
    assert other.shared.save_conversation("o", {"said": "kept"}, 0, person="U2", seconds=60)
    assert "U1" not in _rows(url, "faqbot_conversations")
    other.forget("U1")
    left = _rows(url, "faqbot_conversations")
    assert "secret" not in left
    assert "kept" in left
    assert _save(one, "after", 5) == 0  # the version that is known is gone: begin again


def test_what_a_person_wrote_is_redacted() -> None:
    """Texts of the knowledge base stay, also where they look private."""
    mail = "write to jo@example.org"
    data = {
        "conversation": {
            "last": {
                "question": mail,
                "read_as": mail,
                "text": mail,
                "picked_for": {"text": mail},
                "parts": [],
            },
            "pending": {"text": mail},
        }
    }
    state = redact_conversation(data)["conversation"]
    assert json.dumps(state).count("jo@example.org") == 1
    assert state["last"]["text"] == mail  # type: ignore[index]
    joined = {"text": mail, "parts": [{"question": mail, "text": mail, "parts": []}]}
    assert json.dumps(redact_conversation(joined)).count("jo@example.org") == 1


def test_flags_are_read_by_name(open_replica: Callable[[], Store]) -> None:
    """The last value counts, and other names are apart."""
    one, other = open_replica(), open_replica()
    assert one.shared.set_number("mute", "C1", 1.0, seconds=60)
    assert one.shared.set_number("mute", "C2", 1.0, seconds=-1)
    assert one.shared.set_number("other", "C1", 5.0, seconds=60)
    assert other.shared.numbers("mute") == {"C1": 1.0}
    assert other.shared.set_number("mute", "C1", 0.0, seconds=60)
    assert one.shared.numbers("mute") == {"C1": 0.0}


def test_any_name_and_key_will_do(open_replica: Callable[[], Store]) -> None:
    """None puts the store out of order, and each has a number of its own."""
    store = open_replica()
    for odd in ("x" * 500, "a\0b", "\ud800", "", "ü" * 64, "' OR 1=1 --"):
        assert store.shared.set_number(odd, odd, 2.0, seconds=60)
        assert store.shared.set_number(f"{odd}!", odd, 3.0, seconds=60)
        assert store.shared.number(odd, odd) == 2.0
        assert len(store.shared.numbers(odd) or ()) == 1
        assert store.shared.count([SharedCount(odd, odd, 60)]) == [1.0]
        assert store.shared.save_conversation(odd, {"said": odd}, 0, person=odd, seconds=60)
        assert store.shared.load_conversation(odd).data == {"said": odd}  # type: ignore[union-attr]
    assert store.is_in_order


def test_events_are_counted_by_all(open_replica: Callable[[], Store]) -> None:
    """No event is lost where processes count at once."""
    stores = [open_replica() for _ in range(3)]
    assert all(store.prepare() for store in stores)
    events = [SharedCount("answers", "thread", 60, events=2), SharedCount("answers", "b", 60)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda store: [store.shared.count(events) for _ in range(5)], stores))

    assert all(each is not None for results in done for each in results)
    assert stores[0].shared.total("answers", "thread") == 30
    assert stores[0].shared.total("answers", "b") == 15
    assert stores[0].shared.total("answers", "none") == 0


def test_a_rate_is_that_of_all(
    open_replica: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events of two processes use one allowance; it comes back event by event."""
    now = time.time()
    monkeypatch.setattr("faqbot.store.shared_state.time.time", lambda: now)
    one, other = open_replica(), open_replica()
    event = SharedCount("person", "U1", 60, most=6)
    for _ in range(2):
        assert one.shared.count([event]) == [0.0]
        assert other.shared.count([event]) == [0.0]
    assert one.shared.count([event]) == [0.0]
    assert other.shared.count([event]) == [pytest.approx(10.0, abs=0.001)]
    now += 60
    assert one.shared.count([event]) == [0.0]
    now -= 100_000  # a clock that is set back locks nobody out
    assert one.shared.count([event]) == [0.0]


def test_a_secret_is_made_once(open_replica: Callable[[], Store]) -> None:
    """All processes get the same, and each name has its own."""
    one, other = open_replica(), open_replica()
    secret = one.shared.secret("records")
    assert secret is not None
    assert len(secret) == 32
    assert other.shared.secret("records") == secret
    assert other.shared.secret("else") != secret


def test_out_of_order_nothing_is_known(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, open_at: OpenAt
) -> None:
    """Every method says so by None or False, and the log tells it once."""
    caplog.set_level(logging.INFO, "faqbot.store")
    store = open_at(str(tmp_path))  # a folder is no database
    shared = store.shared
    assert shared.load_conversation("k") is None
    assert _save(store, "x") is None
    assert shared.numbers("mute") is None
    assert not shared.set_number("mute", "C1", 1.0, seconds=1)
    assert shared.count([SharedCount("a", "b", 1)]) is None
    assert shared.total("a", "b") is None
    assert shared.secret("records") is None
    assert len(caplog.records) == 1
