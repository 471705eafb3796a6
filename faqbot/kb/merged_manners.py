"""Manners of a knowledge base: shipped entries, changed by authors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from faqbot.kb.loading import shipped_manners
from faqbot.models import Entry, KnowledgeBase

# Section of the courtesies among the shipped entries.
COURTESIES = "Manners"


def merged_manners(kb: KnowledgeBase) -> Iterator[Entry]:
    """Yield the shipped entries in the language of *kb* with its changes, then the new entries of *kb*.

    If the manners of *kb* are an empty tuple, the shipped courtesies are left out.
    """
    shipped = shipped_manners(kb.language).by_id
    changes = {entry.id: entry for entry in kb.manners or ()}
    for entry in shipped.values():
        if kb.manners != () or entry.section != COURTESIES:
            yield _changed(entry, changes[entry.id]) if entry.id in changes else entry
    yield from (entry for entry in changes.values() if entry.id not in shipped)


def _changed(entry: Entry, change: Entry) -> Entry:
    """Return *entry* with the texts that *change* has.

    Phrasings of *change* stand before those of *entry*. An empty text changes nothing.
    """
    return replace(
        entry,
        question=change.question or entry.question,
        alternates=(*change.alternates, *entry.alternates),
        answer=change.answer or entry.answer,
        draft=change.draft,
    )
