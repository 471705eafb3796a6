"""Reading of all documents of an import, with a failure for each unreadable one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from faqbot.errors import (
    FaqbotError,
    IngestError,
    UnreadableDocument,
    UnsupportedDocument,
)
from faqbot.ingest.conversion import Converter
from faqbot.ingest.documents import SourceDocument, documents_at
from faqbot.ingest.extraction.candidate_pairs import Found
from faqbot.ingest.extraction.rules import LOOKED_FOR


@dataclass(frozen=True, slots=True)
class Failure:
    """Document that could not be imported, and the reason as a sentence."""

    name: str
    why: str


@dataclass(slots=True)
class Import:
    """Candidates of each document in order, and the failures."""

    documents: list[Found] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def import_documents(
    paths: Sequence[str], chosen: str = "", progress: Callable[[str], None] = lambda _: None
) -> Import:
    """Read the documents at *paths*: files, folders, "-" for standard input.

    *chosen* is the name of their format. *progress* is called with the name of each before it is read.
    An unreadable document raises nothing: it becomes a failure, and the others are read.
    """
    with Converter() as converter:
        return _import(documents_at(paths), chosen, progress, converter)


def _import(
    documents: Iterable[SourceDocument | IngestError],
    chosen: str,
    progress: Callable[[str], None],
    converter: Converter,
) -> Import:
    result = Import()
    for each in documents:
        if isinstance(each, IngestError):
            result.failures.append(Failure("", str(each)))
            continue
        progress(each.name)
        try:
            found = _found(each, chosen, converter)
        except FaqbotError as error:
            if each.named or not isinstance(error, UnsupportedDocument):
                result.failures.append(Failure(each.name, str(error)))
            continue
        result.documents.append(found)
    return result


def _found(document: SourceDocument, chosen: str, converter: Converter) -> Found:
    data = document.data()
    if not data.strip():
        raise UnreadableDocument(f"{document.name} is empty")
    return converter.found(data, document.name, chosen)


def nothing_found(found: Found) -> str:
    """Return the sentence on a document without candidates."""
    return f"{found.name} holds no questions: faqbot looked for {LOOKED_FOR}"
