"""Markdown written anew: it says the same, and calls nobody."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from faqbot_slack.rendering.writers import literal, to_markdown, to_text

JOINER = "\N{WORD JOINER}"
TAME = [
    "A **bold** and *slanted* ~~gone~~ `a|b` [link](https://e.com/a?b=1&c=2).",
    "# One\n\n## Two `code`",
    "- a\n- b\n  - c **d**\n- e",
    "1. one\n\n   second paragraph\n2. two\n   ```python\n   if x:\n       y\n   ```",
    "> quoted\n>\n> - item",
    "| a | b |\n|:--|--:|\n| `x` | y \\| z |",
    "snake_case, 2 * 3, C# and #1, AT&T, ~5 - 6, a_b_ and [x] [ ] (y)",
    "1986\\. A year. \\# no heading, \\- no item, \\> no quotation",
    "line  \nbreak",
    "---",
]


@pytest.mark.parametrize("markdown", TAME)
def test_what_is_written_reads_the_same(markdown: str) -> None:
    """A reader of Markdown makes the same page of what came in and of what goes out."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page, anew = reader.render(markdown), reader.render(to_markdown(markdown))

    assert "".join(anew.split()) == "".join(page.split())


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("<!channel>", f"&lt;{JOINER}!channel>"),
        ("&lt;@U1&gt;", f"&lt;{JOINER}@U1>"),
        ("`<!here>`", f"`<{JOINER}!here>`"),
        ("```\n<#C1>\n```", f"```\n<{JOINER}#C1>\n```"),
        ("[a](!channel)", "a"),
        ("[a][r]\n\n[r]: @U1", "a"),
        ("&amp;lt;!here>", f"&amp;lt;{JOINER}!here>"),
        ("a < b <c>", "a &lt; b &lt;c>"),
    ],
)
def test_tokens_are_broken(markdown: str, written: str) -> None:
    """By a character of no width, since an escape would be seen in code."""
    assert to_markdown(markdown) == written


def test_a_fence_that_never_ends_is_ended() -> None:
    """What stands below the answer is not swallowed by it."""
    assert to_markdown("````\na\n```") == "````\na\n```\n````"


def test_a_literal_has_no_marks() -> None:
    """A question is plain text, and shown as it is."""
    question = "1. What does *args do to `a_b`, [x](y) and <!channel>?\n# no"
    shown = MarkdownIt("commonmark").renderInline(literal(question))

    assert "<" not in shown.replace("&lt;", "")
    assert to_text(literal(question)).replace(JOINER, "") == to_text_of(question)


def to_text_of(question: str) -> str:
    """Return *question* on one line, escaped."""
    one = " ".join(question.split())
    return one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("<>!@#&;lt*_~`[]()|\\ \n\tab1.-+=:"), max_size=80))
def test_no_word_is_lost_or_added(text: str) -> None:
    """Letters and digits come out as they went in, whatever marks surround them."""
    assert letters(to_text(to_markdown(text))) == letters(to_text(text))


def letters(text: str) -> str:
    """Return the letters and digits of *text*."""
    return "".join(filter(str.isalnum, text))
