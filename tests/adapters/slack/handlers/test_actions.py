"""When a person wants a person: the owner of the section is asked, once, where help is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot import Answer, Match, Outcome, Question
from faqbot_slack.events.types import AnswerThis
from faqbot_slack.handlers.actions import (
    handle_entry,
    handle_escalation,
    handle_feedback,
    handle_none_of_these,
    handle_share,
)
from faqbot_slack.handlers.home import handle_show
from faqbot_slack.handlers.questions import handle_answer_shortcut, handle_command, handle_message
from faqbot_slack.rendering import texts
from faqbot_slack.settings import Audience, ChannelSettings, SlackSettings
from tests.adapters.slack.planning import (
    ASKER,
    CHANNEL,
    KB,
    OTHER,
    OWNER,
    Clock,
    ListStore,
    actions_in,
    block_action,
    command,
    direct,
    make_state,
    mention,
    methods,
    only,
    seen,
)

if TYPE_CHECKING:
    from faqbot_slack.handlers.state import State

_HR = SlackSettings(audiences={"hr": Audience(frozenset([ASKER]), frozenset(["C9HR"]))})
_QUESTION = "how do I explain the <!channel> to my cat"


def _offered(here: State, ts: str = "9.9") -> tuple[str, dict[str, str]]:
    """Have choices posted as the message *ts*; return the thread and the buttons."""
    message = mention("vpn help")
    call = only(handle_message(here, message))
    if call.on_success is not None:
        call.on_success({"ok": True, "ts": ts})
    return message.ts, actions_in(call.arguments)


def test_a_choice_is_answered_in_the_thread() -> None:
    """The press is the pick of the conversation: the record of the question learns of it."""
    store = ListStore()
    here = make_state(store=store)
    thread, buttons = _offered(here)
    pressed = block_action("faq_choice_2", buttons["faq_choice_2"], ts="9.9", thread=thread)
    call = only(handle_entry(here, pressed))

    assert (call.method, call.arguments["thread_ts"]) == ("chat.postMessage", thread)
    answer = store.answers[-1][2]
    assert answer.entry is not None
    assert answer.entry.id == buttons["faq_choice_2"]
    assert answer.picked_for is not None
    assert answer.picked_for.text == "vpn help"
    assert answer.entry.question in call.arguments["text"]


def test_a_second_press_is_answered_with_a_word() -> None:
    """Who presses the same twice gets one answer; somebody else may press it too."""
    here = make_state()
    thread, buttons = _offered(here)
    place = {"ts": "9.9", "thread": thread}
    first = handle_entry(here, block_action("faq_choice_1", buttons["faq_choice_1"], **place))
    again = handle_entry(here, block_action("faq_choice_1", buttons["faq_choice_1"], **place))
    other = handle_entry(
        here, block_action("faq_choice_1", buttons["faq_choice_1"], person=OTHER, **place)
    )

    assert methods(first) == ["chat.postMessage"]
    assert methods(again) == ["chat.postEphemeral"]
    assert methods(other) == ["chat.postMessage"]


def test_after_a_minute_a_press_counts_again() -> None:
    """Who was told that something failed can try again."""
    clock = Clock()
    here = make_state(clock=clock)
    pressed = block_action("faq_follow_1", "mfa", ts="9.9", thread="5.0")
    handle_entry(here, pressed)
    clock.now += 61

    assert methods(handle_entry(here, pressed)) == ["chat.postMessage"]


def test_the_nearest_is_a_pick_for_what_had_no_answer() -> None:
    """What a person presses on below "I do not know" is recorded as what they had meant."""
    store = ListStore()
    here = make_state(store=store)
    pressed = block_action("faq_choice_1", "guests", thread="5.0")
    asker = here.asker(pressed, "5.0")
    assert asker is not None
    question = Question("may I bring a cake")
    near = Match(KB.by_id["guests"], 0.5, 0.2, "May I bring guests?")
    asker.conversation.remember(Answer(question, Outcome.UNANSWERED, 0.2, "No idea.", (near,)))
    handle_entry(here, pressed)
    handle_entry(here, block_action("faq_follow_1", "mfa", thread="5.0"))

    picked, followed = (answer for _, _, answer in store.answers)
    assert picked.picked_for == question
    assert followed.picked_for is None


def test_a_press_outlives_its_conversation() -> None:
    """After the conversation expired, or in another process, a choice is still answered."""
    call = only(
        handle_entry(make_state(), block_action("faq_choice_1", "pw", ts="9.9", thread="5.0"))
    )

    assert call.arguments["thread_ts"] == "5.0"
    assert "Settings" in call.arguments["text"]


def test_a_message_at_the_top_level_is_answered_below() -> None:
    """A press on what was shared with the channel is answered in a thread below it."""
    call = only(handle_entry(make_state(), block_action("faq_follow_1", "mfa", ts="9.9")))

    assert call.arguments["thread_ts"] == "9.9"


@pytest.mark.parametrize("value", ["", "nothing", "salary", "x" * 5_000, "pw\n", "<!channel>"])
def test_foreign_values_get_a_polite_word(value: str) -> None:
    """An id that is unknown, or of an entry that not everybody here may see, is not answered."""
    store = ListStore()
    call = only(handle_entry(make_state(_HR, store), block_action("faq_choice_1", value)))

    assert call.method == "chat.postEphemeral"
    assert texts.GONE in call.arguments["text"]
    assert store.answers == []


def test_what_only_one_person_sees_is_answered_so() -> None:
    """A press on an ephemeral answer goes to its response_url, with the labels of the person."""
    here = make_state(_HR)
    unseen = {"ephemeral": True, "response_url": "https://r"}
    handle_command(here, command("vpn help"))
    call = only(handle_entry(here, block_action("faq_choice_1", "vpn-mac", **unseen)))
    private = only(handle_entry(here, block_action("faq_follow_2", "salary", **unseen)))

    assert (call.method, call.url) == ("response", "https://r")
    assert call.arguments["response_type"] == "ephemeral"
    assert call.arguments["replace_original"] is False
    assert "25th" in seen(private)
    assert actions_in(call.arguments)["faq_share"] == "vpn-mac"
    assert "faq_share" not in actions_in(private.arguments)


def test_an_entry_that_goes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reload between the look and the answer costs a word, not a failure."""

    def gone(*_: object, **__: object) -> None:
        raise KeyError("pw")

    here = make_state()
    monkeypatch.setattr(type(here.bot), "answer_with", gone)
    told = only(handle_entry(here, block_action("faq_follow_1", "pw")))

    assert texts.GONE in told.arguments["text"]
    assert "Not there" in seen(handle_show(here, block_action("faq_home_show_1", "pw", channel="")))


