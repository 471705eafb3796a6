"""Reading of recorded questions and suggestions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from faqbot.store import open_store
from tests.store.made_records import age_records, record_question

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeAnswer

    from faqbot.store import Store


def test_reading_begins_at_a_time(store: Store, answer: MakeAnswer) -> None:
    """Older records are left out; a time without a zone is UTC."""
    record_question(store, answer("old?"))
    store.suggest("old?")
    age_records(store, 2)
    record_question(store, answer("new?"))
    store.suggest("new?")
    yesterday = datetime.now(UTC) - timedelta(days=1)

    assert [asked.text for asked in store.questions(yesterday)] == ["new?"]
    assert [asked.text for asked in store.questions(yesterday.replace(tzinfo=None))] == ["new?"]
    exported = [(record["kind"]) for record in store.export(yesterday)]
    assert exported == ["question", "suggestion"]


def test_reading_goes_on_page_by_page(
    store: Store, answer: MakeAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every record comes once and in order, also those written while others are read."""
    monkeypatch.setattr("faqbot.store.stored_records.PAGE_SIZE", 2)
    for number in range(5):
        record_question(store, answer(f"{number}"))
    reading = store.questions()
    texts = [next(reading).text]
    record_question(store, answer("5"))

    assert [*texts, *(asked.text for asked in reading)] == list("012345")


def test_nothing_is_made_by_reading(store: Store, path: Path) -> None:
    """A store that was never written to holds nothing, and is not begun by looking."""
    assert list(store.export()) == []
    assert store.forget("U1") == 0
    assert not path.exists()


def test_one_record_is_found_by_its_id(store: Store, answer: MakeAnswer) -> None:
    """A question comes with its verdicts, a suggestion with its status; an unknown id is None."""
    record = record_question(store, answer("What is it?", "a"))
    store.record_feedback(record, person="U1", helpful=False, reason="too short")
    suggested = store.suggest("Who waters the plants?", "Eve.")
    assert suggested is not None
    store.decide(suggested, "rejected")

    assert store.question(record) == next(store.questions())
    assert store.suggestion(suggested) == next(store.suggestions())
    assert store.question(suggested) is None
    assert store.suggestion(record) is None


def test_store_that_was_not_begun_holds_no_record(tmp_path: Path) -> None:
    """Asking for a record creates no database."""
    with open_store(str(tmp_path / "store.db")) as store:
        assert store.question("x") is None
        assert store.suggestion("x") is None
    assert list(tmp_path.iterdir()) == []
