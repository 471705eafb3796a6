"""When a person wants a person: the owner of the section is asked, once, where help is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot import Answer, Match, Outcome, Question
from faqbot_slack.events.types import AnswerThis
from faqbot_slack.handlers.actions import (
    plan_entry,
    plan_escalation,
    plan_feedback,
    plan_none,
    plan_share,
)
from faqbot_slack.handlers.home import plan_show
from faqbot_slack.handlers.questions import plan_command, plan_message, plan_shortcut
from faqbot_slack.rendering import texts
from faqbot_slack.settings import Audience, ChannelSettings, Settings
from tests.adapters.slack.planning import (
    ASKER,
    CHANNEL,
    KB,
    OTHER,
    OWNER,
    Clock,
    ListStore,
    actions_in,
    command,
    direct,
    mention,
    methods,
    office,
    only,
    press,
    seen,
)

if TYPE_CHECKING:
    from faqbot_slack.handlers.state import Office

_HR = Settings(audiences={"hr": Audience(frozenset([ASKER]), frozenset(["C9HR"]))})
_QUESTION = "how do I explain the <!channel> to my cat"


def _offered(here: Office, ts: str = "9.9") -> tuple[str, dict[str, str]]:
    """Have choices posted as the message *ts*; return the thread and the buttons."""
    message = mention("vpn help")
    call = only(plan_message(here, message))
    if call.on_success is not None:
        call.on_success({"ok": True, "ts": ts})
    return message.ts, actions_in(call.arguments)


def test_a_choice_is_answered_in_the_thread() -> None:
    """The press is the pick of the conversation: the record of the question learns of it."""
    store = ListStore()
    here = office(store=store)
    thread, buttons = _offered(here)
    pressed = press("faq_choice_2", buttons["faq_choice_2"], ts="9.9", thread=thread)
    call = only(plan_entry(here, pressed))

    assert (call.method, call.arguments["thread_ts"]) == ("chat.postMessage", thread)
    answer = store.answers[-1][2]
    assert answer.entry is not None
    assert answer.entry.id == buttons["faq_choice_2"]
    assert answer.picked_for is not None
    assert answer.picked_for.text == "vpn help"
    assert answer.entry.question in call.arguments["text"]


def test_a_second_press_is_answered_with_a_word() -> None:
    """Who presses the same twice gets one answer; somebody else may press it too."""
    here = office()
    thread, buttons = _offered(here)
    place = {"ts": "9.9", "thread": thread}
    first = plan_entry(here, press("faq_choice_1", buttons["faq_choice_1"], **place))
    again = plan_entry(here, press("faq_choice_1", buttons["faq_choice_1"], **place))
    other = plan_entry(here, press("faq_choice_1", buttons["faq_choice_1"], person=OTHER, **place))

    assert methods(first) == ["chat.postMessage"]
    assert methods(again) == ["chat.postEphemeral"]
    assert methods(other) == ["chat.postMessage"]


def test_after_a_minute_a_press_counts_again() -> None:
    """Who was told that something failed can try again."""
    clock = Clock()
    here = office(clock=clock)
    pressed = press("faq_follow_1", "mfa", ts="9.9", thread="5.0")
    plan_entry(here, pressed)
    clock.now += 61

    assert methods(plan_entry(here, pressed)) == ["chat.postMessage"]


def test_the_nearest_is_a_pick_for_what_had_no_answer() -> None:
    """What a person presses on below "I do not know" is recorded as what they had meant."""
    store = ListStore()
    here = office(store=store)
    pressed = press("faq_choice_1", "guests", thread="5.0")
    seat = here.seat(pressed, "5.0")
    assert seat is not None
    question = Question("may I bring a cake")
    near = Match(KB.by_id["guests"], 0.5, 0.2, "May I bring guests?")
    seat.conversation.remember(Answer(question, Outcome.UNANSWERED, 0.2, "No idea.", (near,)))
    plan_entry(here, pressed)
    plan_entry(here, press("faq_follow_1", "mfa", thread="5.0"))

    picked, followed = (answer for _, _, answer in store.answers)
    assert picked.picked_for == question
    assert followed.picked_for is None


def test_a_press_outlives_its_conversation() -> None:
    """After the conversation expired, or in another process, a choice is still answered."""
    call = only(plan_entry(office(), press("faq_choice_1", "pw", ts="9.9", thread="5.0")))

    assert call.arguments["thread_ts"] == "5.0"
    assert "Settings" in call.arguments["text"]


def test_a_message_at_the_top_level_is_answered_below() -> None:
    """A press on what was shared with the channel is answered in a thread below it."""
    call = only(plan_entry(office(), press("faq_follow_1", "mfa", ts="9.9")))

    assert call.arguments["thread_ts"] == "9.9"


@pytest.mark.parametrize("value", ["", "nothing", "salary", "x" * 5_000, "pw\n", "<!channel>"])
def test_foreign_values_get_a_polite_word(value: str) -> None:
    """An id that is unknown, or of an entry that not everybody here may see, is not answered."""
    store = ListStore()
    call = only(plan_entry(office(_HR, store), press("faq_choice_1", value)))

    assert call.method == "chat.postEphemeral"
    assert texts.GONE in call.arguments["text"]
    assert store.answers == []


def test_what_only_one_person_sees_is_answered_so() -> None:
    """A press on an ephemeral answer goes to its response_url, with the labels of the person."""
    here = office(_HR)
    unseen = {"ephemeral": True, "response_url": "https://r"}
    plan_command(here, command("vpn help"))
    call = only(plan_entry(here, press("faq_choice_1", "vpn-mac", **unseen)))
    private = only(plan_entry(here, press("faq_follow_2", "salary", **unseen)))

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

    here = office()
    monkeypatch.setattr(type(here.bot), "answer_with", gone)
    told = only(plan_entry(here, press("faq_follow_1", "pw")))

    assert texts.GONE in told.arguments["text"]
    assert "Not there" in seen(plan_show(here, press("faq_home_show_1", "pw", channel="")))


def test_none_of_these() -> None:
    """It offers others or declines, once, and only for the choices that are open."""
    store = ListStore()
    here = office(store=store)
    thread, _ = _offered(here)
    place = {"ts": "9.9", "thread": thread}
    plan = plan_none(here, press("faq_choice_none", **place))

    assert methods(plan) == ["chat.postMessage"]
    assert store.answers[-1][2].picked_for is not None
    again = plan_none(here, press("faq_choice_none", **place))
    assert methods(again) == ["chat.postEphemeral"]
    assert methods(plan_none(office(), press("faq_choice_none"))) == ["chat.postEphemeral"]


def test_none_of_older_choices() -> None:
    """Turning down what was offered before does not turn down what is offered now."""
    here = office()
    thread, _ = _offered(here, ts="9.1")
    here.choices.put((CHANNEL, "9.1"), ("pw", "mfa"))
    plan = plan_none(here, press("faq_choice_none", ts="9.1", thread=thread))

    assert texts.STALE in only(plan).arguments["text"]


def test_presses_count_as_questions() -> None:
    """Who presses without end is told once, and then not answered for a minute."""
    clock = Clock()
    here = office(clock=clock)
    plans = [plan_entry(here, press("faq_follow_1", "mfa")) for _ in range(12)]

    assert [methods(plan) for plan in plans[9:]] == [
        ["chat.postMessage"],
        ["chat.postEphemeral"],
        [],
    ]


def test_presses_where_nothing_may_be_said() -> None:
    """A muted channel and people from outside get a word that only they see."""
    muted = office(Settings(channels={CHANNEL: ChannelSettings(muted=True)}))
    outside = press("faq_choice_1", "pw", external=True, foreign=True)

    assert texts.MUTED in only(plan_entry(muted, press("faq_choice_1", "pw"))).arguments["text"]
    assert "xyzzy" not in seen(plan_entry(office(), outside))


def _asked(store: ListStore) -> Office:
    here = office(store=store)
    plan_message(here, mention("how do I reset my password?"))
    return here


def test_thanks_for_a_verdict() -> None:
    """A verdict is noted and thanked for once, to that person only; the last one counts."""
    store = ListStore()
    here = _asked(store)
    helpful = plan_feedback(here, press("faq_feedback", "up:r1", thread="5.0"))
    again = plan_feedback(here, press("faq_feedback", "up:r1", thread="5.0"))
    other = plan_feedback(here, press("faq_feedback", "up:r1", person=OTHER))
    unhelpful = plan_feedback(here, press("faq_feedback", "down:r1", thread="5.0"))

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
    plan = plan_feedback(_asked(store), press("faq_feedback", value))

    assert methods(plan) == ["chat.postEphemeral"]
    assert store.verdicts == {}


def test_an_answer_is_shared_with_the_channel() -> None:
    """What one person saw is posted for all, once, without a thread where there is none."""
    here = office()
    pressed = {"ephemeral": True, "response_url": "https://r", "ts": "9.9"}
    plan = plan_share(here, press("faq_share", "pw", **pressed))
    again = plan_share(here, press("faq_share", "pw", **pressed))
    call = only(plan)

    assert call.on_success is not None
    call.on_success({"ok": True, "ts": "8.8"})
    assert (CHANNEL, "8.8") in here.threads
    assert call.method == "chat.postMessage"
    assert "thread_ts" not in call.arguments
    assert call.arguments["unfurl_links"] is False
    assert "How do I reset my password?" in call.arguments["text"]
    assert "faq_share" not in actions_in(call.arguments)
    assert [each.method for each in call.instead] == ["response"]
    assert methods(again) == ["response"]


def test_the_answer_to_a_message_is_shared_below_it() -> None:
    """What the message shortcut answered goes to the thread of that message."""
    here = office()
    pointed = AnswerThis(
        ASKER, "T1", CHANNEL, text="I forgot my password", ts="5.5", response_url="u"
    )
    plan_shortcut(here, pointed)
    pressed = press("faq_share", "pw", ephemeral=True, response_url="https://r")

    assert only(plan_share(here, pressed)).arguments["thread_ts"] == "5.5"


@pytest.mark.parametrize("more", [{}, {"external": True}, {"channel": "D1"}, {"channel": ""}])
def test_what_is_not_for_all_is_not_shared(more: dict[str, object]) -> None:
    """The labels of the channel count, not those of who presses; a button's value proves nothing."""
    here = office(_HR)
    plan = plan_share(here, press("faq_share", "salary", **more))
    shared = plan_share(here, press("faq_share", "pw", external=True))

    assert "chat.postMessage" not in methods(plan)
    assert "25th" not in seen(plan)
    assert "chat.postMessage" not in methods(shared)
    partner = office(Settings(channels={CHANNEL: ChannelSettings(shared=True)}))
    assert "chat.postMessage" not in methods(plan_share(partner, press("faq_share", "pw")))
    assert plan_share(here, press("faq_share", "salary", channel="C9HR")).calls[0].method == (
        "chat.postMessage"
    )


