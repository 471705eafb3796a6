"""What is asked in Slack stands in the store as what is asked anywhere: picks, verdicts and misses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot import Outcome, Store, open_store
from faqbot_slack.events.types import ViewSubmission
from faqbot_slack.handlers.state import State
from faqbot_slack.settings import SlackSettings
from tests.adapters.slack.planning import (
    ASKER,
    ME,
    actions_in,
    block_action,
    bot,
    handle,
    mention,
    only,
)

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
def state(store: Store) -> State:
    """Return a desk that records in the store."""
    return State(bot(), SlackSettings(), store, ME)


def test_a_pressed_choice_is_a_pick_in_the_record(state: State, store: Store) -> None:
    """There is one record of the question, with what was picked for it, as teaching wants it."""
    asked = mention("vpn help")
    buttons = actions_in(only(handle(state, asked)).arguments)
    place = {"ts": "9.9", "thread": asked.ts}
    handle(state, block_action("faq_choice_2", buttons["faq_choice_2"], **place))

    (record,) = store.questions()
    assert (record.text, record.adapter) == ("vpn help", "slack")
    assert record.outcome is Outcome.AMBIGUOUS
    assert record.picked == buttons["faq_choice_2"]


def test_none_of_the_choices_is_a_miss_in_the_record(state: State, store: Store) -> None:
    """Turned down until nothing is left, the question is one without an answer."""
    asked = mention("vpn help")
    handle(state, asked)
    for number in range(4):
        handle(state, block_action("faq_choice_none", ts=f"{number}.9", thread=asked.ts))

    (record,) = store.questions()
    assert (record.text, record.outcome) == ("vpn help", Outcome.UNANSWERED)


def test_verdicts_and_reasons_stand_in_the_record(state: State, store: Store) -> None:
    """The buttons below an answer lead to its record, and so does the form behind them."""
    call = only(handle(state, mention("I forgot my password")))
    (before,) = store.questions()
    handle(state, block_action("faq_feedback", f"down:{before.id}"))
    fields = (("reason", "It is out of date."),)
    handle(state, ViewSubmission(ASKER, view="faq_reason_form", fields=fields, metadata=before.id))

    (record,) = store.questions()
    assert f"down:{before.id}" in repr(call.arguments)
    assert (record.helpful, record.unhelpful) == (0, 1)
    assert record.reasons == ("It is out of date.",)


def test_a_suggestion_arrives_once(state: State, store: Store) -> None:
    """The same form twice is one suggestion in the store."""
    fields = (("question", "Where is the bicycle shed?"), ("answer", "Behind the house."))
    for _ in range(2):
        handle(state, ViewSubmission(ASKER, view="faq_suggest_form", fields=fields))

    (suggestion,) = store.suggestions("open")
    assert (suggestion.question, suggestion.answer) == (fields[0][1], fields[1][1])


def test_a_question_of_another_process_is_found_in_the_store(state: State, store: Store) -> None:
    """What is pressed in one process may have been asked in another."""
    handle(state, mention("how tall is the Eiffel tower"))
    (record,) = store.questions()
    elsewhere = State(bot(), SlackSettings(), store, ME)
    opened = only(handle(elsewhere, block_action("faq_suggest", record.id)))

    assert "Eiffel" in repr(opened.arguments["view"])
