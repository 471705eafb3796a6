"""Converter of plain text, by the layout of lines.

Recognized are underlined, numbered and set-off headings, lists, tables, code, and wrapped lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE, without_boilerplate
from faqbot.ingest.documents import decode
from faqbot.ingest.markdown_text import escaped, escaped_lines, fenced, one_line
from faqbot.ingest.question_forms import ends_as_question, is_question
from faqbot.ingest.unread import unread_lines

_RULE = re.compile(r"\s*([=~^*#+_\-\"'.:])\1{2,}\s*$")
_NUMBERED = re.compile(
    r"\s*(?:(?:chapter|section|part)\s+)?\d{1,3}(?:\.\d{1,3})*[.)]?\s+\S", re.IGNORECASE
)
_TEXT_LINES_QUESTION_MARK = re.compile(r"\s*(?:Q|Question|Frage)[ .]?\d{0,3}\s*[:.)]\s+\S")
_LEADERS = re.compile(r"(?<![\s.\u2026\u00b7_])[\s.\u2026\u00b7_]{3,}+\d{1,4}\s*+$")
_CODE = re.compile(r"[{}<>|;$\\=]|\s{2,}|^\s*[$#>%] |--?\w|\(\)|/\w+/|^\s*\w+\.\w+|::")
# Characters of a line that no editor has wrapped; chosen by hand.
_LONG_LINE = 200
# Share of long lines, 0 to 1, in a text with a paragraph per line; chosen by hand.
_A_FAIR_SHARE = 0.15
# Lines of a table of contents, or of a numbered list in it; chosen by hand.
_ENTRIES = 3
# Times that a heading stands in a text, with a line of a further table of contents; chosen by hand.
_ONCE = 2
# Share, 0 to 1, of lines that must fit: of contents, of code, and of an underline. Chosen by hand.
_MOSTLY = 0.6
# Characters of a line that an editor has wrapped; shorter lines end on purpose. Chosen by hand.
_WRAPPED_AT = 45
# Columns of indentation that mark code, as in Markdown.
_INDENTED = 4
# Words of a prose line; chosen by hand.
_WORDY = 6
_NUMBER = re.compile(
    r"(?P<word>chapter|section|part|appendix)?\s*(?P<number>\d{1,3}(?:\.\d{1,3})*)(?P<stop>[.):]*)\s+(?=\S)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(\s*)([*+\u2022\u25cf\u00b7\u2013-]|o(?=\s{2,}))(\s+)(?=\S)")
_ORDERED = re.compile(r"(\s*)(\d{1,3}[.)]|[a-z]\))(\s+)(?=\S)")
_CONTENTS = re.compile(r"(?:table of )?contents|index|inhalt(?:sverzeichnis)?", re.IGNORECASE)
_QUESTION_MARK = re.compile(r"(?:Q|Question|A|Answer|Frage|Antwort)[ .]?\d{0,3}\s*[:.)]\s")
# Lines of a heading; chosen by hand.
_HEADING_AT_MOST = 5
_CAPITALS = re.compile(r"[A-Z\u00c0-\u00de0-9][A-Z\u00c0-\u00de0-9\s&/,.'()-]{3,60}[?:]?")
# Characters of a heading in one line; chosen by hand.
_SHORT = 90
# Levels above numbered headings: title, underlined, and capital headings.
_BELOW_CAPITALS = 3
# Lines of a text with a paragraph per line; a shorter text does not show it. Chosen by hand.
_CELLS = 2


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive lines without a blank line; *number* is the first one's, from 1."""

    lines: tuple[str, ...]
    number: int

    @property
    def indent(self) -> int:
        """Number of blanks before its first line."""
        return len(self.lines[0]) - len(self.lines[0].lstrip())

    @property
    def text(self) -> str:
        """The lines, joined."""
        return unwrapped(self.lines)


@dataclass(frozen=True, slots=True)
class Ruled:
    """Line with a rule of *mark* below, and above if *over*."""

    text: str
    mark: str
    over: bool
    number: int


