"""What the methods of the Web API take, refuse and remember."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.slack.fake.block_kit import (
    MOST_CHARACTERS,
    block_problems,
    characters,
    view_problems,
)
from tests.adapters.slack.fake.calls import Call, Refusal

Json = Mapping[str, Any]

# The bot scope that each method needs; "" for none.
SCOPES = {
    "auth.test": "",
    "apps.connections.open": "connections:write",
    "apps.uninstall": "",
    "oauth.v2.access": "",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.getPermalink": "",
    "views.open": "",
    "views.push": "",
    "views.update": "",
    "views.publish": "",
    "assistant.threads.setStatus": "chat:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "users.info": "users:read",
    "bots.info": "users:read",
    "conversations.info": "channels:read",
    "conversations.history": "",  # that depends on the channel
    "conversations.replies": "",
    "usergroups.users.list": "usergroups:read",
    "usergroups.list": "usergroups:read",
}
_MOST_TEXT = 40_000
_WISE_TEXT = 4_000  # what Slack's documentation asks to keep to
_TRIGGER_SECONDS = 3.0
_READING = {
    "C": {"channels:history", "groups:history", "mpim:history"},
    "D": {"im:history"},
    "G": {"groups:history", "mpim:history"},
}
_CHANNEL = re.compile(r"[CDGU][A-Z0-9]+")
_TS = re.compile(r"\d{10}\.\d{6}")


@dataclass(slots=True)
class Message:
    """One message that stands in a channel: its *thread* is "" at top level."""

    channel: str
    ts: str
    thread: str = ""
    user: str = ""
    params: Json = field(default_factory=dict)


@dataclass(slots=True)
class Workspace:
    """What Slack knows: the bot, its scopes, the messages, the triggers that may open a view.

    *closed* are channels that refuse every post, with the code they refuse with. With *one_a_second*
    a channel takes one post a second. *groups* are the members of user groups.
    """

    bot_user: str = "U0BOT"
    bot_id: str = "B0BOT"
    team: str = "T0TEAM"
    app_id: str = "A0APP"
    scopes: frozenset[str] | None = None
    one_a_second: bool = False
    closed: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    triggers: dict[str, float] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)
    _posted: dict[str, float] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def ts(self) -> str:
        """Return a timestamp that no other message has."""
        return f"{int(time.time())}.{next(self._numbers) % 1_000_000:06d}"

    def trigger(self) -> str:
        """Return a trigger_id, good for one view within three seconds."""
        trigger = f"{next(self._numbers)}.{next(self._numbers)}.fake"
        self.triggers[trigger] = time.monotonic() + _TRIGGER_SECONDS
        return trigger

    def saw(self, message: Json, channel: str) -> None:
        """Remember a person's *message*, so that the bot may answer in its thread."""
        if isinstance(ts := message.get("ts"), str):
            thread = str(message.get("thread_ts") or "")
            known = Message(channel, ts, "" if thread == ts else thread, message.get("user") or "")
            self.messages[channel, ts] = known
            if thread:
                self.messages.setdefault((channel, thread), Message(channel, thread))

    def answer(self, call: Call) -> dict[str, Any]:
        """Return what the method answers; raise Refusal where it refuses."""
        self._need_scope(call.method)
        method = _METHODS.get(call.method)
        return {"ok": True, **(method(self, call) if method else {})}

    def wait(self, channel: str) -> int:
        """Return for how many seconds *channel* takes no post, 0 when it takes one; count that."""
        now = time.monotonic()
        if self.one_a_second and now - self._posted.get(channel, 0.0) < 1:
            return 1
        self._posted[channel] = now
        return 0

    def _need_scope(self, method: str) -> None:
        if method not in SCOPES:
            raise Refusal(
                "unknown_method", f"{method}: is no method of the fake", req_method=method
            )
        needed = SCOPES[method]
        if needed and self.scopes is not None and needed not in self.scopes | {"connections:write"}:
            provided = ",".join(sorted(self.scopes))
            raise Refusal(
                "missing_scope",
                f"{method}: needs the scope {needed}",
                needed=needed,
                provided=provided,
            )

    def open_channel(self, call: Call) -> str:
        """Return the channel of *call*; refuse one that is none, or is closed."""
        channel = call.params.get("channel")
        if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
            raise Refusal("channel_not_found", f"channel: {channel!r}")
        if channel in self.closed:
            raise Refusal(self.closed[channel])
        return channel

    def readable_channel(self, call: Call) -> str:
        """Return the channel of *call*; refuse it without the scope to read there."""
        channel = self.open_channel(call)
        needed = _READING.get(channel[0], set())
        if self.scopes is not None and not needed & self.scopes:
            raise Refusal("missing_scope", needed=",".join(sorted(needed)))
        return channel

    def own(self, call: Call, ts: object, refusal: str) -> Message:
        """Return the bot's own message at *ts*; refuse another's with *refusal*."""
        message = self.messages.get((self.open_channel(call), str(ts)))
        if message is None:
            raise Refusal("message_not_found", f"ts: {ts!r}")
        if message.user != self.bot_user:
            raise Refusal(refusal, "the message is not the bot's own")
        return message


