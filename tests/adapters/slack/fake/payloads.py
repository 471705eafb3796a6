"""Payloads as Slack sends them, with all the fields that they usually have.

An empty trigger_id or response_url is filled in by the fake when it delivers the payload. Keyword
arguments overwrite fields of the event (or of the payload, where it is none); None takes a field out.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
Payload = dict[str, Any]

TEAM, APP, BOT, BOT_ID = "T0TEAM", "A0APP", "U0BOT", "B0BOT"
PERSON, ANOTHER, CHANNEL = "U1ANNA", "U2BERT", "C1GENERAL"
_numbers = itertools.count(1)


def new_ts() -> str:
    """Return the timestamp of a new message."""
    return f"{int(time.time())}.{500_000 + next(_numbers) % 500_000:06d}"


def _with(fields: Payload, more: Json) -> Payload:
    return {name: value for name, value in {**fields, **more}.items() if value is not None}


def event_callback(event: Json, **more: object) -> Payload:
    """Wrap *event* as the Events API does; *more* overwrites fields of the wrapping."""
    wrapped = {
        "token": "verification",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP,
        "event": dict(event),
        "type": "event_callback",
        "event_id": f"Ev{next(_numbers):010d}",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-fake-{next(_numbers)}",
    }
    return _with(wrapped, more)


def _rich_text(text: str) -> list[Payload]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": f"b{next(_numbers)}", "elements": [section]}]


def _message(text: str, **fields: object) -> Payload:
    ts = fields.get("ts") or new_ts()
    event = {
        "type": "message",
        "user": PERSON,
        "client_msg_id": f"00000000-0000-4000-8000-{next(_numbers):012d}",
        "text": text,
        "team": TEAM,
        "ts": ts,
        "event_ts": ts,
        "blocks": _rich_text(text),
        "channel": CHANNEL,
    }
    if "thread_ts" in fields:
        event["parent_user_id"] = ANOTHER
    return _with(event, fields)


def mention(text: str, **fields: object) -> Payload:
    """Return an app_mention with *text*, in which the mention stands as Slack writes it."""
    return event_callback(_message(text, **{"type": "app_mention", **fields}))


def message(text: str, **fields: object) -> Payload:
    """Return a message in a public channel; with *thread_ts* it is a reply."""
    return event_callback(_message(text, **{"channel_type": "channel", **fields}))


def of_team(payload: Json, team: str, *, enterprise: str = "", org: bool = False) -> Payload:
    """Return *payload* as it comes from *team* of *enterprise*; with *org* for the app of all of it."""
    moved = {**payload}
    ids = {"enterprise_id": enterprise or None, "is_enterprise_install": org}
    if payload.get("type") == "event_callback":
        event = {**payload["event"]}
        if "team" in event:
            event["team"] = team
        authorization = {**payload["authorizations"][0], "team_id": team, **ids}
        moved |= {
            "event": event,
            "team_id": team,
            "context_team_id": team,
            "enterprise_id": ids["enterprise_id"],
        }
        return {**moved, "authorizations": [authorization]}
    if "command" in payload:
        is_org = "true" if org else "false"
        return {**moved, "team_id": team, "is_enterprise_install": is_org} | (
            {"enterprise_id": enterprise} if enterprise else {}
        )
    user = {**payload["user"], "team_id": team}
    organisation = {"id": enterprise, "name": "Org"} if enterprise else None
    place = None if org else {"id": team, "domain": "fake"}
    return {
        **moved,
        "team": place,
        "user": user,
        "enterprise": organisation,
        "is_enterprise_install": org,
    }


def app_uninstalled() -> Payload:
    """Return the event of the removed app."""
    return event_callback({"type": "app_uninstalled"})


def tokens_revoked(*, bot: bool) -> Payload:
    """Return the event of revoked tokens: that of the *bot*, else that of a person."""
    tokens = {"oauth": [] if bot else [PERSON], "bot": [BOT] if bot else []}
    return event_callback({"type": "tokens_revoked", "tokens": tokens})


def team_access(kind: str, teams: Sequence[object], enterprise: str) -> Payload:
    """Return the event that an app of *enterprise* was "granted" *teams*, or that they were "revoked"."""
    event = {"type": f"team_access_{kind}", "team_ids": [*teams]}
    authorization = {"enterprise_id": enterprise, "team_id": None, "user_id": BOT, "is_bot": True}
    return event_callback(
        event,
        team_id=None,
        context_team_id=None,
        enterprise_id=enterprise,
        authorizations=[{**authorization, "is_enterprise_install": True}],
    )


def twin(payload: Json) -> Payload:
    """Return the message.channels event that comes along with the app_mention *payload*."""
    event = {**payload["event"], "type": "message", "channel_type": "channel"}
    return event_callback(event)


def direct_message(text: str, **fields: object) -> Payload:
    """Return a direct message to the bot."""
    return event_callback(_message(text, **{"channel": "D1ANNA", "channel_type": "im", **fields}))


def bot_message(text: str, *, classic: bool = False, **fields: object) -> Payload:
    """Return a message of another app: with the subtype bot_message where it is a *classic* one."""
    profile = {"id": "B9OTHER", "name": "other", "app_id": "A9OTHER", "team_id": TEAM}
    sender = {"subtype": "bot_message", "user": None, "username": "other"} if classic else {}
    own = {"bot_id": "B9OTHER", "app_id": "A9OTHER", "user": "U9OTHER", "bot_profile": profile}
    return message(text, **{**own, "client_msg_id": None, **sender, **fields})


def external(payload: Json, team: str = "T9OTHER") -> Payload:
    """Return *payload* as it comes through Slack Connect from a person of another organisation."""
    event = {**payload["event"], "team": team, "user_team": team, "source_team": team}
    return {**payload, "event": event, "is_ext_shared_channel": True}


def message_changed(payload: Json, text: str) -> Payload:
    """Return the event that says that the message in *payload* now has *text*."""
    previous, ts = payload["event"], new_ts()
    edited = {"user": previous.get("user"), "ts": ts}
    return event_callback(
        {
            "type": "message",
            "subtype": "message_changed",
            "message": {**previous, "text": text, "edited": edited},
            "previous_message": previous,
            "channel": previous["channel"],
            "channel_type": previous.get("channel_type", "channel"),
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
        }
    )


def message_deleted(payload: Json) -> Payload:
    """Return the event that says that the message in *payload* is gone."""
    previous, ts = payload["event"], new_ts()
    return event_callback(
        {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": previous,
            "deleted_ts": previous["ts"],
            "channel": previous["channel"],
            "channel_type": previous.get("channel_type", "channel"),
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
        }
    )


def channel_join(user: str = ANOTHER) -> Payload:
    """Return the message that says that *user* joined a channel."""
    return message(f"<@{user}> has joined the channel", subtype="channel_join", user=user)


def app_home_opened(tab: str = "home", user: str = PERSON) -> Payload:
    """Return the event of *user* opening the bot's App Home at *tab*."""
    fields = {"user": user, "channel": "D1ANNA", "tab": tab, "event_ts": new_ts()}
    return event_callback({"type": "app_home_opened", **fields})


