"""Questions put to the bot in Slack: answered where they were put, once, to those who may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot_slack.events.types import AnswerThis
from faqbot_slack.handlers.questions import handle_answer_shortcut, handle_command, handle_message
from faqbot_slack.settings import Audience, ChannelSettings, Limits, SlackSettings
from tests.adapters.slack.planning import (
    ASKER,
    CHANNEL,
    OTHER,
    OWNER,
    Clock,
    ListStore,
    actions_in,
    channel_message,
    command,
    direct,
    make_state,
    mention,
    methods,
    only,
    seen,
)

if TYPE_CHECKING:
    from faqbot_slack.events.types import Message
    from faqbot_slack.handlers.state import State
    from faqbot_slack.rendering.calls import Plan

_HR = SlackSettings(audiences={"hr": Audience(frozenset([ASKER]), frozenset(["C9HR"]))})
_PUBLIC = SlackSettings(public_to_external=True)


def _answer_this(text: str, **more: str) -> AnswerThis:
    return AnswerThis(ASKER, "T1", CHANNEL, text=text, ts="5.1", response_url="https://r", **more)


def _text(plan: Plan) -> str:
    return str(only(plan).arguments["text"])


def test_a_mention_is_answered_in_its_thread() -> None:
    """One post, in the thread of the message, which unfurls nothing and has a plain text."""
    message = mention("how do i reset my pasword")
    call = only(handle_message(make_state(), message))

    assert call.method == "chat.postMessage"
    assert call.arguments["channel"] == CHANNEL
    assert call.arguments["thread_ts"] == message.ts
    assert call.arguments["unfurl_links"] is False
    assert call.arguments["unfurl_media"] is False
    assert "Settings" in call.arguments["text"]
    assert all(simpler["thread_ts"] == message.ts for simpler in call.simpler)
    assert "blocks" not in call.simpler[-1]


def test_a_mention_in_a_thread_is_answered_there() -> None:
    """The thread that a message stands in goes before the message itself."""
    call = only(handle_message(make_state(), mention("how do I reset my password?", thread="4.0")))

    assert call.arguments["thread_ts"] == "4.0"


def test_an_edited_mention_is_answered_once() -> None:
    """Slack tells of a mention again when it is edited, long after what redelivers has an end."""
    here = make_state()
    message = mention("how do I reset my password?")

    assert handle_message(here, message).calls
    assert handle_message(here, message).calls == ()


def test_an_edited_mention_is_answered_once_by_all_processes() -> None:
    """The processes share the store."""
    store = ListStore()
    message = mention("how do I reset my password?")

    assert handle_message(make_state(store=store), message).calls
    assert handle_message(make_state(store=store), message).calls == ()


@pytest.mark.parametrize("text", ["", "?", "..."])
def test_a_mention_without_a_question_gets_help(text: str) -> None:
    """Nothing is matched or recorded; what may be asked is told, but for what is not for all."""
    store = ListStore()
    told = _text(handle_message(make_state(store=store), mention(text)))

    assert "/ask" in told
    assert "Accounts" in told
    assert "Pay" not in told
    assert store.answers == []


def test_what_is_unknown_is_said_and_may_be_suggested() -> None:
    """Without an answer the bot says so, offers to take one, and where there is an owner to ask."""
    call = only(handle_message(make_state(), mention("how tall is the Eiffel tower")))

    assert actions_in(call.arguments)["faq_suggest"] == "r1"
    assert actions_in(call.arguments)["faq_escalate"] == "r1"
    nobody = only(
        handle_message(make_state(SlackSettings()), mention("how tall is the Eiffel tower"))
    )
    assert "faq_escalate" not in actions_in(nobody.arguments)


def test_every_answer_is_recorded() -> None:
    """The record has the person, and its id is in the verdict's buttons."""
    store = ListStore()
    call = only(handle_message(make_state(store=store), mention("how do I reset my password?")))

    ((adapter, person, answer),) = store.answers
    assert (adapter, person) == ("slack", ASKER)
    assert answer.entry is not None
    assert answer.entry.id == "pw"
    assert "up:r1" in seen(call.arguments)
    assert "down:r1" in seen(call.arguments)


def test_a_broken_store_costs_no_answer() -> None:
    """An answer that could not be recorded goes out, without asking for a verdict."""
    call = only(
        handle_message(make_state(store=ListStore(broken=True)), mention("I forgot my password"))
    )

    assert "Settings" in call.arguments["text"]
    assert "faq_feedback" not in actions_in(call.arguments)


def test_direct_messages_share_a_conversation() -> None:
    """In a direct message "the second one" picks from the choices that stand above."""
    here = make_state()
    first = handle_message(here, direct("vpn help"))
    second = handle_message(here, direct("2"))

    assert actions_in(only(first).arguments)["faq_choice_2"] in {"vpn-mac", "vpn-win"}
    assert "App Store" in _text(second) or "Restart" in _text(second)


