"""Reading one document: its format is detected, its blocks are cleaned, the rules look through them."""

from __future__ import annotations

from faqbot.errors import IngestError, MissingDependency, UnreadableDocument
from faqbot.ingest.candidates import Found
from faqbot.ingest.characters import with_clean_text
from faqbot.ingest.detect import detect
from faqbot.ingest.extraction.rules import find_candidates

__all__ = ["found_in"]


def found_in(data: bytes, name: str, chosen: str = "") -> Found:
    """Return the candidates in the document *data* of the file *name*; *chosen* is its format, if given.

    Raises IngestError for a document that cannot be read. Whatever else a reader raises is a fault
    of the document, or of faqbot, and ends with it: other documents are read all the same.
    """
    known = detect(data, name, chosen)
    try:
        found = find_candidates(map(with_clean_text, known.read(data, name)), name)
    except MissingDependency as error:
        raise IngestError(f"{name} is {known.title}; {error}") from error
    except RecursionError as error:
        raise UnreadableDocument(f"{name} is nested too deep to be read") from error
    found.format = known.title
    return found
