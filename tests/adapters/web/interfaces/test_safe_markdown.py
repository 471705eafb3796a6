"""Markdown for clients that render it: it means the same as the text of the author."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("mdformat", reason="the extra `web` is not installed")

from markdown_it import MarkdownIt

from faqbot_web.interfaces.safe_markdown import safe_markdown

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TABLE = """The fees:

| Boat | Fee | Note |
|:-----|----:|:----:|
| Canoe | 4 | a \\| b |
| *Yacht* | `9|8` |
"""
_CELL = st.text("ab|`*\\ <>[]()", max_size=8)


def _html(text: str) -> str:
    return re.sub(r"\s+", " ", _READER.render(text))


def test_a_table_stays_a_table() -> None:
    """Cells, alignment and bars in cells are kept, and columns are not padded."""
    shown = safe_markdown(_TABLE)

    assert "| Canoe | 4 | a \\| b |" in shown
    assert "| :--- | ---: | :---: |" in shown
    assert _html(shown) == _html(_TABLE)


def test_links_in_a_table_are_safe() -> None:
    """A cell is no way around the rules for links and raw HTML."""
    shown = safe_markdown("| a |\n|---|\n| [x](javascript:alert) <b>y</b> |\n")

    assert "<a" not in _html(shown)
    assert "<b>" not in _html(shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see [the **form**]()", "see the **form**"),
        ("![A boat]()", "A boat"),
        ("| x |\n| --- |\n| [fee]() |", "| x |\n| --- |\n| fee |"),
        ("[form](https://a.example)", "[form](https://a.example)"),
    ],
)
def test_a_link_without_an_address_is_its_text(text: str, expected: str) -> None:
    """Written out again, it would be text with brackets."""
    assert safe_markdown(text) == expected


@given(st.lists(st.lists(_CELL, min_size=1, max_size=3), min_size=1, max_size=4))
def test_any_table_is_read_again_as_itself(rows: list[list[str]]) -> None:
    """Whatever the cells hold, a second rendering changes nothing."""
    text = "| x | y |\n|---|---|\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)
    once = safe_markdown(text)

    assert _html(once) == _html(safe_markdown(once))


def test_a_long_cell_does_not_lengthen_the_others() -> None:
    """Padding would make megabytes of a few kilobytes."""
    text = "| a |\n|---|\n| " + "long" * 500 + " |\n" + "| b |\n" * 500

    assert len(safe_markdown(text)) < 2 * len(text)
