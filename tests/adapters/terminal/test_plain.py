"""Replies as plain text, for a person and for a program."""

from __future__ import annotations

import unicodedata
from io import StringIO
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_terminal.plain import PipeScreen, PlainScreen, plain_inline, plain_lines
from faqbot_terminal.reply import (
    Facts,
    Note,
    Numbered,
    Part,
    Prose,
    Title,
)

TABLE = """\
| Rank | Since | Appointed by |
|:---|--:|---|
| **1** | 1648 | the king \\| queen |
| 2 | 1790 |
"""
REPLY = (
    Title("Law"),
    Prose("One **bold**.\n\n- a\n\n```\nx\n\ny\n```\n"),
    Numbered("Also:", ("first", "second")),
    Facts((("Score", "0.5"),)),
    Note("Done."),
)


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("a **bold** word", "a bold word"),
        ("an *odd* and _even_ one", "an odd and even one"),
        ("__both__ ***ways***", "both ways"),
        ("**bold *it* more**", "bold it more"),
        ("~~gone~~", "gone"),
        ("snake_case_word", "snake_case_word"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a ** b ** c", "a ** b ** c"),
        (r"\*not\* \\ \_this\_", r"*not* \ _this_"),
        ("run `pip *x* &amp;`", "run `pip *x* &amp;`"),
        ("``a ` b``", "``a ` b``"),
        ("R&amp;D &lt;x&gt;", "R&D <x>"),
        ("[text](https://e.org)", "text (https://e.org)"),
        ("[text](<https://e.org> 'title')", "text (https://e.org)"),
        ("[n](https://e.org/Note_(x))", "n (https://e.org/Note_(x))"),
        ("[https://e.org](https://e.org)", "https://e.org"),
        ("[**b**](https://e.org)", "b (https://e.org)"),
        ("[](https://e.org)", "https://e.org"),
        ("[text]()", "text"),
        ("![flag](a.png)", "flag (a.png)"),
        ("<https://e.org/a_b_c>", "https://e.org/a_b_c"),
        ("<desk@e.org> [us](mailto:desk@e.org)", "desk@e.org us (desk@e.org)"),
        ("an <embassy> [1] (2)", "an <embassy> [1] (2)"),
    ],
)
def test_marks_are_removed_and_text_is_kept(markdown: str, plain: str) -> None:
    """Each mark of Markdown reads well without itself."""
    assert plain_inline(markdown) == plain


@given(st.text(alphabet="ab \\`*_~[]()<>!:&#;", max_size=60))
def test_no_mark_is_too_odd(markdown: str) -> None:
    """Any pile of marks becomes some text, and nothing kept aside is lost."""
    assert "\0" not in plain_inline(markdown)


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"])))
def test_text_without_marks_is_unchanged(text: str) -> None:
    """Text without Markdown is shown unchanged."""
    assert plain_inline(text) == text


def _plain(markdown: str, width: int | None = None) -> list[str]:
    return list(plain_lines(dedent(markdown).strip("\n"), width))


def test_paragraphs_are_filled_to_the_width() -> None:
    """Line ends inside a paragraph are spaces, the width makes new ones."""
    assert _plain("one two\nthree four\n\nfive", 12) == ["one two", "three four", "", "five"]


def test_without_a_width_a_paragraph_is_one_line() -> None:
    """A pipe gets each paragraph on one line."""
    assert _plain("one\ntwo\nthree") == ["one two three"]


@pytest.mark.parametrize("mark", ["  ", "\\"])
def test_a_hard_break_stays(mark: str) -> None:
    """Two spaces or a backslash at its end end a line."""
    assert list(plain_lines(f"one{mark}\ntwo")) == ["one", "two"]


def test_items_hang_under_their_text() -> None:
    """The lines of an item start where its text starts, whatever its mark."""
    markdown = """
    * alpha beta gamma
    10. delta epsilon
      + zeta
        eta
    """

    assert _plain(markdown, 13) == [
        "- alpha beta",
        "  gamma",
        "10. delta",
        "    epsilon",
        "  - zeta eta",
    ]


def test_headings_lose_their_marks() -> None:
    """A heading is its text; a name that ends in a hash keeps it."""
    assert _plain("# Big ##\n### C#\ntext") == ["Big", "C#", "text"]


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_code_is_indented_and_otherwise_untouched(fence: str) -> None:
    """Code keeps its marks, its blank lines and its length."""
    code = f"{fence}python\ndef f():\n    return '**x** [y](z)'\n\n# {'long ' * 5}\n{fence}\nend"

    assert _plain(code, 20) == [
        "    def f():",
        "        return '**x** [y](z)'",
        "",
        "    # long long long long long",
        "end",
    ]


