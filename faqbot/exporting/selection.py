"""Which entries an export holds: those that anybody may see, or all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from faqbot.models import Entry, KnowledgeBase

__all__ = ["Selection", "select"]


@dataclass(frozen=True, slots=True)
class Selection:
    """The *entries* to write under a *title*; *drafts* and *limited* count those that were left out."""

    title: str
    language: str
    entries: tuple[Entry, ...]
    drafts: int = 0
    limited: int = 0

    def sections(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Yield each section with its entries, those without one first, then in their order."""
        found: dict[str, list[Entry]] = {"": []}
        for entry in self.entries:
            found.setdefault(entry.section, []).append(entry)
        yield from ((section, tuple(entries)) for section, entries in found.items() if entries)


def select(kb: KnowledgeBase, *, everything: bool = False) -> Selection:
    """Return what an export of *kb* holds: no drafts, and nothing for some people only, unless *everything*.

    Follow-ups that are left out are no longer pointed to.
    """
    drafts = [entry for entry in kb.entries if entry.draft]
    limited = [entry for entry in kb.served if entry.audience]
    left_out = frozenset() if everything else frozenset(entry.id for entry in (*drafts, *limited))
    kept = [entry for entry in kb.entries if entry.id not in left_out]
    ids = {entry.id for entry in kept}
    return Selection(
        kb.title or "Frequently asked questions",
        kb.language,
        tuple(
            replace(entry, follow_ups=tuple(each for each in entry.follow_ups if each in ids))
            for entry in kept
        ),
        0 if everything else len(drafts),
        0 if everything else len(limited),
    )
