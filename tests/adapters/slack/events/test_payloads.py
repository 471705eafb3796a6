"""Values are taken out of payloads whatever they are."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.events.payloads import (
    at,
    clean,
    mapping_at,
    names_others,
    names_user,
    plain_text,
    read_request,
    text_at,
)
from faqbot_slack.events.types import (
    AnswerThis,
    BlockAction,
    HomeOpened,
    Identity,
    Ignored,
    Message,
    MessageDeleted,
    Request,
    SlashCommand,
    SuggestShortcut,
    ViewSubmission,
)

_ME = Identity("U0BOT", "B0BOT", "T1")
_ORGANISATION = Identity("U0BOT", "B0BOT", "T1", "E1")
_BOT = "U0BOT"
_QUESTION = "how do I reset my password?"


def _event(event: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401  what a payload holds
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event, **more}


def _said(**more: Any) -> dict[str, Any]:  # noqa: ANN401  what a payload holds
    said = {"type": "message", "user": "U1", "text": "hello there", "ts": "5.1", "channel": "C1"}
    return {**said, "channel_type": "channel", "team": "T1", **more}


def _interaction(kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  what a payload holds
    user = {"id": "U1", "team_id": "T1"}
    return {"type": kind, "user": user, "team": {"id": "T1"}, "trigger_id": "7.8", **more}


def test_a_mention_and_its_twin_share_a_key() -> None:
    """The mention and the channel's message are the same request under two event ids."""
    text = "<@U0BOT> what is it?"
    mention = read_request(_event(_said(type="app_mention", text=text)), _ME)
    twin = read_request(_event(_said(text=text), event_id="Ev2"), _ME)

    assert isinstance(mention, Message)
    assert isinstance(twin, Message)
    assert (mention.text, mention.mentioned, mention.direct) == ("what is it?", True, False)
    assert twin.mentioned
    assert mention.keys == ("U0BOT:event:Ev1", "U0BOT:message:C1:5.1")
    assert twin.keys == ("U0BOT:event:Ev2", "U0BOT:message:C1:5.1")


def test_an_edit_that_adds_the_mention_is_a_new_request() -> None:
    """It has the timestamp of the message that was read before, and one of the edit."""
    plain = read_request(_event(_said(text="what is it?")), _ME)
    edited = _said(type="app_mention", text="<@U0BOT> what is it?", edited={"ts": "6.2"})
    added = read_request(_event(edited, event_id="Ev2"), _ME)

    assert added.keys == ("U0BOT:event:Ev2", "U0BOT:message:C1:5.1:6.2")
    assert not set(added.keys) & set(plain.keys)


def test_two_bots_may_share_a_store() -> None:
    """The keys of one bot are not those of another in the same channel."""
    other = read_request(_event(_said()), Identity("U0OTHER", "B1", "T1"))

    assert not set(other.keys) & set(read_request(_event(_said()), _ME).keys)


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast"])
def test_messages_in_threads_and_direct_ones(subtype: str | None) -> None:
    """A message knows its thread; the first of a thread stands in none."""
    reply = read_request(_event(_said(thread_ts="4.0", subtype=subtype)), _ME)
    first = read_request(_event(_said(thread_ts="5.1")), _ME)
    direct = read_request(_event(_said(channel="D1", channel_type="im")), _ME)

    assert isinstance(reply, Message)
    assert isinstance(first, Message)
    assert isinstance(direct, Message)
    assert (reply.thread, first.thread) == ("4.0", "")
    assert (reply.direct, direct.direct) == (False, True)


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B9"},
        {"bot_profile": {"id": "B9"}},
        {"type": "app_mention", "bot_id": "B9", "text": "<@U0BOT> hi"},
        {"subtype": "bot_message"},
        {"user": "USLACKBOT"},
        {"user": "U0BOT"},
        {"user": None},
        {"ts": None},
        {"channel": None},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"subtype": "me_message"},
        {"subtype": ["file_share"]},
        {"type": "team_join"},
        {"type": "app_context_changed"},
    ],
)
def test_what_nobody_asked_is_ignored(more: dict[str, Any]) -> None:
    """Bots, Slack itself, edits and notices are no questions."""
    assert isinstance(read_request(_event(_said(**more)), _ME), Ignored)


@pytest.mark.parametrize(
    ("event", "body", "external", "foreign"),
    [
        ({}, {}, False, False),
        ({"user_team": "T9"}, {}, True, True),
        ({"team": "T9"}, {"is_ext_shared_channel": True}, True, True),
        ({}, {"is_ext_shared_channel": True}, True, False),
    ],
)
def test_who_and_what_is_from_outside(
    event: dict[str, Any], body: dict[str, Any], *, external: bool, foreign: bool
) -> None:
    """Another team's person and a shared channel are external; one's own person there is not foreign."""
    request = read_request(_event(_said(**event), **body), _ME)

    assert (request.external, request.foreign) == (external, foreign)


def test_workspaces_of_one_organisation_are_no_strangers() -> None:
    """In an Enterprise organisation a person of its other workspace is not external."""
    assert not read_request(_event(_said(user_team="T2")), _ORGANISATION).external
    assert read_request(_event(_said(user_team="E9")), _ORGANISATION).external


