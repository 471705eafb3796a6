"""What Slack does with an acknowledgement's payload: what it shows, and what it refuses to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.adapters.slack.fake.block_kit import view_problems
from tests.adapters.slack.fake.calls import Refusal
from tests.adapters.slack.fake.web_api import check_message, message_problems

Json = Mapping[str, Any]


def ack_problems(kind: str, payload: Json, ack: object) -> Iterator[str]:
    """Yield what Slack cannot use of *ack*, the acknowledgement of *payload*."""
    if not ack:
        return
    if not isinstance(ack, Mapping):
        yield "ack: must be an object"
    elif kind == "slash_commands":
        yield from response_problems(ack)
    elif payload.get("type") == "view_submission":
        yield from _submission_problems(payload, ack)
    else:
        yield f"ack: Slack shows nothing of the acknowledgement of {payload.get('type') or kind}"


def response_problems(message: Json) -> Iterator[str]:
    """Yield what is wrong with a message for a response_url, or in a command's acknowledgement."""
    if message.get("response_type", "ephemeral") not in {"ephemeral", "in_channel"}:
        yield f"response_type: {message['response_type']!r}"
    if message.get("delete_original"):
        return
    try:
        check_message(message)
    except Refusal as refusal:
        yield f"{refusal.error}: {'; '.join(refusal.details)}"
    else:
        yield from message_problems(message)


def _submission_problems(payload: Json, ack: Json) -> Iterator[str]:
    match ack.get("response_action"):
        case "errors":
            yield from _error_problems(payload, ack.get("errors"))
        case "update" | "push":
            yield from view_problems(ack.get("view"))
        case "clear":
            return
        case other:
            yield f"response_action: {other!r} is none of errors, update, push, clear"


def _error_problems(payload: Json, errors: object) -> Iterator[str]:
    if not isinstance(errors, Mapping) or not errors:
        yield "errors: must name a block"
        return
    inputs = {b.get("block_id") for b in payload["view"]["blocks"] if b.get("type") == "input"}
    for block, sentence in errors.items():
        if block not in inputs:
            yield f"errors: {block!r} is no input block of the view"
        if not isinstance(sentence, str) or not sentence:
            yield f"errors: {block!r} needs a sentence"