def chunks_of(text: str) -> Iterator[Chunk | Ruled]:
    """Yield the chunks and underlined lines of *text*, without boilerplate."""
    lines = text.expandtabs(8).split("\n")
    stays = [stay for stay, _ in without_boilerplate((line, None) for line in lines)]
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
    """Return True if each line is an unwrapped paragraph."""
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
    """Yield the lines *run* as one chunk, or split at lines marked as questions."""
    begins = [
        place
        for place, line in enumerate(run)
        if place == 0 or _TEXT_LINES_QUESTION_MARK.match(line)
    ]
    for start, end in zip(begins, [*begins[1:], len(run)], strict=True):
        yield Chunk(tuple(run[start:end]), number + start)


def unwrapped(lines: Sequence[str]) -> str:
    """Return hard-wrapped *lines* as one, addresses broken at a slash included."""
    text = ""
    for line in (each.strip() for each in lines):
        glued = text.endswith("/") or (text.endswith(":") and line.startswith("//"))
        glued = glued or line.startswith("/...")
        text += line if glued or not text else f" {line}"
    return one_line(text)


def are_wrapped(lines: Sequence[str]) -> bool:
    """Return True if *lines* are one wrapped paragraph, not a list."""
    return len(lines) < 2 or all(len(line.strip()) > _WRAPPED_AT for line in lines[:-1])  # noqa: PLR2004 - one line is not wrapped


def key(text: str) -> str:
    """Return the common text of a heading and its contents line."""
    return " ".join(re.findall(r"[\w+#]+", _LEADERS.sub("", text).casefold()))


def is_contents(chunk: Chunk, keys: dict[str, int]) -> bool:
    """Return True if *chunk* is a table of contents.

    Most of its lines then occur again as chunks (*keys*).
    """
    entries = [key(entry) for entry in _entries(chunk.lines)]
    if len(entries) < _ENTRIES:
        return False
    # A heading stands once in a text, and begins with a word; commands and short answers are repeated.
    known = sum(bool(entry) and 0 < keys.get(entry, 0) <= _ONCE for entry in entries)
    words = sum(entry[:1].isalnum() for entry in _entries(chunk.lines))
    return min(known, words) >= _MOSTLY * len(entries)


def _entries(lines: Sequence[str]) -> list[str]:
    """Return entries of a possible table of contents, one per line."""
    numbered = sum(bool(_NUMBERED.match(line)) for line in lines) >= _ENTRIES
    entries: list[list[str]] = []
    for line in lines:
        if not numbered or _NUMBERED.match(line) or not entries:
            entries.append([])
        entries[-1].append(line)
    return [unwrapped(entry).lstrip("-*\u2022 ") for entry in entries]


