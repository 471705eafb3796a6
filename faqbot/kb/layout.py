"""Layout of a hand-written knowledge base, and splices that edit it.

A YAML library that reads a file and writes it again wraps lines, moves comments and drops blank
lines. So nothing is written again here. The parser gives the offsets of a value, and lines are
inserted or cut there, in the style of the lines around them. Every other character stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from faqbot.kb.parsing import Parser
from faqbot.kb.writer import block_lines, entry_json, entry_lines, is_block_text, one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from faqbot.models import Entry

BREAK = r"(?:\r\n|\r(?!\n)|[\n\x85\u2028\u2029])"
"""Pattern of a line break as libyaml reads it."""
_LINE_END = re.compile("[\r\n\x85\u2028\u2029]|\\Z")
_TEXT_BELOW = re.compile(rf"(?:{BREAK}[ \t]*)*{BREAK}( *)(?=\S)")
_BLANKS = " \t\r\n\x85\u2028\u2029"
_COMMENT_BELOW = re.compile(rf"{BREAK}( *)#")
_BLANK_LINES = re.compile(rf"(?:{BREAK}[ \t]*)+{BREAK}")
_COMMENT_LINE = re.compile(r"( *)#")
_TRAILING_COMMA = re.compile(r"(?:\s|#[^\r\n]*+)*+,")
# Characters of a line of a list in brackets, chosen by hand: longer lines are hard to review.
_WIDTH = 100


class TextLines:
    """Text with lookup of lines by offset.

    *newline* is its most frequent line break.
    """

    def __init__(self, text: str) -> None:
        """Find the line break of *text*."""
        self.text = text
        self.newline = max(("\n", "\r\n", "\r"), key=re.findall("\r\n|\r|\n", text).count)

    def stripped(self, offset: int) -> int:
        """Return the offset behind the last non-blank character before *offset*."""
        while offset and self.text[offset - 1] in _BLANKS:
            offset -= 1
        return offset

    def end(self, offset: int) -> int:
        """Return the end of the last non-blank line before *offset*."""
        found = _LINE_END.search(self.text, self.stripped(offset))
        return found.start() if found else len(self.text)

    def start(self, offset: int) -> int:
        """Return the offset at which the line of *offset* begins."""
        return 1 + max(self.text.rfind(each, 0, max(offset, 0)) for each in "\r\n")

    def above(self, line: int) -> int:
        """Return the start of the line above the line at *line*.

        Raises ValueError for the first line.
        """
        if not line:
            raise ValueError("there is no line above the first")
        return self.start(line - 1 - self.text.startswith("\r\n", line - 2))

    def indent_below(self, offset: int) -> int:
        """Return the indentation, in characters, of the next text line."""
        found = _TEXT_BELOW.match(self.text, self.end(offset))
        return len(found[1]) if found else 0

    def begins(self, offset: int) -> bool:
        """Return True if only blanks precede *offset* on its line."""
        return not self.text[self.start(offset) : offset].strip()

    def joined(self, lines: Iterable[str]) -> str:
        """Return *lines*, each with a line break before it."""
        return "".join(self.newline + line for line in lines)


@dataclass(frozen=True, slots=True)
class Splice:
    """Replacement of the characters *start* to *end* by *text*."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Return *text* with *splices* applied, in order at equal offsets.

    Raises ValueError if two splices overlap.
    """
    parts: list[str] = []
    done = 0
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if splice.start < done:
            raise ValueError(f"two changes meet at offset {splice.start}")
        parts += (text[done : splice.start], splice.text)
        done = splice.end
    return "".join((*parts, text[done:]))


class Layout:
    """Layout of a valid file, without its byte order mark.

    Each method returns the splices for an edit and applies none. Methods raise KeyError for an id
    that is not in this file.
    """

    def __init__(self, text: str) -> None:
        """Parse *text* and find its entries."""
        self.text = text
        self._lines = TextLines(text)
        # The C loader recurses, but a knowledge base that loads is never deep.
        found = _field(yaml.compose(text, Loader=Parser), "entries")
        self._list = found if isinstance(found, SequenceNode) else SequenceNode("", [])
        self._entries: dict[str, MappingNode] = {
            _required(item, "id").value.strip(): item for item in self._list.value
        }
        self.ids = tuple(self._entries)

    def add_alternates(self, entry_id: str, phrasings: Sequence[str]) -> list[Splice]:
        """Append *phrasings* to the alternates of an entry."""
        entry = self._entries[entry_id]
        given = _field(entry, "alternates")
        if given is None:
            return self._begin_list(entry, phrasings)
        if isinstance(given, SequenceNode):
            extend = self._extend_flow if given.flow_style else self._extend_block
            return extend(given, phrasings)
        return self._fill_blank(entry, given, phrasings)

    def set_text(self, entry_id: str, field: str, text: str) -> list[Splice]:
        """Replace or add the *field* of an entry with *text*."""
        entry = self._entries[entry_id]
        given = _field(entry, field)
        if not isinstance(given, ScalarNode):
            return self._add_field(entry, field, text)
        start, end = given.start_mark.index, self._lines.stripped(_end(given))
        in_block = given.style in {"|", ">"}
        if not entry.flow_style and is_block_text(text) and ("\n" in text or in_block):
            return self._put_block(entry, given, text)
        style = '"' if "\n" in text else None if in_block else given.style
        written = one_line(text, style, flow=bool(entry.flow_style))
        return [Splice(start, end, written if start < end else f" {written}")]

    def set_draft(self, entry_id: str, reason: str) -> list[Splice]:
        """Mark an entry as a draft, with *reason* as a comment beside the mark."""
        entry = self._entries[entry_id]
        given, last = _field(entry, "draft"), entry.value[-1][1]
        if given is not None:
            return [Splice(given.start_mark.index, self._lines.stripped(_end(given)), "true")]
        if entry.flow_style:
            key = _key_like(entry, "draft")
            return [Splice(_end(last), _end(last), f", {key}: true")]
        end, column = self._end_with_comments(entry), entry.start_mark.column
        line = f"{' ' * column}{_key_like(entry, 'draft')}: true  # {reason}"
        return [Splice(end, end, self._lines.joined([line]))]

    def add_entry(self, entry: Entry, reason: str = "", after: str = "") -> list[Splice]:
        """Insert *entry* after the entry *after*, by default the last.

        *reason* is a sentence on why it is a draft.
        """
        before = self._entries[after or self.ids[-1]]
        if self._list.flow_style:
            return [Splice(_end(before), _end(before), f", {entry_json(entry)}")]
        dash, end = self._list.start_mark.column, self._end_with_comments(before)
        deep = max(before.start_mark.column, dash + 2)
        lines = entry_lines(entry, dash, deep, reason, flush=not self._offset())
        return [
            Splice(end, end, self._lines.joined([*([""] if self._is_spaced() else []), *lines]))
        ]

    def remove(self, entry_ids: Collection[str]) -> list[Splice]:
        """Cut entries with their comments and the blank lines below."""
        runs: list[list[int]] = []
        for place, entry_id in enumerate(self.ids):
            if entry_id not in entry_ids:
                continue
            if runs and runs[-1][-1] == place - 1:
                runs[-1].append(place)
            else:
                runs.append([place])
        cut = self._cut_from_brackets if self._list.flow_style else self._cut_lines
        return [cut(run[0], run[-1]) for run in runs]

    # Lists

    def _extend_block(self, given: SequenceNode, phrasings: Sequence[str]) -> list[Splice]:
        first, last = given.value[0], given.value[-1]
        gap = self.text[given.start_mark.index + 1 : first.start_mark.index]
        gap = gap if gap and not gap.strip(" ") else " "
        dash = " " * given.start_mark.column + "-" + gap
        end = self._lines.end(_end(last))
        return [
            Splice(
                end,
                end,
                self._lines.joined(dash + one_line(text, last.style) for text in phrasings),
            )
        ]

    def _extend_flow(self, given: SequenceNode, phrasings: Sequence[str]) -> list[Splice]:
        start, close = given.start_mark.index + 1, given.end_mark.index - 1
        style = given.value[-1].style if given.value else None
        items = [
            one_line(text, style if style in {'"', "'"} else None, flow=True) for text in phrasings
        ]
        if not given.value:
            blank = not self.text[start:close].strip()
            return [Splice(start if blank else close, close, ", ".join(items))]
        last = _end(given.value[-1])
        indent = self._lines.newline + " " * given.value[0].start_mark.column
        if not all(self._lines.begins(item.start_mark.index) for item in given.value):
            return [Splice(last, last, self._wrapped(items, last, indent))]
        # One item a line: a comma and a comment behind the last one stay there.
        comma = _TRAILING_COMMA.match(self.text, last, close)
        end = self._lines.stripped(min(self._lines.end(comma.end() if comma else last), close))
        added = "".join(f"{indent}{item}," for item in items)
        added = added if comma else added.removesuffix(",")
        return [*([] if comma else [Splice(last, last, ",")]), Splice(end, end, added)]

    def _wrapped(self, items: Iterable[str], offset: int, indent: str) -> str:
        """Return *items* to insert at *offset*, wrapped to `_WIDTH` characters."""
        column, text = offset - self._lines.start(offset), ""
        for item in items:
            if column + len(item) + 3 > _WIDTH:
                text, column = f"{text},{indent}{item}", len(indent) + len(item)
            else:
                text, column = f"{text}, {item}", column + len(item) + 2
        return text

    def _begin_list(self, entry: MappingNode, phrasings: Sequence[str]) -> list[Splice]:
        question = _required(entry, "question")
        key = _key_like(entry, "alternates")
        if entry.flow_style:
            end = _end(question)
            return [Splice(end, end, f", {key}: {_brackets(phrasings, question.style)}")]
        end, column = self._lines.end(_end(question)), entry.start_mark.column
        lines = [f"{' ' * column}{key}:", *self._new_items(entry, phrasings, question.style)]
        return [Splice(end, end, self._lines.joined(lines))]

    def _fill_blank(
        self, entry: MappingNode, blank: Node, phrasings: Sequence[str]
    ) -> list[Splice]:
        style = _required(entry, "question").style
        start, end = self._lines.stripped(blank.start_mark.index), blank.end_mark.index
        if entry.flow_style:
            return [Splice(start, end, f" {_brackets(phrasings, style)}")]
        below = self._lines.end(end)
        lines = self._new_items(entry, phrasings, style)
        return [Splice(start, end, ""), Splice(below, below, self._lines.joined(lines))]

    def _new_items(
        self, entry: MappingNode, phrasings: Iterable[str], style: str | None
    ) -> Iterable[str]:
        dash = " " * (entry.start_mark.column + self._offset()) + "- "
        return [dash + one_line(text, style) for text in phrasings]

    def _offset(self) -> int:
        """Return the indentation of lists relative to their key, in characters."""
        for entry in self._entries.values():
            for key, value in entry.value:
                if isinstance(value, SequenceNode) and not value.flow_style:
                    return int(value.start_mark.column - key.start_mark.column)
        return 2 if self._list.start_mark.column else 0

    # Texts

    def _put_block(self, entry: MappingNode, given: ScalarNode, text: str) -> list[Splice]:
        start, end = given.start_mark.index, self._lines.stripped(_end(given))
        column = entry.start_mark.column
        if given.style in {"|", ">"}:
            mark = start + 1
            head = self.text[start : self._lines.end(mark)]
            first, *rest = block_lines(text, head, self._lines.indent_below(mark) or column + 2)
            return [Splice(start, end, first + self._lines.joined(rest))]
        first, *rest = block_lines(text, "|-", column + 2)
        below = self._lines.end(end)
        blank = "" if start < end else " "
        return [Splice(start, end, blank + first), Splice(below, below, self._lines.joined(rest))]

    def _add_field(self, entry: MappingNode, field: str, text: str) -> list[Splice]:
        key, last = _key_like(entry, field), entry.value[-1][1]
        if entry.flow_style:
            style = '"' if "\n" in text else None
            return [Splice(_end(last), _end(last), f", {key}: {one_line(text, style, flow=True)}")]
        end, column = self._end_with_comments(entry), entry.start_mark.column
        if "\n" in text and is_block_text(text):
            first, *rest = block_lines(text, "|-", column + 2)
        else:
            first, rest = one_line(text), []
        return [Splice(end, end, self._lines.joined([f"{' ' * column}{key}: {first}", *rest]))]

    # Entries

    def _is_spaced(self) -> bool:
        """Return True if blank lines separate the entries."""
        if len(self.ids) == 1:
            return True
        end = self._lines.stripped(_end(self._entries[self.ids[-2]]))
        return bool(_BLANK_LINES.search(self.text, end, self._dash_line(self.ids[-1])))

    def _cut_lines(self, first: int, last: int) -> Splice:
        start = self._start_with_comments(self.ids[first])
        end = self._end_with_comments(self._entries[self.ids[last]])
        if last == len(self.ids) - 1:
            return Splice(self._lines.end(start), end, "")
        following = self._start_with_comments(self.ids[last + 1])
        blank = _BLANK_LINES.search(self.text, end, following)
        return Splice(start, blank.end() if blank else following, "")

    def _cut_from_brackets(self, first: int, last: int) -> Splice:
        items = self._list.value
        start, end = items[first].start_mark.index, _end(items[last])
        if last + 1 < len(items):
            return Splice(start, items[last + 1].start_mark.index, "")
        return Splice(_end(items[first - 1]) if first else start, end, "")

    def _dash_line(self, entry_id: str) -> int:
        """Return the start of an entry's line with the dash."""
        start = self._entries[entry_id].start_mark.index
        dash = " " * self._list.start_mark.column + "-"
        line = self._lines.start(start)
        while not self.text.startswith(dash, line):
            line = self._lines.above(line)
        return line

    def _start_with_comments(self, entry_id: str) -> int:
        """Return the start of an entry with the comment above.

        A comment above the first entry may be about all entries, so it is left out.
        """
        line = self._dash_line(entry_id)
        while entry_id != self.ids[0]:
            above = self._lines.above(line)
            comment = _COMMENT_LINE.match(self.text, above)
            if not comment or len(comment[1]) > self._list.start_mark.column:
                break
            line = above
        return line

    def _end_with_comments(self, entry: MappingNode) -> int:
        """Return the end of an entry with indented comments below."""
        end = self._lines.end(_end(entry))
        while below := _COMMENT_BELOW.match(self.text, end):
            if len(below[1]) <= self._list.start_mark.column:
                break
            end = self._lines.end(below.end())
        return end


def _field(node: Node | None, name: str) -> Node | None:
    """Return the value under the key *name*, None if absent."""
    if not isinstance(node, MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _required(entry: Node, name: str) -> ScalarNode:
    found = _field(entry, name)
    if not isinstance(found, ScalarNode):
        raise KeyError(name)
    return found


def _end(node: Node) -> int:
    """Return the offset behind the last character of *node*.

    The end mark of a block collection is too late: it is at the next token.
    """
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _key_like(entry: MappingNode, name: str) -> str:
    """Return *name* in the quotes of the keys of *entry*."""
    quote = entry.value[0][0].style or ""
    return f"{quote}{name}{quote}"


def _brackets(phrasings: Iterable[str], style: str | None) -> str:
    return f"[{', '.join(one_line(text, style, flow=True) for text in phrasings)}]"
