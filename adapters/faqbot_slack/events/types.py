"""Requests from Slack as frozen values, one class per kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Ids of the bot in its workspace, from `auth.test` at the start."""

    user: str
    bot: str = ""
    team: str = ""
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Fields of every request: the ids of *person*, *team* and *channel*, "" if missing.

    *keys* identify the request across redeliveries; it is handled once for all of them. *external*
    means that the person or the channel belongs to another organisation, too, *foreign* that the
    person does. *resumed* means that a process that ended may have handled it in part.
    """

    person: str = ""
    team: str = ""
    channel: str = ""
    keys: tuple[str, ...] = ()
    external: bool = False
    foreign: bool = False
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Ignored(Request):
    """Request that is only acknowledged; *reason* is logged at DEBUG."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Message(Request):
    """Message of a person; *text* is plain, without tokens, escapes and the bot's mention.

    *ts* is the message's timestamp, *thread* that of its thread, "" at top level. *mentioned* means
    that it names the bot, *direct* that it is a direct message to the bot. *addressed* means that it
    names other people or a group, and so may be for them.
    """

    text: str = ""
    ts: str = ""
    thread: str = ""
    mentioned: bool = False
    direct: bool = False
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class MessageDeleted(Request):
    """Deletion of the message *ts*; *replied* if a person had replied."""

    ts: str = ""
    replied: bool = False


@dataclass(frozen=True, slots=True)
class SlashCommand(Request):
    """Slash command with plain *text*, and *raw* as sent; late answers go to *response_url*."""

    text: str = ""
    raw: str = ""
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class AnswerThis(Request):
    """Message shortcut on the message *ts* with *text*, in *thread*."""

    text: str = ""
    ts: str = ""
    thread: str = ""
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class SuggestShortcut(Request):
    """Global shortcut for the suggestion form; *trigger* is valid for three seconds."""

    trigger: str = ""


@dataclass(frozen=True, slots=True)
class BlockAction(Request):
    """Button or input: its *action_id* and *value* as the client sent them, so untrusted.

    *ts* and *thread* belong to the button's message, "" in the App Home. *ephemeral* means that only
    the person sees that message. *asker* is the author of the thread's first message, "" if Slack
    omits it. *text* is the typed text of an input, such as the search of the App Home.
    """

    action_id: str = ""
    value: str = ""
    ts: str = ""
    thread: str = ""
    trigger: str = ""
    response_url: str = ""
    text: str = ""
    ephemeral: bool = False
    asker: str = ""


@dataclass(frozen=True, slots=True)
class ViewSubmission(Request):
    """Submitted form: callback id *view*, *fields* by block id, and our *metadata*."""

    view: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class HomeOpened(Request):
    """Opening of the App Home at *tab*, "home" or "messages"."""

    tab: str = "home"