def message_problems(params: Json) -> Iterator[str]:
    """Yield what is wrong with a message that Slack takes all the same."""
    text = params.get("text")
    if not text:
        yield "text: is missing, so screen readers and notifications have nothing to say"
    elif len(text) > _WISE_TEXT:
        yield f"text: has {len(text)} characters, more than the {_WISE_TEXT} that Slack asks for"
    for name in ("as_user", "link_names", "reply_broadcast", "parse"):
        if params.get(name):
            yield f"{name}: a bot that keeps quiet does not set it"


def check_message(params: Json) -> None:
    """Refuse a message as Slack does: without content, with invalid blocks, or too long."""
    text, blocks = params.get("text") or "", params.get("blocks") or ()
    if not isinstance(text, str):
        raise Refusal("invalid_arguments", "text: must be a string")
    if not text and not blocks and not params.get("attachments"):
        raise Refusal("no_text")
    if len(text) > _MOST_TEXT:
        raise Refusal("msg_too_long", f"text: has {len(text)} characters")
    if problems := list(block_problems(blocks)):
        raise Refusal("invalid_blocks", *problems)
    if (count := characters(blocks)) > MOST_CHARACTERS:
        raise Refusal("msg_blocks_too_long", f"blocks: {count} characters of text")


def check_view(view: object, kind: str) -> None:
    """Refuse *view* as Slack does where it is invalid, or not of *kind*."""
    problems = list(view_problems(view))
    if isinstance(view, Mapping) and view.get("type") != kind:
        problems.append(f"view: must be of type {kind} here")
    if problems:
        raise Refusal("invalid_arguments", *problems)


def _auth_test(slack: Workspace, _call: Call) -> dict[str, Any]:
    return {
        "url": "https://fake.slack.com/",
        "team": "Fake",
        "user": "faqbot",
        "team_id": slack.team,
        "user_id": slack.bot_user,
        "bot_id": slack.bot_id,
        "is_enterprise_install": False,
    }


def _post_message(slack: Workspace, call: Call) -> dict[str, Any]:
    channel, thread = slack.open_channel(call), call.params.get("thread_ts") or ""
    check_message(call.params)
    _check_metadata(call.params)
    call.problems.extend(message_problems(call.params))
    if thread:
        _check_thread(slack, channel, thread, call)
    if seconds := slack.wait(channel):
        raise Refusal("ratelimited", retry_after=seconds)
    if channel.startswith("U"):
        channel = "D" + channel[1:]  # a post to a person opens the direct message with them
    message = Message(channel, slack.ts(), thread, slack.bot_user, call.params)
    slack.messages[channel, message.ts] = message
    shown = {
        **{name: call.params[name] for name in ("text", "blocks") if name in call.params},
        **({"thread_ts": thread} if thread else {}),
        "type": "message",
        "user": slack.bot_user,
        "bot_id": slack.bot_id,
        "app_id": slack.app_id,
        "team": slack.team,
        "ts": message.ts,
    }
    return {"channel": channel, "ts": message.ts, "message": shown}


