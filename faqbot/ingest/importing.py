"""Reading of all documents of an import; unreadable ones are failures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from faqbot.errors import (
    FaqbotError,
    IngestError,
    UnreadableDocument,
    UnsupportedDocument,
)
from faqbot.ingest.conversion import Converter
from faqbot.ingest.converters.bots.rasa import is_part
from faqbot.ingest.documents import MAX_BYTES, SourceDocument, documents_at
from faqbot.ingest.extraction.candidate_pairs import Found
from faqbot.ingest.extraction.rules import LOOKED_FOR

# Files of a project that its name lists; chosen by hand.
_SHOWN = 3


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
    project: list[tuple[str, bytes]] = []
    for each in documents:
        if isinstance(each, IngestError):
            result.failures.append(Failure("", str(each)))
            continue
        progress(each.name)
        try:
            data = _filled(each)
            if not chosen and is_part(data, each.name) and _fits(data, project):
                project.append((each.name, data))
                continue
            result.documents.append(converter.found(data, each.name, chosen))
        except FaqbotError as error:
            if each.named or not isinstance(error, UnsupportedDocument):
                result.failures.append(Failure(each.name, str(error)))
    if project:
        _read_project(project, result, progress, converter)
    return result


def _filled(document: SourceDocument) -> bytes:
    data = document.data()
    if not data.strip():
        raise UnreadableDocument(f"{document.name} is empty")
    return data


def _fits(data: bytes, project: Sequence[tuple[str, bytes]]) -> bool:
    """Return True if a project's files stay below one document's size."""
    return len(data) + sum(len(each) for _, each in project) <= MAX_BYTES


def _read_project(
    files: Sequence[tuple[str, bytes]],
    result: Import,
    progress: Callable[[str], None],
    converter: Converter,
) -> None:
    """Read the files of a Rasa project as one document: intents and responses stand apart."""
    name = files[0][0] if len(files) == 1 else _common_name([each for each, _ in files])
    progress(name)
    try:
        found = converter.found(files[0][1] if len(files) == 1 else tuple(files), name)
    except FaqbotError as error:
        result.failures.append(Failure(name, str(error)))
    else:
        result.documents.append(found)


def _common_name(names: Sequence[str]) -> str:
    """Return the folder that *names* share, or the names themselves."""
    return os.path.commonpath(names) or " and ".join(
        [", ".join(names[:_SHOWN]), f"{len(names) - _SHOWN} more"]
        if names[_SHOWN:]
        else [", ".join(names[:-1]), names[-1]]
    )


def nothing_found(found: Found) -> str:
    """Return the sentence on a document without candidates."""
    return f"{found.name} holds no questions: faqbot looked for {LOOKED_FOR}"
