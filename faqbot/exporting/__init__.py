"""A knowledge base for people and programs that have no bot: a page, structured data, a table.

`export_to` writes one of `FORMATS`; importing what it wrote gives the same entries.
"""

from __future__ import annotations

from faqbot.exporting.formats import FORMATS, export_to
from faqbot.exporting.selection import Selection, select

__all__ = ["FORMATS", "Selection", "export_to", "select"]