def test_a_new_direct_message_is_answered_in_full() -> None:
    """What was answered before can be repeated in its thread, and asked again elsewhere."""
    here = make_state()
    question = "how do I reset my password?"
    first = direct(question)
    handle_message(here, first)

    assert "Settings" in _text(handle_message(here, direct(question)))
    assert "Settings" in _text(handle_message(here, direct("say that again", thread=first.ts)))


def _ask(here: State, text: str, **more: str) -> Message:
    message = mention(text, **more)
    assert handle_message(here, message).calls
    return message


def test_follow_ups_need_no_mention_where_the_bot_answered() -> None:
    """In a thread that the bot answered in, the asker goes on as in any conversation."""
    here = make_state()
    root = _ask(here, "how do I reset my password?").ts

    follow_up = handle_message(here, channel_message("when is the office open?", thread=root))
    assert "8 to 18" in _text(follow_up)
    assert handle_message(here, channel_message("and the opening hours?", thread="1.0")).calls == ()


def test_people_may_talk_to_each_other_in_a_thread() -> None:
    """What is not meant for the bot, or has no answer and asks nothing, is passed over."""
    here = make_state()
    store = here.store
    root = _ask(here, "how do I reset my password?").ts

    for text, more in (
        ("I will have a look at it tomorrow then", {}),
        ("thanks, works for me", {"person": OTHER}),
        ("what did the auditors say about the reorganisation?", {"person": OTHER}),
        ("when is the office open?", {"person": OTHER, "addressed": True}),
        ("", {}),
    ):
        assert handle_message(here, channel_message(text, thread=root, **more)).calls == (), text
    assert len(store.answers) == 1  # type: ignore[attr-defined]

    assert handle_message(
        here, channel_message("when is the office open?", thread=root, person=OTHER)
    ).calls


def test_the_asker_alone_is_told_what_is_unknown() -> None:
    """Once others talk in the thread too, a question without an answer may be for them."""
    here = make_state()
    root = _ask(here, "how do I reset my password?").ts
    unknown = "who designed the tower in Paris?"

    assert handle_message(here, channel_message(unknown, thread=root)).calls
    handle_message(here, channel_message("I have no idea", thread=root, person=OTHER))
    assert handle_message(here, channel_message(unknown, thread=root)).calls == ()
    assert handle_message(here, channel_message("when is the office open?", thread=root)).calls


def test_threads_are_forgotten() -> None:
    """After a day, and behind a thousand others, a thread is a thread like any other."""
    clock = Clock()
    here = make_state(clock=clock)
    root = _ask(here, "how do I reset my password?").ts
    clock.now += 24 * 3600 + 1

    assert (
        handle_message(here, channel_message("when is the office open?", thread=root)).calls == ()
    )


def test_top_level_messages_are_passed_over() -> None:
    """Without a mention, and in a channel that did not opt in, nothing is said."""
    assert handle_message(make_state(), channel_message("how do I reset my password?")).calls == ()


def test_ten_questions_a_minute() -> None:
    """The eleventh question is told to be too much, the twelfth gets no word; others go on."""
    clock = Clock()
    here = make_state(clock=clock)
    for _ in range(10):
        _ask(here, "how do I reset my password?")

    told = only(handle_message(here, mention("when is the office open?")))
    assert told.method == "chat.postEphemeral"
    assert told.arguments["user"] == ASKER
    assert handle_message(here, mention("when is the office open?")).calls == ()
    assert "a minute" in seen(handle_command(here, command("hours")).ack)
    _ask(here, "when is the office open?", person=OTHER)
    clock.now += 61
    _ask(here, "when is the office open?")


def test_twenty_answers_a_thread() -> None:
    """A thread has an end, of which people are told once; a direct message has none."""
    here = make_state(SlackSettings(limits=Limits(per_person=1000, per_thread=20)))
    for number in range(20):
        _ask(here, "how do I reset my password?", thread="4.0", person=f"U{number}ABC")

    told = handle_message(here, mention("when is the office open?", thread="4.0"))
    assert methods(told) == ["chat.postEphemeral"]
    assert handle_message(here, mention("once more", thread="4.0")).calls == ()
    for _ in range(25):
        assert handle_message(here, direct("I forgot my password", thread="4.0")).calls


def test_private_entries_are_for_those_who_hold_their_label() -> None:
    """In a channel its labels count, in a direct message and an ephemeral answer the person's too."""
    here = make_state(_HR)
    question = "when is payday"

    assert "25th" not in seen(handle_message(here, mention(question)))
    assert "25th" in seen(handle_message(here, mention(question, channel="C9HR", person=OTHER)))
    assert "25th" in seen(handle_message(here, direct(question)))
    assert "25th" not in seen(handle_message(here, direct(question, person=OTHER, channel="D2")))
    assert "25th" in seen(handle_command(here, command(question)).ack)
    assert "25th" not in seen(handle_command(here, command(question, person=OTHER)).ack)
    assert "25th" in seen(handle_command(here, command(question, person=OTHER, channel="C9HR")).ack)