def test_none_of_these() -> None:
    """It offers others or declines, once, and only for the choices that are open."""
    store = ListStore()
    here = make_state(store=store)
    thread, _ = _offered(here)
    place = {"ts": "9.9", "thread": thread}
    plan = handle_none_of_these(here, block_action("faq_choice_none", **place))

    assert methods(plan) == ["chat.postMessage"]
    assert store.answers[-1][2].picked_for is not None
    again = handle_none_of_these(here, block_action("faq_choice_none", **place))
    assert methods(again) == ["chat.postEphemeral"]
    assert methods(handle_none_of_these(make_state(), block_action("faq_choice_none"))) == [
        "chat.postEphemeral"
    ]


def test_none_of_older_choices() -> None:
    """Turning down what was offered before does not turn down what is offered now."""
    here = make_state()
    thread, _ = _offered(here, ts="9.1")
    here.memory.shown_choices.put((CHANNEL, "9.1"), ("pw", "mfa"))
    plan = handle_none_of_these(here, block_action("faq_choice_none", ts="9.1", thread=thread))

    assert texts.STALE in only(plan).arguments["text"]


def test_presses_count_as_questions() -> None:
    """Who presses without end is told once, and then not answered for a minute."""
    clock = Clock()
    here = make_state(clock=clock)
    plans = [handle_entry(here, block_action("faq_follow_1", "mfa")) for _ in range(12)]

    assert [methods(plan) for plan in plans[9:]] == [
        ["chat.postMessage"],
        ["chat.postEphemeral"],
        [],
    ]


