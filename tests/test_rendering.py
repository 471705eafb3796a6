"""Markdown of answers as HTML and as plain text."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import MissingDependency
from faqbot.models import Answer, Outcome, Question

pytest.importorskip("nh3", reason="nh3, of the extra `html`, is not installed")


def html(markdown: str) -> str:
    """Return the HTML of an answer of *markdown*."""
    return Answer(Question("q"), Outcome.ANSWERED, 1.0, markdown).to_html()


def text(markdown: str) -> str:
    """Return the plain text of an answer of *markdown*."""
    return Answer(Question("q"), Outcome.ANSWERED, 1.0, markdown).to_text()


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        ("Turn it **off**.", "<p>Turn it <strong>off</strong>.</p>"),
        ("Type `a < b`.", "<p>Type <code>a &lt; b</code>.</p>"),
        ("~~No~~ yes", "<p><s>No</s> yes</p>"),
        ("- tea\n- milk", "<ul>\n<li>tea</li>\n<li>milk</li>\n</ul>"),
        ("3. tea", '<ol start="3">\n<li>tea</li>\n</ol>'),
        ("```sh\nmake\n```", '<pre><code class="language-sh">make\n</code></pre>'),
    ],
)
def test_markdown_becomes_elements(markdown: str, wanted: str) -> None:
    """Emphasis, code, lists and blocks have the elements of HTML."""
    assert html(markdown) == wanted


def test_a_table_has_rows_and_no_style() -> None:
    """An aligned column has no style attribute, which a strict page refuses."""
    page = html("| tea | pence |\n|---|--:|\n| green | 80 |")

    assert "<th>tea</th>" in page
    assert "<td>80</td>" in page
    assert "style" not in page


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>steal()</script>",
        "<img src=x onerror=steal()>",
        "<a href='javascript:steal()'>x</a>",
        "<svg/onload=steal()>",
        "[x](javascript:steal())",
        "[x](JaVaScRiPt&colon;steal())",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:steal())",
        '![x" onerror="steal()](https://a.example/a.png)',
        '[x](https://a.example "y\\" onclick=\\"steal()")',
        "<https://a.example/'onclick='steal()>",
        "[x](vbscript:steal())",
    ],
)
def test_nothing_in_an_answer_runs(markdown: str) -> None:
    """A tag is text, and a link never runs a script."""
    allowed = {("a", "href"), ("a", "title"), ("a", "rel")}

    for tag, attributes in elements(html(markdown)):
        assert tag in {"p", "a"}
        assert {(tag, name) for name, _ in attributes} <= allowed
        assert all(":" not in value or value.startswith("https:") for name, value in attributes
                   if name == "href")  # fmt: skip


def elements(page: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each start tag of *page* with its attributes."""
    found: list[tuple[str, list[tuple[str, str]]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, [(name, value or "") for name, value in attrs]))

    Reader().feed(page)
    return found


def test_an_image_becomes_a_link() -> None:
    """A page loads nothing from another site; the text of the image is shown."""
    page = html("![Map of the *site*](https://a.example/map.png) ![](https://a.example/b.png)")

    assert "<img" not in page
    assert 'href="https://a.example/map.png"' in page
    assert ">Map of the *site*</a>" in page
    assert ">https://a.example/b.png</a>" in page


@pytest.mark.parametrize(
    ("address", "kept"),
    [("https://a.example", True), ("mailto:jo@a.example", True), ("tel:+4420", True),
     ("guide/next.md", True), ("#below", True), ("ftp://a.example", False), ("ssh://a.example", False)],
)  # fmt: skip
def test_links_to_the_web_mail_and_phone_are_kept(address: str, kept: bool) -> None:  # noqa: FBT001
    """A link of another scheme keeps its text only."""
    page = html(f"[see]({address})")

    assert (f'href="{address}"' in page) is kept
    assert ">see</a>" in page


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        ("Turn it **off** and *on*\nagain.", "Turn it off and on again."),
        ("One\\\ntwo  \nthree", "One\ntwo\nthree"),
        ("See [the map](https://a.example/map).", "See the map (https://a.example/map)."),
        ("<https://a.example> or <jo@a.example>", "https://a.example or jo@a.example"),
        ("[jo@a.example](mailto:jo@a.example)", "jo@a.example"),
        ("[below](#below) ![A map](map.png)", "below A map (map.png)"),
        ("## Tea\n\nGreen.\n\n---\n\nBlack.", "Tea\n\nGreen.\n\n---\n\nBlack."),
        ("- tea\n  - green\n- milk", "- tea\n  - green\n- milk"),
        ("9. tea\n10. milk\n    cold", "9. tea\n10. milk cold"),
        ("- tea\n\n  green\n\n- milk", "- tea\n\n  green\n\n- milk"),
        ("> Wait.\n>\n> Then go.", "> Wait.\n>\n> Then go."),
        ("```\na  = 1\n\nb\n```", "a  = 1\n\nb"),
        ("    indented\n\nafter", "indented\n\nafter"),
        ("| tea | pence |\n|---|---|\n| *green* | 80 |", "tea | pence\ngreen | 80"),
        ("AT&amp;T &lt;b&gt; <b>x</b> \\*", "AT&T <b> <b>x</b> *"),
        ("a\\_b `c_d`", "a_b c_d"),
    ],
)
def test_plain_text_has_no_marks(markdown: str, wanted: str) -> None:
    """Marks are gone, addresses and code are kept, and lines are joined."""
    assert text(markdown) == wanted


@pytest.mark.parametrize("markdown", ["> " * 300 + "deep", "- " * 300 + "deep", "*a _b " * 2_000])
def test_deep_nesting_ends(markdown: str) -> None:
    """Nesting beyond a reader's needs stops no program."""
    assert html(markdown)
    assert text(markdown)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_rendered(markdown: str) -> None:
    """Odd characters give no error, no tag but those of Markdown, and no control character."""
    assert {tag for tag, _ in elements(html(markdown))} <= {
        *("a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"),
        *("ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    }
    odd = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
    assert odd.search(text(markdown)) is None
    assert odd.search(html(markdown)) is None


def test_a_mark_that_reverses_text_is_removed() -> None:
    """It could show a question or an address as another one."""
    assert text("a\u202eb\u2066c\x1b[31md") == "abc[31md"
    assert html("a\u202eb\u2066c\x1b[31md") == "<p>abc[31md</p>"


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without nh3 there is no HTML that was not made safe."""
    monkeypatch.setitem(sys.modules, "nh3", None)

    with pytest.raises(MissingDependency, match="the HTML of an answer needs a library"):
        html("tea")