def test_private_entries_do_not_leak_by_other_ways() -> None:
    """Neither follow-ups, nor choices, nor "repeat" in a channel show what was private."""
    here = make_state(_HR)
    assert "salar" not in seen(handle_message(here, mention("how do I reset my password?"))).lower()
    handle_command(here, command("when is payday"))

    assert "25th" not in seen(handle_message(here, mention("repeat that")))


def test_people_from_outside_get_nothing() -> None:
    """Another organisation's person gets no word; one's own is told why, to nobody else."""
    here = make_state()
    question = "how do I reset my password?"

    assert handle_message(here, mention(question, external=True, foreign=True)).calls == ()
    assert handle_message(here, direct(question, external=True, foreign=True)).calls == ()
    own = only(handle_message(here, mention(question, external=True)))
    assert own.method == "chat.postEphemeral"
    assert "xyzzy" not in seen(own)
    assert "xyzzy" not in seen(handle_command(here, command(question, external=True, foreign=True)))
    assert "xyzzy" in seen(handle_command(here, command(question)))


def test_people_from_outside_may_get_what_is_public() -> None:
    """With that set, they see the public entries and nothing else of the knowledge base."""
    here = make_state(_PUBLIC)
    known = only(
        handle_message(here, mention("how can I contact support", external=True, foreign=True))
    )
    unknown = handle_message(here, mention("I forgot my password", external=True, foreign=True))
    help_ = handle_message(here, mention("", external=True, foreign=True))

    assert "By mail" in known.arguments["text"]
    for plan in (unknown, help_):
        assert not any(
            word in seen(plan)
            for word in ("xyzzy", "internal-secret", "password", "Accounts", "Pay")
        )
    assert "faq_suggest" not in actions_in(only(unknown).arguments)
    assert "By mail" in seen(handle_message(here, mention("how can I contact support")))


def test_a_channel_once_seen_as_shared_stays_so() -> None:
    """What Slack said of a channel with one event counts for those that do not say it."""
    here = make_state()
    handle_message(here, channel_message("hello to you all", external=True, foreign=True))

    assert "xyzzy" not in seen(handle_message(here, mention("how do I reset my password?")))


def test_a_muted_channel() -> None:
    """Where it is muted it says nothing, but to the command."""
    here = make_state(SlackSettings(channels={CHANNEL: ChannelSettings(ambient=True, muted=True)}))

    assert handle_message(here, mention("how do I reset my password?")).calls == ()
    assert "Settings" in seen(handle_command(here, command("I forgot my password")))


def test_the_command_is_answered_in_its_acknowledgement() -> None:
    """No call is made; only the person sees the answer, who may show it to the channel."""
    plan = handle_command(make_state(), command("how do I reset my password?"))

    assert plan.calls == ()
    assert plan.ack["response_type"] == "ephemeral"
    assert "Settings" in plan.ack["text"]
    assert actions_in(plan.ack)["faq_share"] == "pw"


def test_what_is_not_for_the_channel_cannot_be_shared() -> None:
    """A private answer has no button to share it; nor has one in a direct message."""
    here = make_state(_HR)

    assert "faq_share" not in actions_in(handle_command(here, command("when is payday")).ack)
    in_direct = handle_command(here, command("I forgot my password", channel="D1ASKER"))
    assert "faq_share" not in actions_in(in_direct.ack)
    in_hr = handle_command(here, command("when is payday", channel="C9HR"))
    assert actions_in(in_hr.ack)["faq_share"] == "salary"


def test_an_empty_command_shows_how_to_use_it() -> None:
    """Owners are told of their orders, others not."""
    assert "/ask" in seen(handle_command(make_state(), command("")).ack)
    assert "admin" not in seen(handle_command(make_state(), command("")).ack)
    assert "admin mute" in seen(handle_command(make_state(), command("", person=OWNER)).ack)


def test_commands_of_one_person_are_a_conversation() -> None:
    """A number picks from what the command offered before, apart from the channel's thread."""
    here = make_state()
    offered = handle_command(here, command("vpn help")).ack
    picked = handle_command(here, command("1")).ack

    assert actions_in(offered)["faq_choice_1"] in {"vpn-mac", "vpn-win"}
    assert any(word in picked["text"] for word in ("App Store", "Restart"))


def test_the_message_shortcut_answers_to_one_person() -> None:
    """The answer goes to the response_url, replaces nothing, and leans on nothing asked before."""
    here = make_state()
    handle_command(here, command("vpn help"))
    call = only(
        handle_answer_shortcut(here, _answer_this("how do I reset my password?", thread="4.0"))
    )

    assert (call.method, call.url) == ("response", "https://r")
    assert call.arguments["response_type"] == "ephemeral"
    assert call.arguments["replace_original"] is False
    assert "Settings" in call.arguments["text"]
    assert here.memory.share_threads.get((CHANNEL, ASKER, "pw")) == "4.0"
    assert not any(
        w in seen(handle_answer_shortcut(here, _answer_this("1"))) for w in ("App Store", "Restart")
    )
    assert "/ask" in seen(handle_answer_shortcut(here, _answer_this("")))
