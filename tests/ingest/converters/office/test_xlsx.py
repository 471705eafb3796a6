"""Workbooks: the questions in their sheets."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind, Pair
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE

pytest.importorskip("openpyxl")

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from faqbot.ingest.converters.office.xlsx import read


def _xlsx(**sheets: list[tuple[object, ...]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _pairs(data: bytes) -> list[Pair]:
    return [block.pair for block in read(data, "faq.xlsx") if block.pair is not None]


def test_a_sheet_of_questions() -> None:
    """Numbers are text, and rows above the head are named."""
    data = _xlsx(
        Sheet1=[
            ("Our FAQ",),
            (),
            ("Question", "Answer"),
            ("How many?", 3.0),
            (None, None),
        ]
    )

    assert _pairs(data) == [Pair(("How many?",), "3")]
    assert _left_out(data) == [
        ("Our FAQ", "it is above the names of the columns", "row 1"),
    ]


def _left_out(data: bytes) -> list[tuple[str, str, str]]:
    return [
        (block.text, block.reason, str(block.place))
        for block in read(data, "faq.xlsx")
        if block.kind is Kind.LEFT_OUT
    ]


def _notes(data: bytes) -> list[str]:
    return [block.text for block in read(data, "faq.xlsx") if block.kind is Kind.NOTE]


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _book(*answers: object) -> tuple[openpyxl.Workbook, Worksheet]:
    """Return a workbook of questions with *answers*, from row 2 on, and its sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(("Question", "Answer"))
    for number, answer in enumerate(answers, start=1):
        sheet.append((f"Which is {number}?", answer))
    return book, sheet


