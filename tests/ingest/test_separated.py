"""CSV and TSV: the questions in a table of text."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind, Pair
from faqbot.ingest.separated import read


def _pairs(text: str | bytes) -> list[Pair]:
    data = text if isinstance(text, bytes) else text.encode()
    return [block.pair for block in read(data, "t.csv") if block.pair is not None]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators_are_told_apart(mark: str) -> None:
    """The one that makes columns of questions and answers out of the first line is meant."""
    (pair,) = _pairs(f"Question{mark}Answer\nWhy?{mark}So.\n")

    assert pair == Pair(("Why?",), "So.")


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    """Spreadsheet programs and QnA Maker write one."""
    assert len(_pairs("\ufeffQuestion\tAnswer\nWhy?\tSo.\n")) == 1
    assert len(_pairs("Question\tAnswer\nWhy?\tSo.\n".encode("utf-16"))) == 1


def test_cells_hold_lines_and_quotes() -> None:
    """A quoted cell may run over lines; the place is the row's first line."""
    blocks = list(read(b'Question,Answer\nWhy?,"Line\n""two"""\nHow?,So.\n', "t.csv"))

    assert [block.pair.answer for block in blocks if block.pair] == ['Line\n"two"', "So."]
    assert [str(block.place) for block in blocks] == ["row 2", "row 4"]


def test_tabs_with_bare_quotes() -> None:
    """A quotation mark that opens a cell and never closes is only a mark where tabs part cells."""
    pairs = _pairs('Question\tAnswer\n"Why\tSo.\nHow?\t"Thus\nWhen?\tNow.\n')

    assert [pair.questions[0] for pair in pairs] == ['"Why', "How?", "When?"]


def test_export_of_qna_maker() -> None:
    """Rows of one number are one entry; metadata are tags, prompts follow-ups, and line ends come back."""
    text = (
        "Question\tAnswer\tSource\tMetadata\tSuggestedQuestions\tIsContextOnly\tPrompts\tQnaId\n"
        "How do I pay?\tBy card.\\n\\nOr cash.\tpay.docx\ttopic:money | lang: en\t[]\tFalse\t"
        '[{"displayOrder":0,"qnaId":2,"displayText":"Refunds"}]\t1\n'
        "Can I use a card?\tBy card.\\n\\nOr cash.\tpay.docx\t\t[]\tFalse\t[]\t1\n"
        "Do I get money back?\tYes.\tpay.docx\t\t[]\tFalse\t[]\t2\n"
    )
    first, second = _pairs(text)

    assert first.questions == ("How do I pay?", "Can I use a card?")
    assert first.answer == "By card.\n\nOr cash."
    assert first.tags == ("topic:money", "lang:en")
    assert first.follow_ups == ("Do I get money back?",)
    assert second == Pair(("Do I get money back?",), "Yes.", source="pay.docx")


def test_answers_in_html_become_markdown() -> None:
    """Links and lists are kept; a less-than sign is no tag."""
    pytest.importorskip("selectolax")
    first, second = _pairs(
        'q,a\nWhy?,"<p>See <a href=""https://e.org/"">this</a></p>"\nHow?,1 < 2\n'
    )

    assert first.answer == "See [this](https://e.org/)"
    assert second.answer == "1 < 2"


def test_a_formula_is_text() -> None:
    """Nothing is computed; the apostrophe that guards a cell against it is left out."""
    first, second = _pairs("q,a\nWhy?,=1+1\nHow?,'=HYPERLINK(1)\n")

    assert (first.answer, second.answer) == ("=1+1", "=HYPERLINK(1)")


def test_a_table_without_a_head() -> None:
    """Two columns of which the first asks are enough."""
    assert [pair.questions for pair in _pairs("Why?,So.\nHow?,Thus.\n")] == [("Why?",), ("How?",)]


def test_another_table_is_a_table() -> None:
    """It is for the rules to make something of, and stays within bounds."""
    table, note = read(b"Country,Capital\n" + b"A,B\n" * 500, "t.csv")

    assert table.kind is Kind.TABLE
    assert table.rows[:2] == (("Country", "Capital"), ("A", "B"))
    assert "500 rows" in note.text


def test_rows_without_an_answer_are_counted() -> None:
    """Nothing is lost without a word."""
    pair, note = read(b"q,a\nWhy?,So.\nHow?,\n", "t.csv")

    assert pair.kind is Kind.PAIR
    assert note == Block(
        Kind.NOTE, "1 row has a question without an answer, or an answer without a question"
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b'q,a\nWhy?,"So.', "no table that can be read"),
        (b"\x00\x01\x02\x03" * 100, "is not text"),
    ],
)
def test_bad_input_is_a_sentence(data: bytes, sentence: str) -> None:
    """Each names the file and what is wrong with it."""
    with pytest.raises(UnreadableDocument, match=f"t.csv.*{sentence}"):
        list(read(data, "t.csv"))


@given(st.binary() | st.text("qa,;\t\"'|\n\r=?x").map(lambda text: f"q,a\n{text}".encode()))
def test_any_bytes_are_blocks_or_a_sentence(data: bytes) -> None:
    """No bytes make the reader fail in another way."""
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "t.csv"))
