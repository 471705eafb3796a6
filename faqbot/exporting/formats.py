"""The formats of an export, and what writes each."""

from __future__ import annotations

from collections.abc import Callable

from faqbot.exporting.data import csv_table, jsonld
from faqbot.exporting.pages import html_page, markdown_page
from faqbot.exporting.selection import Selection

__all__ = ["FORMATS", "export_to"]

FORMATS: dict[str, Callable[[Selection], str]] = {
    "md": markdown_page,
    "html": html_page,
    "jsonld": jsonld,
    "csv": csv_table,
}


def export_to(form: str, selection: Selection) -> str:
    """Return *selection* as text in the format *form*, one of `FORMATS`.

    Raises `MissingDependency` for a format that needs a library which is not installed.
    """
    return FORMATS[form](selection)