def is_code(chunk: Chunk, indent: int) -> bool:
    """Return True if *chunk* is indented beyond *indent*, and no prose."""
    if chunk.indent < indent + _INDENTED:
        return False
    words = sum(len(line.split()) for line in chunk.lines) / len(chunk.lines)
    odd = sum(bool(_CODE.search(line.strip())) for line in chunk.lines)
    return odd >= _MOSTLY * len(chunk.lines) or (
        words < _WORDY and not chunk.text.endswith((".", ":"))
    )


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a plain text; see `Reader`."""
    text = decode(data, name)
    lines = text.split("\n")
    stays = without_boilerplate(
        (line, (number, line)) for number, line in enumerate(lines, start=1)
    )
    for stay, (number, line) in stays:
        if not stay:
            yield left_out(line.strip(), PAGE_BOILERPLATE, BlockLocation(number))
    chunks = list(chunks_of(text))
    yield from unread_lines(lines, _PlainText(chunks).blocks())


class _PlainText:
    """Chunks of a text, with indentation, paragraph style and heading marks."""

    def __init__(self, chunks: Sequence[Chunk | Ruled]) -> None:
        """Measure the text's indentation, paragraph style and heading marks."""
        self._chunks = chunks
        plain = [each for each in chunks if isinstance(each, Chunk)]
        indents = Counter(each.indent for each in plain)
        self._left = min(indents, default=0)
        self._indent = max(indents, key=lambda each: (indents[each], -each), default=0)
        self._one_a_line = _are_paragraphs(plain)
        self._marks: list[str] = []
        self._numbers_ask = _numbers_ask(plain)
        self._keys = Counter(
            _key(each)
            for each in chunks
            if isinstance(each, Ruled) or len(each.lines) <= _HEADING_AT_MOST
        )

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of each chunk."""
        for place, chunk in enumerate(self._chunks):
            after = self._chunks[place + 1] if place + 1 < len(self._chunks) else None
            if isinstance(chunk, Ruled):
                yield self._underlined(chunk)
            elif is_contents(chunk, self._keys) or _CONTENTS.fullmatch(chunk.text):
                continue
            elif self._numbers_ask and len(chunk.lines) > 1 and _starts_numbered(chunk):
                first = Chunk(chunk.lines[:1], chunk.number)
                level, where = 1 + _BELOW_CAPITALS, BlockLocation(chunk.number)
                yield Block(Kind.HEADING, first.text, level, place=where)
                yield from self._body(Chunk(chunk.lines[1:], chunk.number + 1))
            else:
                is_title = place == 0 and len(chunk.lines) == 1 and _is_short(chunk.text)
                level = (
                    1 if is_title and self._is_title(chunk, after) else self._level(chunk, after)
                )
                where = BlockLocation(chunk.number)
                yield from (
                    [Block(Kind.HEADING, chunk.text, level, place=where)]
                    if level
                    else self._body(chunk)
                )

    def _is_title(self, chunk: Chunk, after: Chunk | Ruled | None) -> bool:
        """Return True if a text's short first line is its title."""
        text = chunk.text
        marked = _NUMBER.match(text) or _QUESTION_MARK.match(text) or _BULLET.match(text)
        return (
            after is not None
            and not marked
            and not is_question(text)
            and not text.startswith(("|", ">", "["))
        )

    def _underlined(self, line: Ruled) -> Block:
        mark = line.mark * (2 if line.over else 1)
        if mark not in self._marks:
            self._marks.append(mark)
        return Block(
            Kind.HEADING, line.text, self._marks.index(mark) + 1, place=BlockLocation(line.number)
        )

    def _level(self, chunk: Chunk, after: Chunk | Ruled | None) -> int:
        """Return the heading level of *chunk*, 0 for text."""
        text = chunk.text
        if (
            len(chunk.lines) > _HEADING_AT_MOST
            or chunk.indent > self._left
            or not isinstance(after, Chunk)
        ):
            return 0
        numbered = _NUMBER.match(text)
        if numbered:
            return self._numbered_level(numbered, chunk, after)
        if (
            _QUESTION_MARK.match(text)
            or text.startswith(("|", ">"))
            or _BULLET.match(chunk.lines[0])
        ):
            return 0
        if self._one_a_line:
            return 3 if _is_short(text) and len(after.text) > _SHORT else 0
        if len(chunk.lines) == 1 and _CAPITALS.fullmatch(text) and not text.endswith("."):
            return 2
        hangs = (
            after.indent > chunk.indent
            and self._indent > self._left
            and not is_code(after, self._indent)
        )
        return (
            3 if hangs and (is_question(text) or _is_short(text)) and text[-1:] not in ":,;" else 0
        )

    def _numbered_level(self, numbered: re.Match[str], chunk: Chunk, after: Chunk) -> int:
        parts = numbered["number"].count(".") + 1
        rest = chunk.text[numbered.end() :]
        if parts == 1 and ends_as_question(chunk.lines[0]) and len(chunk.lines) > 1:
            return 0  # the answer follows on the next line
        if numbered["word"] or parts > 1:
            return parts + _BELOW_CAPITALS if rest[-1:] not in ",;" else 0
        short = len(rest) <= _SHORT and not _NUMBER.match(after.text)
        if self._numbers_ask and numbered["stop"] and short:
            return 1 + _BELOW_CAPITALS
        hangs = after.indent > self._left and self._indent > self._left
        if not numbered["stop"] or (_NUMBER.match(after.text) and not hangs):
            return 0
        return 1 + _BELOW_CAPITALS if is_question(rest) or (_is_short(rest) and hangs) else 0

    def _body(self, chunk: Chunk) -> Iterator[Block]:
        place = BlockLocation(chunk.number)
        if all(line.lstrip().startswith("|") for line in chunk.lines) and len(chunk.lines) > 1:
            yield _table(chunk, place)
        elif _BULLET.match(chunk.lines[0]) or (
            _ORDERED.match(chunk.lines[0]) and not is_question(chunk.text)
        ):
            yield from _items(chunk)
        elif is_code(chunk, self._indent):
            lines = "\n".join(
                line[chunk.indent :] if not line[: chunk.indent].strip() else line.lstrip()
                for line in chunk.lines
            )
            yield Block(Kind.CODE, fenced(lines), place=place)
        else:
            yield from _prose(chunk, place)