def _replies(slack: Workspace, call: Call) -> dict[str, Any]:
    thread = call.params.get("ts")
    if (channel := slack.readable_channel(call), thread) not in slack.messages:
        raise Refusal("thread_not_found", f"ts: {thread!r}")
    found = [
        each
        for each in slack.messages.values()
        if each.channel == channel and thread in {each.ts, each.thread}
    ]
    return _page(call, sorted(found, key=lambda each: each.ts))


def _history(slack: Workspace, call: Call) -> dict[str, Any]:
    channel = slack.readable_channel(call)
    found = [
        each for each in slack.messages.values() if each.channel == channel and not each.thread
    ]
    return _page(call, sorted(found, key=lambda each: each.ts, reverse=True))


def _page(call: Call, found: list[Message]) -> dict[str, Any]:
    """Return one page of *found* as Slack does: metadata only on request, and a cursor to the rest."""
    oldest = str(call.params.get("oldest") or "0")
    since = [each for each in found if float(each.ts) >= float(oldest)]
    first, size = int(call.params.get("cursor") or 0), int(call.params.get("limit") or 100)
    with_metadata = str(call.params.get("include_all_metadata")).lower() in {"1", "true"}
    messages = [_shown(each, with_metadata=with_metadata) for each in since[first : first + size]]
    more = first + size < len(since)
    cursor = {"next_cursor": str(first + size)} if more else {}
    return {"messages": messages, "has_more": more, "response_metadata": cursor}


def _shown(message: Message, *, with_metadata: bool) -> dict[str, Any]:
    shown = {"type": "message", "user": message.user, "ts": message.ts}
    shown |= {"text": message.params.get("text", "")}
    if message.thread:
        shown["thread_ts"] = message.thread
    if with_metadata and "metadata" in message.params:
        shown["metadata"] = message.params["metadata"]
    return shown


def _check_metadata(params: Json) -> None:
    """Refuse metadata that Slack refuses: a name and a flat object of values, and not too large."""
    metadata = params.get("metadata")
    if metadata is None:
        return
    if not isinstance(metadata, Mapping) or set(metadata) != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_format", f"metadata: {metadata!r}")
    if not re.fullmatch(r"[a-zA-Z0-9_]{1,255}", str(metadata["event_type"])):
        raise Refusal("invalid_metadata_format", f"event_type: {metadata['event_type']!r}")
    payload = metadata["event_payload"]
    if not isinstance(payload, Mapping) or not all(
        isinstance(value, str | int | bool | float) for value in payload.values()
    ):
        raise Refusal("invalid_metadata_format", f"event_payload: {payload!r}")


def _check_thread(slack: Workspace, channel: str, thread: object, call: Call) -> None:
    if not isinstance(thread, str) or not _TS.fullmatch(thread):
        raise Refusal("invalid_thread_ts", f"thread_ts: {thread!r}")
    root = slack.messages.get((channel, thread))
    if root is None:
        raise Refusal("thread_not_found", f"thread_ts: {thread} is no message in {channel}")
    if root.thread:
        call.problems.append(f"thread_ts: {thread} is a reply; the root is {root.thread}")


def _post_ephemeral(slack: Workspace, call: Call) -> dict[str, Any]:
    channel = slack.open_channel(call)
    if not isinstance(call.params.get("user"), str):
        raise Refusal("invalid_arguments", "user: is missing")
    check_message(call.params)
    call.problems.extend(message_problems(call.params))
    if thread := call.params.get("thread_ts"):
        _check_thread(slack, channel, thread, call)
    return {"message_ts": slack.ts()}


def _update(slack: Workspace, call: Call) -> dict[str, Any]:
    message = slack.own(call, call.params.get("ts"), "cant_update_message")
    check_message(call.params)
    call.problems.extend(message_problems(call.params))
    message.params = {**message.params, **call.params}
    return {"channel": message.channel, "ts": message.ts, "text": call.params.get("text", "")}


def _delete(slack: Workspace, call: Call) -> dict[str, Any]:
    message = slack.own(call, call.params.get("ts"), "cant_delete_message")
    del slack.messages[message.channel, message.ts]
    return {"channel": message.channel, "ts": message.ts}