def _missed(settings: Settings, store: ListStore | None = None) -> Office:
    here = office(settings, store)
    assert plan_message(here, mention(_QUESTION)).calls
    return here


def test_the_owner_is_called_in_the_thread() -> None:
    """Without a place for help, the owner is called where the question was asked."""
    here = _missed(Settings(owners=(OWNER,)))
    post, told = plan_escalation(here, press("faq_escalate", "r1", thread="5.0")).calls

    assert (post.method, post.arguments["channel"]) == ("chat.postMessage", CHANNEL)
    assert post.arguments["thread_ts"] == "5.0"
    assert f"<@{OWNER}>" in post.arguments["text"]
    assert "<!channel>" not in post.arguments["text"]
    assert told.method == "chat.postEphemeral"


def test_help_is_asked_for_where_it_is_given() -> None:
    """With a channel for that, the call goes there."""
    here = _missed(Settings(owners=(OWNER,), escalation_channel="C5HELP"))
    post, _ = plan_escalation(here, press("faq_escalate", "r1")).calls

    assert post.arguments["channel"] == "C5HELP"
    assert "thread_ts" not in post.arguments


def test_help_is_asked_for_elsewhere_where_it_cannot_be() -> None:
    """Where the bot may not post, it asks in the thread, and says at last that it could not."""
    here = _missed(Settings(owners=(OWNER,), escalation_channel="C5HELP"))
    first, _ = plan_escalation(here, press("faq_escalate", "r1", thread="5.0")).calls
    second, told = first.instead

    assert (second.arguments["channel"], second.arguments["thread_ts"]) == (CHANNEL, "5.0")
    assert told.method == "chat.postEphemeral"
    (last,) = second.instead
    assert texts.CANNOT_ASK in last.arguments["text"]


