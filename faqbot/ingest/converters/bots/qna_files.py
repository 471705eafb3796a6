"""Converter of .qna files of Bot Framework Composer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from faqbot.ingest.blocks import Block, BlockLocation, Kind, Pair, left_out
from faqbot.ingest.columns import slug_of
from faqbot.ingest.documents import decode
from faqbot.ingest.markdown_text import plain
from faqbot.ingest.tabular import CONTEXT_ONLY

_QUESTION = re.compile(r"#{1,6}[ \t]*\?[ \t]*(\S.*)")
_ANCHOR = re.compile(r"<a[ \t]+(?:id|name)[ \t]*=[ \t]*[\"']?([^\"'>\s]+)[\"']?[ \t]*>[ \t]*</a>")
_SOURCE = re.compile(
    r">[ \t]*(?:!#[ \t]*@qna\.pair\.source[ \t]*=|Source[ \t]*:)[ \t]*(.*)", re.IGNORECASE
)
_FENCE = re.compile(r"[ \t]*+(`{3,}|~{3,})[ \t]*+[\w-]*+[ \t]*+")
_ITEM = re.compile(r"[ \t]*[-*+][ \t]+(\S.*)")
_PART = re.compile(
    r"[ \t]*\*\*(Filters|Prompts)[ \t]*:\*\*[ \t]*|[ \t]*\*\*(Filters|Prompts)\*\*[ \t]*:[ \t]*",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"\[([^\[\]]*)\]\(#\??([^()]*)\)[ \t]*(`context-only`)?.*")
_IMPORT = re.compile(r"\[[^\[\]]*\]\(([^()#]+)\)[ \t]*")
_NO_ANSWER = "it has no answer between fences below it"
_COMMENT = "it is a comment"


@dataclass(slots=True)
class _Question:
    """Question of the file with the lines read so far.

    Items belong to the list *part*.
    """

    phrasings: list[str]
    number: int
    id: str = ""
    source: str = ""
    answer: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    prompts: list[tuple[str, bool]] = field(default_factory=list)
    part: str = ""


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the pairs of a .qna file; see `Reader`."""
    reader = _Lines(decode(data, name).split("\n"))
    records = list(reader.records())
    for question in reader.questions:
        yield _block(question, reader.questions)
    yield from records


class _Lines:
    """Lines of a file; *questions* are complete when `records` is exhausted."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._fence = ""
        self._id = self._source = ""
        self.questions: list[_Question] = []

    def records(self) -> Iterator[Block]:
        """Read all lines, and yield a record of each that belongs to no question."""
        for number, line in enumerate(self._lines, start=1):
            if self._fence:
                self._within(line)
            elif line.strip() and not self._read(line, number):
                yield from self._unread(line.strip(), BlockLocation(number))

    def _within(self, line: str) -> None:
        found = _FENCE.fullmatch(line)
        if found and found[1].startswith(self._fence) and line.strip() == found[1]:
            self._fence = ""
        elif self.questions:
            self.questions[-1].answer.append(line)

    def _read(self, line: str, number: int) -> bool:
        """Read a line outside of an answer.

        Return False if it belongs to no question.
        """
        text = line.strip()
        if question := _QUESTION.fullmatch(text):
            self.questions.append(_Question([question[1]], number, self._id, self._source))
            self._id = self._source = ""
        elif anchor := _ANCHOR.fullmatch(text):
            self._id = anchor[1]
        elif source := _SOURCE.fullmatch(text):
            self._source = source[1].strip()
        elif not self.questions:
            return False
        elif fence := _FENCE.fullmatch(line):
            self._fence = fence[1]
        elif part := _PART.fullmatch(text):
            self.questions[-1].part = (part[1] or part[2]).lower()
        elif item := _ITEM.fullmatch(line):
            return _add(self.questions[-1], item[1].strip())
        else:
            return False
        return True

    def _unread(self, text: str, place: BlockLocation) -> Iterator[Block]:
        included = _IMPORT.fullmatch(text)
        if included:
            note = f"{place} includes another file, which was not read: {included[1]}"
            yield Block(Kind.NOTE, note)
        elif text.startswith(">"):
            yield left_out(text.lstrip("> !#").strip() or text, _COMMENT, place)
        else:
            yield Block(Kind.TEXT, text, place=place)


def _add(question: _Question, item: str) -> bool:
    """Add a phrasing, filter or prompt below a question."""
    if question.part == "prompts":
        found = _PROMPT.fullmatch(item)
        if found:
            question.prompts.append((found[2].strip() or found[1], bool(found[3])))
        return found is not None
    if question.part == "filters":
        key, _, value = item.partition("=")
        question.tags.append(f"{key.strip()}:{value.strip()}" if value.strip() else key.strip())
    else:
        question.phrasings.append(item.removeprefix("? "))
    return True


def _block(question: _Question, all_: list[_Question]) -> Block:
    place = BlockLocation(question.number)
    answer = "\n".join(question.answer).strip("\n").rstrip()
    questions = tuple(dict.fromkeys(map(plain, question.phrasings)))
    if not answer:
        return left_out(" / ".join(questions), _NO_ANSWER, place)
    pair = Pair(
        questions,
        answer,
        id=slug_of(question.id),
        source="" if question.source.casefold() == "editorial" else question.source,
        tags=tuple(dict.fromkeys(question.tags)),
        follow_ups=tuple(_follow_ups(question, all_)),
        reason=CONTEXT_ONLY if _only_follows(question, all_) else "",
    )
    return Block(Kind.PAIR, questions[0], place=place, pair=pair)


def _follow_ups(question: _Question, all_: list[_Question]) -> Iterator[str]:
    """Yield the first phrasing of each question that a prompt names by id or in words."""
    for target, _ in question.prompts:
        found = next((each for each in all_ if _is_target(each, target)), None)
        yield found.phrasings[0] if found else target


def _only_follows(question: _Question, all_: list[_Question]) -> bool:
    """Return True if *question* is only used by prompts."""
    kinds = [only for each in all_ for target, only in each.prompts if _is_target(question, target)]
    return bool(kinds) and all(kinds)


def _is_target(question: _Question, target: str) -> bool:
    wanted = _key(target)
    return wanted == _key(question.id) or wanted in map(_key, question.phrasings)


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")
