"""Preparation of Word documents for mammoth; invisible text is removed and recorded.

mammoth shows hidden text, drops strike-through, and skips text in unknown containers. Notes are
put into the text in brackets at their reference, since they belong to one answer.

Hidden and struck are toggle properties (ECMA-376 part 1, 17.7.3): a run's own setting decides.
Without it, the styles of its paragraph and of its characters each invert the other.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE
from faqbot.ingest.converters.office.package import main_part, name_of, related, relations

HIDDEN = ("vanish",)
STRUCK = ("strike", "dstrike")
_OFF = frozenset({"0", "false", "off", "none"})
# White, or so close to it that nobody reads it on paper.
_WHITE = re.compile(r"(?:[Ff][A-Fa-f0-9]){3}")
# Length of a chain of styles based on others; it ends circles. Chosen by hand.
_MOST_STYLES = 30

_IS_WHITE = "it is white, and nobody sees it on the page"
_IS_HIDDEN = "it is hidden in the document"
_IS_STRUCK = "it is struck out"
_IS_DELETED = "it is deleted by a tracked change"
# Containers that mammoth skips with their text: fields, text directions, phonetic guides.
_UNWRAPPED = frozenset({"fldSimple", "bdo", "dir", "ruby", "rubyBase"})
_SKIPPED = frozenset({"instrText", "rt", "pPr", "rPr", "Fallback"})
_BREAKS = frozenset({"tab", "br", "cr"})
_VML = "{urn:schemas-microsoft-com:vml}"
_COUNTED = {"chart": "charts", "oleObject": "embedded objects", "package": "embedded files", "aFChunk": "embedded documents"}  # fmt: skip


@dataclass(slots=True)
class Prepared:
    """Word document prepared for mammoth.

    *data* is the archive, *records* name the removed text. *texts* are the remaining runs, each with the
    number of its paragraph.
    """

    data: bytes = b""
    records: list[Block] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)


def prepared(data: bytes) -> Prepared:
    """Return the document *data* without invisible text.

    Raises `ElementTree.ParseError`, `KeyError` or `zipfile.BadZipFile` for one that is damaged.
    """
    made = Prepared()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        main = main_part(archive, "word/document.xml")
        styles = WordStyles()
        for part in _parts(archive, main, "styles"):
            styles = WordStyles.of(_root(archive, part))
        body = _Body(_root(archive, main), styles, made)
        body.prepare(_notes(archive, main, styles, made))
        made.records += _beside(archive, main)
        made.data = _with_part(archive, main, ET.tostring(body.root, "utf-8", xml_declaration=True))
    return made


def _root(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314 - `check_office_file` refuses entities


def _parts(archive: zipfile.ZipFile, main: str, kind: str) -> list[str]:
    """Return the parts of a *kind* that *main* refers to, else the usual one.

    mammoth looks them up in this way, too.
    """
    usual = f"word/{kind}.xml"
    found = list(related(archive, main, kind))
    return found or ([usual] if usual in archive.namelist() else [])


def _with_part(archive: zipfile.ZipFile, part: str, content: bytes) -> bytes:
    """Return the archive with new *content* of one *part*, without pictures."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for each in archive.namelist():
            if each == part:
                made.writestr(each, content)
            elif "/media/" not in each:
                made.writestr(each, archive.read(each))
    return out.getvalue()


