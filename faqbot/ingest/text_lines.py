"""Plain text as chunks of lines, and what the look of a chunk says: heading, list, table, code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faqbot.ingest.boilerplate import without_furniture
from faqbot.ingest.markdown_text import one_line

__all__ = [
    "Chunk",
    "Ruled",
    "are_wrapped",
    "chunks_of",
    "is_code",
    "is_contents",
    "key",
    "unwrapped",
]

_RULE = re.compile(r"\s*([=~^*#+_\-\"'.:])\1{2,}\s*$")
_NUMBERED = re.compile(
    r"\s*(?:(?:chapter|section|part)\s+)?\d{1,3}(?:\.\d{1,3})*[.)]?\s+\S", re.IGNORECASE
)
_QUESTION_MARK = re.compile(r"\s*(?:Q|Question|Frage)[ .]?\d{0,3}\s*[:.)]\s+\S")
_LEADERS = re.compile(r"(?<![\s.\u2026\u00b7_])[\s.\u2026\u00b7_]{3,}+\d{1,4}\s*+$")
_CODE = re.compile(r"[{}<>|;$\\=]|\s{2,}|^\s*[$#>%] |--?\w|\(\)|/\w+/|^\s*\w+\.\w+|::")
_LONG_LINE = 200
_A_FAIR_SHARE = 0.15
_ENTRIES = 3
_MOSTLY = 0.6
_WRAPPED_AT = 45
_INDENTED = 4
_WORDY = 6


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines with none blank between them; *number* is that of the first, from 1."""

    lines: tuple[str, ...]
    number: int

    @property
    def indent(self) -> int:
        """The blanks before its first line."""
        return len(self.lines[0]) - len(self.lines[0].lstrip())

    @property
    def text(self) -> str:
        """The lines as one."""
        return unwrapped(self.lines)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A line with a line of *mark* below it, and *over* it as well."""

    text: str
    mark: str
    over: bool
    number: int


def chunks_of(text: str) -> Iterator[Chunk | Ruled]:
    """Yield the chunks of *text* and the lines that are underlined, without the page's own lines."""
    lines = text.expandtabs(8).split("\n")
    stays = [stay for stay, _ in without_furniture((line, None) for line in lines)]
    alone = _one_a_line(lines)
    run: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place].rstrip()
        ruled = _ruled(lines, place) if not run else None
        below = _ruled(lines, place) if run and not _RULE.fullmatch(line) else None
        if ruled or (below and not below.over):
            if run:
                yield from _split(run, place - len(run) + 1)
                run = []
            found = ruled or below
            if found:
                yield found
                place += 3 if found.over else 2
                continue
        breaks = alone and not (run and run[0].startswith("|") and line.startswith("|"))
        if run and (not line or not stays[place] or breaks or _RULE.fullmatch(line)):
            yield from _split(run, place - len(run) + 1)
            run = []
        if line and stays[place] and not _RULE.fullmatch(line):
            run.append(line)
        place += 1
        if run and alone and not line.startswith("|"):
            yield Chunk(tuple(run), place)
            run = []
    if run:
        yield from _split(run, place - len(run) + 1)


def _one_a_line(lines: Sequence[str]) -> bool:
    """Tell whether each line is a paragraph, as no editor has wrapped them."""
    filled = [len(line) for line in lines if line.strip()]
    return sum(length > _LONG_LINE for length in filled) >= max(_A_FAIR_SHARE * len(filled), 1)


def _ruled(lines: Sequence[str], place: int) -> Ruled | None:
    line = lines[place]
    over = _RULE.fullmatch(line) and place + 2 < len(lines) and _same_rule(line, lines[place + 2])
    if over:
        title, rule = lines[place + 1], lines[place + 2]
    elif place + 1 < len(lines):
        title, rule = line, lines[place + 1]
    else:
        return None
    found = _RULE.fullmatch(rule)
    if not found or not title.strip() or _RULE.fullmatch(title) or not re.search(r"\w", title):
        return None
    if len(rule.strip()) < min(len(title.strip()) * _MOSTLY, 8) or len(title.strip()) > _LONG_LINE:
        return None
    return Ruled(one_line(title), found[1], bool(over), place + (2 if over else 1))


def _same_rule(one: str, other: str) -> bool:
    first, second = _RULE.fullmatch(one), _RULE.fullmatch(other)
    return bool(first and second and first[1] == second[1])


def _split(run: Sequence[str], number: int) -> Iterator[Chunk]:
    """Yield the lines *run* as one chunk, or as one for each line that is marked as a question."""
    begins = [place for place, line in enumerate(run) if place == 0 or _QUESTION_MARK.match(line)]
    for start, end in zip(begins, [*begins[1:], len(run)], strict=True):
        yield Chunk(tuple(run[start:end]), number + start)


def unwrapped(lines: Sequence[str]) -> str:
    """Return hard-wrapped *lines* as one, an address that was broken at a slash whole again."""
    text = ""
    for line in (each.strip() for each in lines):
        glued = text.endswith("/") or (text.endswith(":") and line.startswith("//"))
        glued = glued or line.startswith("/...")
        text += line if glued or not text else f" {line}"
    return one_line(text)


def are_wrapped(lines: Sequence[str]) -> bool:
    """Tell whether *lines* are one paragraph that an editor has broken, and no list of short ones."""
    return len(lines) < 2 or all(len(line.strip()) > _WRAPPED_AT for line in lines[:-1])  # noqa: PLR2004 - one line is not wrapped


def key(text: str) -> str:
    """Return what a heading and its line in the table of contents share."""
    return " ".join(re.findall(r"[\w+#]+", _LEADERS.sub("", text).casefold()))


def is_contents(chunk: Chunk, keys: dict[str, int]) -> bool:
    """Tell whether *chunk* is a table of contents: most of its lines stand again as chunks (*keys*)."""
    entries = [key(entry) for entry in _entries(chunk.lines)]
    if len(entries) < _ENTRIES:
        return False
    known = sum(bool(entry) and keys.get(entry, 0) > 0 for entry in entries)
    return known >= _MOSTLY * len(entries)


def _entries(lines: Sequence[str]) -> list[str]:
    """Return the entries of what may be a table of contents, each on one line."""
    numbered = sum(bool(_NUMBERED.match(line)) for line in lines) >= _ENTRIES
    entries: list[list[str]] = []
    for line in lines:
        if not numbered or _NUMBERED.match(line) or not entries:
            entries.append([])
        entries[-1].append(line)
    return [unwrapped(entry).lstrip("-*\u2022 ") for entry in entries]


def is_code(chunk: Chunk, indent: int) -> bool:
    """Tell whether *chunk* stands further in than the text at *indent* and is not written as prose."""
    if chunk.indent < indent + _INDENTED:
        return False
    words = sum(len(line.split()) for line in chunk.lines) / len(chunk.lines)
    odd = sum(bool(_CODE.search(line.strip())) for line in chunk.lines)
    return odd >= _MOSTLY * len(chunk.lines) or (
        words < _WORDY and not chunk.text.endswith((".", ":"))
    )
