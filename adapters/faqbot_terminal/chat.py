"""A chat in one terminal: what a line that a person typed means, and what is said to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faqbot_terminal.commands import run_command
from faqbot_terminal.parts import Note, Numbered, Parts, Prose, Title
from faqbot_terminal.reply import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from faqbot import Answer, Bot, Conversation, Entry
    from faqbot_terminal.log import Log

__all__ = ["Chat", "Section", "converse", "greeting"]

# Four digits are a year, which is a question ("1961"), never the number of something on a list.
_NUMBER = re.compile(r"(?:#|\()?(\d{1,3})[.)]?")
_GONE = "That question is no longer in the knowledge base; /topics lists those that are."
_LEAVE = frozenset({"quit", "exit", "/exit"})


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the knowledge base and those of its entries that may be shown here."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """What to call the section, also when its author did not name it."""
        return self.name or "Other questions"


class Chat:
    """One person's exchange with *bot*: a line in, the parts of a reply out.

    A typed number means the numbered list shown last: *menu* when that came from /topics, else
    what *conversation* offers. *keys* is what /help says about the keyboard. With a *log*, what is
    asked is recorded.
    """

    def __init__(
        self, bot: Bot, conversation: Conversation, keys: str = "", log: Log | None = None
    ) -> None:
        """Start with nothing asked and nothing to pick."""
        self.bot = bot
        self.conversation = conversation
        self.keys = keys
        self.log = log
        self.menu: tuple[Section | Entry, ...] = ()
        self.asked = ""  # the question typed last; empty after a pick
        self.ended = False

    def respond(self, line: str) -> Parts:
        """Return what to say to *line*; nothing for an empty one, or for one that leaves."""
        text = one_line(line)
        if text.lower() in _LEAVE:
            self.ended = True
            return ()
        if text.startswith("/"):
            return run_command(self, text)
        number = _NUMBER.fullmatch(text)
        if number and (self.menu or self.conversation.offered):
            return self._pick(int(number[1]))
        return self._ask(text) if text else ()

    def sections(self) -> tuple[Section, ...]:
        """List the sections with entries for everybody: a terminal knows no audience."""
        shown = (
            Section(name, tuple(entry for entry in entries if not entry.audience))
            for name, entries in self.bot.kb.sections()
        )
        return tuple(section for section in shown if section.entries)

    def entries(self) -> Iterator[Entry]:
        """Yield the entries of every section."""
        for section in self.sections():
            yield from section.entries

    def open_section(self, section: Section) -> Parts:
        """List the questions of *section*, to be picked by number."""
        self.menu = section.entries
        questions = tuple(entry.question for entry in section.entries)
        return (Numbered(f"{section.title}:", questions), Note("A number shows its answer."))

    def _ask(self, text: str) -> Parts:
        self.menu = ()
        answer = self.bot.ask(text, self.conversation)
        self.asked = "" if answer.picked_for else answer.read_as or text
        if self.log:
            self.log.record(answer)
        return self._say(answer)

    def _pick(self, number: int) -> Parts:
        count = len(self.menu) or len(self.conversation.offered) + bool(self.conversation.choices)
        if not 1 <= number <= count:
            numbers = f"a number from 1 to {count}" if count > 1 else "1"
            return (Note(f"Type {numbers}, or ask a question."),)
        if self.menu:
            return self._open(self.menu[number - 1])
        parts = self._ask(str(number))
        self.asked = ""
        return parts

    def _open(self, chosen: Section | Entry) -> Parts:
        if isinstance(chosen, Section):
            return self.open_section(chosen)
        self.asked = ""
        try:
            answer = self.bot.answer_with(chosen, self.conversation)
        except KeyError:  # the knowledge base was edited since the list was shown
            return (Note(_GONE),)
        return (Title(chosen.question), *self._say(answer))

    def _say(self, answer: Answer) -> Parts:
        if answer.choices or answer.follow_ups:
            self.menu = ()
        parts: Parts = (Prose(answer.text),)
        if answer.read_as and answer.entry and not answer.repeated:
            parts = (Title(answer.entry.question), *parts)
        if not answer.follow_ups:
            return parts
        questions = tuple(entry.question for entry in answer.follow_ups)
        return (*parts, Numbered("You could also ask:", questions))


def greeting(bot: Bot) -> Parts:
    """Return what is said before the first question."""
    title = Title(bot.kb.title or "faqbot")
    hint = Note("Ask a question, or type /help to see what else there is.")
    welcome = (Prose(bot.kb.greeting),) if bot.kb.greeting else ()
    # With any encoder there is nothing to tell: the note then only says that it is the best one.
    lesser = bot.encoder_note if bot.encoder_name == "none" else ""
    return (title, *welcome, hint, *((Note(f"Encoder: {lesser}."),) if lesser else ()))


def converse(
    chat: Chat, read: Callable[[], str], show: Callable[[Parts], None], *, interactive: bool
) -> None:
    """Answer what *read* returns by *show*, until it raises EOFError or a line leaves.

    With *interactive*, an interrupt costs the line and not the chat.
    """
    while not chat.ended:
        try:
            reply = chat.respond(read())
        except EOFError:
            return
        except KeyboardInterrupt:
            if not interactive:
                raise
            reply = (Note("Ctrl-D or /quit leaves."),)
        if reply:
            show(reply)
