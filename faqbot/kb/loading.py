"""Loading of a knowledge base from a file or folder.

`yaml_files` finds the files, `read_bytes` reads each, and `read_file` turns its bytes into entries,
tests and a header. `load_knowledge_base` puts them together.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from faqbot.errors import InvalidYaml, KnowledgeBaseNotFound
from faqbot.files import NotRegularFile, TooLargeFile, read_regular
from faqbot.kb.faults import FaultList, TooManyFaults, quoted
from faqbot.kb.fields import ENTRY, FILE, TEST
from faqbot.kb.parsing import YamlList, YamlMapping, stream_nodes
from faqbot.kb.validators import NOTHING, nearest
from faqbot.models import Entry, KnowledgeBase, KnowledgeBaseTest, Source

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from pathlib import Path

    from faqbot.kb.faults import FaultList
    from faqbot.kb.parsing import Node, StreamedNode


# Words for "no entry" that are written where `none` is right.
_WORDS_FOR_NOTHING = frozenset(
    {"no", "nothing", "nobody", "null", "nil", "false", "empty", "na", "n-a"}
)
_STREAMED = ("entries", "tests")
# Bytes of a file. Enough for 150,000 entries of usual length (790 bytes, see benchmarks/loading.py).
MAX_BYTES = 128_000_000
_SUFFIXES = (".yaml", ".yml")


class Reference(NamedTuple):
    """Reference to the entry *id* by a file's field."""

    path: Path
    line: int
    name: str
    id: str


@dataclass(slots=True)
class Content:
    """Content of files read so far, with references to check."""

    header: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    synonyms: list[tuple[str, ...]] = field(default_factory=list)
    tests: list[KnowledgeBaseTest] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)


def read_file(data: bytes, content: Content, faults: FaultList) -> None:
    """Add the content of *data*, the bytes of *faults.path*, to *content*."""
    given: dict[str, int] = {}
    for piece in stream_nodes(data, faults, _STREAMED):
        given[piece.key] = piece.line
        if piece.key == "version" and _is_newer(piece.node):
            faults.replace(piece.line, "this was made for a newer faqbot: update faqbot to read it")
            return
        _read_piece(piece, content, faults)
    if faults.path not in faults.unread:
        FILE.require(given, 1, faults)


def _is_newer(version: Node) -> bool:
    return isinstance(version, str) and version.isdecimal() and version.lstrip("0") not in {"", "1"}


def _read_piece(piece: StreamedNode, content: Content, faults: FaultList) -> None:
    if piece.key == "entries" and piece.is_item:
        _read_entry(piece, content, faults)
    elif piece.key == "tests" and piece.is_item:
        _read_test(piece, content, faults)
    elif piece.key in ENTRY.by_name and piece.key not in FILE.by_name:
        message = f"{quoted(piece.key)} belongs to an entry: indent it below a line `- id: ...`"
        faults.add(piece.line, message)
    else:
        _read_header(piece, content, faults)


def _read_header(piece: StreamedNode, content: Content, faults: FaultList) -> None:
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


def _manners(piece: StreamedNode, given: Iterable[dict[str, Any]], path: Path) -> tuple[Entry, ...]:
    nodes = piece.node.values if isinstance(piece.node, YamlList) else [piece.node]
    lines = piece.node.lines if isinstance(piece.node, YamlList) else [piece.line]
    line_of = {
        str(node.values.get("id", "")).strip(): line
        for node, line in zip(nodes, lines, strict=True)
        if isinstance(node, YamlMapping)
    }
    return tuple(_entry(values, line_of[values["id"]], path) for values in given if "id" in values)


def _read_entry(piece: StreamedNode, content: Content, faults: FaultList) -> None:
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
    # A missing field was reported. The entry keeps its id known, so that references to it are no
    # further faults.
    values.setdefault("question", "")
    values.setdefault("answer", "")
    return Entry(**values, path=path, line=line)


def _read_test(piece: StreamedNode, content: Content, faults: FaultList) -> None:
    values = TEST.read(piece.node, piece.line, "a test", faults)
    if values is None or not {"ask", "expect"} <= values.keys():
        return
    content.tests.append(KnowledgeBaseTest(**values, path=faults.path, line=piece.line))
    _note_references(piece, "expect", values["expect"], content, faults.path)


def _note_references(
    piece: StreamedNode, name: str, ids: Container[str], content: Content, path: Path
) -> None:
    """Record references to *ids* whose entries may follow."""
    for text, line in _lines_of(piece.node, name):
        if text in ids and text not in content.entries:
            content.references.append(Reference(path, line, name, text))


def _lines_of(node: Node, name: str) -> Iterator[tuple[str, int]]:
    """Yield each text of the field *name* with its line."""
    if not isinstance(node, YamlMapping):
        return
    given = node.values.get(name)
    if isinstance(given, str):
        yield given.strip(), node.lines[name]
    elif isinstance(given, YamlList):
        for item, line in zip(given.values, given.lines, strict=True):
            if isinstance(item, str):
                yield item.strip(), line


def yaml_files(root: str | Path, faults: FaultList) -> list[Path]:
    """Return the YAML files below *root*, or *root* itself.

    Files are sorted by name, and precede those of inner folders. Hidden names are skipped. A folder
    that cannot be listed, or that has no YAML file, is a fault.
    """
    if not os.fspath(root):
        faults.stop(0, "the path is empty: name a file or a folder", KnowledgeBaseNotFound)
        return []
    if _is_whole_disk(root):
        faults.stop(
            0, "this is the whole disk: name the folder of a knowledge base", KnowledgeBaseNotFound
        )
        return []
    if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises where a parent is closed
        return [Path(root)]
    found = list(_walk(root, faults))
    if not found and not faults.found:
        faults.stop(0, "this folder has no .yaml or .yml file", KnowledgeBaseNotFound)
    return found