def _open_view(slack: Workspace, call: Call) -> dict[str, Any]:
    trigger = str(call.params.get("trigger_id"))
    if trigger not in slack.triggers:
        raise Refusal("invalid_trigger_id", f"trigger_id: {trigger!r}")
    until, slack.triggers[trigger] = slack.triggers[trigger], 0.0
    if not until:
        raise Refusal("exchanged_trigger_id")
    if until < time.monotonic():
        raise Refusal("expired_trigger_id")
    check_view(call.params.get("view"), "modal")
    return {"view": _kept(slack, call.params["view"])}


def _update_view(slack: Workspace, call: Call) -> dict[str, Any]:
    if call.params.get("view_id") not in slack.views:
        raise Refusal("not_found", f"view_id: {call.params.get('view_id')!r}")
    check_view(call.params.get("view"), "modal")
    return {"view": _kept(slack, call.params["view"])}


def _publish_view(slack: Workspace, call: Call) -> dict[str, Any]:
    if not str(call.params.get("user_id", "")).startswith(("U", "W")):
        raise Refusal("invalid_arguments", "user_id: is missing")
    check_view(call.params.get("view"), "home")
    return {"view": _kept(slack, call.params["view"])}


def _kept(slack: Workspace, view: Json) -> dict[str, Any]:
    ident = f"V{len(slack.views) + 1:04d}"
    slack.views[ident] = {
        "id": ident,
        "team_id": slack.team,
        "app_id": slack.app_id,
        "bot_id": slack.bot_id,
        "hash": f"{int(time.time())}.{ident}",
        "root_view_id": ident,
        "previous_view_id": None,
        "state": {"values": {}},
        "private_metadata": "",
        "callback_id": "",
        **view,
    }
    return dict(slack.views[ident])


def _prompts(_slack: Workspace, call: Call) -> dict[str, Any]:
    prompts = call.params.get("prompts")
    if "thread_ts" in call.params:
        call.problems.append("thread_ts: with it the call fails silently for agent apps")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise Refusal("invalid_arguments", "prompts: must be one to four")
    if not all(isinstance(p, Mapping) and p.get("title") and p.get("message") for p in prompts):
        raise Refusal("invalid_arguments", "prompts: each needs title and message")
    return {}


def _status(_slack: Workspace, call: Call) -> dict[str, Any]:
    for name in ("channel_id", "thread_ts", "status"):
        if not isinstance(call.params.get(name), str):
            raise Refusal("invalid_arguments", f"{name}: is missing")
    if len(call.params.get("loading_messages") or ()) > 10:
        raise Refusal("invalid_arguments", "loading_messages: at most ten")
    return {}


def _reaction(slack: Workspace, call: Call) -> dict[str, Any]:
    if (slack.open_channel(call), call.params.get("timestamp")) not in slack.messages:
        raise Refusal("message_not_found")
    if not re.fullmatch(r"[a-z0-9_+-]+", str(call.params.get("name"))):
        raise Refusal("invalid_name")
    return {}


def _group_members(slack: Workspace, call: Call) -> dict[str, Any]:
    group = call.params.get("usergroup")
    if group not in slack.groups:
        raise Refusal("no_such_subteam", f"usergroup: {group!r}")
    return {"users": slack.groups[group]}


_METHODS: dict[str, Callable[[Workspace, Call], dict[str, Any]]] = {
    "auth.test": _auth_test,
    "chat.postMessage": _post_message,
    "chat.postEphemeral": _post_ephemeral,
    "chat.update": _update,
    "chat.delete": _delete,
    "conversations.history": _history,
    "conversations.replies": _replies,
    "views.open": _open_view,
    "views.push": _open_view,
    "views.update": _update_view,
    "views.publish": _publish_view,
    "assistant.threads.setSuggestedPrompts": _prompts,
    "assistant.threads.setStatus": _status,
    "reactions.add": _reaction,
    "reactions.remove": _reaction,
    "usergroups.users.list": _group_members,
}
