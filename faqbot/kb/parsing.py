"""Safe YAML parser, which gives plain data with line numbers.

The loaders of PyYAML run constructors, resolve aliases and keep the last of two equal keys, and the C
loader recurses until the process dies. This module reads the events of the parser instead and keeps
an explicit stack. Every scalar is text; `validators` converts it. Syntax errors become sentences
that an author can act on.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeGuard

import yaml
from yaml import events

from faqbot.errors import InvalidYaml
from faqbot.kb.faults import FaultList, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import yaml

_QUOTE = "put the whole text in 'single quotes'"
# Pattern of an error of libyaml or PyYAML, as "context: problem", with the message to the author.
# The first pattern that is found decides.
_SENTENCES = (
    (r"\btab\b|'\\t'", "a tab cannot stand here: indent with spaces"),
    (r"scanning an (alias|anchor)", f"text cannot begin with '*' or '&': {_QUOTE}"),
    (r"quoted scalar: found unexpected end", "the quote that opens here is never closed"),
    (r"escape", 'a backslash is special in "double quotes": use \'single quotes\' instead'),
    (r"mapping values are not allowed", f"a ': ' cannot stand here: {_QUOTE}, or check the indentation"),
    (r"sequence entries are not allowed", "a list begins below its key: move this '- ' to a new line"),
    (r"mapping keys are not allowed", f"text cannot begin with '? ': {_QUOTE}"),
    (r"could not find expected ':'", "a key must be followed by ': ' with a space, then its value"),
    (r"expected ',' or '\]'", "the '[' is not closed with ']', or a ',' is missing"),
    (r"expected ',' or '\}'", "the '{' is not closed with '}', or a ',' is missing"),
    (r"directive", "a line cannot begin with '%': delete it, or indent it as part of a text"),
    (r"\btag\b", f"text cannot begin with '!': {_QUOTE}"),
    (r"scanning a block scalar", "begin the text on the line below '|' or '>'"),
    (r"cannot start any token", f"text cannot begin with this character: {_QUOTE}"),
    (r"parsing a block collection", "this line stands in a list: begin it with '- ' or check the indentation"),
    (r"document start", "nothing may follow the line '...', which ends the file"),
    (r"expected (the )?node content", f"text cannot begin with ',', ']' or '}}': {_QUOTE}"),
    (r"expected key|block end", "this line does not fit those above: check its indentation"),
)  # fmt: skip
_AFTER_QUOTE = (
    "text goes on after its closing quote: quote the whole text, and write a ' inside it as ''"
)
# The context mark of these errors is the place to mend; for others it is the problem mark.
_BEGINS_AT_CONTEXT = re.compile(r"unexpected end of stream|could not find expected ':'")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
try:
    from yaml import CBaseLoader as _Parser
except ImportError:  # PyYAML built without libyaml: slower, and as safe
    from yaml import BaseLoader as _Parser  # type: ignore[assignment]

Parser = _Parser


# Levels of nesting. A knowledge base needs 4, files of Rasa need more. Chosen by hand.
MAX_DEPTH = 12
# Nodes of a streamed value: a node of two bytes takes about a hundred bytes of memory.
MAX_NODES = 100_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# libyaml compares each %TAG line with all before it: 200,000 lines would take minutes.
_TAG_DIRECTIVE = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9])%TAG")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BEGIN = "a knowledge base begins with the line  version: 1"


def explain_syntax(error: yaml.MarkedYAMLError, data: bytes) -> tuple[int, str]:
    """Return the line (from 1) and a message for *error*."""
    problem = f"{error.context or ''}: {error.problem or ''}"
    mark = error.problem_mark
    if error.context_mark and _BEGINS_AT_CONTEXT.search(problem):
        mark = error.context_mark
    if mark is None:
        return 0, f"this is not valid YAML: {problem}"
    before, after = _line_around(data, mark.line, mark.column)
    if after.startswith("\t"):
        problem = "tab"
    elif before.rstrip().endswith(("'", '"')):
        return mark.line + 1, _AFTER_QUOTE
    return mark.line + 1, _sentence(problem)


def explain_encoding(data: bytes) -> tuple[int, str]:
    """Return line and message for the first forbidden character."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return line, f"byte {error.start} of the file is not UTF-8: save the file as UTF-8"
    found = _FORBIDDEN.search(text)
    if not found:
        return 0, "the file holds a character that YAML forbids: save it as plain UTF-8 text"
    line = text.count("\n", 0, found.start()) + 1
    return line, f"the control character U+{ord(found[0]):04X} is not allowed: delete it"


def _sentence(problem: str) -> str:
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, problem):
            return sentence
    return f"this is not valid YAML: {problem.strip(': ')}"


