"""What a second import changes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faqbot.ingest.summary import counted
from faqbot.ingest.updating import Update

__all__ = ["update_json", "update_lines"]

_SHOWN = 5
_SENTENCES = {
    "added": "new",
    "changed": "changed in the document",
    "kept": "edited by you, and left as they are",
    "conflicts": "changed in the document and edited by you: yours stay, compare them",
    "deleted": "deleted by you, and not brought back",
    "gone": "no longer in the document: delete them if they are out of date",
    "known": "asked in the document, and answered by an entry of yours already",
}


def update_lines(update: Update) -> Iterator[str]:
    """Yield a line for each kind of thing that happens to entries."""
    for name, sentence in _SENTENCES.items():
        ids: list[str] = getattr(update, name)
        if ids:
            shown = ", ".join(ids[:_SHOWN]) + (
                f" and {len(ids) - _SHOWN:,} more" if ids[_SHOWN:] else ""
            )
            yield f"{counted(len(ids), 'entry', 'entries')} {sentence}: {shown}"


def update_json(update: Update) -> dict[str, Any]:
    """Return the same for programs."""
    return {name: list(getattr(update, name)) for name in _SENTENCES}
