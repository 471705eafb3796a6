"""Answers that nobody asked the bot for: few, sure, and taken back when they are not wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot_slack.events.types import MessageDeleted
from faqbot_slack.handlers.ambient import SHADOW, handle_deleted, handle_remove, looks_like_question
from faqbot_slack.handlers.questions import handle_message
from faqbot_slack.settings import Audience, ChannelSettings, SlackSettings
from tests.adapters.slack.planning import (
    ASKER,
    CHANNEL,
    OTHER,
    OWNER,
    Clock,
    ListStore,
    actions_in,
    block_action,
    channel_message,
    make_state,
    methods,
    only,
)

if TYPE_CHECKING:
    from faqbot_slack.events.types import Message
    from faqbot_slack.handlers.state import State

_QUESTION = "how do I reset my password?"


@pytest.mark.parametrize(
    "text",
    [
        "how do I reset my password",
        "Hi all, where can I park?",
        "hey folks - does anyone know the wifi password",
        "anyone know where the printer is",
        "I can't log in to the VPN",
        "My laptop is broken, what now?",
        "looking for the expense form",
        "what\N{RIGHT SINGLE QUOTATION MARK}s the wifi password",
        "Is the office open?",
        "no idea where it is. Who knows? Thanks!",
    ],
)
def test_questions(text: str) -> None:
    """A mark or the beginning tells a question, also behind a greeting."""
    assert looks_like_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "really?",
        "good morning everyone",
        "lol, nice weather today, see you all later",
        "the deploy is done",
        "see https://example.org/?q=what and be glad",
        "run `git log --grep=why?` and read on then",
        "I have reset your password for you",
        "thanks for the help",
        "how " * 100,
    ],
)
def test_no_questions(text: str) -> None:
    """Chit-chat, links, code, a word or two, and long stories are no questions."""
    assert not looks_like_question(text)


def test_odd_text_takes_no_time() -> None:
    """No text makes the look at it long: each is at most 2,000 characters."""
    for text in ("hi" + "." * 2000, "hi all " * 280, "anyone " + "x " * 990, "so " * 660):
        looks_like_question(text)


def _settings(**more: object) -> SlackSettings:
    here = ChannelSettings(**{"ambient": True, "threshold": 0.9, **more})  # type: ignore[arg-type]
    hr = Audience(frozenset([ASKER]), frozenset(["C9HR"]))
    channels = {CHANNEL: here, "C9HR": here}
    return SlackSettings(owners=(OWNER,), channels=channels, audiences={"hr": hr})


def _answered(here: State, text: str = _QUESTION, reply: str = "9.9") -> Message:
    """Have *text* answered unasked by the message *reply*."""
    message = channel_message(text)
    call = only(handle_message(here, message))
    assert call.on_success is not None
    call.on_success({"ok": True, "channel": CHANNEL, "ts": reply})
    return message


def test_a_sure_answer_is_given_in_a_thread() -> None:
    """One post below the question, with a way to take it back, and recorded."""
    store = ListStore()
    message = channel_message(_QUESTION)
    call = only(handle_message(make_state(_settings(), store), message))

    assert (call.method, call.arguments["thread_ts"]) == ("chat.postMessage", message.ts)
    assert actions_in(call.arguments)["faq_remove"] == "r1"
    assert [adapter for adapter, _, _ in store.answers] == ["slack"]


@pytest.mark.parametrize(
    "message",
    [
        channel_message(_QUESTION, channel="C2OTHER"),
        channel_message(_QUESTION, thread="4.0"),
        channel_message(_QUESTION, addressed=True),
        channel_message(_QUESTION, external=True),
        channel_message(_QUESTION, external=True, foreign=True),
        channel_message("password reset"),
        channel_message("lol, nice weather today, see you all later"),
        channel_message("thanks, how are you doing today?"),
        channel_message("hello, what can you do?"),
        channel_message("what is the meaning of life?"),
        channel_message("vpn help please, anybody?"),
        channel_message("when is payday this month?"),
        channel_message(""),
    ],
    ids=lambda message: f"{message.channel}-{message.text}",
)
def test_all_else_is_passed_over(message: Message) -> None:
    """No other channel, no thread, nobody else's business, no chit-chat, and nothing that is unsure."""
    store = ListStore()
    here = make_state(_settings(), store)

    assert handle_message(here, message).calls == ()
    assert store.answers == []
    assert len(here.conversations) == 0


def test_a_threshold_of_its_own() -> None:
    """What the bot would answer when asked is not said unasked below the channel's threshold."""
    text = "how to reset passwords"

    assert handle_message(make_state(_settings(threshold=0.7)), channel_message(text)).calls
    assert not handle_message(make_state(_settings(threshold=0.99)), channel_message(text)).calls