def slash(text: str, **fields: object) -> Payload:
    """Return the slash command /ask with *text* behind it."""
    command = {
        "token": "verification",
        "team_id": TEAM,
        "team_domain": "fake",
        "channel_id": CHANNEL,
        "channel_name": "general",
        "user_id": PERSON,
        "user_name": "anna",
        "command": "/ask",
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": "",
        "trigger_id": "",
    }
    return _with(command, fields)


def _interaction(kind: str, user: str) -> Payload:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "fake"},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": user, "username": "anna", "name": "anna", "team_id": TEAM},
        "api_app_id": APP,
        "token": "verification",
        "trigger_id": "",
    }


def message_action(text: str, *, user: str = PERSON, **fields: object) -> Payload:
    """Return the message shortcut "Answer this" on a message with *text*."""
    author = {"user": ANOTHER, "type": "message", "ts": new_ts(), "text": text, "team": TEAM}
    action = {
        **_interaction("message_action", user),
        "callback_id": "faq_answer_message",
        "action_ts": new_ts(),
        "channel": {"id": CHANNEL, "name": "general"},
        "message_ts": author["ts"],
        "message": {**author, "blocks": _rich_text(text)},
        "response_url": "",
    }
    return {**action, **fields}


def shortcut(callback: str = "faq_suggest", user: str = PERSON) -> Payload:
    """Return the global shortcut *callback*, which comes from nowhere in particular."""
    return {**_interaction("shortcut", user), "callback_id": callback, "action_ts": new_ts()}


def block_action(  # noqa: PLR0913 - an action has a who, a what and a where
    action: str,
    value: str = "",
    *,
    on: Json | None = None,
    channel: str = CHANNEL,
    user: str = PERSON,
    block: str = "b1",
    kind: str = "button",
    **fields: object,
) -> Payload:
    """Return a press of the button *action* with *value*, by *user*, on the message *on*.

    *on* is the message as chat.postMessage returned it; without, the button stands in an ephemeral
    message.
    """
    ts = str(on["ts"]) if on else new_ts()
    container = {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel,
        "is_ephemeral": on is None,
    }
    pressed = {
        "action_id": action,
        "block_id": block,
        "value": value,
        "type": kind,
        "action_ts": new_ts(),
    }
    if kind != "feedback_buttons":
        pressed["text"] = {"type": "plain_text", "text": "Press", "emoji": True}
    whole = {
        **_interaction("block_actions", user),
        "container": container,
        "channel": {"id": channel, "name": "general"},
        "state": {"values": {}},
        "response_url": "",
        "actions": [pressed],
    }
    if on:
        whole["message"] = {"type": "message", "user": BOT, "bot_id": BOT_ID, **on}
        if "thread_ts" in on:
            container["thread_ts"] = on["thread_ts"]
    return _with(whole, fields)


def view_submission(
    view: Json, values: Mapping[str, str], *, user: str = PERSON, **fields: object
) -> Payload:
    """Return the submission of *view* (as opened) with *values* typed in, by block id."""
    state: dict[str, Any] = {}
    for place in _inputs(view["blocks"]):
        element = place["element"]
        typed = {"type": element["type"], "value": values.get(place.get("block_id", ""))}
        state[place.get("block_id", "")] = {element.get("action_id", ""): typed}
    submitted = {
        "id": "V0001",
        "team_id": TEAM,
        "hash": f"{int(time.time())}.hash",
        "root_view_id": "V0001",
        "app_id": APP,
        "bot_id": BOT_ID,
        "private_metadata": "",
        **view,
        "state": {"values": state},
        **fields,
    }
    return {**_interaction("view_submission", user), "view": submitted, "response_urls": []}


def _inputs(blocks: Sequence[Json]) -> list[Json]:
    return [block for block in blocks if block.get("type") == "input"]
