"""The table of formats: what each is called, how it is told, and the module that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from faqbot.ingest.blocks import Block, Reader

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of document: *name* is what ``--format`` takes, *title* what a person calls it.

    *suffixes* are those of its files' names. *reader* is the module whose function ``read`` is its
    `Reader`; it is imported with the first such document, and the library that it needs with it.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    reader: str

    def read(self, data: bytes, name: str) -> Iterator[Block]:
        """Yield the blocks of the document *data*; raises what a `Reader` raises."""
        read = cast(Reader, import_module(self.reader).read)
        return read(data, name)


_HERE = "faqbot.ingest"
_ALL = (
    Format("markdown", "Markdown", (".md", ".markdown", ".mdown", ".mkd"), f"{_HERE}.markdown"),
    Format("html", "HTML", (".html", ".htm", ".xhtml"), f"{_HERE}.html"),
    Format("text", "plain text", (".txt", ".text"), f"{_HERE}.text"),
    Format("rst", "reStructuredText", (".rst", ".rest"), f"{_HERE}.rst"),
    Format("asciidoc", "AsciiDoc", (".adoc", ".asciidoc", ".asc"), f"{_HERE}.asciidoc"),
    Format("pod", "POD", (".pod", ".pm"), f"{_HERE}.pod"),
    Format("docx", "a document (DOCX)", (".docx",), f"{_HERE}.docx"),
    Format("pdf", "PDF", (".pdf",), f"{_HERE}.pdf"),
    Format("csv", "CSV or TSV", (".csv", ".tsv", ".tab"), f"{_HERE}.separated"),
    Format("xlsx", "a workbook (XLSX)", (".xlsx", ".xlsm"), f"{_HERE}.xlsx"),
    Format("json", "JSON", (".json", ".jsonld"), f"{_HERE}.json_files"),
    Format("rasa", "YAML", (".yml", ".yaml"), f"{_HERE}.rasa"),
)

FORMATS = {made.name: made for made in _ALL}
"""Every format under its name."""
