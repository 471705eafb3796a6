"""HTML and entities inside Markdown, which chats would show as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.blocks import joined
from faqbot.ingest.converters.dialects.inline_html import without_html
from faqbot.ingest.converters.markdown import read


def _answer(text: str) -> str:
    return joined(block for block in read(f"# Is it?\n\n{text}\n".encode(), "a.md")).partition("\n\n")[2]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a <b>bold </b>and <em>it</em>", "a **bold** and *it*"),
        ('See <img src="https://example.org/a/plan.png" width=20>.', "See [plan.png](https://example.org/a/plan.png)."),
        ('See <img alt="the plan" src="p.png"/>.', "See [the plan](p.png)."),
        ('<a href="https://example.org">home</a> or <a href="#x">here</a>', "[home](https://example.org) or here"),
        ('x <a data-ignore href="https://example.org"></a>y', "x y"),
        ("one<br>two<br/>\nthree", "one\\\ntwo\\\nthree"),
        ("- one<br>two", "- one\\\n  two"),
        ("| a | b |\n|---|---|\n| one<br>two | <i>x</i> |", "| a | b |\n|---|---|\n| one<br>two | *x* |"),
        ("press <kbd>Ctrl</kbd>, H<sub>2</sub>O", "press `Ctrl`, H2O"),
        ("it&#39;s &lt;b&gt; &amp; &copy; a&nbsp;b", "it's \\<b> \\& \u00a9 a b"),
        ("`<b>&amp;</b>` and <your name>", "`<b>&amp;</b>` and <your name>"),
        ("~~~\n<b>x</b>\n~~~", "~~~\n<b>x</b>\n~~~"),
        ("\\<b>not bold\\</b>", "\\<b>not bold\\</b>"),
        ("<b>never closed", "never closed"),
    ],
)  # fmt: skip
def test_html_in_markdown_is_markdown(text: str, markdown: str) -> None:
    """Known tags become marks or go; code, and words in angle brackets, stay."""
    assert _answer(text) == markdown


@given(st.lists(st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<a href='x'>", "</a>", "<br>", "word", " ", "&lt;", "\n"])))  # fmt: skip
def test_no_word_is_lost(parts: list[str]) -> None:
    """However tags are nested or left open, the text between them stays."""
    text = "".join(parts)
    shown = without_html(text)

    assert shown.count("word") == text.count("word")
    assert "<b>" not in shown


def test_many_tags_take_little_time() -> None:
    """Opened tags that nothing closes are looked at once each."""
    assert without_html("<b>" * 100_000 + "x" + "</i>" * 100_000) == "x"