def _text(element: ET.Element) -> str:
    """Return all text in *element*; alternatives for other programs count once."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: ET.Element) -> Iterator[str]:
    for each in element:
        name = name_of(each)
        if name in {"t", "delText"}:
            yield each.text or ""
        elif name in _BREAKS:
            yield " "
        elif name == "AlternateContent":
            yield next(filter(str.strip, ("".join(_pieces(one)) for one in each)), "")
        elif name not in _SKIPPED:
            yield from _pieces(each)
            yield " " if name == "p" else ""


def _notes(
    archive: zipfile.ZipFile, main: str, styles: WordStyles, made: Prepared
) -> dict[tuple[str, str], str]:
    """Return the texts of footnotes and endnotes by kind and id."""
    notes: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        for part in _parts(archive, main, f"{kind}s"):
            body = _Body(_root(archive, part), styles, made)
            body.take_out()
            for element in body.root:
                given = {key.rpartition("}")[2]: text for key, text in element.items()}
                if given.get("type", "normal") == "normal" and (text := _text(element)):
                    notes[kind, given.get("id", "")] = text
    return notes


def _beside(archive: zipfile.ZipFile, main: str) -> Iterator[Block]:
    """Yield records of headers, footers, comments and diagrams, and notes on other parts."""
    reasons = {
        "header": PAGE_BOILERPLATE,
        "footer": PAGE_BOILERPLATE,
        "comments": "it is a comment",
        "diagramData": "it is in a diagram",
    }
    for kind, reason in reasons.items():
        texts: dict[str, None] = {}
        for part in dict.fromkeys(_parts(archive, main, kind)):
            for paragraph in _root(archive, part).iter():
                if name_of(paragraph) == "p" and re.search(r"\w", text := _text(paragraph)):
                    texts.setdefault(text)
        yield from (left_out(text, reason) for text in texts)
    kinds = [each.kind for each in relations(archive, main)]
    for kind, plural in _COUNTED.items():
        if kind in kinds:
            yield Block(Kind.NOTE, f"{plural} are not imported: {kinds.count(kind)} left out")


class _Body:
    """Tree of a part with text, changed in place.

    Removed text goes to *made*.
    """

    def __init__(self, root: ET.Element, styles: WordStyles, made: Prepared) -> None:
        self.root = root
        self._styles = styles
        self._made = made
        self._removed = ""
        self._space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
        self._parents = {inner: outer for outer in root.iter() for inner in outer}
        paragraphs = (each for each in root.iter() if name_of(each) == "p")
        self._numbers = {each: number for number, each in enumerate(paragraphs, start=1)}

    def prepare(self, notes: dict[tuple[str, str], str]) -> None:
        """Remove invisible text, insert *notes*, and list the remaining texts."""
        self._insert(notes)
        self.take_out()
        self._unwrap()
        self._show_boxes()
        for element in self._each("t"):
            text, above = element.text or "", map(name_of, self._above(element))
            if re.search(r"\w", text) and "Choice" not in above:
                self._made.texts.append((self._number(element), text))

    def take_out(self) -> None:
        """Remove deleted, hidden and struck text, each with a record."""
        for element in self._each("del", "moveFrom"):
            if name_of(self._parents[element]) not in {"rPr", "trPr", "tcPr"}:
                self._remove(element, _IS_DELETED if name_of(element) == "del" else "")
        for row in self._each("tr"):
            if is_on(child(row, "trPr"), ("hidden",)):
                self._remove(row, _IS_HIDDEN)
        last: tuple[str, ET.Element | None] = ("", None)
        for run in self._each("r"):
            paragraph = self._paragraph(run)
            reason = self._reason(run, paragraph)
            if reason:
                self._remove(run, reason, goes_on=last == (reason, paragraph))
            if reason or _text(run):
                last = (reason, paragraph)

    def _each(self, *names: str) -> Iterator[ET.Element]:
        """Yield the elements with one of *names*, outer ones first."""
        for element in [each for each in self.root.iter() if name_of(each) in names]:
            if element in self._parents and self.root in (*self._above(element),):
                yield element

    def _above(self, element: ET.Element) -> Iterator[ET.Element]:
        while (parent := self._parents.get(element)) is not None:
            yield parent
            element = parent

    def _paragraph(self, element: ET.Element) -> ET.Element | None:
        return next((each for each in self._above(element) if name_of(each) == "p"), None)

    def _number(self, element: ET.Element) -> int:
        """Return the number of the paragraph around *element*, or of the first in it."""
        inner = (each for each in element.iter() if each in self._numbers)
        outer = self._paragraph(element)
        paragraph = outer if outer is not None else next(inner, None)
        return 0 if paragraph is None else self._numbers[paragraph]

    def _reason(self, run: ET.Element, paragraph: ET.Element | None) -> str:
        if self._styles.has(run, paragraph, HIDDEN):
            return _IS_HIDDEN
        if self._styles.is_white(run, paragraph) and not self._is_on_color(run):
            return _IS_WHITE
        return _IS_STRUCK if self._styles.has(run, paragraph, STRUCK) else ""

    def _is_on_color(self, run: ET.Element) -> bool:
        """Return True if a cell, a styled table or a text box around *run* can have a color."""
        for element in self._above(run):
            name = name_of(element)
            if name == "txbxContent" or (name == "tc" and is_filled(child(element, "tcPr"))):
                return True
            if name == "tbl" and (style := child(child(element, "tblPr"), "tblStyle")) is not None:
                return value_of(style) != "TableGrid"
        return False

    def _remove(self, element: ET.Element, reason: str, *, goes_on: bool = False) -> None:
        """Remove *element* and record its text, joined to the last record if *goes_on*."""
        self._removed = (self._removed if goes_on else "") + "".join(_pieces(element))
        text, records = " ".join(self._removed.split()), self._made.records
        if goes_on and records and records[-1].reason == reason:
            records.pop()
        if reason and text:
            records.append(
                left_out(text, reason, BlockLocation(self._number(element), "paragraph"))
            )
        self._parents[element].remove(element)
        del self._parents[element]

    def _insert(self, notes: dict[tuple[str, str], str]) -> None:
        """Insert *notes* in brackets at their references; record the others."""
        unused = dict(notes)
        for element in self._each("footnoteReference", "endnoteReference"):
            given = {key.rpartition("}")[2]: text for key, text in element.items()}
            key = name_of(element).removesuffix("Reference"), given.get("id", "")
            element.tag = f"{self._space}t"
            element.text = f" ({notes[key]})" if key in notes else ""
            unused.pop(key, None)
            self._set_upright(self._parents[element])
        for text in unused.values():
            self._made.records.append(left_out(text, "no text refers to this note"))

    def _set_upright(self, run: ET.Element) -> None:
        """Remove style and raised position from a *run*, as note marks have."""
        properties = child(run, "rPr")
        for each in list(properties) if properties is not None else []:
            if properties is not None and name_of(each) in {"rStyle", "vertAlign"}:
                properties.remove(each)

    def _unwrap(self) -> None:
        """Replace containers that mammoth skips by their content."""
        for element in self._each(*_UNWRAPPED):
            parent = self._parents[element]
            at = list(parent).index(element)
            inner = [
                each for each in element if name_of(each) not in {"fldSimplePr", "rubyPr", "rt"}
            ]
            self._parents |= dict.fromkeys(inner, parent)
            parent[at : at + 1] = inner

    def _show_boxes(self) -> None:
        """Convert text boxes to the older form that mammoth reads, unless it is there."""
        for box in self._each("txbxContent"):
            above = list(self._above(box))
            names = [name_of(each) for each in above]
            if "pict" in names or "Fallback" in names:
                continue
            outer = above[names.index("AlternateContent")] if "AlternateContent" in names else None
            older = child(outer, "Fallback")
            if older is not None and _text(older):
                continue
            drawing = outer if outer is not None else next((each for each in above if name_of(each) == "drawing"), None)  # fmt: skip
            if drawing is not None and drawing in self._parents:
                self._replace(drawing, self._older(drawing))

    def _older(self, drawing: ET.Element) -> ET.Element:
        """Return the text boxes in *drawing* as VML."""
        made = ET.Element(f"{self._space}pict")
        for box in [each for each in drawing.iter() if name_of(each) == "txbxContent"]:
            shape = ET.SubElement(made, f"{_VML}shape")
            ET.SubElement(shape, f"{_VML}textbox").append(box)
        return made

    def _replace(self, old: ET.Element, new: ET.Element) -> None:
        parent = self._parents.pop(old)
        parent[list(parent).index(old)] = new
        self._parents[new] = parent
        self._parents |= {inner: outer for outer in new.iter() for inner in outer}


def child(element: ET.Element | None, name: str) -> ET.Element | None:
    """Return *element*'s first child with *name*, in any namespace."""
    return next((each for each in element if name_of(each) == name), None) if element is not None else None  # fmt: skip


