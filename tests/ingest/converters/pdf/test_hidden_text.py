"""Text of a PDF beside its visible lines: annotations, form fields, and hidden layers."""

from __future__ import annotations

import io
from typing import Any

import pytest

from faqbot.ingest.blocks import Block, Kind, joined

pytest.importorskip("pypdf")

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from faqbot.ingest.converters.pdf.pdf import read

_LINES = "BT /F1 10 Tf 72 700 Td (Is it open today or tomorrow?) Tj ET\n"
_HIDDEN = "BT /F1 10 Tf 72 600 Td (Secret text.) Tj ET\n"


def _dictionary(**entries: Any) -> DictionaryObject:  # noqa: ANN401 - any object of a PDF
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})


def _names(*names: str) -> list[NameObject]:
    return [NameObject(f"/{name}") for name in names]


class _Document:
    """A PDF of one page whose content, annotations and layers a test sets."""

    def __init__(self) -> None:
        self.writer = PdfWriter()
        self.page = self.writer.add_blank_page(600, 800)
        kind, base = _names("Type1", "Helvetica")
        font = _dictionary(Type=NameObject("/Font"), Subtype=kind, BaseFont=base)
        self.resources = _dictionary(Font=_dictionary(F1=font))
        self.page[NameObject("/Resources")] = self.resources

    def layer(self, *, on: bool, base: str = "ON") -> Any:  # noqa: ANN401 - any object of a PDF
        """Add a layer, and return a reference to it."""
        group = self.writer._add_object(
            _dictionary(Type=NameObject("/OCG"), Name=TextStringObject("x"))
        )
        key = "ON" if on else "OFF"
        chosen = _dictionary(BaseState=NameObject(f"/{base}"))
        if key != base:
            chosen[NameObject(f"/{key}")] = ArrayObject([group])
        self.writer.root_object[NameObject("/OCProperties")] = _dictionary(
            OCGs=ArrayObject([group]), D=chosen
        )
        self.resources[NameObject("/Properties")] = _dictionary(L=group)
        return group

    def annotate(self, **entries: Any) -> None:  # noqa: ANN401 - any object of a PDF
        """Add an annotation."""
        given = self.page.get("/Annots") or ArrayObject()
        self.page[NameObject("/Annots")] = ArrayObject([*given, _dictionary(**entries)])

    def read(self, content: str = _LINES) -> list[Block]:
        """Return the blocks of the document with *content* on its page."""
        stream = DecodedStreamObject()
        stream.set_data(content.encode())
        self.page[NameObject("/Contents")] = self.writer._add_object(stream)
        out = io.BytesIO()
        self.writer.write(out)
        return list(read(out.getvalue(), "faq.pdf"))


def _left_out(blocks: list[Block]) -> list[tuple[str, str]]:
    return [(each.text, each.reason) for each in blocks if each.kind is Kind.LEFT_OUT]


def test_comments_are_named() -> None:
    """Notes and text boxes are no answer."""
    document = _Document()
    document.annotate(Subtype=NameObject("/Text"), Contents=TextStringObject("Ask Jo first"))
    document.annotate(Subtype=NameObject("/FreeText"), Contents=TextStringObject("A box"))

    assert _left_out(document.read()) == [
        ("Ask Jo first", "it is a comment on the page"),
        ("A box", "it is a comment on the page"),
    ]


def test_form_fields_are_named() -> None:
    """With their names, values and choices, which may stand in a parent."""
    document = _Document()
    parent = _dictionary(T=TextStringObject("city"), V=TextStringObject("Bern"))
    kind = NameObject("/Widget")
    document.annotate(Subtype=kind, Parent=parent)
    document.annotate(Subtype=kind, TU=TextStringObject("Your name"))
    document.annotate(Subtype=kind, Opt=ArrayObject([TextStringObject("Yes"), ArrayObject([TextStringObject("n"), TextStringObject("No")])]))  # fmt: skip

    assert [text for text, _ in _left_out(document.read())] == [
        "city: Bern", "Your name", "Yes", "No",
    ]  # fmt: skip


def test_addresses_of_links_are_named_unless_shown() -> None:
    """An address that the page shows as text is not named again."""
    document = _Document()
    for url in ("https://e.org/hidden", "https://e.org/shown"):
        document.annotate(Subtype=NameObject("/Link"), A=_dictionary(URI=TextStringObject(url)))
    content = _LINES + "BT /F1 10 Tf 72 650 Td (See https://e.org/shown for it.) Tj ET\n"

    assert _left_out(document.read(content)) == [
        ("https://e.org/hidden", "it is the address of a link")
    ]


@pytest.mark.parametrize(
    "hidden",
    [f"/OC /L BDC {_HIDDEN} EMC\n", _HIDDEN.replace("(", "/OC /L BDC (").replace("ET", "EMC ET")],
)
@pytest.mark.parametrize("base", ["ON", "OFF"])
def test_text_of_a_hidden_layer_is_left_out_and_named(hidden: str, base: str) -> None:
    """Whether the layer is switched off by itself or with all others."""
    document = _Document()
    document.layer(on=False, base=base)
    blocks = document.read(_LINES + hidden)

    assert "Secret" not in joined(blocks)
    assert "Is it open today or tomorrow?" in joined(blocks)
    assert _left_out(blocks) == [("Secret text.", "it is in a hidden layer of the document")]


@pytest.mark.parametrize("base", ["ON", "OFF"])
def test_text_of_a_shown_layer_is_read(base: str) -> None:
    """A layer that is switched on holds text like any other."""
    document = _Document()
    document.layer(on=True, base=base)

    assert "Secret text." in joined(document.read(f"{_LINES}/OC /L BDC {_HIDDEN} EMC\n"))


def test_a_membership_of_hidden_layers_is_hidden() -> None:
    """Content may belong to several layers through a dictionary of them."""
    document = _Document()
    group = document.layer(on=False)
    member = _dictionary(Type=NameObject("/OCMD"), OCGs=ArrayObject([group]))
    document.resources[NameObject("/Properties")] = _dictionary(L=member)
    blocks = document.read(f"{_LINES}/OC /L BDC {_HIDDEN} EMC\n")

    assert [text for text, _ in _left_out(blocks)] == ["Secret text."]


def test_a_hidden_object_is_left_out_and_named() -> None:
    """A drawn form with text may belong to a hidden layer as a whole."""
    document = _Document()
    group = document.layer(on=False)
    form = DecodedStreamObject()
    form.set_data(_HIDDEN.encode())
    form.update(_dictionary(Type=NameObject("/XObject"), Subtype=NameObject("/Form"), OC=group, Resources=document.resources))  # fmt: skip
    document.resources[NameObject("/XObject")] = _dictionary(X=document.writer._add_object(form))
    blocks = document.read(f"{_LINES}/X Do\n")

    assert "Secret" not in joined(blocks)
    assert [text for text, _ in _left_out(blocks)] == ["Secret text."]
