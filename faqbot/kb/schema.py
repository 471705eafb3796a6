"""From plain data to models: the bytes of one file become entries, tests and a header."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from faqbot.kb.faults import quoted
from faqbot.kb.fields import ENTRY, FILE, TEST
from faqbot.kb.parsing import YamlList, YamlMapping, pieces
from faqbot.models import Entry, KnowledgeBaseTest, Source

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

    from faqbot.kb.faults import FaultList
    from faqbot.kb.parsing import Node, Piece

__all__ = ["Content", "Reference", "read_file"]

_STREAMED = ("entries", "tests")


class Reference(NamedTuple):
    """An id that *name*, a field on *line* of *path*, refers to."""

    path: Path
    line: int
    name: str
    id: str


@dataclass(slots=True)
class Content:
    """What the files read so far hold: *entries* by id, and the ids that must be among them."""

    header: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    synonyms: list[tuple[str, ...]] = field(default_factory=list)
    tests: list[KnowledgeBaseTest] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)


def read_file(data: bytes, content: Content, faults: FaultList) -> None:
    """Add what *data*, the bytes of the file *faults.path*, holds to *content*; note each fault."""
    given: dict[str, int] = {}
    for piece in pieces(data, faults, _STREAMED):
        given[piece.key] = piece.line
        if piece.key == "version" and _is_newer(piece.node):
            faults.replace(piece.line, "this was made for a newer faqbot: update faqbot to read it")
            return
        _read_piece(piece, content, faults)
    if faults.path not in faults.unread:
        FILE.require(given, 1, faults)


def _is_newer(version: Node) -> bool:
    return isinstance(version, str) and version.isdecimal() and version.lstrip("0") not in {"", "1"}


def _read_piece(piece: Piece, content: Content, faults: FaultList) -> None:
    if piece.key == "entries" and piece.is_item:
        _read_entry(piece, content, faults)
    elif piece.key == "tests" and piece.is_item:
        _read_test(piece, content, faults)
    elif piece.key in ENTRY.by_name and piece.key not in FILE.by_name:
        message = f"{quoted(piece.key)} belongs to an entry: indent it below a line `- id: ...`"
        faults.add(piece.line, message)
    else:
        _read_header(piece, content, faults)


def _read_header(piece: Piece, content: Content, faults: FaultList) -> None:
    value: Any = FILE.read_field(piece.key, piece.node, piece.line, faults)
    if value is None or piece.key in {"version", "entries", "tests"}:
        return
    if piece.key == "synonyms":
        content.synonyms += value
    elif piece.key == "source":
        content.header.setdefault("source", Source(**value))
    elif piece.key == "manners":
        content.header.setdefault("manners", _manners(piece, value, faults.path))
    else:
        content.header.setdefault(piece.key, value)


def _manners(piece: Piece, given: Iterable[dict[str, Any]], path: Path) -> tuple[Entry, ...]:
    nodes = piece.node.values if isinstance(piece.node, YamlList) else [piece.node]
    lines = piece.node.lines if isinstance(piece.node, YamlList) else [piece.line]
    line_of = {
        str(node.values.get("id", "")).strip(): line
        for node, line in zip(nodes, lines, strict=True)
        if isinstance(node, YamlMapping)
    }
    return tuple(_entry(values, line_of[values["id"]], path) for values in given if "id" in values)


def _read_entry(piece: Piece, content: Content, faults: FaultList) -> None:
    values = ENTRY.read(piece.node, piece.line, "an entry", faults)
    if values is None or "id" not in values:
        return
    known = content.entries.get(values["id"])
    if known:
        message = f"the id {quoted(known.id)} is taken by {known.path}:{known.line}: choose another"
        faults.add(piece.line, message)
        return
    content.entries[values["id"]] = _entry(values, piece.line, faults.path)
    _note_references(piece, "follow_ups", values.get("follow_ups", ()), content, faults.path)


def _entry(values: dict[str, Any], line: int, path: Path) -> Entry:
    if "audience" in values:
        values["audience"] = frozenset(values["audience"])
    # What is missing was reported; such an entry only stands for its id, so that nothing else
    # that refers to it is called wrong.
    values.setdefault("question", "")
    values.setdefault("answer", "")
    return Entry(**values, path=path, line=line)


def _read_test(piece: Piece, content: Content, faults: FaultList) -> None:
    values = TEST.read(piece.node, piece.line, "a test", faults)
    if values is None or not {"ask", "expect"} <= values.keys():
        return
    content.tests.append(KnowledgeBaseTest(**values, path=faults.path, line=piece.line))
    _note_references(piece, "expect", values["expect"], content, faults.path)


def _note_references(
    piece: Piece, name: str, ids: Container[str], content: Content, path: Path
) -> None:
    """Keep those *ids* in the field *name* that are no entry yet: it may stand further down."""
    for text, line in _lines_of(piece.node, name):
        if text in ids and text not in content.entries:
            content.references.append(Reference(path, line, name, text))


def _lines_of(node: Node, name: str) -> Iterator[tuple[str, int]]:
    """Yield each text of the field *name*, which holds one or a list, with its line."""
    if not isinstance(node, YamlMapping):
        return
    given = node.values.get(name)
    if isinstance(given, str):
        yield given.strip(), node.lines[name]
    elif isinstance(given, YamlList):
        for item, line in zip(given.values, given.lines, strict=True):
            if isinstance(item, str):
                yield item.strip(), line