def value_of(element: ET.Element | None) -> str:
    """Return the attribute "val" of *element*, empty without it."""
    if element is None:
        return ""
    return next((text for key, text in element.items() if key.rpartition("}")[2] == "val"), "")


def is_on(properties: ET.Element | None, names: tuple[str, ...]) -> bool | None:
    """Return True if a property of *names* is on.

    The result is None if *properties* lack them.
    """
    found = [each for each in (child(properties, name) for name in names) if each is not None]
    return any(value_of(each).lower() not in _OFF for each in found) if found else None


def is_filled(properties: ET.Element | None) -> bool:
    """Return True if *properties* put a color behind their text."""
    marked = value_of(child(properties, "highlight")).lower()
    shading = child(properties, "shd")
    given = (
        {} if shading is None else {key.rpartition("}")[2]: text for key, text in shading.items()}
    )
    fill = given.get("fill", "").lower()
    return (
        marked not in {"", "none", "white"}
        or fill not in {"", "auto", "ffffff"}
        or "themeFill" in given
    )


@dataclass(slots=True)
class WordStyles:
    """Styles of a document by id, and the default paragraph style."""

    elements: dict[str, ET.Element] = field(default_factory=dict)
    usual: str = ""
    defaults: ET.Element | None = None

    @classmethod
    def of(cls, root: ET.Element) -> WordStyles:
        """Return the styles in the part with the element *root*."""
        made = cls()
        for element in root.iter():
            given = {key.rpartition("}")[2]: text for key, text in element.items()}
            if name_of(element) == "style":
                made.elements[given.get("styleId", "")] = element
                if given.get("type") == "paragraph" and given.get("default") in {"1", "true", "on"}:
                    made.usual = given.get("styleId", "")
            elif name_of(element) == "rPrDefault":
                made.defaults = child(element, "rPr")
        return made

    def has(self, run: ET.Element, paragraph: ET.Element | None, names: tuple[str, ...]) -> bool:
        """Return True if the property *names* is on for *run* in *paragraph*."""
        own = child(run, "rPr")
        direct = is_on(own, names)
        if direct is not None:
            return direct
        of_paragraph = value_of(child(child(paragraph, "pPr"), "pStyle")) or self.usual
        of_characters = value_of(child(own, "rStyle"))
        return bool(is_on(self.defaults, names)) or (
            self._style_has(of_paragraph, names) != self._style_has(of_characters, names)
        )

    def is_white(self, run: ET.Element, paragraph: ET.Element | None) -> bool:
        """Return True if the letters of *run* in *paragraph* are white and nothing is behind them.

        The nearest setting decides: that of the run, of its style, of the paragraph's style.
        """
        own = child(run, "rPr")
        of_paragraph = value_of(child(child(paragraph, "pPr"), "pStyle")) or self.usual
        styles = (*self._chain(value_of(child(own, "rStyle"))), *self._chain(of_paragraph))
        properties = [own, *(child(style, "rPr") for style in styles), self.defaults]
        color = next(
            (each for each in (child(one, "color") for one in properties) if each is not None), None
        )
        if color is None or not _WHITE.fullmatch(value_of(color)):
            return False
        behind = [
            own,
            child(paragraph, "pPr"),
            *(child(style, "pPr") for style in styles),
            *properties,
        ]
        return not any(map(is_filled, behind))

    def _style_has(self, style: str, names: tuple[str, ...]) -> bool:
        found = (is_on(child(each, "rPr"), names) for each in self._chain(style))
        return bool(next((each for each in found if each is not None), False))

    def _chain(self, style: str) -> Iterator[ET.Element]:
        """Yield a style and the styles it is based on."""
        for _ in range(_MOST_STYLES):
            element = self.elements.get(style)
            if element is None:
                return
            yield element
            style = value_of(child(element, "basedOn"))