def test_code_that_nothing_closes_runs_to_the_end() -> None:
    """A fence without its end swallows the rest as code, not the program's time."""
    assert _plain("```\n*a*") == ["    *a*"]


def test_indented_code_is_untouched() -> None:
    """Four spaces make code."""
    assert list(plain_lines("    a  *b*", 5)) == ["    a  *b*"]


def test_quotes_are_marked_on_each_line() -> None:
    """A quotation is filled inside its marks."""
    assert _plain("> alpha beta\n> *gamma*\n>\n> - x", 12) == [
        "> alpha beta",
        "> gamma",
        ">",
        "> - x",
    ]


def test_quotes_in_quotes_become_one() -> None:
    """However deep a quotation, it costs two columns and no recursion."""
    assert _plain("> > alpha\n" + ">" * 5000 + " beta", 20) == ["> alpha beta"]


def test_a_table_that_fits_is_aligned() -> None:
    """Columns stand under their headings; a missing cell is empty, an escaped bar is a bar."""
    assert _plain(TABLE, 40) == [
        "Rank  Since  Appointed by",
        "----  -----  ----------------",
        "1     1648   the king | queen",
        "2     1790",
    ]


def test_a_table_that_does_not_fit_becomes_records() -> None:
    """Each row of a table too wide is a record of headings and cells."""
    assert _plain(TABLE, 24) == [
        "Rank: 1",
        "Since: 1648",
        "Appointed by: the king |",
        "  queen",
        "",
        "Rank: 2",
        "Since: 1790",
        "Appointed by:",
    ]


def test_long_words_are_not_broken() -> None:
    """An address longer than the line stays whole, so that it can be copied."""
    address = "https://example.org/" + "a" * 40

    assert _plain(f"see [it]({address}) now", 20) == ["see it", f"({address})", "now"]


@given(
    st.text(alphabet=st.sampled_from(" \n\t#>*-+_`~|:.)1ab[](<&\\\x1b\x9b\r"), max_size=80),
    st.none() | st.integers(1, 40),
)
def test_any_markdown_becomes_harmless_lines(markdown: str, width: int | None) -> None:
    """Whatever the source and the width, there are lines, and none holds a control character."""
    characters = set("".join(plain_lines(markdown, width)))

    assert not {each for each in characters if unicodedata.category(each) == "Cc"}


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), min_size=1), st.integers(12, 50))
def test_no_line_of_short_words_is_too_long(words: list[str], width: int) -> None:
    """Text of words shorter than the line never passes the width, and loses no word."""
    lines = list(plain_lines(" ".join(words), width))

    assert max(map(len, lines)) <= width
    assert " ".join(lines).split() == words


def test_an_entity_cannot_smuggle_an_escape() -> None:
    """A control character spelt as an entity is neutralised like a written one."""
    assert not any(
        "\x1b" in line or "\u202e" in line for line in _plain("&#27;[2J &#x1b;x &#8238;y")
    )


def test_a_pipe_gets_one_block_a_reply() -> None:
    """A reply has no blank line inside, and one before the next reply."""
    stream = StringIO()
    screen = PipeScreen(stream)

    screen.show(REPLY)
    screen.show((Note("Next."),))

    assert stream.getvalue() == (
        "Law\nOne bold.\n- a\n    x\n    y\nAlso:\n1. first\n2. second\nScore: 0.5\nDone.\n"
        "\n"
        "Next.\n"
    )


def test_a_person_gets_parts_apart_and_wrapped() -> None:
    """Parts stand apart, and each is wrapped to the width of the moment."""
    stream = StringIO()
    widths = iter([40, 12])
    screen = PlainScreen(stream, lambda: next(widths))

    screen.show((Prose("alpha beta gamma"), Note("x")))
    screen.show((Numbered("T:", ("alpha beta",)), Facts((("K", "alpha beta"),))))

    assert stream.getvalue() == (
        "\nalpha beta gamma\n\nx\n\n\nT:\n1. alpha\n   beta\n\nK: alpha\n  beta\n\n"
    )


def test_numbers_are_aligned() -> None:
    """Ten items need a column for the tens."""
    stream = StringIO()

    PipeScreen(stream).show((Numbered("T:", ("x",) * 10),))

    assert "\n 1. x\n" in stream.getvalue()
    assert "\n10. x\n" in stream.getvalue()


@pytest.mark.parametrize("part", [Title, Prose, Note, lambda text: Numbered(text, (text,))])
@given(text=st.text())
def test_no_part_lets_a_control_character_through(part: type[Part], text: str) -> None:
    """Whatever a question or an answer holds, the stream gets only characters and lines."""
    stream = StringIO()

    PipeScreen(stream).show((part(text), Facts(((text, text),))))

    written = set(stream.getvalue())
    assert {each for each in written if unicodedata.category(each) == "Cc"} <= {"\n"}
