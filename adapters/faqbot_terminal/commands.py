"""The slash commands: one table, which /help, completion and suggestions share."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from faqbot_terminal.parts import Facts, Note, Numbered, Parts
from faqbot_terminal.why import why

if TYPE_CHECKING:
    from collections.abc import Callable

    from faqbot import Entry, Source
    from faqbot_terminal.chat import Chat

__all__ = ["COMMANDS", "Command", "run_command"]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: *argument* shows what may follow its name, *run* makes the reply."""

    name: str
    argument: str
    summary: str
    run: Callable[[Chat, str], Parts]


def run_command(chat: Chat, line: str) -> Parts:
    """Return the reply to *line*, which starts with a slash; an unknown command gets a suggestion."""
    name, _, argument = line.partition(" ")
    for command in COMMANDS:
        if command.name == name.lower():
            return command.run(chat, argument.strip())
    nearest = _nearest(name.lower())
    advice = f"did you mean {nearest}?" if nearest else "/help lists the commands."
    return (Note(f"There is no command {name}; {advice}"),)


def _nearest(name: str) -> str:
    names = [command.name for command in COMMANDS]
    longer = [known for known in names if len(name) > 1 and known.startswith(name)]
    return next(iter(longer or get_close_matches(name, names, n=1)), "")


def _help(chat: Chat, _argument: str) -> Parts:
    rows = tuple((f"{each.name} {each.argument}".strip(), each.summary) for each in COMMANDS)
    return (Facts(rows), *((Note(chat.keys),) if chat.keys else ()))


def _topics(chat: Chat, argument: str) -> Parts:
    sections = chat.sections()
    if not sections:
        return (Note("The knowledge base has no entries to show."),)
    if argument:
        return _topic(chat, argument)
    if len(sections) == 1:
        return chat.open_section(sections[0])
    chat.menu = sections
    counted = tuple(f"{each.title} ({len(each.entries)})" for each in sections)
    return (Numbered("Topics:", counted), Note("A number lists the questions of a topic."))


def _topic(chat: Chat, argument: str) -> Parts:
    sections = chat.sections()
    number = int(argument) if argument.isascii() and argument.isdigit() else 0
    if 1 <= number <= len(sections):
        return chat.open_section(sections[number - 1])
    return (Note(f"Type /topics and a number from 1 to {len(sections)}, or /topics alone."),)


def _sources(chat: Chat, _argument: str) -> Parts:
    last = chat.conversation.last
    entry = last.entry if last else None
    rows = (*_entry_rows(entry), *_base_rows(chat.bot.kb.title, chat.bot.kb.source))
    stated = tuple(row for row in rows if row[1])
    if stated:
        return (Facts(stated),)
    return (Note("The knowledge base does not say where its answers come from."),)


def _entry_rows(entry: Entry | None) -> tuple[tuple[str, str], ...]:
    if entry is None:
        return ()
    return (
        ("Answer to", entry.question),
        ("Section", entry.section),
        ("Source", entry.source),
        ("Link", entry.url),
    )


def _base_rows(title: str, source: Source) -> tuple[tuple[str, str], ...]:
    return (
        ("Knowledge base", title),
        ("Written from", source.title),
        ("Document", source.file),
        ("Published at", source.url),
        ("Licence", source.licence),
        ("Retrieved", source.retrieved.isoformat() if source.retrieved else ""),
    )


def _judge(chat: Chat, reason: str, *, helpful: bool) -> Parts:
    if chat.log is None:
        return (Note("Nothing is recorded here: start the chat with --record to have it kept."),)
    if not chat.log.judge(helpful=helpful, reason=reason):
        return (Note("There is no recorded answer to say that of."),)
    return (Note("Thank you, that is recorded with the answer above."),)


def _helpful(chat: Chat, reason: str) -> Parts:
    return _judge(chat, reason, helpful=True)


def _unhelpful(chat: Chat, reason: str) -> Parts:
    return _judge(chat, reason, helpful=False)


def _quit(chat: Chat, _argument: str) -> Parts:
    chat.ended = True
    return ()


COMMANDS = (
    Command("/help", "", "list the commands", _help),
    Command("/topics", "[NUMBER]", "browse the questions by section", _topics),
    Command("/why", "[QUESTION]", "tell how the last answer, or one to QUESTION, was found", why),
    Command("/sources", "", "tell where the last answer comes from", _sources),
    Command("/helpful", "", "say that the last answer helped, where that is recorded", _helpful),
    Command("/unhelpful", "[REASON]", "say that it did not, and why", _unhelpful),
    Command("/quit", "", "leave, as do /exit and Ctrl-D", _quit),
)
