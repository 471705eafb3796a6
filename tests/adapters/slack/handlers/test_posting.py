"""What is to be seen becomes calls: in every form it has, for whom it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot_slack.handlers.posting import (
    ephemeral_ack,
    post,
    post_ephemeral,
    reply_ephemeral,
    respond,
    update,
)
from faqbot_slack.rendering.messages import OutgoingMessage
from tests.adapters.slack.planning import ASKER, CHANNEL, block_action

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_BLOCK = {"type": "divider"}
_LOOK = OutgoingMessage(
    "a",
    (_BLOCK,),
    (OutgoingMessage("b", (_BLOCK, _BLOCK)), OutgoingMessage("c")),
    (OutgoingMessage("more"),),
)


def test_a_post_has_all_its_forms_and_parts() -> None:
    """Each form goes to the same place, and each further part is a post of its own."""
    answered: list[Mapping[str, Any]] = []
    first, more = post(_LOOK, CHANNEL, "5.0", answered.append)
    where = {"channel": CHANNEL, "thread_ts": "5.0", "unfurl_links": False, "unfurl_media": False}

    assert first.arguments == {**where, "text": "a", "blocks": [_BLOCK]}
    assert first.simpler == (
        {**where, "text": "b", "blocks": [_BLOCK, _BLOCK]},
        {**where, "text": "c"},
    )
    assert first.on_success is not None
    assert more.arguments == {**where, "text": "more"}
    assert more.on_success is None


def test_a_response_is_for_one_person() -> None:
    """It replaces what was pressed on only where that is wanted, and never with its further parts."""
    first, more = respond(_LOOK, "https://r", replace=True)

    assert first.url == more.url == "https://r"
    assert first.arguments["response_type"] == more.arguments["response_type"] == "ephemeral"
    assert (first.arguments["replace_original"], more.arguments["replace_original"]) == (
        True,
        False,
    )
    assert ephemeral_ack(_LOOK) == {"response_type": "ephemeral", "text": "a", "blocks": [_BLOCK]}


def test_who_pressed_is_told_where_they_are() -> None:
    """In the thread of a post, by the response_url of what only they see, and nowhere in the home."""
    (in_thread,) = reply_ephemeral(block_action("x", thread="5.0"), "Hm.").calls
    (unseen,) = reply_ephemeral(
        block_action("x", ephemeral=True, response_url="https://r"), "Hm."
    ).calls

    assert in_thread.method == "chat.postEphemeral"
    assert in_thread.arguments["thread_ts"] == "5.0"
    assert in_thread.arguments["user"] == ASKER
    assert (unseen.method, unseen.url) == ("response", "https://r")
    assert reply_ephemeral(block_action("x", channel=""), "Hm.").calls == ()


def test_whispers_and_updates() -> None:
    """Without a thread a post_ephemeral names none; an update keeps its place in every form."""
    assert "thread_ts" not in post_ephemeral(_LOOK, CHANNEL, ASKER).arguments
    call = update(_LOOK, CHANNEL, "7.7")
    assert {form["ts"] for form in (call.arguments, *call.simpler)} == {"7.7"}
