"""From what is to be seen to the calls that show it: posts, whispers, and answers to a press or command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.rendering.messages import note_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot_slack.events.types import BlockAction
    from faqbot_slack.rendering.calls import OnSuccess
    from faqbot_slack.rendering.messages import OutgoingMessage

__all__ = ["ephemeral_ack", "post", "respond", "tell", "update", "whisper"]

_QUIET = {"unfurl_links": False, "unfurl_media": False}


def post(
    outgoing: OutgoingMessage,
    channel: str,
    thread: str = "",
    on_success: OnSuccess | None = None,
) -> tuple[Call, ...]:
    """Return the calls that post *look* for everybody, in *thread* of *channel* unless that is ""."""
    where = {"channel": channel, **({"thread_ts": thread} if thread else {}), **_QUIET}
    first = _call("chat.postMessage", outgoing, where, on_success=on_success)
    return (first, *(_call("chat.postMessage", more, where) for more in outgoing.more))


def whisper(outgoing: OutgoingMessage, channel: str, person: str, thread: str = "") -> Call:
    """Return the call that shows *look* to *person* only."""
    where = {"channel": channel, "user": person, **({"thread_ts": thread} if thread else {})}
    return _call("chat.postEphemeral", outgoing, where)


def respond(outgoing: OutgoingMessage, url: str, *, replace: bool = False) -> tuple[Call, ...]:
    """Return the calls that show *look* to a person only, by the response_url *url*.

    With *replace* it takes the place of the message that was pressed on.
    """
    first = _call("response", outgoing, {**_EPHEMERAL, "replace_original": replace}, url)
    rest = {**_EPHEMERAL, "replace_original": False}
    return (first, *(_call("response", more, rest, url) for more in outgoing.more))


def update(outgoing: OutgoingMessage, channel: str, ts: str) -> Call:
    """Return the call that shows *look* in the place of the bot's message *ts*."""
    return _call("chat.update", outgoing, {"channel": channel, "ts": ts})


def ephemeral_ack(outgoing: OutgoingMessage) -> dict[str, Any]:
    """Return the acknowledgement of a command that shows *look*, but for what it has *more*."""
    return {"response_type": "ephemeral", **_body(outgoing)}


def tell(action: BlockAction, markdown: str) -> Plan:
    """Return the plan that says *markdown* to the person who pressed, and to nobody else."""
    outgoing = note_message(markdown)
    if action.ephemeral and action.response_url:
        return Plan({}, respond(outgoing, action.response_url))
    if action.channel and action.person:
        return Plan({}, (whisper(outgoing, action.channel, action.person, action.thread),))
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