def _is_whole_disk(root: str | Path) -> bool:
    try:
        path = Path(root).resolve()
    except (OSError, RuntimeError, ValueError):
        return False
    return path == path.parent


def _walk(root: str | Path, faults: FaultList) -> Iterator[Path]:
    def note(error: OSError) -> None:
        faults.path = Path(error.filename)
        faults.stop(0, f"this folder cannot be listed: {error.strerror}", KnowledgeBaseNotFound)

    for parent, folders, names in os.walk(root, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(_SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)


def read_bytes(path: Path, faults: FaultList) -> bytes | None:
    """Return the bytes of *path*; None after a fault."""
    try:
        return read_regular(path, MAX_BYTES)
    except TooLargeFile:
        most = f"{MAX_BYTES // 1_000_000} MB"
        faults.stop(0, f"the file is over {most}: split it, and name the folder", InvalidYaml)
    except NotRegularFile:
        faults.stop(0, "this is not a regular file: name a YAML file", KnowledgeBaseNotFound)
    except (OSError, ValueError) as error:
        faults.stop(0, _reason(path, error), KnowledgeBaseNotFound)
    return None


def _reason(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError) and os.path.islink(path):  # noqa: PTH114 - never raises
        return f"this link leads nowhere: it points to {path.readlink()}"
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder: check the path"
    reason = error.strerror if isinstance(error, OSError) else "it is no path"
    return f"this cannot be read: {reason}"


def load_knowledge_base(path: str | Path) -> KnowledgeBase:
    """Load a knowledge base from *path*, a file or folder.

    Files are read in the order of their names. Ids are unique across files. Each header field comes
    from the first file that sets it. Synonyms and tests of all files are joined. Raises
    KnowledgeBaseNotFound if a file cannot be read, else InvalidYaml if a file is not YAML, else
    InvalidEntry. The error lists all faults of every kind and file.
    """
    faults = FaultList(Path(path))
    content = Content()
    with suppress(TooManyFaults):
        files = yaml_files(path, faults)
        digests = [_read(file, content, faults) for file in files]
        faults.path = Path(path)
        _check_whole(content, faults)
    faults.raise_any()
    return KnowledgeBase(
        entries=tuple(content.entries.values()),
        synonyms=tuple(content.synonyms),
        tests=tuple(content.tests),
        paths=tuple(files),
        digest=_join(digests),
        **content.header,
    )


def bundled_path() -> Path:
    """Return the path of the bundled knowledge base.

    The file of a checkout precedes that of the package, which is stale in an editable install.
    """
    return _bundled(Path(__file__).parents[1], "diplomacy.yaml")


@lru_cache
def shipped_manners(language: str = "en") -> KnowledgeBase:
    """Return the shipped manners in *language*, such as "de-AT", or in English."""
    package = Path(__file__).parents[1]
    code = language.partition("-")[0].lower()
    translated = _bundled(package, f"manners.{code}.yaml")
    known = code.isalpha() and translated.is_file()
    found = translated if known else _bundled(package, "manners.yaml")
    return load_knowledge_base(found)


def schema_path() -> Path:
    """Return the path of the JSON Schema for editors."""
    return Path(__file__).with_name("kb.schema.json")


def _bundled(package: Path, name: str) -> Path:
    in_checkout = package.parent / "knowledge" / name
    return in_checkout if in_checkout.is_file() else package / "knowledge" / name


def _read(file: Path, content: Content, faults: FaultList) -> str:
    """Add *file* to *content*; return its SHA-256, "" after a fault."""
    faults.path = file
    data = read_bytes(file, faults)
    if data is None:
        return ""
    read_file(data, content, faults)
    return sha256(data).hexdigest()


def _join(digests: Sequence[str]) -> str:
    return digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()


def _check_whole(content: Content, faults: FaultList) -> None:
    """Report faults that need every file: no entries, unknown ids."""
    if faults.unread:
        return
    if not content.entries and not faults.found:
        faults.add(0, "there are no entries: add one below a line  entries:")
    for path, line, name, wanted in content.references:
        if wanted in content.entries:
            continue
        near = nearest(wanted, content.entries)
        hint = f"did you mean `{near}`?" if near else "add that entry, or delete the id"
        if name == "expect" and wanted in _WORDS_FOR_NOTHING:
            hint = f"write `expect: {NOTHING}` for a question that no entry answers"
        faults.path = path
        faults.add(line, f"`{name}` names {quoted(wanted)}, which is no entry: {hint}")
    for manner in content.header.get("manners") or ():
        _check_manner(manner, faults)


def _check_manner(manner: Entry, faults: FaultList) -> None:
    """Report a new manner without a question or an answer."""
    known = shipped_manners().by_id
    if manner.id in known or (manner.question and manner.answer):
        return
    near = nearest(manner.id, known)
    meant = f"did you mean `{near}`? " if near else ""
    message = f"{meant}one of your own needs `question` and `answer`"
    faults.path = manner.path or faults.path
    faults.add(manner.line, f"{quoted(manner.id)} is not among the shipped manners: {message}")