def test_deleted_messages() -> None:
    """A deletion says which message is gone, and whether a person had replied to it."""
    bare = _said(subtype="message_deleted", deleted_ts="5.1", ts="6.0", user=None)
    replied = {"ts": "5.1", "user": "U1", "reply_users": ["U0BOT", "U2"]}
    tomb = {"ts": "5.1", "subtype": "tombstone", "reply_users": ["U0BOT"], "user": "USLACKBOT"}

    gone = read_request(_event(bare), _ME)
    discussed = read_request(_event({**bare, "previous_message": replied}), _ME)
    stone = read_request(_event(_said(subtype="message_changed", message=tomb)), _ME)

    assert isinstance(gone, MessageDeleted)
    assert isinstance(discussed, MessageDeleted)
    assert isinstance(stone, MessageDeleted)
    assert [(each.ts, each.replied) for each in (gone, discussed, stone)] == [
        ("5.1", False),
        ("5.1", True),
        ("5.1", False),
    ]


def test_commands() -> None:
    """A command is read as plain text, and keeps what Slack sent."""
    body = {"command": "/ask", "text": "what is &lt;b&gt;?", "user_id": "U1", "team_id": "T1"}
    request = read_request({**body, "channel_id": "C1", "response_url": "https://r"}, _ME)

    assert isinstance(request, SlashCommand)
    assert (request.text, request.raw) == ("what is <b>?", "what is &lt;b&gt;?")
    assert (request.person, request.channel, request.response_url) == ("U1", "C1", "https://r")
    assert not request.external


def test_presses() -> None:
    """A press says what was pressed, on which message of which thread, and who began that thread."""
    body = _interaction(
        "block_actions",
        container={"type": "message", "message_ts": "6.0", "channel_id": "C1"},
        channel={"id": "C1"},
        message={"ts": "6.0", "thread_ts": "5.1", "parent_user_id": "U2"},
        actions=[{"action_id": "faq_choice_1", "value": "vpn", "type": "button"}],
        response_url="https://r",
    )
    request = read_request(body, _ME)

    assert isinstance(request, BlockAction)
    assert (request.action_id, request.value, request.text) == ("faq_choice_1", "vpn", "")
    assert (request.channel, request.ts, request.thread) == ("C1", "6.0", "5.1")
    assert (request.asker, request.ephemeral, request.trigger) == ("U2", False, "7.8")
    assert request.keys == ("U0BOT:trigger:7.8",)


def test_a_search_in_the_home() -> None:
    """What is typed into an input is its text; an ephemeral message is known as one."""
    typed = {"action_id": "faq_home_search", "type": "plain_text_input", "value": "vpn?"}
    request = read_request(_interaction("block_actions", actions=[typed]), _ME)
    unseen = _interaction("block_actions", container={"is_ephemeral": True}, actions=[typed])

    assert isinstance(request, BlockAction)
    assert (request.text, request.channel, request.ephemeral) == ("vpn?", "", False)
    assert getattr(read_request(unseen, _ME), "ephemeral", None) is True


def test_shortcuts_forms_and_home() -> None:
    """The other kinds are told apart by their type."""
    message = {"text": "<@U0BOT> where?", "ts": "5.1", "thread_ts": "4.0", "bot_id": "B9"}
    values = {
        "question": {"input": {"type": "plain_text_input", "value": " why? "}},
        "x": {},
        "y": 3,
    }
    view = {"callback_id": "faq_suggest_form", "private_metadata": "m", "state": {"values": values}}

    this = read_request(_interaction("message_action", message=message, channel={"id": "C1"}), _ME)
    shortcut = read_request(_interaction("shortcut", callback_id="faq_suggest"), _ME)
    form = read_request(_interaction("view_submission", view=view), _ME)
    home = read_request(_event({"type": "app_home_opened", "user": "U1", "tab": "messages"}), _ME)

    assert isinstance(this, AnswerThis)
    assert (this.text, this.ts, this.thread, this.channel) == ("where?", "5.1", "4.0", "C1")
    assert isinstance(shortcut, SuggestShortcut)
    assert shortcut.trigger == "7.8"
    assert isinstance(form, ViewSubmission)
    assert (form.view, form.metadata) == ("faq_suggest_form", "m")
    assert form.fields == (("question", "why?"), ("x", ""), ("y", ""))
    assert isinstance(home, HomeOpened)
    assert home.tab == "messages"


@pytest.mark.parametrize("body", [None, [], "x", 3, {}, {"type": 3}, {"type": "event_callback"}])
def test_nonsense_is_ignored(body: object) -> None:
    """What is no payload at all is ignored, with a reason for the log."""
    request = read_request(body, _ME)

    assert isinstance(request, Ignored)
    assert request.reason


