"""Requests as JSON, for the store: those that can be answered later, by another process too."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from faqbot_slack.events.types import AnswerThis, BlockAction, Message, SlashCommand

if TYPE_CHECKING:
    from faqbot_slack.events.types import Request

# Kinds of requests that can be answered later. Forms and the shortcut for a suggestion need a trigger,
# which Slack accepts for three seconds; a page of the App Home is published again when it is opened.
_KINDS: dict[str, type[Request]] = {
    kind.__name__: kind for kind in (AnswerThis, BlockAction, Message, SlashCommand)
}
# Bytes of a key: 128 bits, which no two requests share.
_KEY_BYTES = 16


def request_key(request: Request) -> str:
    """Return the key of *request* in the store and in the metadata of its posts, "" without one.

    It is that of the message or of the trigger, so both events of a mention have the same.
    """
    if not request.keys:
        return ""
    key = request.keys[-1].encode("utf-8", "surrogatepass")
    return hashlib.blake2b(key, digest_size=_KEY_BYTES).hexdigest()


def can_wait(request: Request) -> bool:
    """Return True if *request* can be answered later, by any process."""
    return bool(request.keys) and type(request).__name__ in _KINDS


def request_to_json(request: Request) -> str:
    """Return *request* as JSON, which `request_from_json` reads."""
    given = {each.name: getattr(request, each.name) for each in fields(request)}
    return json.dumps({"kind": type(request).__name__, **given})


def request_from_json(text: str) -> Request | None:
    """Return the request that *text* holds, marked as resumed.

    Returns None for a text that cannot be read. Fields of another version are ignored.
    """
    try:
        stored: dict[str, Any] = json.loads(text)
        kind = _KINDS[stored.pop("kind")]
        known = {field.name for field in fields(kind)}
        given = {name: value for name, value in stored.items() if name in known}
        return kind(**given | {"keys": tuple(stored["keys"]), "resumed": True})
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
