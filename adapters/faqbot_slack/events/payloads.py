"""Parser of request bodies; no field is trusted to exist or to have its type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

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
from faqbot_slack.rendering import escaping

# Subtypes of message events with new words of a person; others are edits, removals and notices.
MESSAGE_SUBTYPES = (None, "", "file_share", "thread_broadcast")
# Subtypes of message events that may report a deletion: a message with replies becomes a tombstone.
DELETION_SUBTYPES = ("message_deleted", "message_changed")
# Longest question, in characters. Chosen by hand: matching needs the first sentences only.
MOST_CHARACTERS = 2_000
# Characters of a message that are parsed: the longest message that Slack takes.
_MOST_RAW = 40_000
_TOKEN = re.compile(r"<([^<>]*)>")
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!(?:subteam\^|here|channel|everyone|group)")
_WITHOUT_WIDTH = re.compile("[\u200b\u2060\ufeff]")
# Punctuation between the bot's name and the question: "@faqbot: how …", "@faqbot, how …".
_BEHIND_NAME = re.compile(r"^[\s:,;\-–—]+(?=\S)")  # noqa: RUF001 - the dashes that people type


def at(body: object, *path: str | int) -> object:
    """Return the value at *path* in *body*, keys and indexes; None if missing."""
    found = body
    for step in path:
        if isinstance(step, str) and isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(step, int) and isinstance(found, Sequence) and not isinstance(found, str):
            found = found[step] if step < len(found) else None
        else:
            return None
    return found


def text_at(body: object, *path: str | int) -> str:
    """Return the string at *path* in *body*, "" if there is none."""
    found = at(body, *path)
    return found if isinstance(found, str) else ""


def mapping_at(body: object, *path: str | int) -> Mapping[str, object]:
    """Return the object at *path* in *body*, {} if there is none."""
    found = at(body, *path)
    return found if isinstance(found, Mapping) else {}


def plain_text(text: str, bot: str) -> str:
    """Return *text* as a person reads it, on one line, without mentions of the user id *bot*.

    At most `MOST_CHARACTERS` characters, in Unicode's form NFC. Links, channels and mentions become
    their labels; an id without a label is removed.
    """
    mentioned = False

    def shown_token(token: re.Match[str]) -> str:
        nonlocal mentioned
        if _named(token[0]) == bot:
            mentioned = True
            return " "
        return _label(token[1])

    shown = _unescape(_TOKEN.sub(shown_token, text[:_MOST_RAW]))
    line = " ".join(clean(shown).split())
    line = _BEHIND_NAME.sub("", line) if mentioned else line
    return line[:MOST_CHARACTERS].rstrip()


def clean(text: str) -> str:
    """Return *text* in NFC, without invisible and line-reordering characters."""
    return unicodedata.normalize("NFC", escaping.clean(_WITHOUT_WIDTH.sub("", text)))


def names_user(text: str, user: str) -> bool:
    """Return True if the raw *text* mentions *user*."""
    return any(found[1] == user for found in _USER.finditer(text[:_MOST_RAW]))


def names_others(text: str, bot: str) -> bool:
    """Return True if the raw *text* mentions a group, or a person other than *bot*."""
    raw = text[:_MOST_RAW]
    return _GROUP.search(raw) is not None or any(each[1] != bot for each in _USER.finditer(raw))


def _named(token: str) -> str:
    """Return the user id that *token* mentions, "" for other tokens."""
    found = _USER.fullmatch(token)
    return found[1] if found else ""


def _label(inside: str) -> str:
    """Return the visible text of a token."""
    target, bar, label = inside.partition("|")
    if target.startswith("#"):
        return f"#{label.lstrip('#')}" if label else " "
    if target.startswith("@"):
        return f"@{label.lstrip('@')}" if label else " "
    if target.startswith(("!here", "!channel", "!everyone")):
        return f"@{target[1:]}"
    if target.startswith("!"):
        return label or " "
    return label if bar and label else target


def _unescape(text: str) -> str:
    """Undo Slack's three escapes once: a typed "&lt;" arrives as "&amp;lt;"."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_request(body: object, identity: Identity) -> Request:
    """Parse a request *body* to the bot that is *identity*; never raises.

    Requests that need an acknowledgement only are `Ignored`, among them those of the bot itself.
    """
    request = _read_any(body, identity)
    nobody = {"", "USLACKBOT", identity.user}
    if isinstance(request, Ignored | MessageDeleted) or request.person not in nobody:
        return request
    return Ignored(keys=request.keys, reason="a request of no person")