_NAMES = (
    "type event user text ts thread_ts channel subtype team command actions action_id value view state "
    "values container message id user_id previous_message reply_users bot_id tab"
)
_WORDS = (
    "event_callback message app_mention app_home_opened block_actions message_action shortcut "
    "view_submission message_deleted message_changed tombstone U0BOT U1 C1 D1 /ask <@U0BOT> 5.1"
)
_KEYS = st.sampled_from(_NAMES.split())
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(_WORDS.split()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=8),
    max_leaves=40,
)
_KINDS = st.sampled_from(["event_callback", "block_actions", "view_submission", "message_action"])
_BODIES = st.builds(
    lambda kind, rest: {**rest, "type": kind}, _KINDS, st.dictionaries(_KEYS, _JSON)
)


@given(_JSON | _BODIES)
def test_any_json_is_read(body: object) -> None:
    """No payload makes it fail, and every field is of its type."""
    request = read_request(body, _ME)

    assert isinstance(request, Request)
    for each in fields(request):
        assert isinstance(getattr(request, each.name), str | tuple | bool)


@pytest.mark.parametrize(
    "typed",
    [
        f"<@U0BOT> {_QUESTION}",
        f"{_QUESTION} <@U0BOT>",
        f"<@U0BOT> <@U0BOT> {_QUESTION}",
        f"<@U0BOT|faqbot> {_QUESTION}",
        f"<@U0BOT>{_QUESTION}",
        f"<@U0BOT>: {_QUESTION}",
        f"<@U0BOT> - {_QUESTION}",
        f"<@U0BOT>\n{_QUESTION}\n",
        "<@U0BOT> how do I\n\treset   my\u200b password?",
    ],
)
def test_the_bot_s_mention_is_no_part_of_the_question(typed: str) -> None:
    """Wherever and however the bot is named, the question is the same."""
    assert plain_text(typed, _BOT) == _QUESTION


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ask <@U1|anna> or <@U2>", "ask @anna or"),
        ("see <#C1|general> and <#C2>", "see #general and"),
        (
            "<!subteam^S1|@it-help> <!subteam^S2> <!here> <!channel> <!everyone>",
            "@it-help @here @channel @everyone",
        ),
        ("<https://a.example/x?a=1&amp;b=2> is down", "https://a.example/x?a=1&b=2 is down"),
        ("<https://a.example|the wiki> is down", "the wiki is down"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("due <!date^1700000000^{date}|1 May>?", "due 1 May?"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;!channel&gt; &lt;@U0BOT&gt;", "<!channel> <@U0BOT>"),
        ("<>", ""),
        ("a < b", "a < b"),
        ("cafe\u0301", "café"),
        ("a\x00b\ud800c", "ab\ufffdc"),
        ("user\u202etxt\ufeff", "usertxt"),
    ],
)
def test_tokens_and_escapes_are_read_as_they_look(typed: str, read: str) -> None:
    """Labels are kept, bare ids dropped, and escapes undone once, after the tokens."""
    assert plain_text(typed, _BOT) == read


def test_a_question_has_an_end() -> None:
    """What is longer than a question can be is cut, also where it is all tokens."""
    assert len(plain_text("a" * 50_000, _BOT)) == 2_000
    assert plain_text("<@U0BOT>" * 50_000, _BOT) in {"", "<@U0BOT"[:8]}


def test_punctuation_at_the_start_stays_without_a_mention() -> None:
    """Only what stands between the bot's name and the question is dropped."""
    assert plain_text("- is this a list?", _BOT) == "- is this a list?"
    assert plain_text("<@U0BOT> ?", _BOT) == "?"


def test_who_is_named() -> None:
    """The bot, other people and groups are told apart, and typed angle brackets name nobody."""
    assert names_user("hi <@U0BOT|bot>", _BOT)
    assert not names_user("hi &lt;@U0BOT&gt; <@U0BOTS>", _BOT)
    assert names_others("<@U2> and <@U0BOT>", _BOT)
    assert names_others("<!here> lunch?", _BOT)
    assert names_others("<!subteam^S1>", _BOT)
    assert not names_others("<@U0BOT> is <#C1> up?", _BOT)


@given(st.text(alphabet=st.sampled_from("<>@#!|&;ampltgUB0OT \n\ud800"), max_size=80))
def test_any_text_is_read(typed: str) -> None:
    """No text is too odd: what comes out is one line that can be stored and sent."""
    read = plain_text(typed, _BOT)

    assert read == " ".join(read.split())
    assert read.encode() is not None
    assert clean(clean(typed)) == clean(typed)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("a", "b"), "x"),
        (("a", "c", 0), 1),
        (("a", "c", 9), None),
        (("a", "c", "b"), None),
        (("a", 0), None),
        (("a", "b", 0), None),
        (("z",), None),
        ((), {"a": {"b": "x", "c": [1]}}),
    ],
)
def test_what_is_there_is_found(path: tuple[str | int, ...], found: object) -> None:
    """A path that leads nowhere leads to nothing, and not into a text."""
    assert at({"a": {"b": "x", "c": [1]}}, *path) == found


def test_what_is_of_another_kind_is_not_taken() -> None:
    """A number is no text, and a text no object."""
    assert (text_at({"a": 7}, "a"), text_at({"a": "7"}, "a"), text_at(None, "a")) == ("", "7", "")
    assert (mapping_at({"a": "7"}, "a"), mapping_at({"a": {"b": 1}}, "a")) == ({}, {"b": 1})
