"""Workbooks: the questions in their sheets."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Pair

pytest.importorskip("openpyxl")

import openpyxl

from faqbot.ingest.xlsx import read


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
    """Numbers are text, a formula is not computed, rows above the head do not matter."""
    data = _xlsx(
        Sheet1=[
            ("Our FAQ",),
            (),
            ("Question", "Answer"),
            ("How many?", 3.0),
            ("Why?", "=1+1"),
            (None, None),
        ]
    )

    assert _pairs(data) == [Pair(("How many?",), "3"), Pair(("Why?",), "=1+1")]


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
        (_with("xl/evil.xml", '<!DOCTYPE a [<!ENTITY x "y">]><a/>'), "declares entities"),
        (
            _with("xl/evil.xml", '<?xml version="1.0" encoding="utf-16"?>\ufeff' + "<!ENTITY"),
            "declares entities",
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
