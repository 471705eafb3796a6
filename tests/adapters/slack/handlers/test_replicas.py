"""Replicas of the bot with one store: conversations, mutes, limits and threads of each are those of all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from faqbot import SharedState, open_store
from faqbot_slack.events.types import MessageDeleted
from faqbot_slack.handlers.questions import handle_command, handle_message
from faqbot_slack.handlers.state import State
from faqbot_slack.settings import ChannelSettings, Limits, SlackSettings
from tests.adapters.slack.planning import (
    CHANNEL,
    ME,
    OTHER,
    OWNER,
    Clock,
    block_action,
    bot,
    channel_message,
    command,
    direct,
    handle,
    mention,
    seen,
)

if TYPE_CHECKING:
    from pathlib import Path

    from faqbot import Store

_SETTINGS = SlackSettings(
    owners=(OWNER,),
    limits=Limits(per_person=4, per_thread=3),
    channels={"C2AMBIENT": ChannelSettings(ambient=True, threshold=0.5, budget=2)},
)
Start = Callable[[], State]


@pytest.fixture(params=["sqlite", "postgresql"])
def start(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Start]:
    """Return a function that starts one more replica; a file of SQLite counts as shared here."""
    if request.param == "sqlite":
        monkeypatch.setattr(SharedState, "is_active", True)
    url = (
        str(tmp_path / "s.db")
        if request.param == "sqlite"
        else request.getfixturevalue("postgresql")
    )
    opened: list[Store] = []

    def make() -> State:
        opened.append(open_store(url))
        return State(bot(), _SETTINGS, opened[-1], ME, clock=Clock())

    yield make
    for store in opened:
        store.close()


def _settled(*states: State) -> None:
    """Wait until what was counted is in the store."""
    for state in states:
        assert state.store.shared.counts.flush(10)


def test_any_replica_continues_a_conversation(start: Start) -> None:
    """The number of a follow-up counts at the other one, in a direct message and in a thread."""
    one, other = start(), start()
    handle_message(one, direct("I forgot my password"))
    assert "Scan the code." in seen(handle_message(other, direct("1")))
    handle_message(one, mention("I forgot my password", thread="7.0"))
    _settled(one)
    assert "Scan the code." in seen(handle_message(other, channel_message("1", thread="7.0")))


@pytest.mark.parametrize("thread", ["", "7.0"])
def test_a_question_that_is_taken_over_is_answered_as_before(start: Start, thread: str) -> None:
    """The replica that ended had taken the turn: a number means what it meant to the person."""
    one, other = start(), start()
    where = (
        {"channel": CHANNEL, "thread": thread} if thread else {"channel": "D1ASKER", "direct": True}
    )
    handle_message(one, mention("I forgot my password", **where))
    _settled(one)
    number = channel_message("1", **where, keys=("message:1",))
    answered = seen(handle_message(one, number))
    assert "Scan the code." in answered
    _settled(one)
    again = replace(number, resumed=True)
    assert "Scan the code." in seen(handle_message(other, again))
    late = channel_message("1", **where, keys=("message:2",), resumed=True)  # not that request
    assert "Scan the code." not in seen(handle_message(start(), late))


def test_a_choice_is_picked_at_another_replica(start: Start) -> None:
    """The question is recorded as picked, and its choices are closed everywhere."""
    one, other = start(), start()
    handle_message(one, mention("vpn help", thread="8.0"))
    _settled(one)
    answered = handle(other, block_action("faq_choice_1", "vpn-win", thread="8.0"))
    assert "Restart it" in seen(answered)
    (asked,) = other.store.questions()
    assert asked.picked == "vpn-win"
    declined = handle(one, block_action("faq_choice_none", thread="8.0"))
    assert "none" not in [question.picked for question in one.store.questions()]
    assert declined.calls


def test_a_second_press_at_another_replica_is_not_answered(start: Start) -> None:
    """A double click counts once."""
    one, other = start(), start()
    press = block_action("faq_choice_1", "hours", thread="8.0")
    assert "From 8 to 18." in seen(handle(one, press))
    assert "From 8 to 18." not in seen(handle(other, press))


def test_a_mute_holds_everywhere_and_after_a_restart(start: Start) -> None:
    """Within a second of the clock, for the whole time until it is undone."""
    one, other = start(), start()
    assert handle_message(other, mention("I forgot my password")).calls
    handle_command(one, command("admin mute", person=OWNER))
    other.clock.now += 1.0  # type: ignore[attr-defined]
    assert not handle_message(other, mention("I forgot my password")).calls
    assert not handle_message(start(), mention("I forgot my password")).calls
    handle_command(other, command("admin unmute", person=OWNER))
    one.clock.now += 1.0  # type: ignore[attr-defined]
    assert handle_message(one, mention("when is the office open", person=OTHER)).calls


def test_questions_of_a_person_are_counted_by_all(start: Start) -> None:
    """The fifth question of a minute is refused, wherever it arrives; others may ask."""
    one, other = start(), start()
    for place, state in enumerate((one, other, one, other)):
        assert handle_message(state, mention("I forgot my password", ts=f"{place}.5")).calls
        _settled(state)
    for state in (other, start()):
        answered = handle_message(state, mention("I forgot my password"))
        _settled(state)
    assert "Settings" in seen(
        answered
    )  # a process that just started learns it with its first count
    assert "Settings" not in seen(handle_message(other, mention("I forgot my password")))
    assert "Settings" in seen(handle_message(other, mention("I forgot my password", person=OTHER)))


def test_answers_of_a_thread_are_counted_by_all(start: Start) -> None:
    """The thread is full for everybody, and one replica says so once."""
    one, other = start(), start()
    for person, state in (("U1A", one), ("U2A", other), ("U3A", one)):
        assert handle_message(state, mention("hours", person=person, thread="9.0")).calls
        _settled(state)
    full = handle_message(one, mention("hours", person="U4A", thread="9.0"))
    assert "thread" in seen(full)
    handle_message(other, mention("hours", person="U5A", thread="9.0"))  # it counts the fourth
    _settled(other)
    assert not handle_message(other, mention("hours", person="U6A", thread="9.0")).calls


def test_a_budget_is_that_of_the_channel(start: Start) -> None:
    """Ambient answers of all replicas use it."""
    one, other = start(), start()
    for state in (one, other):
        asked = channel_message("I forgot my password, who can help?", channel="C2AMBIENT")
        assert handle_message(state, asked).calls
        _settled(state)
    asked = channel_message(
        "I forgot my password, who can help?", channel="C2AMBIENT", person=OTHER
    )
    assert not handle_message(other, asked).calls


def test_a_deleted_question_takes_its_ambient_answer_along(start: Start) -> None:
    """At the replica that did not answer, too; once, and not after a reply of a person."""
    one, other = start(), start()
    asked = channel_message("I forgot my password, who can help?", channel="C2AMBIENT")
    (call, *_) = handle_message(one, asked).calls
    assert call.on_success is not None
    call.on_success({"ts": "1700000999.000123"})
    for thread in threading.enumerate():
        if thread.name == "faqbot-slack-ambient-post":
            thread.join(10)
    gone = MessageDeleted(asked.person, "T1", "C2AMBIENT", ts=asked.ts, replied=True)
    assert not handle(other, gone).calls
    (deletion,) = handle(other, replace(gone, replied=False)).calls
    assert deletion.arguments == {"channel": "C2AMBIENT", "ts": "1700000999.000123"}
    assert not handle(other, replace(gone, replied=False)).calls


def test_a_channel_shared_with_others_is_known_to_all(start: Start) -> None:
    """A command there is careful also at the replica that saw no message from outside."""
    one, other = start(), start()
    handle_message(one, channel_message("hello", external=True))
    other.clock.now += 1.0  # type: ignore[attr-defined]
    assert other.is_shared(CHANNEL)
    assert not other.is_shared("C3OTHER")