def test_labels_of_the_channel_count() -> None:
    """A private entry is said unasked only where the whole channel may see it."""
    here = make_state(_settings())

    assert handle_message(here, channel_message("when is payday?", channel="C9HR")).calls
    assert not handle_message(here, channel_message("when is payday?")).calls


def test_the_shadow_says_nothing_and_records() -> None:
    """In shadow mode nothing is posted, and the records tell what would have been."""
    store = ListStore()
    here = make_state(_settings(shadow=True), store)

    assert handle_message(here, channel_message(_QUESTION)).calls == ()
    assert handle_message(here, channel_message("what is the meaning of life?")).calls == ()
    assert [adapter for adapter, _, _ in store.answers] == [SHADOW]


def test_the_budget_of_an_hour() -> None:
    """No more than so many are answered in an hour, however many are asked."""
    clock = Clock()
    here = make_state(_settings(budget=2), clock=clock)
    answered = [bool(handle_message(here, channel_message(_QUESTION)).calls) for _ in range(4)]
    clock.now += 3601

    assert answered == [True, True, False, False]
    assert handle_message(here, channel_message(_QUESTION)).calls


def test_the_asker_goes_on_in_the_thread() -> None:
    """Below an answer that was not asked for, a follow-up needs no mention."""
    here = make_state(_settings())
    message = _answered(here)

    assert handle_message(
        here, channel_message("when is the office open?", thread=message.ts)
    ).calls


def test_an_answer_goes_with_its_question() -> None:
    """Who deletes the question has the answer deleted, once."""
    here = make_state(_settings())
    message = _answered(here)
    deleted = MessageDeleted(ASKER, channel=CHANNEL, ts=message.ts)
    call = only(handle_deleted(here, deleted))

    assert (call.method, call.arguments) == ("chat.delete", {"channel": CHANNEL, "ts": "9.9"})
    assert handle_deleted(here, deleted).calls == ()


def test_an_answer_that_is_still_on_its_way_goes_too() -> None:
    """Who deletes the question at once has the answer deleted as soon as it is there."""
    here = make_state(_settings())
    message = channel_message(_QUESTION)
    call = only(handle_message(here, message))
    assert handle_deleted(here, MessageDeleted("", channel=CHANNEL, ts=message.ts)).calls == ()
    assert call.on_success is not None
    (follows,) = call.on_success({"ok": True, "ts": "9.9"}) or ()

    assert (follows.method, follows.arguments["ts"]) == ("chat.delete", "9.9")


def test_what_was_discussed_stays() -> None:
    """Where a person replied, the answer is not deleted, whoever saw the reply."""
    here = make_state(_settings())
    seen_here, seen_by_slack = _answered(here), _answered(here, reply="9.8")
    handle_message(
        here, channel_message("I had the same problem", thread=seen_here.ts, person=OTHER)
    )

    assert not handle_deleted(here, MessageDeleted("", channel=CHANNEL, ts=seen_here.ts)).calls
    replied = MessageDeleted("", channel=CHANNEL, ts=seen_by_slack.ts, replied=True)
    assert not handle_deleted(here, replied).calls


def test_other_deletions_change_nothing() -> None:
    """Neither the deletion of another message nor that of the answer itself is acted on."""
    here = make_state(_settings())
    _answered(here)

    assert not handle_deleted(here, MessageDeleted("", channel=CHANNEL, ts="1.1")).calls
    assert not handle_deleted(here, MessageDeleted("", channel=CHANNEL, ts="9.9")).calls
    assert not handle_deleted(here, MessageDeleted("", channel="C2", ts="9.9")).calls


@pytest.mark.parametrize(("person", "deletes"), [(ASKER, True), (OWNER, True), (OTHER, False)])
def test_who_may_remove(person: str, *, deletes: bool) -> None:
    """The asker and owners take an answer back, and say by that that it did not help."""
    store = ListStore()
    here = make_state(_settings(), store)
    message = _answered(here)
    plan = handle_remove(
        here, block_action("faq_remove", "r1", person=person, ts="9.9", thread=message.ts)
    )

    assert methods(plan) == (["chat.delete"] if deletes else ["chat.postEphemeral"])
    assert bool(store.verdicts) is deletes


def test_who_may_remove_after_a_restart() -> None:
    """What is not remembered any more is known from Slack: who began the thread."""
    mine = block_action("faq_remove", "r1", ts="9.9", thread="5.0", asker=ASKER)
    foreign = block_action("faq_remove", "r1", ts="9.9", thread="5.0", asker=OTHER)

    assert methods(handle_remove(make_state(), mine)) == ["chat.delete"]
    assert methods(handle_remove(make_state(), foreign)) == ["chat.postEphemeral"]