def test_presses_where_nothing_may_be_said() -> None:
    """A muted channel and people from outside get a word that only they see."""
    muted = make_state(SlackSettings(channels={CHANNEL: ChannelSettings(muted=True)}))
    outside = block_action("faq_choice_1", "pw", external=True, foreign=True)

    assert (
        texts.MUTED
        in only(handle_entry(muted, block_action("faq_choice_1", "pw"))).arguments["text"]
    )
    assert "xyzzy" not in seen(handle_entry(make_state(), outside))


def _asked(store: ListStore) -> State:
    here = make_state(store=store)
    handle_message(here, mention("how do I reset my password?"))
    return here


def test_thanks_for_a_verdict() -> None:
    """A verdict is noted and thanked for once, to that person only; the last one counts."""
    store = ListStore()
    here = _asked(store)
    helpful = handle_feedback(here, block_action("faq_feedback", "up:r1", thread="5.0"))
    again = handle_feedback(here, block_action("faq_feedback", "up:r1", thread="5.0"))
    other = handle_feedback(here, block_action("faq_feedback", "up:r1", person=OTHER))
    unhelpful = handle_feedback(here, block_action("faq_feedback", "down:r1", thread="5.0"))

    assert methods(helpful) == ["chat.postEphemeral"]
    assert helpful.calls[0].arguments["thread_ts"] == "5.0"
    assert methods(again) == []
    assert methods(other) == ["chat.postEphemeral"]
    assert methods(unhelpful) == ["views.open", "chat.postEphemeral"]
    assert unhelpful.calls[0].arguments["trigger_id"] == "t"
    assert store.verdicts == {("r1", ASKER): (False, ""), ("r1", OTHER): (True, "")}


@pytest.mark.parametrize(
    "value", ["", "up", "up:", "down:r99", "sideways:r1", "up:r1:r2", ":", "r1"]
)
def test_verdicts_on_nothing(value: str) -> None:
    """What names no record opens no form and gets a polite word."""
    store = ListStore()
    plan = handle_feedback(_asked(store), block_action("faq_feedback", value))

    assert methods(plan) == ["chat.postEphemeral"]
    assert store.verdicts == {}


def test_an_answer_is_shared_with_the_channel() -> None:
    """What one person saw is posted for all, once, without a thread where there is none."""
    here = make_state()
    pressed = {"ephemeral": True, "response_url": "https://r", "ts": "9.9"}
    plan = handle_share(here, block_action("faq_share", "pw", **pressed))
    again = handle_share(here, block_action("faq_share", "pw", **pressed))
    call = only(plan)

    assert call.on_success is not None
    call.on_success({"ok": True, "ts": "8.8"})
    assert (CHANNEL, "8.8") in here.limits.thread_answers
    assert call.method == "chat.postMessage"
    assert "thread_ts" not in call.arguments
    assert call.arguments["unfurl_links"] is False
    assert "How do I reset my password?" in call.arguments["text"]
    assert "faq_share" not in actions_in(call.arguments)
    assert [each.method for each in call.instead] == ["response"]
    assert methods(again) == ["response"]


def test_the_answer_to_a_message_is_shared_below_it() -> None:
    """What the message shortcut answered goes to the thread of that message."""
    here = make_state()
    pointed = AnswerThis(
        ASKER, "T1", CHANNEL, text="I forgot my password", ts="5.5", response_url="u"
    )
    handle_answer_shortcut(here, pointed)
    pressed = block_action("faq_share", "pw", ephemeral=True, response_url="https://r")

    assert only(handle_share(here, pressed)).arguments["thread_ts"] == "5.5"


@pytest.mark.parametrize("more", [{}, {"external": True}, {"channel": "D1"}, {"channel": ""}])
def test_what_is_not_for_all_is_not_shared(more: dict[str, object]) -> None:
    """The labels of the channel count, not those of who presses; a button's value proves nothing."""
    here = make_state(_HR)
    plan = handle_share(here, block_action("faq_share", "salary", **more))
    shared = handle_share(here, block_action("faq_share", "pw", external=True))

    assert "chat.postMessage" not in methods(plan)
    assert "25th" not in seen(plan)
    assert "chat.postMessage" not in methods(shared)
    partner = make_state(SlackSettings(channels={CHANNEL: ChannelSettings(shared=True)}))
    assert "chat.postMessage" not in methods(handle_share(partner, block_action("faq_share", "pw")))
    assert handle_share(here, block_action("faq_share", "salary", channel="C9HR")).calls[
        0
    ].method == ("chat.postMessage")


