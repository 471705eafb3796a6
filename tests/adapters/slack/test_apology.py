"""What a person is told when something failed, and where."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from faqbot_slack.events.types import (
    AnswerThis,
    Command,
    HomeOpened,
    Message,
    MessageDeleted,
    Press,
    Request,
    Submission,
)
from faqbot_slack.rendering.calls import NOTHING
from faqbot_slack.transport.executor import apologies, apology_plan, new_reference

_URL = "https://hooks.example.org/1"
_WHO = {"person": "U1", "channel": "C1"}


@pytest.mark.parametrize(
    ("request_", "made"),
    [
        (Message(**_WHO, ts="1.0", mentioned=True), [("chat.postMessage", "C1", "1.0")]),
        (Message(**_WHO, ts="2.0", thread="1.0"), [("chat.postMessage", "C1", "1.0")]),
        (Message(**_WHO, ts="1.0", direct=True), [("chat.postMessage", "C1", "1.0")]),
        (Message(**_WHO, ts="1.0"), []),
        (HomeOpened(person="U1"), []),
        (MessageDeleted(**_WHO), []),
        (
            Press(**_WHO, response_url=_URL),
            [("response", None, None), ("chat.postEphemeral", "C1", None)],
        ),
        (
            AnswerThis(**_WHO, response_url=_URL),
            [("response", None, None), ("chat.postEphemeral", "C1", None)],
        ),
        (Command(**_WHO), [("chat.postEphemeral", "C1", None)]),
        (Submission(person="U1"), [("chat.postMessage", "U1", None)]),
    ],
)
def test_person_is_told_where_they_asked(
    request_: Request, made: list[tuple[str, str | None, str | None]]
) -> None:
    """In the thread, by the response_url, or so that they alone see it; nobody else is bothered."""
    calls = list(apologies(request_, "7F3A"))

    assert [
        (call.method, call.arguments.get("channel"), call.arguments.get("thread_ts"))
        for call in calls
    ] == made
    assert all("reference 7F3A" in call.arguments["text"] for call in calls)


def test_url_that_failed_is_not_tried_again() -> None:
    """When the response_url is what failed, the other way is the first."""
    press = Press(**_WHO, response_url=_URL)

    assert [call.method for call in apologies(press, "7F3A", failed=_URL)] == ["chat.postEphemeral"]


def test_command_is_answered_in_its_acknowledgement() -> None:
    """A command that could not be worked out needs no call at all."""
    plan = apology_plan(Command(**_WHO, response_url=_URL), "7F3A")

    assert plan.ack["response_type"] == "ephemeral"
    assert plan.calls == ()


def test_strangers_are_not_bothered() -> None:
    """When it is unknown whether the bot would have answered, only who asked it hears of a failure."""
    overheard = Message(**_WHO, ts="2.0", thread="1.0")

    assert apology_plan(overheard, "7F3A") == NOTHING
    assert apology_plan(replace(overheard, mentioned=True), "7F3A").calls


def test_references_can_be_read_out() -> None:
    """A reference is four characters, and nearly always another."""
    references = {new_reference() for _ in range(100)}

    assert all(re.fullmatch("[0-9A-F]{4}", each) for each in references)
    assert len(references) > 90
