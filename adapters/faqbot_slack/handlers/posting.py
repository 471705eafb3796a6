"""Calls that show a message: posts, ephemeral messages, response_urls and updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faqbot_slack.rendering.calls import NOTHING, QUIET, Call, Plan
from faqbot_slack.rendering.messages import note_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot_slack.events.types import BlockAction
    from faqbot_slack.rendering.calls import OnSuccess
    from faqbot_slack.rendering.messages import OutgoingMessage


def post(
    outgoing: OutgoingMessage,
    channel: str,
    thread: str = "",
    on_success: OnSuccess | None = None,
) -> tuple[Call, ...]:
    """Return the calls that post *outgoing* in *channel*, in *thread* if given."""
    where = {"channel": channel, **({"thread_ts": thread} if thread else {}), **QUIET}
    first = _call("chat.postMessage", outgoing, where, on_success=on_success)
    return (first, *(_call("chat.postMessage", more, where) for more in outgoing.more))


def post_ephemeral(outgoing: OutgoingMessage, channel: str, person: str, thread: str = "") -> Call:
    """Return the call that shows *outgoing* to *person* only."""
    where = {"channel": channel, "user": person, **({"thread_ts": thread} if thread else {})}
    return _call("chat.postEphemeral", outgoing, where)


def respond(outgoing: OutgoingMessage, url: str, *, replace: bool = False) -> tuple[Call, ...]:
    """Return the calls that show *outgoing* to one person by the response_url *url*.

    With *replace* it replaces the message of the button.
    """
    first = _call("response", outgoing, {**_EPHEMERAL, "replace_original": replace}, url)
    rest = {**_EPHEMERAL, "replace_original": False}
    return (first, *(_call("response", more, rest, url) for more in outgoing.more))


def update(outgoing: OutgoingMessage, channel: str, ts: str) -> Call:
    """Return the call that replaces message *ts* by *outgoing*."""
    return _call("chat.update", outgoing, {"channel": channel, "ts": ts})


def ephemeral_ack(outgoing: OutgoingMessage) -> dict[str, Any]:
    """Return a command's acknowledgement with *outgoing*, without its *more* messages."""
    return {"response_type": "ephemeral", **_body(outgoing)}


def reply_ephemeral(action: BlockAction, markdown: str) -> Plan:
    """Return the plan that shows *markdown* to the person of *action* only."""
    outgoing = note_message(markdown)
    if action.ephemeral and action.response_url:
        return Plan({}, respond(outgoing, action.response_url))
    if action.channel and action.person:
        return Plan({}, (post_ephemeral(outgoing, action.channel, action.person, action.thread),))
    return NOTHING


_EPHEMERAL = {"response_type": "ephemeral"}


def _call(
    method: str,
    outgoing: OutgoingMessage,
    where: Mapping[str, Any],
    url: str = "",
    on_success: OnSuccess | None = None,
) -> Call:
    simpler = tuple({**where, **_body(each)} for each in outgoing.simpler)
    return Call(method, {**where, **_body(outgoing)}, url, simpler, on_success)


def _body(outgoing: OutgoingMessage) -> dict[str, Any]:
    return {"text": outgoing.text, **({"blocks": [*outgoing.blocks]} if outgoing.blocks else {})}
