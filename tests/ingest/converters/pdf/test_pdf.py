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

from faqbot.ingest.converters.pdf.pdf import read

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


def _texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind is not Kind.LEFT_OUT]


def _left_out(blocks: list[Block]) -> list[tuple[str, int]]:
    return [(block.text, block.place.number) for block in blocks if block.kind is Kind.LEFT_OUT]


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
    blocks = _read(front, *pages)

    assert [text.split(" is ")[0] for text in _texts(blocks)] == [
        f"Page text {at}{at}" for at in range(1, 5)
    ]
    assert [(line, page) for line, page in _left_out(blocks) if "What is this" not in line] == [
        ("Contents", 1),
        *((line, at + 1) for at in range(1, 5) for line in (f"CHAPTER {at}", f"{at}")),
    ]


def _page(*pairs: tuple[str, str], font: str = "F2", head: str = "", foot: str = "") -> list[_Text]:
    """Return a page of questions in *font*, each with its answer a wide gap below it."""
    lines = [_Text(head, 770, size=8)] * bool(head) + [_Text(foot, 30, size=8)] * bool(foot)
    for at, (question, answer) in enumerate(pairs):
        lines += [_Text(question, 700 - 90 * at, font=font), _Text(answer, 672 - 90 * at)]
    return lines


_ASKED = [
    ("Who feeds the cat?", "The baker does it."),
    ("Is there a lift?", "There are stairs only."),
    ("May I sing?", "After nine, please."),
    ("Which bus goes there?", "Number nine goes there."),
]


@pytest.mark.parametrize("font", ["F1", "F2"])
@pytest.mark.parametrize(("head", "foot"), [("", ""), ("The house", "7 of 9"), ("House 1", "")])
def test_text_that_differs_from_page_to_page_is_no_running_head(
    font: str, head: str, foot: str
) -> None:
    """Questions at the tops of pages stay, in bold or not, below a running head or without one."""
    blocks = _read(*(_page(pair, font=font, head=head, foot=foot) for pair in _ASKED))
    shown = "\n".join(_texts(blocks))

    assert [text for pair in _ASKED for text in pair if text not in shown] == []
    assert [line for line, _ in _left_out(blocks)] == [line for line in (head, foot) if line] * 4


def test_a_bold_statement_at_the_tops_of_pages_stays() -> None:
    """Bold words that do not ask are no running head unless they repeat word for word."""
    pairs = [(f"{word} rooms", f"Nothing about {word}.") for word in ("Blue", "Red", "Old", "New")]
    numbered = [(f"Room {at}", f"Nothing about it {at}.") for at in range(4)]

    for asked in (pairs, numbered):
        blocks = _read(*map(_page, asked))
        assert not _left_out(blocks)
    assert [line for line, _ in _left_out(_read(*[_page(pairs[0])] * 4))][:1] == ["Blue rooms"]


def test_the_same_question_on_every_page_stays() -> None:
    """A question repeats where each page asks it of something else."""
    blocks = _read(*(_page(("What is shown?", answer)) for _, answer in _ASKED))

    assert _texts(blocks).count("**What is shown?**") == 4


def test_a_lonely_figure_at_the_end_of_a_page_stays() -> None:
    """Only a number that counts the pages is a page number."""
    pages = [
        [*_page(pair), _Text(figure, 560)] for pair, figure in zip(_ASKED, "4719", strict=True)
    ]
    pages[1][-1] = _Text("ill", 560)

    shown = "\n".join(_texts(_read(*pages)))
    assert [figure for figure in ("4", "ill", "1", "9") if figure not in shown.split()] == []


def test_a_running_head_of_one_page_is_named_in_the_text() -> None:
    """A small line in the place of running heads is left out if the text says its words, too."""
    heads = ["The house"] * 3 + ["May I sing"]
    pages = [_page(pair, head=head) for pair, head in zip(_ASKED, heads, strict=True)]
    kept, gone = _read(*pages), _read(*pages, [*_paragraph(600, "We ask.", "May I sing", "We do.")])

    assert len(_left_out(kept)) == 3
    assert ("May I sing", 4) in _left_out(gone)


def test_rows_of_dots_without_pages_are_a_form() -> None:
    """A form to fill in has dots behind its labels, as a table of contents has."""
    form = [_Text(f"{label} ..........", 600 - 20 * at) for at, label in enumerate(("Name", "Street", "Town", "Day", "Sign"))]  # fmt: skip
    blocks = _read([_Text("How do I enrol?", 640, font="F2"), *form])

    assert "Street" in "".join(_texts(blocks))


def test_a_chapter_without_a_title_is_named() -> None:
    """The number of a chapter is no heading, and is left out with a record."""
    blocks = _read([_Text("Chapter 4", 700, size=18), *_BODY])

    assert _left_out(blocks) == [("Chapter 4", 1)]


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
        (b"", "is not a PDF"),
        (b"PK\x03\x04", "is not a PDF"),
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
    monkeypatch.setattr("faqbot.ingest.converters.pdf.pdf._LARGEST_PAGE", 400)

    block, note = _read(
        _paragraph(600, "Short, but text."), [_Text("Long.", 20 + at) for at in range(0, 700, 10)]
    )

    assert block.text == "Short, but text."
    assert note.text == "pages that are unreadable or too large: 2"


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
