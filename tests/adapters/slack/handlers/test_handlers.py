"""The desk: whatever comes, a plan goes out, and nothing is posted for what must be ignored."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot import Answer, Bot
from faqbot_slack.events.payloads import read_request
from faqbot_slack.events.types import BlockAction, Ignored
from faqbot_slack.handlers.state import State
from faqbot_slack.rendering.calls import Plan
from faqbot_slack.settings import Audience, ChannelSettings, SlackSettings
from tests.adapters.slack.planning import (
    ASKER,
    CHANNEL,
    ME,
    OWNER,
    Clock,
    ListStore,
    block_action,
    bot,
    command,
    handle,
    mention,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot_slack.rendering.calls import Call

_SETTINGS = SlackSettings(
    owners=(OWNER,),
    channels={CHANNEL: ChannelSettings(ambient=True, threshold=0.7)},
    audiences={"hr": Audience(frozenset(["U1HR"]))},
    suggestions_channel="C5TRIAGE",
)
_METHODS = {
    *("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "response"),
    *("views.open", "views.publish", "assistant.threads.setSuggestedPrompts"),
}


def _state(store: ListStore | None = None, served: Bot | None = None) -> State:
    return State(served or bot(), _SETTINGS, store or ListStore(), ME, clock=Clock())


def _all_calls(plan: Plan) -> Iterator[Call]:
    for call in plan.calls:
        yield call
        yield from call.instead


def _check(plan: Plan) -> None:
    """Check what holds of every plan."""
    for call in _all_calls(plan):
        assert call.method in _METHODS
        for arguments in (call.arguments, *call.simpler):
            if call.method.startswith("chat.post") or call.method == "response":
                assert arguments["text"].strip()
                assert "<!" not in arguments["text"]
            if call.method == "chat.postMessage":
                assert arguments["unfurl_links"] is False
                assert not {"reply_broadcast", "as_user", "link_names"} & arguments.keys()
        if call.method == "views.open":
            assert call.arguments["trigger_id"]


_TEXTS = st.sampled_from(
    [
        "how do I reset my password?",
        "when is payday",
        "vpn help",
        "1",
        "none of these",
        "thanks",
        "how tall is the tower?",
        "<@U0BOT> hours",
        "<@U0BOT>",
        "<!channel> &lt;!here&gt; <@U2OTHER>",
        "admin mute",
        "",
    ]
) | st.text(max_size=30)
_PEOPLE = st.sampled_from([ASKER, OWNER, "U1HR", "U0BOT", "USLACKBOT", ""])
_PLACES = st.sampled_from([CHANNEL, "C2OTHER", "D1ASKER", "C5TRIAGE", ""])
_MOMENTS = st.sampled_from(["1.0", "2.0", "3.0", ""])
_VALUES = st.sampled_from(["pw", "salary", "up:r1", "down:r1", "down:x", "r1", "s1", ""]) | st.text(
    max_size=10
)
_ACTIONS = st.sampled_from(
    [
        *("faq_choice_1", "faq_choice_2", "faq_choice_none", "faq_follow_1", "faq_feedback"),
        *("faq_share", "faq_suggest", "faq_escalate", "faq_remove", "faq_approve", "faq_edit"),
        *("faq_reject", "faq_home_search", "faq_home_show_1", "faq_x", "", "_1"),
    ]
)


def _some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return strategy | st.none() | st.just(7)


_EVENTS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["message", "app_mention", "app_home_opened", "team_join"]),
        "user": _some(_PEOPLE),
        "text": _some(_TEXTS),
        "channel": _some(_PLACES),
        "ts": _some(_MOMENTS),
    },
    optional={
        "thread_ts": _some(_MOMENTS),
        "subtype": st.sampled_from(
            ["bot_message", "message_deleted", "file_share", "channel_join"]
        ),
        "bot_id": st.sampled_from(["B9", "", None]),
        "deleted_ts": _MOMENTS,
        "user_team": st.sampled_from(["T1", "T9"]),
        "channel_type": st.sampled_from(["im", "channel"]),
        "tab": st.sampled_from(["home", "messages", "x"]),
    },
)
_CALLBACKS = st.builds(
    lambda event, shared: {
        "type": "event_callback",
        "event": event,
        "event_id": "E1",
        "is_ext_shared_channel": shared,
    },
    _EVENTS,
    st.booleans(),
)
_PRESSES = st.builds(
    lambda user, action, value, channel, ts, unseen: {
        "type": "block_actions",
        "user": {"id": user, "team_id": "T1"},
        "actions": [{"action_id": action, "value": value, "type": "button"}],
        "channel": {"id": channel},
        "container": {"message_ts": ts, "is_ephemeral": unseen},
        "trigger_id": "t",
        "response_url": "https://r",
    },
    _PEOPLE,
    _ACTIONS,
    _VALUES,
    _PLACES,
    _MOMENTS,
    st.booleans(),
)
_COMMANDS = st.builds(
    lambda user, text, channel: {
        "command": "/ask",
        "user_id": user,
        "text": text,
        "channel_id": channel,
        "response_url": "https://r",
    },
    _PEOPLE,
    _TEXTS,
    _PLACES,
)
_FORMS = st.builds(
    lambda user, view, question, answer, metadata: {
        "type": "view_submission",
        "user": {"id": user},
        "view": {
            "callback_id": view,
            "private_metadata": metadata,
            "state": {
                "values": {
                    "question": {"q": {"value": question}},
                    "answer": {"a": {"value": answer}},
                }
            },
        },
    },
    _PEOPLE,
    st.sampled_from(["faq_suggest_form", "faq_reason_form", "faq_edit_form", "x"]),
    _TEXTS,
    _TEXTS,
    _VALUES,
)


@settings(max_examples=60)
@given(st.lists(_CALLBACKS | _PRESSES | _COMMANDS | _FORMS, max_size=12))
def test_any_payloads_are_met(bodies: list[dict[str, Any]]) -> None:
    """Whatever comes in whatever order: a plan, within the rules, and no word to bots and outsiders."""
    state = _state()
    for body in bodies:
        request = read_request(body, ME)
        plan = handle(state, request)
        _check(plan)
        if isinstance(request, Ignored) or request.person in {"", "U0BOT", "USLACKBOT"}:
            assert not [call for call in plan.calls if call.method == "chat.postMessage"]
        if request.foreign:
            assert plan.calls == ()
        if request.person != "U1HR":
            assert "25th" not in repr(plan)
        for call in plan.calls:
            if call.on_success is not None:
                call.on_success({"ok": True, "ts": "3.0"})


@given(_ACTIONS, st.text(max_size=30), _PEOPLE)
def test_any_press_is_met(action: str, value: str, person: str) -> None:
    """A button with any value, pressed by anybody, is met politely."""
    request = BlockAction(
        person, "T1", CHANNEL, action_id=action, value=value, ts="1.0", trigger="t"
    )
    _check(handle(_state(), request))


def test_what_is_remembered_is_bounded() -> None:
    """However many people ask in however many threads, memory does not grow with them."""
    state = _state()
    for number in range(1_200):
        channel, person = f"C{number % 7}GENERAL", f"U{number}ABC"
        handle(state, mention("hours", channel=channel, person=person, thread=f"{number}.0"))
        handle(
            state,
            block_action("faq_choice_1", "pw", channel=channel, person=person, ts=f"{number}.1"),
        )

    assert len(state.limits.thread_answers) == 1_000
    assert len(state.conversations) <= 10_000
    assert len(state.memory.past_questions) <= 10_000
    assert len(state.seen._this_minute) <= 10_000
    assert len(state.limits.person._allowed) <= 10_000


class _SlowBot(Bot):
    """A bot that is slow about one question, until it is let go."""

    def __init__(self) -> None:
        self.adopt(bot())
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def ask(self, *arguments: Any, **named: Any) -> Answer:  # noqa: ANN401  whatever a bot takes
        """Answer, in its time."""
        if "slow" in arguments[0].text:
            self.begun.set()
            assert self.let_go.wait(30)
        return super().ask(*arguments, **named)


def test_a_slow_question_holds_nobody_up() -> None:
    """While one question is looked up, others are answered, of other people and elsewhere."""
    slow = _SlowBot()
    state = _state(served=slow)
    plans: list[Plan] = []
    thread = threading.Thread(target=lambda: plans.append(handle(state, mention("slow question"))))
    thread.start()
    try:
        assert slow.begun.wait(30)
        assert handle(state, mention("I forgot my password", person="U2OTHER")).calls
        assert handle(state, command("I forgot my password")).ack
        assert handle(state, block_action("faq_follow_1", "mfa", person="U2OTHER")).calls
        assert plans == []
    finally:
        slow.let_go.set()
        thread.join()
    assert len(plans) == 1


def test_many_threads_may_plan_at_once() -> None:
    """What is counted by many threads comes out right."""
    store = ListStore()
    state = _state(store)
    plans: list[Plan] = []

    def ask(number: int) -> None:
        message = mention("I forgot my password", person=f"U{number}ABC", thread="5.0")
        plans.append(handle(state, message))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(15)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert [len(plan.calls) for plan in plans] == [1] * 15
    assert state.limits.thread_answers.total((CHANNEL, "5.0")) == 15
