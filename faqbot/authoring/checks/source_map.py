"""Source map: each text of a knowledge base with its position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from faqbot.authoring.checks.findings import RULES, Finding
from faqbot.kb.locations import Location, Position, read_locations
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval import Language, language_of

# Characters of a quoted text; chosen by hand, so that a finding fits two lines of a terminal.
_SHOWN = 50
_MARKDOWN = ("greeting", "fallback", "contact")


def quote(text: str) -> str:
    """Return *text* in typographic quotes, on one line, cut if it is long."""
    line = " ".join(text.split())
    return (
        f"\u201c{line}\u201d"
        if len(line) <= _SHOWN
        else f"\u201c{line[:_SHOWN].rstrip()}\u2026\u201d"
    )


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text of a knowledge base, with its *path*, *place*, *field* and *entry*, if any."""

    text: str
    field: str
    path: Path
    place: Location
    entry: Entry | None = None

    @property
    def is_markdown(self) -> bool:
        """True if people see the text as Markdown."""
        return self.field == "answer" or self.field in _MARKDOWN

    @property
    def is_phrasing(self) -> bool:
        """True for a question or an alternate."""
        return self.field in {"question", "alternates"}

    def finding(
        self,
        code: str,
        message: str,
        *,
        words: str = "",
        offset: int | None = None,
        remedy: str = "",
    ) -> Finding:
        """Return a finding about this text, or about the line of it that holds *words*.

        *offset* counts lines of the text from 0, for a text whose lines are the file's own.
        """
        line = self.place.line
        if words or offset is not None:
            line = self.place.line_of(words, offset or 0)
        return Finding(self.path, line, code, message, remedy or RULES[code].remedy)


@dataclass(frozen=True)
class SourceMap:
    """A knowledge base with the positions of its texts.

    *today* is the day of the check.
    """

    kb: KnowledgeBase
    today: date
    places: dict[Path, dict[Position, Location]]
    _numbers: dict[str, int] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Give each entry its number in its file."""
        counts: Counter[Path | None] = Counter()
        for entry in self.kb.entries:
            self._numbers[entry.id] = counts[entry.path]
            counts[entry.path] += 1

    @classmethod
    def read(cls, kb: KnowledgeBase, today: date) -> SourceMap:
        """Read the places of *kb*, loaded from files without faults."""
        return cls(kb, today, {path: read_locations(path) for path in kb.paths})

    @property
    def language(self) -> Language:
        """Language of the knowledge base.

        One without word lists has no rule of any other.
        """
        return language_of(self.kb.language)

    def header(self, name: str) -> SourceText | None:
        """Return the field *name* of the header.

        The result is None if no file has it.
        """
        path = next((p for p in self.kb.paths if (name,) in self.places.get(p, {})), None)
        if path is None:
            return None
        return SourceText(str(getattr(self.kb, name)), name, path, self.places[path][(name,)])

    def at(self, entry: Entry, name: str, item: int | None = None) -> SourceText:
        """Return the field *name* of *entry*, or one *item* of it.

        The text of a value of another type is empty.
        """
        path = entry.path or Path()
        position: Position = ("entries", self._numbers[entry.id], name)
        if item is not None:
            position = (*position, item)
        value = getattr(entry, name)
        text = value if isinstance(value, str) else ""
        if item is not None and isinstance(value, tuple):
            text = value[item]
        return SourceText(text, name, path, self._place(path, position, entry.line), entry)

    def place_of(self, entry: Entry, name: str) -> Location | None:
        """Return the place of the field *name* of *entry*.

        The result is None if it is absent or has no text.
        """
        position = ("entries", self._numbers[entry.id], name)
        return self.places.get(entry.path or Path(), {}).get(position)

    def id_of(self, entry: Entry) -> SourceText:
        """Return the id of *entry*, the position for findings on the whole entry."""
        return self.at(entry, "id")

    def phrasing(self, entry: Entry, number: int) -> SourceText:
        """Return the question of *entry* (0), or an alternate (from 1)."""
        return self.at(entry, "alternates", number - 1) if number else self.at(entry, "question")

    def phrasings(self, entry: Entry) -> Iterator[SourceText]:
        """Yield the question of *entry* and its alternates."""
        return (self.phrasing(entry, number) for number in range(len(entry.phrasings)))

    def items(self, entry: Entry, name: str) -> Iterator[SourceText]:
        """Yield the items of a list of *entry*."""
        return (self.at(entry, name, number) for number in range(len(getattr(entry, name))))

    def texts_of(self, entry: Entry) -> Iterator[SourceText]:
        """Yield each text of *entry*."""
        yield from self.phrasings(entry)
        yield from self.items(entry, "not_for")
        yield self.at(entry, "answer")
        yield from self.items(entry, "keywords")
        yield from (self.at(entry, name) for name in ("section", "source") if getattr(entry, name))

    def headers(self) -> Iterator[SourceText]:
        """Yield the texts of the header, each from the first file that has it."""
        for name in ("title", *_MARKDOWN):
            found = self.header(name)
            if found is not None and getattr(self.kb, name):
                yield found

    def texts(self) -> Iterator[SourceText]:
        """Yield each text of the knowledge base."""
        yield from self.headers()
        for entry in self.kb.entries:
            yield from self.texts_of(entry)
        yield from self.asks()

    def asks(self) -> Iterator[SourceText]:
        """Yield the question of each test."""
        counts: Counter[Path | None] = Counter()
        for test in self.kb.tests:
            path = test.path or Path()
            position = ("tests", counts[path], "ask")
            counts[path] += 1
            yield SourceText(test.ask, "ask", path, self._place(path, position, test.line))

    def synonyms(self) -> Iterator[Sequence[SourceText]]:
        """Yield each group of synonyms."""
        groups = (
            (path, number)
            for path in self.kb.paths
            for number in range(self._length(path, "synonyms"))
        )
        for group, (path, number) in zip(self.kb.synonyms, groups, strict=False):
            yield [
                SourceText(term, "synonyms", path, self._place(path, ("synonyms", number, item), 0))
                for item, term in enumerate(group)
            ]

    def _length(self, path: Path, key: str) -> int:
        places = self.places.get(path, {})
        number = 0
        while (key, number) in places:
            number += 1
        return number

    def _place(self, path: Path, position: Position, line: int) -> Location:
        return self.places.get(path, {}).get(position) or Location(line)
