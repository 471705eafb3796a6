"""CSV and TSV: the questions in a table of text."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind, Pair
from faqbot.ingest.converters.csv import read
from faqbot.ingest.reading import found_in


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
    """It is for the rules to make something of, and each row beyond the bound is named."""
    table, *gone, note = read(b"Country,Capital\n" + b"A,B\n" * 500, "t.csv")

    assert table.kind is Kind.TABLE
    assert table.rows[:2] == (("Country", "Capital"), ("A", "B"))
    assert "500 rows" in note.text
    assert len(table.rows) + len(gone) == 501


def test_a_table_has_no_empty_columns() -> None:
    """Columns without text are cut; a table of a single column is lines of text."""
    (table,) = read(b",Country,,Capital,\n,A,,B,\n", "t.csv")
    lines = list(read(b",,\n,Opened in May,\n,Closed in June,\n", "t.csv"))

    assert table.rows == (("Country", "Capital"), ("A", "B"))
    assert [(line.kind, line.text) for line in lines] == [
        (Kind.TEXT, "Opened in May"),
        (Kind.TEXT, "Closed in June"),
    ]


def _left_out(text: str) -> list[tuple[str, str, str]]:
    return [
        (block.text, block.reason, str(block.place))
        for block in read(text.encode(), "t.csv")
        if block.kind is Kind.LEFT_OUT
    ]


def test_rows_that_are_no_pair_are_named() -> None:
    """A row without an answer, or without a question, is left out with its number."""
    reason = "its row has a question without an answer, or an answer without a question"

    assert _left_out("q,a\nWhy?,So.\nHow?,\nWhen?\n,Now.\n") == [
        ("How?", reason, "row 3"),
        ("When?", reason, "row 4"),
        ("Now.", reason, "row 5"),
    ]


def test_cells_that_no_field_takes_are_named() -> None:
    """Unknown, unnamed and repeated columns, lines above the head, and a day that is no day."""
    text = "Our list,,\n\nQuestion,Answer,Author,,Answer,Expires\nWhy?,So.,Jo,x,Else.,in May\n"

    assert [(shown, place) for shown, _, place in _left_out(text)] == [
        ("Our list", "row 1"),
        ("expires: in May", "row 4"),
        ("Author: Jo", "row 4"),
        ("x", "row 4"),
        ("Answer: Else.", "row 4"),
    ]


def test_rows_of_an_id_with_other_answers_are_entries() -> None:
    """Rows that share a number are one entry only if they share the answer."""
    pairs = _pairs("No,Question,Answer\n1,Why?,So.\n1,What for?,\n1,How?,Thus.\n")

    assert [(pair.questions, pair.answer) for pair in pairs] == [
        (("Why?", "What for?"), "So."),
        (("How?",), "Thus."),
    ]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("Question,Answer\nMay I sing?,At noon, at two, and later.\n", "May I sing?", "At noon, at two, and later."),
        ("Question;Answer\nMay I sing?;Yes; if it rains.\n", "May I sing?", "Yes; if it rains."),
        ("Question|Answer\nMay I sing?|Yes|no|both\n", "May I sing?", "Yes|no|both"),
        ("Question\tAnswer\nMay I sing?\tYes\tno\n", "May I sing?", "Yes\tno"),
        ("Question,Answer\nSing,Yes, no, both.\n", "Sing", "Yes, no, both."),
        ("Question,Answer\nIf it rains, may I sing?,Yes,no\n", "If it rains, may I sing?", "Yes,no"),
        ("Section,Question,Answer\nHouse,Is it open,as some say,today?,Yes,no\n", "Is it open,as some say,today?", "Yes,no"),
        ("Question,Answer,Section\nMay I sing?,Yes, if it rains.,House\n", "May I sing?", "Yes, if it rains."),
        ("Question,Answer,\nMay I sing?,Yes, if it rains.\n", "May I sing?", "Yes, if it rains."),
        ('Question, Answer\nMay I sing?, "Yes, at two"\n', "May I sing?", "Yes, at two"),
        ("May I sing?,Yes,no.\nMay I go?,Now.\n", "May I sing?", "Yes,no."),
        ("Question,Answer,,\nMay I sing?,Yes.,,,,\n", "May I sing?", "Yes."),
        ("sep=;\nQuestion;Answer\nMay I sing?;Yes, no.\n", "May I sing?", "Yes, no."),
        ("The list, of all\nQuestion;Answer\nMay I sing?;Yes, no.\n", "May I sing?", "Yes, no."),
        ("May I, or you, sing?;Yes, no.\nMay I go?;Now.\n", "May I, or you, sing?", "Yes, no."),
        ('Question,Answer\nMay I sing?,"The "high" one, yes"\n', "May I sing?", 'The "high" one, yes'),
        ('Question,Answer\n"May" I sing?,Yes.\n', '"May" I sing?', "Yes."),
    ],
)  # fmt: skip
def test_separators_in_the_text_tear_no_answer(text: str, question: str, answer: str) -> None:
    """A row longer than the heading is put together where that can be done in one way."""
    first = _pairs(text)[0]

    assert (first.questions, first.answer, first.reason) == ((question,), answer, "")


def test_joined_rows_are_named() -> None:
    """The summary says which rows were put together, as the table is at fault."""
    text = "Question,Answer\nWhy?,So, so.\nHow?,Thus.\nWhen?,Now,then.\n"
    (note,) = [block.text for block in read(text.encode(), "t.csv") if block.kind is Kind.NOTE]

    assert note.startswith("rows 2, 4 have more cells than the heading")


@pytest.mark.parametrize(
    "text",
    [
        "Question,Answer\nOpening,hours,and days\n",
        "Question,Answer,Section\nMay I sing?,Yes,no,House\n",
        "Answer,Question\nYes,no,May I sing?\n",
    ],
)
def test_a_torn_row_that_is_not_certain_is_a_draft(text: str) -> None:
    """Nothing is served that could be put together in two ways, and nothing is lost."""
    (pair,) = _pairs(text)

    assert "more cells than the heading" in pair.reason
    assert not _left_out(text)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ('Question,Answer\nWhy?,"So.\nHow?,Thus.\n', ["So.", "Thus."]),
        ('Question,Answer\nWhy?,"So.\nHow?,Thus.\nWhen?,"Now."\n', ["So.", "Thus.", "Now."]),
        ('Question;Answer\n"Why?;So.\nHow?;Thus.\n', ["Thus."]),
    ],
)
def test_a_mark_that_is_not_closed_costs_its_own_row_only(text: str, answers: list[str]) -> None:
    """The row becomes a draft or is named; the rows below it are read."""
    pairs = _pairs(text)

    assert [pair.answer for pair in pairs] == answers
    assert [bool(pair.reason) for pair in pairs][-1:] == [False]
    assert len(_left_out(text)) + sum(bool(pair.reason) for pair in pairs) == 1


def test_a_row_within_a_cell_makes_a_draft() -> None:
    """Where a mark closes only in the next row, the answer holds a question, and is not served."""
    (pair,) = _pairs('Question,Answer\nWhy?,"So.\nHow?,Thus."\n')

    assert "not closed" in pair.reason


def test_many_open_marks_are_read_line_by_line() -> None:
    """Beyond some faults the rest of the table is still read."""
    pairs = _pairs("Question,Answer\n" + "".join(f'Is it {n}?,"It is {n}.\n' for n in range(60)))

    assert [pair.answer for pair in pairs] == [f"It is {n}." for n in range(60)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
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


_WORDS = st.from_regex(r"[a-z]{3,8}", fullmatch=True)
_MARKS = st.sampled_from(["", "?", ",", ", ", '"', ' "', ";", "\t", "|", ".", "  "])
_CELLS = st.lists(st.tuples(_WORDS, _MARKS).map("".join), min_size=1, max_size=3).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["Question,Answer", "Question,Answer,,", "Section,Question,Answer,Note", ""]),
    st.lists(st.lists(_CELLS, min_size=1, max_size=5), min_size=1, max_size=8),
    st.sampled_from(",;\t|"),
)
def test_each_word_of_a_table_is_read_or_named(
    head: str, rows: list[list[str]], separator: str
) -> None:
    """No quoting, and no number of cells, makes a word vanish."""
    text = "\n".join([head.replace(",", separator), *map(separator.join, rows)])
    shown = " ".join(_said(block) for block in read(text.encode(), "t.csv")).split()
    words = {word for row in rows for cell in row for word in re.findall("[a-z]{3,}", cell)}

    assert words - set(re.findall("[a-z]{3,}", " ".join(shown))) == set()


def _said(block: Block) -> str:
    """Return all text of *block* that an entry, a draft or the summary shows."""
    pair = block.pair
    return " ".join((*pair.questions, pair.answer, pair.section)) if pair else block.text


def test_a_table_has_a_limit_of_questions() -> None:
    """Its rows are counted before they are looked at, so that the sentence comes at once."""
    rows = b"question,answer\n" + b"Why?,So.\n" * 50_100

    with pytest.raises(
        UnreadableDocument, match=r"a\.csv has more than 50,000 questions: split it"
    ):
        next(read(rows, "a.csv"))
    assert next(read(b"a,b\n" + b"1,2\n" * 50_100, "a.csv")).kind is Kind.TABLE


def _imported(text: str, name: str = "faq.csv") -> list[tuple[str, str, str]]:
    """Return question, answer and section of each entry that is served."""
    found = found_in(text.encode(), name)
    return [
        (each.question, each.answer, each.pair.section if each.pair else "")
        for each in found.candidates
        if not each.reason
    ]


@pytest.mark.parametrize(
    "head",
    [
        "Customer question,Suggested answer,Topic",
        "\u8cea\u554fQuestion,\u56de\u7b54Answer,\u30ab\u30c6\u30b4\u30ea",
        "Vraag,Antwoord,Categorie",
        "\u0412\u043e\u043f\u0440\u043e\u0441,\u041e\u0442\u0432\u0435\u0442,\u0420\u0430\u0437\u0434\u0435\u043b",
        "FAQ Question (public),FAQ Answer (public),Category",
    ],
)
def test_a_column_may_have_any_name_with_a_word_of_its_field(head: str) -> None:
    """In several languages, also two in one name."""
    assert _imported(f"{head}\nIs it far?,A mile.,Ways\n") == [("Is it far?", "A mile.", "Ways")]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("short_description,text", "Reset a key,Press it."),
        ("Problem,Solution", "Reset a key,Press it."),
        ("Subject,Resolution,Question ID", "Reset a key,Press it.,7"),
        ("Number,Issue,Fix", "7,Reset a key,Press it."),
    ],
)
def test_a_column_of_a_help_desk_is_a_question_beside_an_answer(head: str, row: str) -> None:
    """Such names mean a question only where nothing else does."""
    assert _imported(f"{head}\n{row}\n") == [("Reset a key", "Press it.", "")]


@pytest.mark.parametrize(
    "text",
    [
        "Foo,Bar\nIs it far?,A mile.\nIs it dear?,A pound.\n",
        "No.,Who,Foo,Bar\n1,Jo,Is it far?,A mile.\n2,Al,Is it dear?,A pound.\n",
        "Is it far?,A mile.\nIs it dear?,A pound.\n",
        "Kysymys tai aihe,Teksti\nIs it far?,A mile.\nIs it dear?,A pound.\nNo taxi,Walk.\n",
    ],
)
def test_columns_are_found_by_what_they_hold(text: str) -> None:
    """The column that asks, and the longest text beside it; a head is never served."""
    assert _imported(text)[:2] == [("Is it far?", "A mile.", ""), ("Is it dear?", "A pound.", "")]
    assert "Kysymys tai aihe" not in [question for question, _, _ in _imported(text)]


@pytest.mark.parametrize(
    ("name", "hidden", "shown"),
    [
        ("Status", "Draft", "Published"),
        ("Published", "no", "yes"),
        ("workflow_state", "retired", "published"),
        ("Visibility", "Internal only", "Public"),
        ("Archived", "true", "false"),
    ],
)
def test_rows_that_the_table_hides_are_drafts(name: str, hidden: str, shown: str) -> None:
    """A column of states is honoured, whatever it is called."""
    text = f"Question,Answer,{name}\nIs it far?,A mile.,{hidden}\nIs it dear?,A pound.,{shown}\n"

    assert _imported(text) == [("Is it dear?", "A pound.", "")]


def test_keywords_may_be_separated_by_commas() -> None:
    """As tags are."""
    (found,) = found_in(b'question,keywords,answer\nIs it far?,"way, road ,mile",Yes.\n', "a.csv").candidates  # fmt: skip

    assert found.pair is not None
    assert found.pair.keywords == ("way", "road", "mile")


def test_entities_in_cells_are_characters() -> None:
    """In the question and in the answer, and no record is made of them."""
    found = found_in(
        b"question,answer\nWho&#39;s in R&amp;D?,It&#39;s &lt;3 &nbsp;or `&lt;b&gt;` &lt;b&gt;\n",
        "a.csv",
    )

    assert [(each.question, each.answer) for each in found.candidates] == [
        ("Who's in R&D?", "It's <3 or `&lt;b&gt;` \\<b>")
    ]
    assert found.left_out == []


def test_lines_of_a_question_that_all_ask_are_phrasings() -> None:
    """Other lines are one question."""
    text = 'question,answer\n"Is it far?\nHow far is it?",Yes.\n"Is it\ndear?",No.\n'
    found = found_in(text.encode(), "a.csv").candidates

    assert [(each.question, each.alternates) for each in found] == [
        ("Is it far?", ("How far is it?",)),
        ("Is it dear?", ()),
    ]


def test_a_question_that_only_follows_another_is_a_draft() -> None:
    """QnA Maker marks it so; its words, such as "Cost", say too little alone."""
    text = "Question\tAnswer\tSource\tIsContextOnly\tQnaId\nIs it far?\tYes.\tE\tFalse\t1\nCost\tTwo.\tE\tTrue\t2\n"

    assert _imported(text, "a.tsv") == [("Is it far?", "Yes.", "")]
