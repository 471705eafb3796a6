"""The one walk through Markdown that all forms of an answer share."""

from __future__ import annotations

import pytest

from faqbot_slack.rendering.mrkdwn import parse, plain_inline, render, rows_of, safe_url
from faqbot_slack.rendering.writers import Plain


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://e.com/a?b=1&c=2", "https://e.com/a?b=1&c=2"),
        ("HTTP://E.com", "HTTP://E.com"),
        ("mailto:ann@e.com", "mailto:ann@e.com"),
        ("https://e.com/a|b>c d", "https://e.com/a%7Cb%3Ec%20d"),
        ("https://e.com/\x00\u202ea", "https://e.com/a"),
        ("javascript:alert(1)", ""),
        ("!channel", ""),
        ("/relative", ""),
        ("", ""),
        ("https://e.com/" + "a" * 3000, ""),
    ],
)
def test_a_link_goes_to_the_web_or_to_mail(url: str, safe: str) -> None:
    """And nothing in its address ends it."""
    assert safe_url(url) == safe


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a <b>b</b> <kbd>F4</kbd>", "a b F4"),
        ("use <your name> here", "use &lt;your name&gt; here"),
        ("<your-name>", "&lt;your-name&gt;"),
        ("a<br/>b", "a\nb"),
        ("<!-- secret -->\n\nshown", "shown"),
        ("<script>alert(1)</script>", ""),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<table><tr><td>a</td></tr></table>", "a"),
    ],
)
def test_html_is_its_text(markdown: str, text: str) -> None:
    """A tag is dropped; a name in angle brackets that is none is there to be read."""
    assert render(markdown, Plain()) == text


def test_cells_come_row_by_row() -> None:
    """The headings first, marks left out."""
    (table,) = parse("| **a** | b |\n|---|---|\n| 1 | [2](https://e.com) |")

    rows = [[plain_inline(cell.children) for cell in row] for row in rows_of(table)]
    assert rows == [["a", "b"], ["1", "2"]]


def test_an_answer_is_read_once() -> None:
    """However often it is given."""
    assert parse("read **once**") is parse("read **once**")
