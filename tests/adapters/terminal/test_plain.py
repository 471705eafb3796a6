"""Replies as plain text, for a person and for a program."""

from __future__ import annotations

import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_terminal.plain import PipeScreen, PlainScreen
from faqbot_terminal.reply import (
    Facts,
    Note,
    Numbered,
    Part,
    Prose,
    Title,
)

REPLY = (
    Title("Law"),
    Prose("One **bold**.\n\n- a\n\n```\nx\n\ny\n```\n"),
    Numbered("Also:", ("first", "second")),
    Facts((("Score", "0.5"),)),
    Note("Done."),
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