def _read_any(body: object, identity: Identity) -> Request:
    kind = text_at(body, "type")
    if kind == "event_callback":
        return _read_event(body, identity)
    if kind in _INTERACTIONS:
        return _INTERACTIONS[kind](body, _interaction(body, identity), identity)
    if text_at(body, "command"):
        return _read_command(body, identity)
    return Ignored(reason=f"a request of the kind {clean(kind)[:40] or 'unknown'!r}")


class _Common(TypedDict):
    """Fields of `Request`, for the constructors."""

    person: str
    team: str
    channel: str
    keys: tuple[str, ...]
    external: bool
    foreign: bool


def _read_event(body: object, identity: Identity) -> Request:
    event = mapping_at(body, "event")
    kind = text_at(event, "type")
    if kind == "app_home_opened":
        return HomeOpened(**_of_event(body, identity), tab=text_at(event, "tab") or "home")
    if kind == "app_mention" or (kind == "message" and at(event, "subtype") in MESSAGE_SUBTYPES):
        return _read_message(body, identity)
    if kind == "message" and (gone := _deleted(event)):
        common = _of_event(body, identity)
        ts = text_at(event, "deleted_ts") or text_at(gone, "ts")
        replied = any(user != identity.user for user in _repliers(gone))
        return MessageDeleted(**common, ts=ts, replied=replied)
    what = " ".join(filter(None, (kind, text_at(event, "subtype"))))
    return Ignored(reason=f"an event {clean(what)[:80]!r}")


def _deleted(event: object) -> Mapping[str, object]:
    """Return the deleted message of *event*, {} for other events.

    A deleted message with replies is reported as changed to a tombstone.
    """
    subtype = text_at(event, "subtype")
    if subtype == "message_deleted":
        return mapping_at(event, "previous_message") or {"ts": text_at(event, "deleted_ts")}
    if subtype == "message_changed" and text_at(event, "message", "subtype") == "tombstone":
        return mapping_at(event, "message")
    return {}


def _repliers(message: object) -> list[str]:
    users = at(message, "reply_users")
    return [user for user in users if isinstance(user, str)] if isinstance(users, list) else []


def _read_message(body: object, identity: Identity) -> Request:
    event, common = mapping_at(body, "event"), _of_event(body, identity)
    if reason := _why_ignored(event, identity):
        return Ignored(**common, reason=reason)
    raw, channel, ts = text_at(event, "text"), common["channel"], text_at(event, "ts")
    thread = text_at(event, "thread_ts")
    # An edit that adds the mention comes as a mention with the timestamp of the old message.
    version = ":".join(filter(None, (ts, text_at(event, "edited", "ts"))))
    common["keys"] = (*common["keys"], f"{identity.user}:message:{channel}:{version}")
    return Message(
        **common,
        text=plain_text(raw, identity.user),
        ts=ts,
        thread="" if thread == ts else thread,
        mentioned=text_at(event, "type") == "app_mention" or names_user(raw, identity.user),
        direct=text_at(event, "channel_type") == "im" or channel.startswith("D"),
        addressed=names_others(raw, identity.user),
    )


def _why_ignored(event: object, identity: Identity) -> str:
    """Return the reason to ignore a message, "" for a person's."""
    user = text_at(event, "user")
    if not (user and text_at(event, "channel") and text_at(event, "ts")):
        return "a message from nobody, or from nowhere"
    if user in {identity.user, "USLACKBOT"}:
        return "a message of the bot itself or of Slack"
    bot = at(event, "bot_id") or at(event, "bot_profile")
    return "a message of a bot" if bot or at(event, "subtype") == "bot_message" else ""


def _of_event(body: object, identity: Identity) -> _Common:
    event = mapping_at(body, "event")
    teams = {text_at(event, name) for name in ("team", "user_team", "source_team")}
    number = text_at(body, "event_id")
    shared = at(body, "is_ext_shared_channel") is True
    foreign = any(_is_foreign(team, identity) for team in teams)
    return {
        "person": text_at(event, "user"),
        "team": text_at(event, "user_team") or text_at(event, "team") or text_at(body, "team_id"),
        "channel": text_at(event, "channel"),
        "keys": (f"{identity.user}:event:{number}",) if number else (),
        "external": shared or foreign,
        "foreign": foreign,
    }


