"""Reading plain text: what its numbers, lines, indentation and capitals say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import UnreadableDocument
from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.converters.text import read
from faqbot.ingest.extraction.rules import find_candidates


def _blocks(text: str) -> list[Block]:
    blocks = read(text.encode(), "faq.txt")
    return [each for each in blocks if each.kind is not Kind.LEFT_OUT]


def _shown(text: str) -> list[tuple[str, str]]:
    return [(each.kind.value, each.text) for each in _blocks(text)]


def test_underlined_lines_are_headings() -> None:
    """A line of marks below a line makes it a heading; each mark is a level, in order."""
    blocks = _blocks(
        "Shop\n====\n\nWhy?\n----\n\nSo it is, and there is no more to it.\n\n====\nNext\n====\n"
    )

    assert [(each.text, each.level) for each in blocks if each.kind is Kind.HEADING] == [
        ("Shop", 1),
        ("Why?", 2),
        ("Next", 3),
    ]


def test_numbered_headings_and_wrapped_questions() -> None:
    """A numbered question may go over two lines; its level is that of its number."""
    blocks = _blocks(
        "1.2. Why is it that one\nwraps?\n\n    Because it is long,\n    that is why it does.\n\n1.2.1. Next?\n\n    Yes.\n"
    )

    assert [(each.kind.value, each.text, each.level) for each in blocks] == [
        ("heading", "1.2. Why is it that one wraps?", 5),
        ("text", "Because it is long,\nthat is why it does.", 0),
        ("heading", "1.2.1. Next?", 6),
        ("text", "Yes.", 0),
    ]


def test_contents_are_no_text() -> None:
    """A table of contents that repeats every question is left out, with page numbers or without."""
    text = "Contents\n\n1.1 Why? ..... 3\n1.2 How is it\nthat it is? ..... 4\n1.3 When? ..... 5\n\n1.1 Why?\n\n  So.\n\n1.2 How is it that it is?\n\n  Thus.\n\n1.3 When?\n\n  Now.\n"

    assert [each for kind, each in _shown(text) if kind != "note"] == [
        "1.1 Why?",
        "So.",
        "1.2 How is it that it is?",
        "Thus.",
        "1.3 When?",
        "Now.",
    ]


def test_wrapped_lines_are_joined() -> None:
    """Lines that an editor broke are one, and an address that was broken at a slash is whole."""
    text = "This is a long line that an editor has wrapped (https:\n//example.com/a/b/c/d/e/f/g/h/and/so/on/and/on/\nx) here.\n"

    assert _shown(text) == [
        (
            "text",
            "This is a long line that an editor has wrapped (https://example.com/a/b/c/d/e/f/g/h/and/so/on/and/on/x) here.",
        )
    ]


def test_lists_tables_and_code_keep_their_kind() -> None:
    """Items, pipe tables and set-in commands keep their kind."""
    text = "Some text:\n\n* one\n  more\n* two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n        $ ls --all | wc\n"

    assert _shown(text) == [
        ("text", "Some text:"),
        ("item", "- one more"),
        ("item", "- two"),
        ("table", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("code", "```\n$ ls --all | wc\n```"),
    ]


def test_the_fence_of_code_is_longer_than_any_in_it() -> None:
    """Code that holds a fence of its own stays one block."""
    assert _shown("Some text:\n\n        ```\n        $ ls --all | wc\n        ```\n") == [
        ("text", "Some text:"),
        ("code", "````\n```\n$ ls --all | wc\n```\n````"),
    ]


def test_a_short_line_above_a_paragraph_per_line_is_a_heading() -> None:
    """Where each paragraph is one line, a short line without an end is the heading of what follows."""
    long = "It is a sentence of some length that goes on. " * 6
    text = f"{long}\n\nThe first topic\n{long}\n{long}\nAn offered title: read?\nYou may want to see also\n"

    assert [each for each, _ in _shown(text)] == ["text", "heading", "text", "text"]


def test_marked_lines_of_one_paragraph_are_separate_questions() -> None:
    """Lines marked as questions are apart without blank lines."""
    assert [each for _, each in _shown("Q: Why?\nA: So.\nQ: How?\nA: Thus.\n")] == [
        "Q: Why?\nA: So.",
        "Q: How?\nA: Thus.",
    ]


def test_marks_of_markdown_are_escaped() -> None:
    """What would be read as Markdown is escaped."""
    assert _shown("Use *.txt and <b> here.") == [("text", "Use \\*.txt and \\<b> here.")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    """A byte order mark tells the encoding, and bytes that are no UTF-8 are Western European."""
    assert [each.text for each in read("Où est-ce ?".encode(encoding), "faq.txt")] == [
        "Où est-ce ?"
    ]


def test_what_is_no_text_is_refused() -> None:
    """Bytes that no text file holds are refused in a sentence."""
    with pytest.raises(UnreadableDocument, match=r"faq\.txt is not text"):
        list(read(bytes(range(32)) * 9, "faq.txt"))


@given(st.text(alphabet=st.sampled_from("aB?.:1 \n=-*|Q#>\t/"), max_size=150))
def test_any_text_is_read(text: str) -> None:
    """Whatever the text, blocks come of it, and none is blank."""
    assert all(each.text.strip() for each in _blocks(text))


def test_commands_that_stand_in_other_answers_too_are_no_contents() -> None:
    """A block of lines that also stand alone elsewhere is lost if it is taken for a table of contents."""
    answers = "".join(
        f"{number}. Is it {number}?\n\nRead:\n\n    :help {number}\n\n" for number in range(1, 5)
    )
    text = f"FAQ\n\n{answers}5. Is it all?\n\nRead:\n\n    :help 1\n    :help 2\n    :help 3\n    :help 4\n"
    found = find_candidates(read(text.encode(), "faq.txt"), "faq.txt")

    assert ":help 1\n:help 2\n:help 3\n:help 4" in found.candidates[-1].answer