def _line_around(data: bytes, row: int, column: int) -> tuple[str, str]:
    line = next(islice(BytesIO(data), row, None), b"").decode(errors="replace")
    return line[:column], line[column:]


@dataclass(slots=True)
class YamlList:
    """YAML list, which begins on *line*, with its items' lines."""

    line: int
    values: list[Node] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, node: Node, line: int) -> None:
        """Append *node*, which begins on *line*."""
        self.values.append(node)
        self.lines.append(line)


@dataclass(slots=True)
class YamlMapping:
    """YAML mapping, which begins on *line*, with its keys' lines."""

    line: int
    faults: FaultList
    values: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    key: Node = None
    key_line: int = 0

    def add(self, node: Node, line: int) -> None:
        """Add *node* as a key, or as its value."""
        if not self.key_line:
            self.key, self.key_line = node, line
            return
        key, key_line, self.key_line = self.key, self.key_line, 0
        if self._accepts(key, key_line):
            self.lines[key] = key_line
            self.put(key, node)

    def put(self, key: str, node: Node) -> None:
        """Store *node* under *key*."""
        self.values[key] = node

    def _accepts(self, key: Node, line: int) -> TypeGuard[str]:
        if key.__class__ is str and key not in self.lines and key != "<<":
            return True
        if key == "<<":
            _refuse(self.faults, line, "merge keys (<<) are not allowed: write the fields out")
        elif isinstance(key, str):
            message = f"{quoted(key)} is already on line {self.lines[key]}: keep one of the two"
            _refuse(self.faults, line, message)
        elif key is not None:
            _refuse(self.faults, line, "text cannot begin with '{' or '[': put it in 'quotes'")
        return False


# None stands for a value that was refused and reported; readers skip it.
Node: TypeAlias = "str | YamlMapping | YamlList | None"


class StreamedNode(NamedTuple):
    """Value of a top-level key, or an item of its list."""

    key: str
    line: int
    node: Node
    is_item: bool


