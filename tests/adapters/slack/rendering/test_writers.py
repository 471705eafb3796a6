"""Markdown written anew: it says the same, and calls nobody."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from faqbot_slack.rendering.writers import aligned, literal, to_markdown, to_mrkdwn, to_text

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
