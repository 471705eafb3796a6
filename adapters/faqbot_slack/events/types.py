"""What Slack sends, as values: each kind of request with just what the bot goes by."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AnswerThis",
    "BlockAction",
    "HomeOpened",
    "Identity",
    "Ignored",
    "Message",
    "MessageDeleted",
    "Request",
    "SlashCommand",
    "SuggestShortcut",
    "ViewSubmission",
]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace, from one `auth.test` at the start."""

    user: str
    bot: str = ""
    team: str = ""
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What every request has: *person* and *team* are who it is from, *channel* where, if anywhere.

    *keys* identify it across redeliveries and twins; it is met once for all of them. *external* says
    that the person, or the channel, belongs to another organisation too, *foreign* that the person does.
    """

    person: str = ""
    team: str = ""
    channel: str = ""
    keys: tuple[str, ...] = ()
    external: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Ignored(Request):
    """What needs an acknowledgement and nothing else; *reason* is for the log, at DEBUG."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Message(Request):
    """A message of a person: *text* is plain, without the bot's own mention, tokens and escapes.

    *ts* is the message's own, *thread* that of the thread it stands in, "" at top level. *mentioned*
    says that it names the bot, *direct* that it is in a direct message with it, *addressed* that it
    names other people or a group, so may be meant for them.
    """

    text: str = ""
    ts: str = ""
    thread: str = ""
    mentioned: bool = False
    direct: bool = False
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class MessageDeleted(Request):
    """A person deleted the message *ts*, to which somebody but the bot had *replied* or not."""

    ts: str = ""
    replied: bool = False


@dataclass(frozen=True, slots=True)
class SlashCommand(Request):
    """The slash command with *text* behind it, *raw* as Slack sent that; *response_url* takes later answers."""

    text: str = ""
    raw: str = ""
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class AnswerThis(Request):
    """The message shortcut on a message with *text*, at *ts* in *thread*."""

    text: str = ""
    ts: str = ""
    thread: str = ""
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class SuggestShortcut(Request):
    """The global shortcut: open the form, within the three seconds that *trigger* lives."""

    trigger: str = ""


@dataclass(frozen=True, slots=True)
class BlockAction(Request):
    """A button: its *action* id and *value*, both as a person's client sent them, so of any content.

    *ts* and *thread* are of the message it stands on, "" in the App Home; *ephemeral* says that only
    the person sees that message, *asker* who began the thread it stands in, "" where Slack did not say.
    *text* is what was typed into an input beside it (the search of the App Home).
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
    """A form: *view* is its callback id, *fields* what was filled in by block id, *metadata* ours."""

    view: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class HomeOpened(Request):
    """A person opened the bot's App Home at *tab*, "home" or "messages"."""

    tab: str = "home"
