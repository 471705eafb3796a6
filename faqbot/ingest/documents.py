"""Documents to import: files, folders, standard input, and encodings."""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from faqbot.errors import IngestError, UnreadableDocument, UnsupportedDocument
from faqbot.files import NotRegularFile, TooLargeFile, read_regular
from faqbot.ingest.formats import could_be

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_ENDS = re.compile(r"\r\n?|\x85|\u2028")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ufffe\uffff]|[\ud800-\udfff]")
# Share of control characters, 0 to 1, above which a file is binary; chosen by hand.
_BINARY = 0.02
# Bytes of a document; chosen by hand.
MAX_BYTES = 20_000_000
# Questions of one document: those of a table take 6 seconds and 110 MB, measured. Chosen by hand.
MAX_QUESTIONS = 50_000
STANDARD_INPUT = "-"
_NAMED = "name it on the command line to import its target"


def decode(data: bytes, name: str) -> str:
    r"""Return *data* as text: byte order mark, UTF-8 or Windows-1252.

    Line ends become ``\n``, form feeds too, and control characters are removed. Raises
    `UnreadableDocument` for binary data.
    """
    text = _decoded(data)
    controls = len(_CONTROLS.findall(text[:65536]))
    if controls > max(_BINARY * min(len(text), 65536), 1):
        raise UnreadableDocument(f"{name} is not text: it holds binary data")
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text).replace("\f", "\n"))


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """File to import: *name* is for entries, *path* None for standard input."""

    name: str
    path: Path | None
    named: bool = True

    def data(self) -> bytes:
        """Return its bytes; raise `UnreadableDocument` if unreadable or too large."""
        if self.path is None:
            return _bounded(_standard_input(), self.name)
        try:
            return read_regular(self.path, MAX_BYTES)
        except NotRegularFile as error:
            raise UnreadableDocument(f"{self.name} is neither a file nor a folder") from error
        except TooLargeFile as error:
            raise _too_large(self.name) from error
        except (OSError, ValueError) as error:
            raise UnreadableDocument(f"{self.name} cannot be read: {_why(error)}") from error


def _standard_input() -> bytes:
    try:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableDocument(f"standard input cannot be read: {_why(error)}") from error


def documents_at(paths: Iterable[str]) -> Iterator[SourceDocument | IngestError]:
    """Yield each document of *paths*, or an error; folders in order of names.

    Hidden files, and files of no readable format, are skipped in a folder. A link that leads out of its
    folder is reported, not followed. Names of documents are unique, and a file given twice is read once.
    """
    seen: set[Path | None] = set()
    names: set[str] = set()
    for each in _all(paths):
        if isinstance(each, SourceDocument):
            path = each.path and Path(os.path.realpath(each.path))
            if path in seen:
                continue
            seen.add(path)
            made = _named_apart(each, names)
            names.add(made.name)
            yield made
        else:
            yield each


def _all(paths: Iterable[str]) -> Iterator[SourceDocument | IngestError]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield SourceDocument("standard input", None)
        elif not path:  # such as an unset variable of a shell; pathlib takes it for this folder
            yield UnreadableDocument("the path of a document is empty: name a file or a folder")
        elif Path(path).is_dir():
            yield from _walk(Path(path))
        else:
            yield SourceDocument(_name(Path(path)), Path(path))


def _named_apart(document: SourceDocument, names: Container[str]) -> SourceDocument:
    """Return *document* with enough folders in its name to differ from *names*."""
    parts = document.path.parts if document.path else ()
    name = document.name
    for count in range(2, len(parts) + 1):
        if name not in names:
            break
        name = "/".join(parts[-count:]).lstrip("/")
    return replace(document, name=name)


def _walk(folder: Path) -> Iterator[SourceDocument | IngestError]:
    found = False
    root = Path(os.path.realpath(folder))
    problems: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for each in (*folders, *sorted(names)):
            path = Path(parent, each)
            name = _printable("/".join((root.name, *path.relative_to(folder).parts)))
            made = None if each.startswith(".") else _document_of(path, name, root)
            if made:
                found = True
                yield made
    for problem in problems:
        yield UnreadableDocument(f"{problem.filename} cannot be listed: {problem.strerror}")
    if not found and not problems:
        yield UnsupportedDocument(f"{folder} holds no document that faqbot reads")


def _document_of(path: Path, name: str, root: Path) -> SourceDocument | IngestError | None:
    """Return the document at *path* below *root*, or None.

    An IngestError is returned for a link that leads out of *root*.
    """
    is_folder = path.is_dir()
    if not is_folder and not could_be(name):
        return None
    if not Path(os.path.realpath(path)).is_relative_to(root):
        return UnreadableDocument(f"{name} is a link that leads out of the folder: {_NAMED}")
    return SourceDocument(name, path, named=False) if not is_folder and path.is_file() else None


def _name(path: Path) -> str:
    """Return the path as given, without parts of this machine."""
    parts = [part for part in path.parts if part not in {path.anchor, "..", "."}]
    return _printable(path.name if path.is_absolute() else "/".join(parts) or path.name)


def _printable(name: str) -> str:
    """Return the *name* of a file with unprintable bytes replaced."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    return data


def _too_large(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name} is larger than {MAX_BYTES // 1_000_000} MB: split it, or import the part with the questions"
    )


def too_many_questions(name: str) -> UnreadableDocument:
    """Return the error of a document with over MAX_QUESTIONS questions."""
    return UnreadableDocument(
        f"{name} has more than {MAX_QUESTIONS:,} questions: split it into several documents"
    )


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    return (error.strerror if isinstance(error, OSError) else "") or "it is no path"
