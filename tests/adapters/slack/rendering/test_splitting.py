"""A long answer in parts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot_slack.rendering.splitting import LONGEST_PART, LONGEST_PIECE, joined, pieces_of, split

LONG = [
    ("# Heading\n\n" + "word " * 2000, "word", 2000),
    ("\n".join(f"- item {number}" for number in range(1500)), "item", 1500),
    ("1. " + "item " * 1500, "item", 1500),
    ("```\n" + "code\n" * 2000 + "```", "code", 2000),
    ("| a |\n|---|\n" + "| cell |\n" * 900, "cell", 900),
    ("| a |\n|---|\n| " + "cell " * 900 + "|\n", "cell", 900),
    ("> " + "quote " * 1500, "quote", 1500),
    ("<div>\n" + "html " * 1500 + "</div>", "html", 1500),
]


@pytest.mark.parametrize(("markdown", "word", "count"), LONG)
def test_whatever_is_too_long_is_cut_and_nothing_is_lost(
    markdown: str, word: str, count: int
) -> None:
    """Paragraphs at words, lists at items, code at lines, tables at rows."""
    pieces = pieces_of(markdown)

    assert all(len(piece) <= LONGEST_PIECE for piece in pieces)
    for form in ("markdown", "mrkdwn", "text"):
        written = "\n".join(getattr(piece, form) for piece in pieces)
        assert written.count(word) == count


def test_each_part_of_a_table_has_its_headings() -> None:
    """A row is not read without them."""
    table = "| Site |\n|---|\n" + "| Berlin |\n" * 900

    assert all(piece.markdown.startswith("| Site |") for piece in pieces_of(table))


def test_each_part_of_code_is_code() -> None:
    """A fence that is cut is ended and begun again."""
    for piece in pieces_of("```\n" + "code\n" * 2000 + "```"):
        assert piece.markdown.startswith("```\ncode")
        assert piece.mrkdwn.endswith("code\n```")


def test_a_short_answer_is_one_part() -> None:
    """Most are."""
    assert len([*split(pieces_of("# A\n\nb\n\n- c"))]) == 1


def test_a_heading_stands_close_above_what_it_is_for() -> None:
    """Where there is no size of type to tell it by."""
    whole = joined(pieces_of("# A\n\nb\n\n<!-- c -->\n\nd"))

    assert whole.mrkdwn == "*A*\nb\n\nd"
    assert whole.text == "A\nb\n\nd"
    assert whole.markdown == "# A\n\nb\n\nd"


def test_a_heading_moves_on_with_what_it_is_for() -> None:
    """It never ends a message."""
    markdown = "\n\n".join(f"## Part\n\n{'word ' * 180}" for _ in range(20))

    for group in split(pieces_of(markdown)):
        assert group[0].heading
        assert not group[-1].heading


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.text(max_size=60)
        | st.sampled_from(
            ["&" * 3000, "<" * 5000, "> " * 60, "- " * 40, "x" * 9000, "`" * 4000, "# h" * 900]
        ),
        max_size=8,
    ).map("\n".join)
)
def test_every_part_fits(markdown: str) -> None:
    """However much the escapes add."""
    for group in split(pieces_of(markdown)):
        assert 0 < len(joined(group)) <= LONGEST_PART
