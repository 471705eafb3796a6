"""One import: every document read, and what is wrong with one said without losing the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from faqbot.errors import (
    FaqbotError,
    IngestError,
    MissingDependency,
    UnreadableDocument,
    UnsupportedDocument,
)
from faqbot.ingest.candidates import Found
from faqbot.ingest.detect import detect
from faqbot.ingest.documents import Document, documents_at
from faqbot.ingest.rules import LOOKED_FOR, find_candidates

__all__ = ["Failure", "Import", "import_documents", "nothing_found"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be imported, and why, in a sentence."""

    name: str
    why: str


@dataclass(slots=True)
class Import:
    """What the documents of an import gave, in their order, and those that gave nothing."""

    documents: list[Found] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def import_documents(
    paths: Sequence[str], chosen: str = "", progress: Callable[[str], None] = lambda _: None
) -> Import:
    """Read the documents at *paths*: files, folders, "-" for standard input; *chosen* is their format.

    *progress* is called with the name of each before it is read. Raises nothing for a document that
    cannot be read: it becomes a failure, and the others are read all the same.
    """
    result = Import()
    for each in documents_at(paths):
        if isinstance(each, IngestError):
            result.failures.append(Failure("", str(each)))
            continue
        progress(each.name)
        try:
            found = _found(each, chosen)
        except FaqbotError as error:
            if each.named or not isinstance(error, UnsupportedDocument):
                result.failures.append(Failure(each.name, str(error)))
            continue
        result.documents.append(found)
    return result


def _found(document: Document, chosen: str) -> Found:
    data = document.data()
    if not data.strip():
        raise UnreadableDocument(f"{document.name} is empty")
    known = detect(data, document.name, chosen)
    try:
        found = find_candidates(known.read(data, document.name), document.name)
    except MissingDependency as error:
        raise IngestError(f"{document.name} is {known.title}; {error}") from error
    except (RecursionError, MemoryError) as error:
        raise UnreadableDocument(
            f"{document.name} is nested too deep, or too large, to be read"
        ) from error
    found.format = known.title
    return found


def nothing_found(found: Found) -> str:
    """Return the sentence on a document in which no rule found anything."""
    return f"{found.name} holds nothing that looks like questions: faqbot looked for {LOOKED_FOR}"
