"""From what is to be seen to the calls that show it: posts, whispers, and answers to a press or command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.rendering.messages import note_look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot_slack.events.types import Press
    from faqbot_slack.rendering.calls import OnSuccess
    from faqbot_slack.rendering.messages import Look

__all__ = ["ephemeral_ack", "post", "respond", "tell", "update", "whisper"]

_QUIET = {"unfurl_links": False, "unfurl_media": False}


def post(
    look: Look,
    channel: str,
    thread: str = "",
    on_success: OnSuccess | None = None,
) -> tuple[Call, ...]:
    """Return the calls that post *look* for everybody, in *thread* of *channel* unless that is ""."""
    where = {"channel": channel, **({"thread_ts": thread} if thread else {}), **_QUIET}
    first = _call("chat.postMessage", look, where, on_success=on_success)
    return (first, *(_call("chat.postMessage", more, where) for more in look.more))


def whisper(look: Look, channel: str, person: str, thread: str = "") -> Call:
    """Return the call that shows *look* to *person* only."""
    where = {"channel": channel, "user": person, **({"thread_ts": thread} if thread else {})}
    return _call("chat.postEphemeral", look, where)


def respond(look: Look, url: str, *, replace: bool = False) -> tuple[Call, ...]:
    """Return the calls that show *look* to a person only, by the response_url *url*.

    With *replace* it takes the place of the message that was pressed on.
    """
    first = _call("response", look, {**_EPHEMERAL, "replace_original": replace}, url)
    rest = {**_EPHEMERAL, "replace_original": False}
    return (first, *(_call("response", more, rest, url) for more in look.more))


def update(look: Look, channel: str, ts: str) -> Call:
    """Return the call that shows *look* in the place of the bot's message *ts*."""
    return _call("chat.update", look, {"channel": channel, "ts": ts})


def ephemeral_ack(look: Look) -> dict[str, Any]:
    """Return the acknowledgement of a command that shows *look*, but for what it has *more*."""
    return {"response_type": "ephemeral", **_body(look)}


def tell(press: Press, markdown: str) -> Plan:
    """Return the plan that says *markdown* to the person who pressed, and to nobody else."""
    look = note_look(markdown)
    if press.ephemeral and press.response_url:
        return Plan({}, respond(look, press.response_url))
    if press.channel and press.person:
        return Plan({}, (whisper(look, press.channel, press.person, press.thread),))
    return NOTHING


_EPHEMERAL = {"response_type": "ephemeral"}


def _call(
    method: str,
    look: Look,
    where: Mapping[str, Any],
    url: str = "",
    on_success: OnSuccess | None = None,
) -> Call:
    simpler = tuple({**where, **_body(each)} for each in look.simpler)
    return Call(method, {**where, **_body(look)}, url, simpler, on_success)


def _body(look: Look) -> dict[str, Any]:
    return {"text": look.text, **({"blocks": [*look.blocks]} if look.blocks else {})}