def _is_foreign(team: str, identity: Identity) -> bool:
    """Return True if *team* belongs to another organisation.

    In an Enterprise organisation, people of its other workspaces have a team of their own. People
    from outside it write in shared channels only, which Slack marks itself.
    """
    if identity.enterprise:
        return team.startswith("E") and team != identity.enterprise
    return bool(identity.team) and team not in {"", identity.team}


def _read_command(body: object, identity: Identity) -> Request:
    team = text_at(body, "team_id")
    foreign = _is_foreign(team, identity)
    common: _Common = {
        "person": text_at(body, "user_id"),
        "team": team,
        "channel": text_at(body, "channel_id"),
        "keys": _trigger_key(body, identity),
        "external": at(body, "is_ext_shared_channel") is True or foreign,
        "foreign": foreign,
    }
    # The channel of `/ask admin mute <#C1|name>` is read from the raw text.
    raw = text_at(body, "text")
    url = text_at(body, "response_url")
    return SlashCommand(**common, text=plain_text(raw, identity.user), raw=raw, response_url=url)


def _interaction(body: object, identity: Identity) -> _Common:
    team = text_at(body, "user", "team_id") or text_at(body, "team", "id")
    foreign = _is_foreign(team, identity)
    return {
        "person": text_at(body, "user", "id"),
        "team": team,
        "channel": text_at(body, "channel", "id") or text_at(body, "container", "channel_id"),
        "keys": _trigger_key(body, identity),
        "external": foreign,
        "foreign": foreign,
    }


def _trigger_key(body: object, identity: Identity) -> tuple[str, ...]:
    """Return the deduplication key, the trigger of a click or command."""
    trigger = text_at(body, "trigger_id")
    return (f"{identity.user}:trigger:{trigger}",) if trigger else ()


def _read_press(body: object, common: _Common, _: Identity) -> Request:
    action = mapping_at(body, "actions", 0)
    thread = text_at(body, "container", "thread_ts") or text_at(body, "message", "thread_ts")
    return BlockAction(
        **common,
        action_id=text_at(action, "action_id"),
        value=clean(text_at(action, "value") or text_at(action, "selected_option", "value")),
        ts=text_at(body, "container", "message_ts") or text_at(body, "message", "ts"),
        thread=thread,
        trigger=text_at(body, "trigger_id"),
        response_url=text_at(body, "response_url"),
        text=clean(text_at(action, "value")) if text_at(action, "type") in _INPUTS else "",
        ephemeral=at(body, "container", "is_ephemeral") is True,
        asker=text_at(body, "message", "parent_user_id"),
    )


def _read_shortcut_on_message(body: object, common: _Common, identity: Identity) -> Request:
    message = mapping_at(body, "message")
    ts, thread = text_at(message, "ts"), text_at(message, "thread_ts")
    return AnswerThis(
        **common,
        text=plain_text(text_at(message, "text"), identity.user),
        ts=ts,
        thread="" if thread == ts else thread,
        response_url=text_at(body, "response_url"),
    )


def _read_shortcut(body: object, common: _Common, _: Identity) -> Request:
    return SuggestShortcut(**common, trigger=text_at(body, "trigger_id"))


def _read_submission(body: object, common: _Common, _: Identity) -> Request:
    typed = []
    for block, elements in mapping_at(body, "view", "state", "values").items():
        element = next(iter(elements.values()), None) if isinstance(elements, Mapping) else None
        value = text_at(element, "value") or text_at(element, "selected_option", "value")
        typed.append((str(block), clean(value).strip()))
    return ViewSubmission(
        **common,
        view=text_at(body, "view", "callback_id"),
        fields=tuple(typed),
        metadata=clean(text_at(body, "view", "private_metadata")),
    )


_INPUTS = ("plain_text_input", "search_input")
_INTERACTIONS: Mapping[str, Callable[[object, _Common, Identity], Request]] = {
    "block_actions": _read_press,
    "message_action": _read_shortcut_on_message,
    "shortcut": _read_shortcut,
    "view_submission": _read_submission,
}
