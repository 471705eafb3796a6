"""DOCX: what its styles say, and no more."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind

pytest.importorskip("mammoth")
pytest.importorskip("selectolax")

from faqbot.ingest.docx import read

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
_STYLES = (
    f'<?xml version="1.0"?><w:styles xmlns:w="{_W}">'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style></w:styles>'
)


def _p(text: str, style: str = "", run: str = "") -> str:
    marks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{marks}<w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def _docx(body: str, before: str = "", **parts: str) -> bytes:
    document = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": document,
        "word/styles.xml": _STYLES,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (files | parts).items():
            archive.writestr(name, text)
    return out.getvalue()


def _renamed(data: bytes) -> bytes:
    """Return a document whose text is in a part that is not named as XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name).replace(b"word/document.xml", b"word/document.evil")
            after.writestr(name.replace("document.xml", "document.evil"), content)
    return out.getvalue()


def _read(body: str) -> list[Block]:
    return list(read(_docx(body), "faq.docx"))


def test_headings_and_bold() -> None:
    """A heading style is a heading, bold is bold; places count what is found."""
    blocks = _read(
        _p("Paying", "H1") + _p("How do I pay?", run="<w:b/>") + _p("By card &amp; cash.")
    )

    assert [(block.kind, block.text, str(block.place)) for block in blocks] == [
        (Kind.HEADING, "Paying", "paragraph 1"),
        (Kind.TEXT, "**How do I pay?**", "paragraph 2"),
        (Kind.TEXT, "By card & cash.", "paragraph 3"),
    ]


def test_a_document_without_styles_says_so() -> None:
    """Where nothing tells a question from an answer, the author learns why nothing is found."""
    note = _read("".join(_p(f"Text {at}") for at in range(5)))[-1]

    assert note.kind is Kind.NOTE
    assert "give its headings a heading style" in note.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "damaged or cut off"),
        (b"hello", "damaged or cut off"),
        (_docx(_p("Why?"))[:500], "damaged or cut off"),
        (_docx(""), "has no text"),
        (_docx("<w:p>"), "is damaged"),
        (
            _docx(_p("&x;"), '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            "declares entities",
        ),
        (_docx(_p("Why?"), **{"word/big.xml": "x" * 11_000_000}), "would unpack to 11 MB"),
        (_renamed(_docx(_p("Why?") * 200_000)), "would unpack to 1[0-9] MB"),
        (_renamed(_docx(_p("&x;"), '<!DOCTYPE a [<!ENTITY x "y">]>')), "declares entities"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1WordDocument", "from before 2007"),
    ],
)
def test_bad_input_is_a_sentence(data: bytes, sentence: str) -> None:
    """Cut off, locked, old, empty, a bomb, a trap: each is said, and nothing is opened."""
    with pytest.raises(UnreadableDocument, match=f"faq.docx.*{sentence}"):
        list(read(data, "faq.docx"))


def test_deep_nesting_is_a_sentence() -> None:
    """Tables in tables without end are no document for people."""
    deep = "<w:tbl><w:tr><w:tc>" * 3_000 + _p("x") + "</w:tc></w:tr></w:tbl>" * 3_000

    with pytest.raises(UnreadableDocument, match=r"faq\.docx"):
        _read(deep)


_VALID = _docx(_p("Paying", "H1") + _p("How?") + _p("So."))
_BODY = _p("Paying", "H1") + _p("How?")


@settings(deadline=None)
@given(st.binary(max_size=20), st.integers(0, len(_VALID)), st.integers(0, 1))
def test_any_bytes_are_blocks_or_a_sentence(put: bytes, at: int, inside: int) -> None:
    """A document changed inside or out is read or refused, nothing else."""
    if inside:
        place = at % len(_BODY)
        data = _docx(_BODY[:place] + put.decode("latin-1") + _BODY[place + len(put) :])
    else:
        data = _VALID[:at] + put + _VALID[at + len(put) :]
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "faq.docx"))
