"""Conversion of one document to candidates: format, blocks, clean text, rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from faqbot.errors import IngestError, MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind, Pair
from faqbot.ingest.documents import MAX_QUESTIONS, too_many_questions
from faqbot.ingest.extraction.candidate_pairs import Found
from faqbot.ingest.extraction.rules import find_candidates
from faqbot.ingest.formats import detect

# Surrogate without its pair: its character was lost.
_SURROGATE = re.compile("[\ud800-\udfff]")
# Control characters that YAML refuses; line separators stay.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return *text* without control characters, and with U+FFFD for lone surrogates."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub("", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text))


def with_clean_text(block: Block) -> Block:
    """Return *block* with all of its texts clean."""
    return replace(
        block,
        text=clean(block.text),
        rows=tuple(tuple(map(clean, row)) for row in block.rows),
        pair=block.pair and _clean_pair(block.pair),
    )


def _clean_pair(pair: Pair) -> Pair:
    return replace(
        pair,
        questions=tuple(map(clean, pair.questions)),
        answer=clean(pair.answer),
        id=clean(pair.id),
        section=clean(pair.section),
        source=clean(pair.source),
        url=clean(pair.url),
        not_for=tuple(map(clean, pair.not_for)),
        keywords=tuple(map(clean, pair.keywords)),
        tags=tuple(map(clean, pair.tags)),
        audience=frozenset(map(clean, pair.audience)),
        follow_ups=tuple(map(clean, pair.follow_ups)),
    )


def _counted(blocks: Iterable[Block], name: str) -> Iterator[Block]:
    """Yield *blocks*; raise UnreadableDocument at a pair more than MAX_QUESTIONS."""
    pairs = 0
    for block in blocks:
        pairs += block.kind is Kind.PAIR
        if pairs > MAX_QUESTIONS:
            raise too_many_questions(name)
        yield block


def found_in(data: bytes, name: str, chosen: str = "") -> Found:
    """Return the candidates in the file *name* with *data*.

    *chosen* is the name of its format, empty to detect it. Raises IngestError for an unreadable
    document, and for any unexpected error of a converter.
    """
    known = detect(data, name, chosen)
    return _found(lambda: known.read(data, name), name, known.title)


def found_together(files: Sequence[tuple[str, bytes]], name: str) -> Found:
    """Return the candidates in the *files* of one Rasa project, each given with its name.

    Messages call the project *name*. Raises IngestError as `found_in` does.
    """
    from faqbot.ingest.converters.bots.rasa import read_project

    return _found(lambda: read_project(files, name), name, "a Rasa project")


def _found(read: Callable[[], Iterator[Block]], name: str, title: str) -> Found:
    try:
        blocks = _counted(read(), name)
        found = find_candidates(map(with_clean_text, blocks), name)
    except MissingDependency as error:
        raise IngestError(f"{name} is {title}; {error}") from error
    except RecursionError as error:
        raise UnreadableDocument(f"{name} is nested too deep to be read") from error
    found.format = title
    return found
