"""Nothing that a terminal obeys gets through, and nothing that it lacks stops a write."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_terminal.reply import ENCODING_ERRORS, one_line, printable


@given(st.text(alphabet=st.characters(codec=None)))
def test_printable_leaves_no_control_character(text: str) -> None:
    """Whatever the text, only line ends are left of the characters that a terminal obeys."""
    left = {character for character in printable(text) if unicodedata.category(character) == "Cc"}

    assert left <= {"\n"}


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_printable_keeps_what_is_printable(text: str) -> None:
    """Text without control characters comes back as it is."""
    assert printable(text) == text


@given(st.text())
def test_printable_twice_is_printable_once(text: str) -> None:
    """Neutralising makes nothing that has to be neutralised again."""
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n", "\x85", "\u2028"])
def test_printable_turns_every_line_end_into_a_newline(ending: str) -> None:
    """A carriage return cannot move the cursor back over the text."""
    assert printable(f"one{ending}two") == "one\ntwo"


def test_printable_removes_characters_that_reorder_text() -> None:
    """A right-to-left override cannot make a line read as something else."""
    assert printable("safe\u202eexe.txt") == "safeexe.txt"


def test_printable_replaces_lone_surrogates() -> None:
    """A byte that the input could not decode does not stop the output from encoding."""
    assert printable("a\udcffb").encode() == "a\N{REPLACEMENT CHARACTER}b".encode()


def test_one_line_folds_white_space() -> None:
    """A pasted text of several lines becomes one line."""
    assert one_line("  what is\n\tan envoy? ") == "what is an envoy?"


@pytest.mark.parametrize(
    ("text", "written"),
    [("café", b"cafe"), ("\u201cyes\u201d \u2013 \u2022", b'"yes" - *'), ("\u4e2d", b"?")],
)
def test_encoding_writes_the_nearest_ascii(text: str, written: bytes) -> None:
    """A character that the encoding lacks becomes the nearest that it has."""
    assert text.encode("ascii", ENCODING_ERRORS) == written
