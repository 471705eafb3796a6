"""Emphasis, links and escapes as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_terminal.plain import plain_inline


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
    """What holds no Markdown is shown as it is."""
    assert plain_inline(text) == text
