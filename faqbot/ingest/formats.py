"""Table of document formats, with detection by content and name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import cast

from faqbot.errors import UnsupportedDocument
from faqbot.ingest.blocks import Block, Reader

# Bytes at the start of a file that show its format; chosen by hand.
_HEAD = 65_536
_ARCHIVES = {"word/": "docx", "xl/": "xlsx"}
_FOREIGN = (
    (b"\x89PNG", "an image: faqbot reads no text in images"),
    (b"\xff\xd8\xff", "an image: faqbot reads no text in images"),
    (b"GIF8", "an image: faqbot reads no text in images"),
    (b"{\\rtf", "RTF: save it as DOCX or HTML, and import that"),
    (b"\x1f\x8b", "compressed: unpack it, and import its content"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_HTML = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_RASA_INTENT = re.compile(rb"^##[ \t]*intent[ \t]*:[ \t]*\S", re.MULTILINE)
_TAGS = re.compile(rb"<(?:p|div|h[1-6]|ul|ol|table|details|dl|body)\b[^>]*>", re.IGNORECASE)
_RST = re.compile(
    rb"^\.\. (?:[\w-]+::|_[^:\n]+:|\[\d+\])|(?<![\w`:-]):[\w:-]++(?<=:)`[^`\n]+`|^::\s*$|`[^`\n]+ <[^<>\n]+>`__?",
    re.MULTILINE,
)
_DIRECTIVE = re.compile(rb"^\.\. [\w-]+::", re.MULTILINE)
_UNDERLINED = re.compile(
    rb"^(?P<line>\S[^\n]*)\n(?:={3,}|-{3,}|~{3,}|\*{3,}|\^{3,}|#{3,})[ \t]*\n", re.MULTILINE
)
_MARKDOWN = re.compile(
    rb"^#{1,6} \S|^```|^\*\*[^*\n]+\*\*\s*$|\]\((?:https?:|#|/|\.)", re.MULTILINE
)
_ASCIIDOC = re.compile(
    rb"^={1,5} \S|^\[\[[\w-]+\]\]$|^:[\w-]+: |^\[(?:qanda|source|NOTE)", re.MULTILINE
)
# Marks that a format needs to be detected by its look; chosen by hand.
_LIKELY = 2
_LEGAL = re.compile(r"(?:licen[cs]e|copying|copyright|notice|changelog|changes)\b.*", re.IGNORECASE)
_BARE_NAMES = re.compile(r"(?:faq|readme|questions|help)s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Format:
    """Document format with the module that reads it.

    *name* is the value of ``--format``, *title* the name for people. *suffixes* are those of file names.
    *reader* is a module whose function ``read`` is a `Reader`. It is imported with the first document.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    reader: str

    def read(self, data: bytes, name: str) -> Iterator[Block]:
        """Yield the blocks of the document *data*.

        Raise as a `Reader` does.
        """
        read = cast(Reader, import_module(self.reader).read)
        return read(data, name)


_HERE = "faqbot.ingest.converters"
_ALL = (
    Format(
        "markdown",
        "Markdown",
        (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".mdoc"),
        f"{_HERE}.markdown",
    ),
    Format("html", "HTML", (".html", ".htm", ".xhtml"), f"{_HERE}.html"),
    Format("text", "plain text", (".txt", ".text"), f"{_HERE}.text"),
    Format("rst", "reStructuredText", (".rst", ".rest"), f"{_HERE}.rst"),
    Format("asciidoc", "AsciiDoc", (".adoc", ".asciidoc", ".asc"), f"{_HERE}.asciidoc"),
    Format("docx", "a document (DOCX)", (".docx",), f"{_HERE}.office.docx"),
    Format("pdf", "PDF", (".pdf",), f"{_HERE}.pdf.pdf"),
    Format("csv", "CSV or TSV", (".csv", ".tsv", ".tab"), f"{_HERE}.csv"),
    Format("xlsx", "a workbook (XLSX)", (".xlsx", ".xlsm"), f"{_HERE}.office.xlsx"),
    Format("json", "JSON", (".json", ".jsonld", ".jsonl", ".ndjson"), f"{_HERE}.json"),
    Format("qna", "a .qna file of Bot Framework", (".qna",), f"{_HERE}.bots.qna_files"),
    Format("rasa", "YAML", (".yml", ".yaml"), f"{_HERE}.bots.rasa"),
)

