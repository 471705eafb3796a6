"""What is asked in Slack stands in the store as what is asked anywhere: picks, verdicts and misses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot import Outcome, Store, open_store
from faqbot_slack.events.types import Submission
from faqbot_slack.handlers import Desk
from faqbot_slack.settings import Settings
from tests.adapters.slack.planning import ASKER, ME, actions_in, bot, mention, only, press

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("sqlalchemy")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield a store of its own."""
    with open_store(str(tmp_path / "store.sqlite")) as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Desk:
    """Return a desk that records in the store."""
    return Desk(bot(), Settings(), store, ME)


def test_a_pressed_choice_is_a_pick_in_the_record(desk: Desk, store: Store) -> None:
    """There is one record of the question, with what was picked for it, as teaching wants it."""
    asked = mention("vpn help")
    buttons = actions_in(only(desk.plan(asked)).arguments)
    place = {"ts": "9.9", "thread": asked.ts}
    desk.plan(press("faq_choice_2", buttons["faq_choice_2"], **place))

    (record,) = store.questions()
    assert (record.text, record.adapter) == ("vpn help", "slack")
    assert record.outcome is Outcome.AMBIGUOUS
    assert record.picked == buttons["faq_choice_2"]


def test_none_of_the_choices_is_a_miss_in_the_record(desk: Desk, store: Store) -> None:
    """Turned down until nothing is left, the question is one without an answer."""
    asked = mention("vpn help")
    desk.plan(asked)
    for number in range(4):
        desk.plan(press("faq_choice_none", ts=f"{number}.9", thread=asked.ts))

    (record,) = store.questions()
    assert (record.text, record.outcome) == ("vpn help", Outcome.UNANSWERED)


def test_verdicts_and_reasons_stand_in_the_record(desk: Desk, store: Store) -> None:
    """The buttons below an answer lead to its record, and so does the form behind them."""
    call = only(desk.plan(mention("I forgot my password")))
    (before,) = store.questions()
    desk.plan(press("faq_feedback", f"down:{before.id}"))
    fields = (("reason", "It is out of date."),)
    desk.plan(Submission(ASKER, view="faq_reason_form", fields=fields, metadata=before.id))

    (record,) = store.questions()
    assert f"down:{before.id}" in repr(call.arguments)
    assert (record.helpful, record.unhelpful) == (0, 1)
    assert record.reasons == ("It is out of date.",)


def test_a_suggestion_arrives_once(desk: Desk, store: Store) -> None:
    """The same form twice is one suggestion in the store."""
    fields = (("question", "Where is the bicycle shed?"), ("answer", "Behind the house."))
    for _ in range(2):
        desk.plan(Submission(ASKER, view="faq_suggest_form", fields=fields))

    (suggestion,) = store.suggestions("open")
    assert (suggestion.question, suggestion.answer) == (fields[0][1], fields[1][1])


def test_a_question_of_another_process_is_found_in_the_store(desk: Desk, store: Store) -> None:
    """What is pressed in one process may have been asked in another."""
    desk.plan(mention("how tall is the Eiffel tower"))
    (record,) = store.questions()
    elsewhere = Desk(bot(), Settings(), store, ME)
    opened = only(elsewhere.plan(press("faq_suggest", record.id)))

    assert "Eiffel" in repr(opened.arguments["view"])