def _patched(data: bytes, old: str, new: str, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return a workbook with *old* replaced by *new* in the XML of a *part*."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for each in given.namelist():
            text = given.read(each)
            if each == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            made.writestr(each, text)
    return out.getvalue()


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_left_out(state: str) -> None:
    """Nothing of it is served, and each of its rows is named."""
    book, _ = _book("Yes.")
    hidden = book.create_sheet("Staff")
    hidden.append(("Question", "Answer"))
    hidden.append(("Where is the key?", "Below the mat."))
    hidden.sheet_state = state
    data = _saved(book)

    assert [pair.answer for pair in _pairs(data)] == ["Yes."]
    assert _left_out(data)[1] == (
        "Staff: Where is the key? | Below the mat.",
        "its sheet is hidden",
        "row 2",
    )


def test_hidden_rows_and_columns_are_left_out() -> None:
    """Also those that have no height or width, as a program hides them, too."""
    book, sheet = _book("One.", "Two.", "Three.")
    sheet["C1"], sheet["C2"], sheet["D2"] = "Source", "From Ann.", "seen"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    data = _patched(_saved(book), '<row r="4"', '<row r="4" ht="0"')
    data = _patched(data, "</cols>", '<col min="4" max="4" width="0" /></cols>')

    assert _pairs(data) == [Pair(("Which is 1?",), "One.")]
    assert _left_out(data) == [
        ("Source", "its column is hidden", "row 1"),
        ("From Ann.", "its column is hidden", "row 2"),
        ("seen", "its column is hidden", "row 2"),
        ("Which is 2? | Two.", "its row is hidden", "row 3"),
        ("Which is 3? | Three.", "its row is hidden", "row 4"),
    ]


def test_values_are_shown_as_the_program_shows_them() -> None:
    """Dates, percentages and amounts by their number format; a truth value in capitals."""
    book, sheet = _book(dt.date(2031, 7, 4), 0.25, 1234.5, bool(1), 7, 0.1 + 0.2)
    formats = ("d mmm yyyy", "0%", '#,##0.00\\ "\u20ac"', "General", "000", "General")
    for number, code in enumerate(formats, start=2):
        sheet.cell(number, 2).number_format = code

    assert [pair.answer for pair in _pairs(_saved(book))] == [
        "4 Jul 2031",
        "25%",
        "1,234.50 \u20ac",
        "TRUE",
        "007",
        "0.3",
    ]


def test_a_value_that_its_format_hides_is_named() -> None:
    """The format with three semicolons shows nothing."""
    book, sheet = _book("Secret.", "Yes.")
    sheet["B2"].number_format = ";;;"

    assert _left_out(_saved(book))[-1] == ("Secret.", "its number format hides it", "row 2")


def test_a_formula_gives_its_stored_value() -> None:
    """Nothing is computed: a formula without a value is named, as is one that failed."""
    book, _ = _book("=40+2", "=1/0", "Yes.")
    data = _saved(book)
    valued = _patched(data, "<f>40+2</f><v />", "<f>40+2</f><v>42</v>")
    failed = _patched(
        valued, '<c r="B3"><f>1/0</f><v />', '<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v>'
    )

    assert [pair.answer for pair in _pairs(failed)] == ["42", "Yes."]
    assert ("#DIV/0!", "it is an error of a formula", "row 3") in _left_out(failed)
    assert [text for text, why, _ in _left_out(data) if "no stored value" in why] == [
        "=40+2",
        "=1/0",
    ]


def test_links_of_cells_are_kept() -> None:
    """An answer becomes a link; the link of a question is the address of its entry."""
    book, sheet = _book("the plan", "Yes.")
    sheet["C1"], sheet["C2"] = "Section", "House"
    sheet["B2"].hyperlink = "https://example.org/plan"
    sheet["A3"].hyperlink = "https://example.org/two"
    sheet["C2"].hyperlink = "https://example.org/house"
    data = _saved(book)
    first, second = _pairs(data)

    assert first.answer == "[the plan](https://example.org/plan)"
    assert (second.questions, second.url) == (("Which is 2?",), "https://example.org/two")
    assert _left_out(data)[0][0] == "https://example.org/house"


def test_the_address_of_a_formula_that_links_is_kept() -> None:
    """The function HYPERLINK names the address, and its value is the text."""
    book, _ = _book('=HYPERLINK("https://example.org/a","here")')
    data = _patched(_saved(book), "</f><v />", "</f><v>here</v>")
    data = _patched(data, '<c r="B2">', '<c r="B2" t="str">')

    assert _pairs(data)[0].answer == "[here](https://example.org/a)"


@pytest.mark.parametrize("shared", [False, True])
def test_struck_text_is_left_out(*, shared: bool) -> None:
    """Of a cell, or of a part of its text, wherever the file keeps the text."""
    book, sheet = _book("Old.", "", "Yes.")
    sheet["B2"].font = Font(strike=True)
    sheet["B3"] = CellRichText("Five", TextBlock(InlineFont(strike=True), " or six"), ".")
    data = _saved(book)
    if shared:
        found = re.search(r't="inlineStr"><is>(<r>.*?)</is></c>', _sheet_of(data))
        assert found
        data = _patched(data, found[0], 't="s"><v>0</v></c>')
        data = _with_shared_strings(data, f"<si>{found[1]}</si>")

    assert [pair.answer for pair in _pairs(data)] == ["Five.", "Yes."]
    assert [text for text, why, _ in _left_out(data) if why == "it is struck out"] == [
        "Old.",
        "or six",
    ]


def _with_shared_strings(data: bytes, texts: str) -> bytes:
    """Return a workbook with *texts* in the part that other programs keep texts in."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    named = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}" /></Types>'
    out = io.BytesIO(_patched(data, "</Types>", named, "[Content_Types].xml"))
    with zipfile.ZipFile(out, "a") as archive:
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}">{texts}</sst>')
    return out.getvalue()


def _sheet_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def test_merged_cells_hold_for_all_their_rows() -> None:
    """A section for each row, an answer for each question, and answers joined for one question."""
    book, sheet = _book("One.", "Two.", "Three.", None)
    sheet["C1"], sheet["C2"] = "Section", "House"
    sheet.merge_cells("C2:C4")
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B4:B5")

    assert [(pair.questions, pair.answer, pair.section) for pair in _pairs(_saved(book))] == [
        (("Which is 1?",), "One.\n\nTwo.", "House"),
        (("Which is 3?",), "Three.", "House"),
        (("Which is 4?",), "Three.", ""),
    ]


def test_texts_beside_the_cells_are_named() -> None:
    """Comments, and the heads and feet of printed pages."""
    book, sheet = _book("Yes.")
    sheet["B2"].comment = Comment("Ask Ann first.", "Jo")
    sheet.oddHeader.center.text = "For staff"
    sheet.oddFooter.center.text = "&P"
    data = _saved(book)

    assert _left_out(data) == [
        ("For staff", PAGE_BOILERPLATE, ""),
        ("B2: Ask Ann first.", "it is a comment on a cell", "row 2"),
    ]


def test_shapes_charts_and_pictures_are_named() -> None:
    """The text of a shape is shown in the summary; charts and pictures are counted."""
    book, sheet = _book("Yes.")
    sheet.add_chart(BarChart(), "E5")
    shape = "<xdr:sp><xdr:txBody><a:p><a:r><a:t>Mind the</a:t></a:r><a:r><a:t> step.</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    data = _patched(
        _saved(book),
        "</oneCellAnchor>",
        f"{shape.replace('xdr:', '').replace('a:', '')}</oneCellAnchor>",
        "xl/drawings/drawing1.xml",
    )

    assert [text for text, _, _ in _left_out(data)] == ["Mind the step."]
    assert _notes(data) == ["charts are not imported: 1 left out"]


def test_a_sheet_of_one_cell_is_a_line() -> None:
    """A cover sheet makes no table, and empty columns beside a table are cut."""
    blocks = list(
        read(
            _xlsx(
                Cover=[(None, None, "The house")],
                B=[(), (None, "A", None, "B"), (None, "C", None, "D")],
            ),
            "f.xlsx",
        )
    )

    assert (blocks[0].kind, blocks[0].text) == (Kind.TEXT, "The house")
    assert blocks[1].rows == (("A", "B"), ("C", "D"))


def test_cells_beyond_the_bounds_are_named() -> None:
    """The summary says where the first of them stands."""
    book, sheet = _book("Yes.")
    sheet["XFD1048576"] = "far"

    assert "1 cells are beyond them (XFD1048576)" in _notes(_saved(book))[0]


_CELLS = st.none() | st.from_regex(r"[a-z]{3,9}[?.]?", fullmatch=True)


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_each_text_of_a_workbook_is_read_or_named(data: st.DataObject) -> None:
    """Whatever is hidden, struck, noted or merged, no text vanishes."""
    rows = data.draw(st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=1, max_size=5))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in [data.draw(st.sampled_from([("Question", "Answer", "Who"), ()])), *rows]:
        sheet.append(row)
    index = st.integers(1, 6)
    for row_number in data.draw(st.sets(index, max_size=2)):
        sheet.row_dimensions[row_number].hidden = True
    for letter in data.draw(st.sets(st.sampled_from("ABC"), max_size=1)):
        sheet.column_dimensions[letter].hidden = True
    for number in data.draw(st.sets(index, max_size=2)):
        sheet.cell(number, 2).font = Font(strike=True)
        sheet.cell(number, 1).comment = Comment("remark", "Jo")
    texts = {str(cell) for row in rows for cell in row if cell}
    with suppress(UnreadableDocument):
        shown = " ".join(_said(block) for block in read(_saved(book), "f.xlsx"))
        assert [text for text in texts if text not in shown] == []


def _said(block: Block) -> str:
    pair = block.pair
    return " ".join((*pair.questions, pair.answer)) if pair else block.text


def test_qnabot_columns() -> None:
    """Numbered questions are alternates, the topic is the section, Markdown goes before plain text."""
    head = ("qid", "question1", "question2", "answer", "alt.markdown", "topic", "r.title")
    data = _xlsx(S=[head, ("Pay.1", "How?", "Which way?", "By card", "By **card**", "Money", "x")])

    assert _pairs(data) == [
        Pair(("How?", "Which way?"), "By **card**", id="pay-1", section="Money")
    ]


def test_names_of_sheets_are_sections() -> None:
    """Where several are filled and somebody named them."""
    rows: list[tuple[object, ...]] = [("q", "a"), ("Why?", "So.")]

    assert [
        pair.section for pair in _pairs(_xlsx(Money=rows, Travel=rows, Sheet3=rows, Empty=[]))
    ] == ["Money", "Travel", ""]
    assert [pair.section for pair in _pairs(_xlsx(Money=rows, Empty=[]))] == [""]


def test_places_are_rows() -> None:
    """As the program that shows the sheet counts them."""
    (block,) = read(_xlsx(S=[(), ("q", "a"), ("Why?", "So.")]), "faq.xlsx")

    assert str(block.place) == "row 3"


def test_a_cell_far_away_costs_nothing() -> None:
    """A sheet that says it is huge is read as far as a table of questions goes."""
    book = openpyxl.Workbook()
    book.active.append(("q", "a"))
    book.active.append(("Why?", "So."))
    book.active["XFD1048576"] = "far"
    out = io.BytesIO()
    book.save(out)

    assert len(_pairs(out.getvalue())) == 1


def _with(name: str, text: str) -> bytes:
    out = io.BytesIO(_xlsx(S=[("q", "a")]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "damaged or cut off"),
        (_xlsx(S=[("q", "a")])[:900], "damaged or cut off"),
        (_xlsx(S=[]), "has no text"),
        (_with("xl/big.xml", "x" * 101_000_000), "would unpack to 101 MB"),
        (_with("xl/evil.xml", '<!DOCTYPE a [<!ENTITY x "y">]><a/>'), "declares XML entities"),
        (
            _with("xl/evil.xml", '<?xml version="1.0" encoding="utf-16"?>\ufeff' + "<!ENTITY"),
            "declares XML entities",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
    ],
    ids=["empty", "cut", "blank", "bomb", "entity", "utf-16", "locked"],
)
def test_bad_input_is_a_sentence(data: bytes, sentence: str) -> None:
    """Each names the file and what is wrong with it."""
    with pytest.raises(UnreadableDocument, match=f"faq.xlsx.*{sentence}"):
        list(read(data, "faq.xlsx"))


_VALID = _xlsx(S=[("q", "a"), ("Why?", "So.")])


@settings(deadline=None)
@given(
    st.integers(0, len(_VALID)),
    st.binary(max_size=8),
    st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", ""]),
)
def test_any_bytes_are_blocks_or_a_sentence(at: int, put: bytes, part: str) -> None:
    """A workbook changed inside or out is read or refused, nothing else."""
    data = _VALID[:at] + put + _VALID[at + len(put) :]
    if part:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(_VALID)) as old, zipfile.ZipFile(out, "w") as new:
            for each in old.namelist():
                text = old.read(each)
                place = at % len(text)
                new.writestr(
                    each, text[:place] + put + text[place + len(put) :] if each == part else text
                )
        data = out.getvalue()
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "faq.xlsx"))


def _left_out_of(book: openpyxl.Workbook) -> list[tuple[str, str]]:
    out = io.BytesIO()
    book.save(out)
    return [(text, why) for text, why, _ in _left_out(out.getvalue())]


def test_links_on_empty_or_hidden_cells_are_named() -> None:
    """A cell that is not shown takes its link with it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("Question", "Answer"), ("Why?", "So."), ("How?", "By hand."), ("Where?", "")):
        sheet.append(row)
    for cell in ("A3", "B4", "D9"):
        sheet[cell].value = sheet[cell].value or ""
        sheet[cell].hyperlink = f"https://example.org/{cell}"
    sheet.row_dimensions[3].hidden = True

    found = _left_out_of(book)

    assert [text for text, why in found if why == "its cell is empty or hidden"] == [
        "https://example.org/A3",
        "https://example.org/B4",
        "https://example.org/D9",
    ]


def test_struck_text_of_a_hidden_format_is_named() -> None:
    """The format shows nothing, but the text is there."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("Question", "Answer"), ("Why?", "So."), ("How?", "By hand.")):
        sheet.append(row)
    sheet["B3"].font, sheet["B3"].number_format = Font(strike=True), ";;;"

    assert ("By hand.", "it is struck out") in _left_out_of(book)


def test_names_of_empty_columns_are_named() -> None:
    """A head without cells may be a remark."""
    data = _xlsx(One=[("Question", "Answer", "Ask Jo"), ("Why?", "So."), ("How?", "By hand.")])

    assert ("Ask Jo", "its column has no cells") in [
        (text, why) for text, why, _ in _left_out(data)
    ]
