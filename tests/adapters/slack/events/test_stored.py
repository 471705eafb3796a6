"""Requests as JSON, which another process reads."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.events.stored import can_wait, request_from_json, request_key, request_to_json
from faqbot_slack.events.types import (
    AnswerThis,
    BlockAction,
    HomeOpened,
    Message,
    Request,
    SlashCommand,
    SuggestShortcut,
    ViewSubmission,
)

_WHO = {"person": "U1", "team": "T1", "channel": "C1"}


@given(
    kind=st.sampled_from([AnswerThis, BlockAction, Message, SlashCommand]),
    text=st.text(),
    keys=st.lists(st.text(), max_size=2).map(tuple),
)
def test_a_request_comes_back_as_it_was(
    kind: type[Message], text: str, keys: tuple[str, ...]
) -> None:
    """Any text survives, also one that no database keeps, and the request is marked as resumed."""
    request = kind(**_WHO, keys=keys, text=text)
    stored = request_to_json(request)

    assert stored.isascii()
    assert request_from_json(stored) == replace(request, resumed=True)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "7", "{}", '{"kind": "Message"}', '{"kind": "Ignored", "keys": []}', "{"],
)
def test_a_text_that_cannot_be_read_is_none(text: str) -> None:
    """What is no request of a known kind raises nothing."""
    assert request_from_json(text) is None


def test_fields_of_another_version_are_ignored() -> None:
    """A newer replica may have written more."""
    stored = json.loads(request_to_json(Message(**_WHO, keys=("m",), text="why?")))

    read = request_from_json(json.dumps(stored | {"mood": "curious"}))
    assert isinstance(read, Message)
    assert read.text == "why?"


@pytest.mark.parametrize(
    ("request_", "waits"),
    [
        (Message(keys=("1",)), True),
        (AnswerThis(keys=("1",)), True),
        (BlockAction(keys=("1",)), True),
        (SlashCommand(keys=("1",)), True),
        (Message(), False),
        (HomeOpened(keys=("1",)), False),
        (SuggestShortcut(keys=("1",)), False),
        (ViewSubmission(keys=("1",)), False),
    ],
)
def test_requests_with_a_key_can_wait_if_no_form_opens(
    request_: Request,
    waits: bool,  # noqa: FBT001 - a value of the table
) -> None:
    """A request without a key cannot be told from another; a trigger is valid for three seconds."""
    assert can_wait(request_) is waits


def test_both_events_of_a_mention_have_one_key() -> None:
    """The key is that of the message, which both events name last."""
    one, twin = Message(keys=("event1", "message")), Message(keys=("event2", "message"))

    assert request_key(one) == request_key(twin)
    assert len(request_key(one)) == 32
    assert request_key(Message()) == ""