class _StopReading(Exception):
    """Signal that the rest of the file cannot be read."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


@dataclass(slots=True)
class _YamlDocument(YamlList):
    """Outermost container, which accepts a mapping only."""

    def add(self, node: Node, line: int) -> None:
        if not isinstance(node, _RootMapping):
            raise _StopReading(line, f"this is one text, not a list of fields: {_BEGIN}")


@dataclass(slots=True)
class _RootMapping(YamlMapping):
    """Top-level mapping that emits each value instead of storing it."""

    out: deque[StreamedNode] = field(default_factory=deque)

    def put(self, key: str, node: Node) -> None:
        if not isinstance(node, _StreamedList):
            self.out.append(StreamedNode(key, self.lines[key], node, is_item=False))


@dataclass(slots=True)
class _StreamedList(YamlList):
    """Top-level list that emits each item instead of storing it."""

    key: str = ""
    out: deque[StreamedNode] = field(default_factory=deque)

    def add(self, node: Node, line: int) -> None:
        self.out.append(StreamedNode(self.key, line, node, is_item=True))


def stream_nodes(
    data: bytes, faults: FaultList, streamed: Collection[str]
) -> Iterator[StreamedNode]:
    """Yield the value of each top-level key in *data*.

    A list under a *streamed* key is yielded item by item, so that a large file is never in memory as
    a tree. Refused values go to *faults*; reading goes on where possible.
    """
    try:
        _check_start(data)
        yield from _NodeBuilder(data, faults, streamed).build()
    except _StopReading as stop:
        faults.stop(stop.line, str(stop), InvalidYaml)
    except yaml.MarkedYAMLError as error:
        faults.stop(*explain_syntax(error, data), InvalidYaml)
    except yaml.YAMLError:
        faults.stop(*explain_encoding(data), InvalidYaml)
    except (OverflowError, ValueError):  # from PyYAML's own parser, for "\\UFFFFFFFF"
        message = 'a "\\U..." escape in this file stands for no character: delete it'
        faults.stop(0, message, InvalidYaml)


def _check_start(data: bytes) -> None:
    if data.startswith(_UTF16):
        raise _StopReading(1, "the file is UTF-16: save it as UTF-8")
    # The plain search is fast enough for any file, the pattern is not.
    found = b"%TAG" in data and _TAG_DIRECTIVE.search(data)
    if found:
        line = data.count(b"\n", 0, found.end()) + 1
        raise _StopReading(line, "a line cannot begin with %TAG: tags are not allowed")


def _refuse(faults: FaultList, line: int, message: str) -> None:
    faults.add(line, message, InvalidYaml)


class _NodeBuilder:
    """Builder of nodes from parse events, with a container stack."""

    def __init__(self, data: bytes, faults: FaultList, streamed: Collection[str]) -> None:
        self._parser = Parser(data)
        self._faults = faults
        self._streamed = streamed
        self._out: deque[StreamedNode] = deque()
        self._stack: list[YamlMapping | YamlList] = [_YamlDocument(0)]
        self._documents = 0
        self._nodes_left = MAX_NODES

    def build(self) -> Iterator[StreamedNode]:
        """Yield nodes until the stream ends.

        Raises _StopReading if the rest cannot be read.
        """
        handlers = self._handlers()
        get_event, out = self._parser.get_event, self._out
        while (event := get_event()).__class__ is not events.StreamEndEvent:
            handlers[event.__class__](event)
            while out:
                self._nodes_left = MAX_NODES
                yield out.popleft()
        if not self._documents:
            raise _StopReading(0, f"the file is empty: {_BEGIN}")

    def _handlers(self) -> dict[type, Callable[[Any], None]]:
        return {
            events.StreamStartEvent: _pass_over,
            events.DocumentStartEvent: self._open_document,
            events.ScalarEvent: self._scalar,
            events.AliasEvent: self._alias,
            events.MappingStartEvent: self._open_mapping,
            events.MappingEndEvent: self._close,
            events.SequenceStartEvent: self._open_sequence,
            events.SequenceEndEvent: self._close,
            events.DocumentEndEvent: _pass_over,
        }

    def _open_document(self, event: events.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _StopReading(_line(event), "a second document begins here: delete the `---`")

    def _scalar(self, event: events.ScalarEvent) -> None:
        if event.tag is not None or event.anchor is not None:
            self._refuse_tag_and_anchor(event)
        line = _line(event)
        self._count_node(line)
        # Only double quotes can hold escapes of characters that the parser forbids.
        allowed = event.style != '"' or event.value.isprintable() or self._allows(event.value, line)
        self._stack[-1].add(event.value if allowed else None, line)

    def _allows(self, text: str, line: int) -> bool:
        found = _CONTROL.search(text)
        if found:
            what = f"the control character U+{ord(found[0]):04X}"
            _refuse(self._faults, line, f"{what} is not allowed: delete its escape")
        return not found

    def _alias(self, event: events.AliasEvent) -> None:
        line = _line(event)
        message = f"the alias *{event.anchor} is not allowed: write the value out, or quote it"
        _refuse(self._faults, line, message)
        self._stack[-1].add(None, line)

    def _open_mapping(self, event: events.MappingStartEvent) -> None:
        line = _line(event)
        if isinstance(self._stack[-1], _YamlDocument):
            self._push(event, _RootMapping(line, self._faults, out=self._out))
        else:
            self._push(event, YamlMapping(line, self._faults))

    def _open_sequence(self, event: events.SequenceStartEvent) -> None:
        line = _line(event)
        if isinstance(self._stack[-1], _YamlDocument):
            raise _StopReading(
                line, f"the file is a list: {_BEGIN}, and its list stands under `entries:`"
            )
        key = self._streamed_key()
        self._push(event, _StreamedList(line, key=key, out=self._out) if key else YamlList(line))

    def _streamed_key(self) -> str:
        """Return the streamed key of this list, "" for another."""
        top = self._stack[-1]
        if isinstance(top, _RootMapping) and top.key_line and isinstance(top.key, str):
            return top.key if top.key in self._streamed and top.key not in top.lines else ""
        return ""

    def _push(self, event: events.CollectionStartEvent, container: YamlMapping | YamlList) -> None:
        if event.tag is not None or event.anchor is not None:
            self._refuse_tag_and_anchor(event)
        if len(self._stack) > MAX_DEPTH:
            raise _StopReading(container.line, f"this is nested more than {MAX_DEPTH} deep")
        self._count_node(container.line)
        self._stack.append(container)

    def _count_node(self, line: int) -> None:
        self._nodes_left -= 1
        if not self._nodes_left:
            raise _StopReading(
                line, f"a single value has over {MAX_NODES:,} parts: split or delete it"
            )

    def _close(self, _: events.CollectionEndEvent) -> None:
        closed = self._stack.pop()
        self._stack[-1].add(closed, closed.line)

    def _refuse_tag_and_anchor(
        self, event: events.ScalarEvent | events.CollectionStartEvent
    ) -> None:
        line = _line(event)
        if event.tag is not None:
            message = f"the tag {quoted(event.tag)} is not allowed: delete it, or quote the text"
            _refuse(self._faults, line, message)
        if event.anchor is not None:
            message = f"the anchor &{event.anchor} is not allowed: delete it, or quote the text"
            _refuse(self._faults, line, message)


def _pass_over(_: events.Event) -> None:
    """Ignore an event without content."""


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1  # type: ignore[union-attr]  # the parser always sets it