def _prose(chunk: Chunk, place: BlockLocation) -> Iterator[Block]:
    """Yield a paragraph, and the list right after it."""
    lines = list(chunk.lines)
    start = next(
        (number for number, line in enumerate(lines) if number and _BULLET.match(line)), len(lines)
    )
    text = lines[:start]
    shown = [unwrapped(text)] if are_wrapped(text) else [line.strip() for line in text]
    yield Block(Kind.TEXT, escaped_lines("\n".join(map(escaped, shown))), place=place)
    if start < len(lines):
        yield from _items(Chunk(tuple(lines[start:]), chunk.number + start))


def _items(chunk: Chunk) -> Iterator[Block]:
    items: list[list[str]] = []
    marks: list[tuple[int, str]] = []
    for line in chunk.lines:
        found = _BULLET.match(line) or _ORDERED.match(line)
        if found:
            items.append([line[found.end() :]])
            ordered = found[2][0].isdigit()
            marks.append((len(found[1]), f"{found[2]} " if ordered else "- "))
        else:
            items[-1].append(line)
    left = marks[0][0]
    for number, (item, (indent, mark)) in enumerate(zip(items, marks, strict=True)):
        deep = 2 if indent > left + 1 else 1
        text = "  " * (deep - 1) + mark + escaped(unwrapped(item))
        yield Block(Kind.ITEM, text, deep, tight=number > 0, place=BlockLocation(chunk.number))


def _table(chunk: Chunk, place: BlockLocation) -> Block:
    text = "\n".join(line.strip() for line in chunk.lines)
    cells = [
        tuple(one_line(cell) for cell in line.strip().strip("|").split("|")) for line in chunk.lines
    ]
    rows = tuple(row for row in cells if not all(re.fullmatch(r":?-{2,}:?", cell) for cell in row))
    return Block(Kind.TABLE, text, place=place, rows=rows)


def _starts_numbered(chunk: Chunk) -> bool:
    """Return True if the first line of *chunk* has a number, and the others have none."""
    first, *others = chunk.lines
    found = _NUMBER.match(first)
    alone = found is not None and bool(found["stop"]) and "." not in found["number"]
    return alone and len(first) < _SHORT and not any(map(_NUMBERED.match, others))


def _numbers_ask(chunks: Sequence[Chunk]) -> bool:
    """Return True if most lines with a number that stand above text are questions."""
    lines = [
        chunk.lines[0]
        for chunk, after in zip(chunks, [*chunks[1:], None], strict=False)
        if _starts_numbered(chunk)
        and (len(chunk.lines) > 1 or (after and not _NUMBERED.match(after.text)))
    ]
    asking = sum(map(ends_as_question, lines))
    return asking > 1 and asking > len(lines) / 2


def _key(chunk: Chunk | Ruled) -> str:
    return key(chunk.text)


def _are_paragraphs(chunks: Sequence[Chunk]) -> bool:
    singles = [each for each in chunks if len(each.lines) == 1]
    return len(singles) > _CELLS and sum(len(each.text) > 2 * _SHORT for each in singles) * 4 > len(
        chunks
    )


def _is_short(text: str) -> bool:
    return (
        len(text) <= _SHORT
        and text[-1:] not in ".,;:!"
        and (text[:1].isupper() or not text[:1].isalpha())
    )
