"""Export of a knowledge base: a Markdown or HTML page, schema.org JSON-LD, or a CSV table.

`export_knowledge_base` writes one of `FORMATS`. Importing its text gives the same entries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faqbot.exporting.data import csv_table, jsonld
from faqbot.exporting.pages import html_page, markdown_page
from faqbot.exporting.selection import Selection, select
from faqbot.models import KnowledgeBase

__all__ = ["FORMATS", "Export", "Selection", "export_knowledge_base", "export_to", "select"]

FORMATS: dict[str, Callable[[Selection], str]] = {
    "md": markdown_page,
    "html": html_page,
    "jsonld": jsonld,
    "csv": csv_table,
}


@dataclass(frozen=True, slots=True)
class Export:
    """A knowledge base as *text* in another format, with counts of its entries.

    *entries* were written. *drafts* and *limited* were left out; a limited entry has an audience.
    """

    text: str
    entries: int
    drafts: int = 0
    limited: int = 0


def export_knowledge_base(kb: KnowledgeBase, to: str, *, everything: bool = False) -> Export:
    """Write *kb* in the format *to*: "md", "html", "jsonld" or "csv".

    Drafts and entries for an audience are left out, unless *everything* is True. Raises ValueError
    for another format, and MissingDependency if the format needs a library that is not installed.
    """
    if to not in FORMATS:
        raise ValueError(f"{to!r} is not an export format; choose from {', '.join(FORMATS)}")
    selection = select(kb, everything=everything)
    return Export(
        export_to(to, selection), len(selection.entries), selection.drafts, selection.limited
    )


def export_to(form: str, selection: Selection) -> str:
    """Return *selection* as text in the format *form*, a key of `FORMATS`.

    Raises `MissingDependency` if the format needs a library that is not installed.
    """
    return FORMATS[form](selection)
