"""The documents that an import is given: files, folders, standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from faqbot.errors import IngestError, UnreadableDocument, UnsupportedDocument
from faqbot.ingest.detect import could_be

__all__ = ["MAX_BYTES", "STANDARD_INPUT", "Document", "documents_at"]

MAX_BYTES = 20_000_000
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Document:
    """A file to import: *name* is what entries call it; *path* is None for standard input."""

    name: str
    path: Path | None
    named: bool = True

    def data(self) -> bytes:
        """Return its bytes; raises `UnreadableDocument` when it cannot be read or is too large."""
        if self.path is None:
            return _bounded(sys.stdin.buffer.read(MAX_BYTES + 1), self.name)
        try:
            status = self.path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableDocument(f"{self.name} is neither a file nor a folder")
            if status.st_size > MAX_BYTES:
                raise _too_large(self.name)
            with self.path.open("rb") as file:
                return _bounded(file.read(MAX_BYTES + 1), self.name)
        except (OSError, ValueError) as error:
            raise UnreadableDocument(f"{self.name} cannot be read: {_why(error)}") from error


def documents_at(paths: Iterable[str]) -> Iterator[Document | IngestError]:
    """Yield each document of *paths*, those of a folder in the order of their names; or what is wrong.

    Hidden files, and files that no reader could be meant for, are passed over in a folder. No two
    documents have one name, and a file that is given twice comes once.
    """
    seen: set[Path | None] = set()
    names: set[str] = set()
    for each in _all(paths):
        if isinstance(each, Document):
            path = each.path and Path(os.path.realpath(each.path))
            if path in seen:
                continue
            seen.add(path)
            made = _named_apart(each, names)
            names.add(made.name)
            yield made
        else:
            yield each


def _all(paths: Iterable[str]) -> Iterator[Document | IngestError]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield Document("standard input", None)
        elif Path(path).is_dir():
            yield from _walk(Path(path))
        else:
            yield Document(_name(Path(path)), Path(path))


def _named_apart(document: Document, names: Container[str]) -> Document:
    """Return *document* with as many of its folders in its name as tell it from *names*."""
    parts = document.path.parts if document.path else ()
    name = document.name
    for count in range(2, len(parts) + 1):
        if name not in names:
            break
        name = "/".join(parts[-count:]).lstrip("/")
    return replace(document, name=name)


def _walk(folder: Path) -> Iterator[Document | IngestError]:
    found = False
    problems: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for each in sorted(names):
            path = Path(parent, each)
            if not each.startswith(".") and path.is_file() and could_be(each):
                found = True
                name = "/".join((folder.resolve().name, *path.relative_to(folder).parts))
                yield Document(name, path, named=False)
    for problem in problems:
        yield UnreadableDocument(f"{problem.filename} cannot be listed: {problem.strerror}")
    if not found and not problems:
        yield UnsupportedDocument(f"{folder} holds no document that faqbot reads")


def _name(path: Path) -> str:
    """Return the path as it is given, without what is only true on this machine."""
    parts = [part for part in path.parts if part not in {path.anchor, "..", "."}]
    return path.name if path.is_absolute() else "/".join(parts) or path.name


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    return data


def _too_large(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name} is larger than {MAX_BYTES // 1_000_000} MB: split it, or import the part with the questions"
    )


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    return (error.strerror if isinstance(error, OSError) else "") or "it is no path"
