"""Selection of the entries to export, entries as plain data, and Markdown as safe HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from faqbot.errors import MissingDependency
from faqbot.models import Entry, KnowledgeBase

_FIELDS = (
    "id", "question", "alternates", "answer", "not_for", "keywords", "section", "source", "url", "tags",
    "follow_ups", "audience", "reviewed", "expires", "draft",
)  # fmt: skip


def record_of(entry: Entry, *, without: frozenset[str] = frozenset()) -> dict[str, object]:
    """Return the fields that *entry* sets, in the order of the format, except *without*."""
    values = {name: getattr(entry, name) for name in _FIELDS if name not in without}
    return {name: _plain(value) for name, value in values.items() if value}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def markdown_to_html(markdown: str) -> str:
    """Render *markdown* as HTML: HTML in it is escaped, images and script links are not rendered."""
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingDependency("writing a page", "import") from error
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    html: str = parser.render(markdown)
    return html.strip()


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries to write under a *title*.

    *drafts* and *limited* count those left out.
    """

    title: str
    language: str
    entries: tuple[Entry, ...]
    drafts: int = 0
    limited: int = 0

    def sections(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Yield each section with its entries.

        Entries without a section come first.
        """
        found: dict[str, list[Entry]] = {"": []}
        for entry in self.entries:
            found.setdefault(entry.section, []).append(entry)
        yield from ((section, tuple(entries)) for section, entries in found.items() if entries)


def select(kb: KnowledgeBase, *, everything: bool = False) -> Selection:
    """Select the entries of *kb* without drafts and without an audience, or *everything*.

    Follow-ups to entries that are left out are removed.
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