@pytest.mark.parametrize("more", [{"channel": "D1"}, {"ephemeral": True, "response_url": "u"}])
def test_what_was_private_goes_to_the_owner_alone(more: dict[str, object]) -> None:
    """What nobody else saw is not posted for all."""
    here = _missed(Settings(owners=(OWNER,)))
    post, _ = plan_escalation(here, press("faq_escalate", "r1", **more)).calls

    assert post.arguments["channel"] == OWNER


def test_the_owner_of_the_section_is_asked() -> None:
    """The section of the nearest entry tells who knows."""
    settings = Settings(owners=(OWNER,), sections={"Accounts": ("U3ACC",)})
    here = office(settings)
    plan_message(here, direct("I forgot my password"))
    post, _ = plan_escalation(here, press("faq_escalate", "r1")).calls

    assert "<@U3ACC>" in post.arguments["text"]


def test_help_is_asked_for_once() -> None:
    """Whoever presses again, in whatever process, is told that it was."""
    store = ListStore()
    here = _missed(Settings(owners=(OWNER,)), store)
    plan_escalation(here, press("faq_escalate", "r1"))
    elsewhere = office(Settings(owners=(OWNER,)), store)

    for again in (
        plan_escalation(here, press("faq_escalate", "r1", person=OTHER)),
        plan_escalation(elsewhere, press("faq_escalate", "r1")),
    ):
        assert texts.ESCALATED_BEFORE in only(again).arguments["text"]


def test_where_nobody_can_be_asked() -> None:
    """Nonsense, outsiders, and a bot without owners get a word, and nobody is called."""
    ownerless = _missed(Settings())
    here = _missed(Settings(owners=(OWNER,)))

    for plan, said in (
        (plan_escalation(ownerless, press("faq_escalate", "r1")), texts.NOBODY_TO_ASK),
        (plan_escalation(here, press("faq_escalate", "nonsense")), texts.STALE),
        (plan_escalation(here, press("faq_escalate", "")), texts.STALE),
        (plan_escalation(here, press("faq_escalate", "r1", foreign=True)), texts.NOT_FOR_OUTSIDE),
    ):
        assert methods(plan) == ["chat.postEphemeral"]
        assert said.split(".", maxsplit=1)[0] in seen(plan)