def _missed(settings: SlackSettings, store: ListStore | None = None) -> State:
    here = make_state(settings, store)
    assert handle_message(here, mention(_QUESTION)).calls
    return here


def test_the_owner_is_called_in_the_thread() -> None:
    """Without a place for help, the owner is called where the question was asked."""
    here = _missed(SlackSettings(owners=(OWNER,)))
    post, told = handle_escalation(here, block_action("faq_escalate", "r1", thread="5.0")).calls

    assert (post.method, post.arguments["channel"]) == ("chat.postMessage", CHANNEL)
    assert post.arguments["thread_ts"] == "5.0"
    assert f"<@{OWNER}>" in post.arguments["text"]
    assert "<!channel>" not in post.arguments["text"]
    assert told.method == "chat.postEphemeral"


def test_help_is_asked_for_where_it_is_given() -> None:
    """With a channel for that, the call goes there."""
    here = _missed(SlackSettings(owners=(OWNER,), escalation_channel="C5HELP"))
    post, _ = handle_escalation(here, block_action("faq_escalate", "r1")).calls

    assert post.arguments["channel"] == "C5HELP"
    assert "thread_ts" not in post.arguments


def test_help_is_asked_for_elsewhere_where_it_cannot_be() -> None:
    """Where the bot may not post, it asks in the thread, and says at last that it could not."""
    here = _missed(SlackSettings(owners=(OWNER,), escalation_channel="C5HELP"))
    first, _ = handle_escalation(here, block_action("faq_escalate", "r1", thread="5.0")).calls
    second, told = first.instead

    assert (second.arguments["channel"], second.arguments["thread_ts"]) == (CHANNEL, "5.0")
    assert told.method == "chat.postEphemeral"
    (last,) = second.instead
    assert texts.CANNOT_ASK in last.arguments["text"]


@pytest.mark.parametrize("more", [{"channel": "D1"}, {"ephemeral": True, "response_url": "u"}])
def test_what_was_private_goes_to_the_owner_alone(more: dict[str, object]) -> None:
    """What nobody else saw is not posted for all."""
    here = _missed(SlackSettings(owners=(OWNER,)))
    post, _ = handle_escalation(here, block_action("faq_escalate", "r1", **more)).calls

    assert post.arguments["channel"] == OWNER


def test_the_owner_of_the_section_is_asked() -> None:
    """The section of the nearest entry tells who knows."""
    settings = SlackSettings(owners=(OWNER,), sections={"Accounts": ("U3ACC",)})
    here = make_state(settings)
    handle_message(here, direct("I forgot my password"))
    post, _ = handle_escalation(here, block_action("faq_escalate", "r1")).calls

    assert "<@U3ACC>" in post.arguments["text"]


def test_help_is_asked_for_once() -> None:
    """Whoever presses again, in whatever process, is told that it was."""
    store = ListStore()
    here = _missed(SlackSettings(owners=(OWNER,)), store)
    handle_escalation(here, block_action("faq_escalate", "r1"))
    elsewhere = make_state(SlackSettings(owners=(OWNER,)), store)

    for again in (
        handle_escalation(here, block_action("faq_escalate", "r1", person=OTHER)),
        handle_escalation(elsewhere, block_action("faq_escalate", "r1")),
    ):
        assert texts.ESCALATED_BEFORE in only(again).arguments["text"]


def test_where_nobody_can_be_asked() -> None:
    """Nonsense, outsiders, and a bot without owners get a word, and nobody is called."""
    ownerless = _missed(SlackSettings())
    here = _missed(SlackSettings(owners=(OWNER,)))

    for plan, channel_message in (
        (handle_escalation(ownerless, block_action("faq_escalate", "r1")), texts.NOBODY_TO_ASK),
        (handle_escalation(here, block_action("faq_escalate", "nonsense")), texts.STALE),
        (handle_escalation(here, block_action("faq_escalate", "")), texts.STALE),
        (
            handle_escalation(here, block_action("faq_escalate", "r1", foreign=True)),
            texts.NOT_FOR_OUTSIDE,
        ),
    ):
        assert methods(plan) == ["chat.postEphemeral"]
        assert channel_message.split(".", maxsplit=1)[0] in seen(plan)
