"""The rule of imports, for office files: each text is in a block of the reader.

Each place that can hold text has a word of its own. Records of left-out text are blocks, too.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import UnreadableDocument
from faqbot.ingest.formats import FORMATS

# "@" stands for a word of its own.
_WORD = re.compile(r"zq\d{4}")


def _unread(name: str, data: bytes, words: Iterable[str]) -> list[str]:
    """Return the *words* that are in no block of the document."""
    try:
        blocks = list(FORMATS[name].read(data, f"f.{name}"))
    except UnreadableDocument:
        return []  # refused as a whole, with a sentence
    shown = " ".join(block.text for block in blocks)
    return [word for word in words if word not in shown]


def _numbered(text: str, numbers: Iterator[int]) -> str:
    return re.sub("@", lambda _: f"zq{next(numbers):04d}", text)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RUNS = (
    "<w:r><w:t>@</w:t></w:r>",
    "<w:r><w:t>Is @ it?</w:t></w:r>",
    "<w:r><w:rPr><w:b/></w:rPr><w:t>Is @ it?</w:t></w:r>",
    "<w:r><w:rPr><w:vanish/></w:rPr><w:t> @</w:t></w:r>",
    "<w:r><w:rPr><w:strike/></w:rPr><w:t> @</w:t></w:r>",
    "<w:del><w:r><w:delText> @</w:delText></w:r></w:del>",
    "<w:ins><w:r><w:t> @</w:t></w:r></w:ins>",
    "<w:fldSimple><w:r><w:t> @</w:t></w:r></w:fldSimple>",
    "<w:unknown><w:r><w:t> @</w:t></w:r></w:unknown>",
    "<w:r><w:drawing><w:txbxContent><w:p><w:r><w:t>@</w:t></w:r></w:p></w:txbxContent></w:drawing></w:r>",
    '<w:r><w:footnoteReference w:id="1"/></w:r>',
)
_PARAGRAPHS = st.tuples(
    st.sampled_from(["", "Heading1", "Title"]),
    st.lists(st.sampled_from(_RUNS), min_size=1, max_size=4).map("".join),
).map(lambda drawn: f'<w:p><w:pPr><w:pStyle w:val="{drawn[0]}"/></w:pPr>{drawn[1]}</w:p>')
_PARTS = st.one_of(
    _PARAGRAPHS,
    _PARAGRAPHS.map("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>".format),
    st.lists(_PARAGRAPHS, min_size=2, max_size=2).map(
        lambda cells: f"<w:tbl><w:tr><w:tc>{cells[0]}</w:tc><w:tc>{cells[1]}</w:tc></w:tr></w:tbl>"
    ),
    _PARAGRAPHS.map("<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>".format),
)  # fmt: skip


@given(st.lists(_PARTS, min_size=1, max_size=6))
@settings(deadline=None, max_examples=30)
def test_no_word_of_a_document_is_lost(parts: list[str]) -> None:
    """In whichever container it stands, hidden, struck, deleted or in a note."""
    pytest.importorskip("mammoth")
    numbers = iter(range(10_000))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    files = {
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{"".join(parts)}</w:body></w:document>',
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{_W}"><w:footnote w:id="1"><w:p><w:r><w:t>@</w:t></w:r>'
        "</w:p></w:footnote></w:footnotes>",
    }
    out, text = io.BytesIO(), ""
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, made := _numbered(content, numbers))
            text += made

    assert _unread("docx", out.getvalue(), _WORD.findall(text)) == []


_LINES = st.lists(
    st.tuples(
        st.sampled_from(["Is @ it?", "Yes @.", "@", "Head @", "- @", "1.2 @", "Chapter 7", "4", "@ . . . . . . 5"]),
        st.sampled_from(["F1", "F1", "F2", "F3"]),
        st.sampled_from([10, 10, 14]),
        st.sampled_from([14, 14, 40]),
    ),
    min_size=1,
    max_size=9,
)  # fmt: skip


@given(st.lists(_LINES, min_size=1, max_size=5))
@settings(deadline=None, max_examples=30)
def test_no_line_of_a_page_is_lost(pages: list[list[tuple[str, str, int, int]]]) -> None:
    """At the edges of pages, in contents, as a heading or as code."""
    pytest.importorskip("pypdf")
    numbers = iter(range(10_000))
    shown = [[(_numbered(text, numbers), *rest) for text, *rest in page] for page in pages]

    assert _unread("pdf", _pdf(shown), _WORD.findall(str(shown))) == []


def _pdf(pages: list[list[tuple[str, str, int, int]]]) -> bytes:
    """Return a PDF of lines, each a text, a font, a size and the room above it."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    names = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}
    fonts = DictionaryObject(
        {
            NameObject(f"/{key}"): DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject(f"/{name}"),
                }
            )
            for key, name in names.items()
        }
    )
    for lines in pages:
        page, y, content = writer.add_blank_page(600, 800), 780, ""
        for text, font, size, room in lines:
            y -= room
            content += f"BT /{font} {size} Tf 72 {y} Td ({text}) Tj ET\n"
        stream = DecodedStreamObject()
        stream.set_data(content.encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
