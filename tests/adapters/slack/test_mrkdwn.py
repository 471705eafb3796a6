"""Markdown as mrkdwn and as plain text."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot_slack.rendering.writers import aligned, to_mrkdwn, to_text


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("**bold** and __bold__", "*bold* and *bold*"),
        ("*it* and _it_", "_it_ and _it_"),
        ("***both***", "_*both*_"),
        ("~~gone~~", "~gone~"),
        ("`**a** <b> & c`", "`**a** &lt;b&gt; &amp; c`"),
        ("`` a`b ``", "`a\u02cbb`"),
        ("[text](https://e.com)", "<https://e.com|text>"),
        ("[a|b <c>](https://e.com/x|y)", "<https://e.com/x%7Cy|a b c>"),
        ("[wiki](https://e.com/a_(b))", "<https://e.com/a_(b)|wiki>"),
        ("[[1]](https://e.com)", "<https://e.com|[1]>"),
        ("[*a* `b`](https://e.com/?a=1&b=2)", "<https://e.com/?a=1&amp;b=2|a b>"),
        ("**[a](https://e.com)**", "*<https://e.com|a>*"),
        ("<https://e.com/a>", "<https://e.com/a>"),
        ("<ann@e.com>", "<mailto:ann@e.com|ann@e.com>"),
        (
            "see https://e.com/a_b_c, or (https://e.com/d).",
            "see <https://e.com/a_b_c>, or (<https://e.com/d>).",
        ),
        ("[a][r]\n\n[r]: https://e.com", "<https://e.com|a>"),
        ("![a cat](https://e.com/cat.png)", "<https://e.com/cat.png|a cat>"),
        ("![](https://e.com/cat.png)", "<https://e.com/cat.png|image>"),
        ("[page](docs/page.md)", "page"),
        ("[page](ftp://e.com)", "page"),
        ("# One *two* **three**", "*One _two_ three*"),
        ("- a\n- b\n  1. c\n  2. d", "• a\n• b\n    1. c\n    2. d"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> a\n>\n> b", "> a\n>\n> b"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one\ntwo"),
        ("<b>bold</b><br>next <!-- no -->", "bold\nnext"),
        ("git clone <repository>", "git clone &lt;repository&gt;"),
        ("<div>\n<p>a &amp; b</p>\n</div>", "a &amp; b"),
        ("AT&T &lt;x&gt; &copy;", "AT&amp;T &lt;x&gt; \u00a9"),
        ("a**b**c", "a\u200b*b*\u200bc"),
        ("snake_case_name and 2 * 3", "snake_case_name and 2 * 3"),
        ("- [ ] todo", "• [ ] todo"),
        ("```\nnever closed <x>", "```\nnever closed &lt;x&gt;\n```"),
        ("~~~~\na ``` b\n~~~~", "```\na `\u200b`\u200b` b\n```"),
    ],
)
def test_marks_become_slacks_own(markdown: str, mrkdwn: str) -> None:
    """Each mark of Markdown has its counterpart, and nothing in code is touched."""
    assert to_mrkdwn(markdown) == mrkdwn


def test_a_table_is_code_with_its_columns_in_line() -> None:
    """There are no tables in mrkdwn; wide characters count as two columns."""
    table = "| Site | Port |\n|---|--:|\n| Berlin | **443** |\n| \u4eac\u90fd | 8443 |"

    assert to_mrkdwn(table) == dedent("""\
        ```
        Site    Port
        ------  ----
        Berlin  443
        \u4eac\u90fd    8443
        ```""")


def test_rows_of_unequal_length_line_up() -> None:
    """A missing cell leaves its column empty."""
    assert aligned([["a", "b"], ["ccc"]]) == "a    b\n---  -\nccc"


def test_code_in_a_list_is_not_indented() -> None:
    """It is there to be copied."""
    markdown = "1. Do:\n\n   ```\n   if x:\n       y\n   ```\n\n   Then wait."

    assert to_mrkdwn(markdown) == "1. Do:\n```\nif x:\n    y\n```\n\n    Then wait."


def test_plain_text_says_where_a_link_leads_and_what_a_cell_belongs_to() -> None:
    """A screen reader has no columns and follows no label."""
    markdown = "**See** [the page](https://e.com).\n\n| Site | Port |\n|---|---|\n| Berlin | 443 |"

    assert to_text(markdown) == "See the page (https://e.com).\n\nSite: Berlin; Port: 443"


@pytest.mark.parametrize(
    "markdown",
    [
        "<!channel>",
        "&lt;!channel&gt;",
        "\\<!channel\\>",
        "`<!channel>`",
        "    <!channel>",
        "<!chan\0nel>",
    ],
)
def test_a_token_is_shown_and_not_obeyed(markdown: str) -> None:
    """However it is written."""
    assert "&lt;!channel&gt;" in to_mrkdwn(markdown)
    assert "&lt;!channel&gt;" in to_text(markdown)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("<>!@#&;lt*_~`[]()|\\ \nab1.-\u200b\u202e\0"), max_size=120))
def test_only_links_to_the_web_and_to_mail_are_tokens(text: str) -> None:
    """Of all the characters that begin a token none is left that does."""
    for written in (to_mrkdwn(text), to_text(text)):
        assert "\0" not in written
        assert all(part.startswith(("http", "mailto:")) for part in written.split("<")[1:])
