"""An entry as plain data: what a page carries so that importing it gives the entry back."""

from __future__ import annotations

from datetime import date

from faqbot.models import Entry

__all__ = ["record_of"]

_FIELDS = (
    "id", "question", "alternates", "answer", "not_for", "keywords", "section", "source", "url", "tags",
    "follow_ups", "audience", "reviewed", "expires", "draft",
)  # fmt: skip


def record_of(entry: Entry, *, without: frozenset[str] = frozenset()) -> dict[str, object]:
    """Return the fields that *entry* sets, in the order of the format, but those named in *without*."""
    values = {name: getattr(entry, name) for name in _FIELDS if name not in without}
    return {name: _plain(value) for name, value in values.items() if value}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value
