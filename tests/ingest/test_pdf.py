"""PDF: headings by their size, and nothing of what only the pages need."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind

pytest.importorskip("pypdf")

from faqbot.ingest.pdf import read

_FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}


@dataclass(frozen=True)
class _Text:
    """A line of text at a place of its page."""

    text: str
    y: float
    x: float = 72
    size: float = 10
    font: str = "F1"


def _pdf(*pages: list[_Text], extra: str = "") -> bytes:
    """Return a small PDF with *pages* of text."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    fonts = " ".join(
        f"/{key} << /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        for key, name in _FONTS.items()
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"<< /Font << {fonts} >> {extra} >>",
    ]
    for at, lines in enumerate(pages):
        shown = (
            f"BT /{each.font} {each.size} Tf {each.x} {each.y} Td ({_escaped(each.text)}) Tj ET"
            for each in lines
        )
        content = "\n".join(shown)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources 3 0 R /Contents {5 + 2 * at} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _paragraph(start: float, *lines: str) -> list[_Text]:
    return [_Text(line, start - 12 * at) for at, line in enumerate(lines)]


def _read(*pages: list[_Text]) -> list[Block]:
    return list(read(_pdf(*pages), "faq.pdf"))


_BODY = _paragraph(
    600, "This is an answer of several words that go on", "in the next line, as they do in papers."
)


def test_large_letters_are_headings() -> None:
    """The larger, the higher; a heading that wraps is one, without its number."""
    blocks = _read(
        [
            _Text("The FAQ", 760, size=24),
            _Text("1.2 Where can I get it, and", 700, size=14),
            _Text("how long does it take?", 684, size=14),
            *_BODY,
            _Text("1.3 And then?", 560, size=14),
            *_paragraph(540, "Then nothing."),
        ]
    )

    assert [(block.kind, block.level, block.text) for block in blocks] == [
        (Kind.HEADING, 1, "The FAQ"),
        (Kind.HEADING, 2, "Where can I get it, and how long does it take?"),
        (
            Kind.TEXT,
            0,
            "This is an answer of several words that go on in the next line, as they do in papers.",
        ),
        (Kind.HEADING, 2, "And then?"),
        (Kind.TEXT, 0, "Then nothing."),
    ]
    assert str(blocks[0].place) == "page 1"


def test_paragraphs_lists_code_and_bold() -> None:
    """Room between lines parts paragraphs, a bullet begins an item, and code keeps its lines."""
    blocks = _read(
        [
            *_BODY,
            *_paragraph(560, "Another paragraph."),
            _Text("\x95 one thing", 540),
            _Text("that goes on", 528, x=80),
            _Text("2. another thing", 516),
            _Text("if x:", 490, font="F3"),
            _Text("run(x)", 478, x=96, font="F3"),
            _Text("Why is that?", 440, font="F2"),
            *_paragraph(428, "Because it is so, and was ever."),
        ]
    )

    assert [block.text for block in blocks[1:]] == [
        "Another paragraph.",
        "- one thing that goes on",
        "2. another thing",
        "```\nif x:\n    run(x)\n```",
        "**Why is that?**",
        "Because it is so, and was ever.",
    ]


def test_words_parted_at_the_end_of_a_line_are_whole() -> None:
    """Unless the document writes them with a hyphen elsewhere."""
    (block,) = _read(_paragraph(600, "The sym-", "bols of the well-", "known list are well-known."))

    assert block.text == "The symbols of the well-known list are well-known."


def test_what_stands_on_every_page_is_left_out() -> None:
    """Running heads, page numbers, and the contents that repeat every question."""
    front = [_Text("Contents", 700, size=14)] + [
        _Text(f"1.{at} What is this? . . . . . . . . . {at}", 680 - 14 * at) for at in range(5)
    ]
    pages = [
        [
            _Text(f"CHAPTER {at}", 790, size=8),
            *_paragraph(600, f"Page text {at}{at} is {'here and ' * at}there."),
            _Text(f"{at}", 30),
        ]
        for at in range(1, 5)
    ]
    texts = [block.text for block in _read(front, *pages)]

    assert [text.split(" is ")[0] for text in texts] == [
        f"Page text {at}{at}" for at in range(1, 5)
    ]


def test_a_heading_at_the_top_of_every_page_stays() -> None:
    """Questions that differ by a number only are no running head."""
    pages = [
        [
            _Text(f"What is rule {at} for?", 700, size=14),
            *_paragraph(
                670, *(f"Line {line} of rule {at} says a few words of it." for line in range(4))
            ),
        ]
        for at in range(9)
    ]

    assert sum(block.kind is Kind.HEADING for block in _read(*pages)) == 9


def test_a_sentence_goes_on_on_the_next_page() -> None:
    """A page's end is no paragraph's."""
    (block,) = _read(_paragraph(60, "It goes on with"), _paragraph(700, "the next page."))

    assert block.text == "It goes on with the next page."


def test_what_would_be_markdown_is_text() -> None:
    """Marks that stand in the text stay marks."""
    (block,) = _read(_paragraph(600, "# Is 2 * 3 * 4 <b> a [number]?"))

    assert block.text == "\\# Is 2 \\* 3 \\* 4 \\<b> a \\[number\\]?"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is no PDF"),
        (b"PK\x03\x04", "is no PDF"),
        (b"%PDF-1.4\n", "damaged or cut off"),
        (_pdf(_BODY)[:300], "damaged or cut off"),
        (_pdf([]), "has no text"),
        (_pdf([_Text("7", 30)], [_Text("8", 30)]), "has no text"),
    ],
)
def test_bad_input_is_a_sentence(data: bytes, sentence: str) -> None:
    """Cut off, scanned, or no PDF at all: each is said."""
    with pytest.raises(UnreadableDocument, match=f"faq.pdf.*{sentence}"):
        list(read(data, "faq.pdf"))


def test_a_password_is_named() -> None:
    """With one, nothing can be read; one that only forbids printing is none."""
    import io

    import pypdf

    def locked(password: str) -> bytes:
        writer = pypdf.PdfWriter(io.BytesIO(_pdf(_BODY)))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    with pytest.raises(UnreadableDocument, match="locked with a password"):
        list(read(locked("secret"), "faq.pdf"))
    assert len(list(read(locked(""), "faq.pdf"))) == 1


def test_a_page_too_large_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are read, and the author is told."""
    monkeypatch.setattr("faqbot.ingest.pdf._LARGEST_PAGE", 400)

    block, note = _read(
        _paragraph(600, "Short, but text."), [_Text("Long.", 20 + at) for at in range(0, 700, 10)]
    )

    assert block.text == "Short, but text."
    assert note.text == "pages that could not be read, or hold too much to be text: 2"


_VALID = _pdf([_Text("Why?", 700, size=14), *_BODY], [*_BODY])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, len(_VALID)), st.binary(min_size=1, max_size=4)),
        min_size=1,
        max_size=4,
    )
)
def test_any_bytes_are_blocks_or_a_sentence(changes: list[tuple[int, bytes]]) -> None:
    """A valid document with some bytes changed is read or refused, nothing else."""
    data = _VALID
    for at, put in changes:
        data = data[:at] + put + data[at + len(put) :]
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "faq.pdf"))
