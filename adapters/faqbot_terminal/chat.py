"""Chat in a terminal: questions, numbers to pick, slash commands.

The table `COMMANDS` holds the slash commands. /help, completion and suggestions share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from faqbot_terminal.reply import Facts, Note, Numbered, Parts, Prose, Title, one_line, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from faqbot import Answer, Bot, Conversation, Entry, Explanation, Match, Source
    from faqbot_terminal.recording import ChatRecorder

# Further matches that /why shows, chosen by hand: they fit a line or two.
_OTHERS = 3
# Confidence of the weakest further match. Below it would be shown as 0%.
_LEAST_CONFIDENCE = 0.01
# A number on a list has up to three digits. Four digits are a year, which is a question ("1961").
_NUMBER = re.compile(r"(?:#|\()?(\d{1,3})[.)]?")
_GONE = "That question is no longer in the knowledge base; /topics lists those that are."
_LEAVE = frozenset({"quit", "exit", "/exit"})


def why(chat: Chat, question: str) -> Parts:
    """Explain the answer to *question*, by default the last."""
    if not question and not chat.asked and chat.conversation.last:
        return (Note("You picked that question by its number, so nothing had to be matched."),)
    asked = question or chat.asked
    if not asked:
        return (Note("Ask something first; /why then tells how its answer was found."),)
    explanation = chat.bot.explain(asked)
    rows = (("Question", asked), *_reading(explanation), *_matching(explanation))
    return (Facts(tuple(row for row in rows if row[1])), Note(explanation.reason))


def _reading(explanation: Explanation) -> tuple[tuple[str, str], ...]:
    return (
        ("Words", " ".join(explanation.words)),
        ("Corrected", _pairs(explanation.corrections, "read as")),
        ("Synonyms", _pairs(explanation.synonyms, "also read as")),
    )


def _pairs(pairs: tuple[tuple[str, str], ...], relation: str) -> str:
    return "; ".join(f"{typed}, {relation} {read}" for typed, read in pairs)


def _matching(explanation: Explanation) -> tuple[tuple[str, str], ...]:
    thresholds = explanation.thresholds
    levels = f"answers from {thresholds.answer:.0%}, offers choices from {thresholds.suggest:.0%}"
    return (*_best(explanation.answer.matches), ("Thresholds", levels))


def _best(matches: tuple[Match, ...]) -> tuple[tuple[str, str], ...]:
    if not matches:
        return (("Matched", "nothing"),)
    best, *others = matches
    near = (each for each in others[:_OTHERS] if each.confidence >= _LEAST_CONFIDENCE)
    also = (f"{each.entry.question} ({each.confidence:.0%})" for each in near)
    return (
        ("Matched", best.phrasing),
        ("Entry", f"{best.entry.question} ({best.entry.id})"),
        ("Score", f"{best.score:.3f}"),
        ("Confidence", f"{best.confidence:.0%}"),
        ("Also near", "; ".join(also)),
    )


@dataclass(frozen=True, slots=True)
class Command:
    """Slash command; *argument* is its placeholder in /help."""

    name: str
    argument: str
    summary: str
    run: Callable[[Chat, str], Parts]


def run_command(chat: Chat, line: str) -> Parts:
    """Return the reply to *line*, a slash command."""
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
    topics = chat.topics()
    if not topics:
        return (Note("The knowledge base has no entries to show."),)
    if argument:
        return _topic(chat, argument)
    if len(topics) == 1:
        return chat.open_topic(topics[0])
    chat.menu = topics
    counted = tuple(f"{each.title} ({len(each.entries)})" for each in topics)
    return (Numbered("Topics:", counted), Note("A number lists the questions of a topic."))


def _topic(chat: Chat, argument: str) -> Parts:
    topics = chat.topics()
    number = int(argument) if argument.isascii() and argument.isdigit() else 0
    if 1 <= number <= len(topics):
        return chat.open_topic(topics[number - 1])
    return (Note(f"Type /topics and a number from 1 to {len(topics)}, or /topics alone."),)


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
    if chat.recorder is None:
        return (Note("Nothing is recorded here: start the chat with --record to have it kept."),)
    if not chat.recorder.judge(helpful=helpful, reason=reason):
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


@dataclass(frozen=True, slots=True)
class Topic:
    """Section of the knowledge base with its entries for everybody."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """Name of the section, or a general heading."""
        return self.name or "Other questions"


class Chat:
    """Chat of a person with *bot*, line by line.

    A typed number picks from the list shown last: *menu* if it came from /topics, else the offers of
    *conversation*. *keys* is a sentence about the keyboard for /help. *recorder* records the
    questions, None records nothing.
    """

    def __init__(
        self,
        bot: Bot,
        conversation: Conversation,
        keys: str = "",
        recorder: ChatRecorder | None = None,
    ) -> None:
        """Start without a question and without a list to pick from."""
        self.bot = bot
        self.conversation = conversation
        self.keys = keys
        self.recorder = recorder
        self.menu: tuple[Topic | Entry, ...] = ()
        self.asked = ""  # the question typed last; empty after a pick
        self.ended = False

    def respond(self, line: str) -> Parts:
        """Return the reply to *line*, () for an empty line.

        Pasted text may have several lines, which stay apart: each may be a question.
        """
        text = "\n".join(filter(None, map(one_line, printable(line).split("\n"))))
        if text.lower() in _LEAVE:
            self.ended = True
            return ()
        if text.startswith("/"):
            return run_command(self, one_line(text))
        number = _NUMBER.fullmatch(text)
        if number and (self.menu or self.conversation.offered):
            return self._pick(int(number[1]))
        return self._ask(text) if text else ()

    def topics(self) -> tuple[Topic, ...]:
        """Return the topics with entries for everybody."""
        shown = (
            Topic(name, tuple(entry for entry in entries if not entry.audience))
            for name, entries in self.bot.kb.sections()
        )
        return tuple(topic for topic in shown if topic.entries)

    def entries(self) -> Iterator[Entry]:
        """Yield the entries of every topic."""
        for topic in self.topics():
            yield from topic.entries

    def open_topic(self, topic: Topic) -> Parts:
        """List the questions of *topic*, to be picked by number."""
        self.menu = topic.entries
        questions = tuple(entry.question for entry in topic.entries)
        return (Numbered(f"{topic.title}:", questions), Note("A number shows its answer."))

    def _ask(self, text: str) -> Parts:
        self.menu = ()
        answer = self.bot.ask(text, self.conversation)
        self.asked = "" if answer.picked_for else answer.read_as or text
        if self.recorder:
            self.recorder.record(answer)
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

    def _open(self, chosen: Topic | Entry) -> Parts:
        if isinstance(chosen, Topic):
            return self.open_topic(chosen)
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
        if answer.heading:
            parts = (Title(answer.heading), *parts)
        if not answer.follow_ups:
            return parts
        questions = tuple(entry.question for entry in answer.follow_ups)
        return (*parts, Numbered(answer.lead, questions))


def greeting(bot: Bot) -> Parts:
    """Return the greeting before the first question."""
    title = Title(bot.kb.title or "faqbot")
    hint = Note("Ask a question, or type /help to see what else there is.")
    welcome = (Prose(bot.kb.greeting),) if bot.kb.greeting else ()
    # With an encoder the note says only that it is the best available.
    lesser = bot.encoder_note if bot.encoder_name == "none" else ""
    return (title, *welcome, hint, *((Note(f"Encoder: {lesser}."),) if lesser else ()))


def converse(
    chat: Chat, read: Callable[[], str], show: Callable[[Parts], None], *, interactive: bool
) -> None:
    """Answer each line from *read* with *show* until the end.

    The chat ends with EOFError from *read*, or with a line that leaves.

    If *interactive*, an interrupt discards the line; otherwise it is raised.
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