FORMATS = {made.name: made for made in _ALL}
"""All formats by name."""


def could_be(name: str) -> bool:
    """Return True if *name* in a folder can be a document's."""
    path = PurePath(name)
    suffix = path.suffix.lower()
    if _LEGAL.fullmatch(path.stem):
        return False
    return any(suffix in each.suffixes for each in FORMATS.values()) or (
        not suffix and bool(_BARE_NAMES.fullmatch(path.stem))
    )


def detect(data: bytes, name: str, chosen: str = "") -> Format:
    """Return the format of the file *name* with *data*.

    *chosen* is the name of a given format. Raises `UnsupportedDocument` for an unknown format.
    """
    if chosen:
        if chosen not in FORMATS:
            raise UnsupportedDocument(
                f"faqbot reads no format {chosen}: it reads {', '.join(FORMATS)}"
            )
        return FORMATS[chosen]
    made = FORMATS.get(_by_content(data, name) or _by_name(data, name))
    if made is None:
        raise UnsupportedDocument(
            f"{name} has an unknown format: name it with --format ({', '.join(FORMATS)})"
        )
    return made


def _by_content(data: bytes, name: str) -> str:
    """Return the format that the first bytes prove.

    The result is empty if they prove nothing.
    """
    for mark, kind in _FOREIGN:
        if data.startswith(mark) and not (mark == b"MZ" and b"\0" not in data[:_HEAD]):
            raise UnsupportedDocument(f"{name} is {kind}")
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _archive(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        # An old or locked file: the converter reports the reason.
        return "xlsx" if PurePath(name).suffix.lower().startswith(".xls") else "docx"
    if _HTML.match(data[:_HEAD].removeprefix(b"\xef\xbb\xbf")):
        return "html"
    if _RASA_INTENT.search(data[:_HEAD]):
        return "rasa"
    return ""


def _archive(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError):
        return {".docx": "docx", ".xlsx": "xlsx"}.get(PurePath(name).suffix.lower(), "docx")
    for start, kind in _ARCHIVES.items():
        if any(each.startswith(start) for each in names):
            return kind
    if "content.xml" in names:
        raise UnsupportedDocument(
            f"{name} is an OpenDocument file: save it as DOCX or XLSX, and import that"
        )
    raise UnsupportedDocument(f"{name} is an archive: unpack it, and import its content")


def _by_name(data: bytes, name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    found = next((each.name for each in FORMATS.values() if suffix in each.suffixes), "")
    # Files named .txt can hold reStructuredText or Markdown as well.
    return found if found and found != "text" else _by_look(data[:_HEAD], known=found)


def _by_look(head: bytes, known: str) -> str:
    text = head.replace(b"\r\n", b"\n")
    stripped = text.lstrip()
    if not known and stripped[:1] in {b"{", b"["} and b'"' in text[:200]:
        return "json"
    if len(_TAGS.findall(text)) > _LIKELY and stripped.startswith(b"<"):
        return "html"
    looks = {
        "rst": len(_RST.findall(text)) if _UNDERLINED.search(text) else 0,
        "asciidoc": len(_ASCIIDOC.findall(text)),
        "markdown": len(_MARKDOWN.findall(text)),
    }
    best = max(looks, key=lambda name: looks[name])
    if looks["rst"] and _DIRECTIVE.search(text):
        return "rst" if "rst" in FORMATS else "text"
    if looks[best] >= (_LIKELY if known or best == "asciidoc" else 1) and best in FORMATS:
        return best
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return known
    return "text"
