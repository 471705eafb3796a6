"""What is said when something failed: never why, always a reference that the log has too."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from faqbot_slack.events.types import (
    AnswerThis,
    Command,
    HomeOpened,
    Message,
    MessageDeleted,
    Press,
)
from faqbot_slack.rendering.calls import NOTHING, Call, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot_slack.events.types import Request

__all__ = ["apologies", "apology_plan", "new_reference"]


def new_reference() -> str:
    """Return four characters by which a person and the log can name the same failure."""
    return secrets.token_hex(2).upper()


def apology_plan(request: Request, reference: str) -> Plan:
    """Return the plan for a *request* that could not be worked out."""
    if isinstance(request, Command):
        return Plan({"response_type": "ephemeral", "text": _text(reference)})
    if isinstance(request, Message) and not (request.mentioned or request.direct):
        return NOTHING  # it may well have been none of the bot's business
    return Plan({}, tuple(apologies(request, reference))[:1])


def apologies(request: Request, reference: str, *, failed: str = "") -> Iterator[Call]:
    """Yield calls that would tell the person, the best first; none for what nobody waits for.

    *failed* is the response_url that is known not to work.
    """
    text = _text(reference)
    if isinstance(request, HomeOpened | MessageDeleted):
        return
    if isinstance(request, Message):
        if request.mentioned or request.direct or request.thread:
            yield _post(request.channel, text, thread_ts=request.thread or request.ts)
        return
    if isinstance(request, Command | AnswerThis | Press):
        url = request.response_url
        if url and url != failed:
            body = {"response_type": "ephemeral", "replace_original": False, "text": text}
            yield Call("response", body, url)
        if request.channel and request.person:
            yield _whisper(request, text)
    elif request.person:
        yield _post(request.person, text)


def _text(reference: str) -> str:
    return (
        "Sorry, something went wrong on my side, so I could not do that. Please try again in a "
        f"minute. If it keeps happening, tell whoever looks after me the reference {reference}."
    )


def _post(channel: str, text: str, **more: str) -> Call:
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return Call("chat.postMessage", {"channel": channel, "text": text, **quiet, **more})


def _whisper(request: Request, text: str) -> Call:
    where = {"channel": request.channel, "user": request.person}
    return Call("chat.postEphemeral", {**where, "text": text})
