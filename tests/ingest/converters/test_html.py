"""Reading HTML: structure, what pages mark up as questions, and what is a page's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import UnreadableDocument
from faqbot.ingest.blocks import Block, Kind, joined
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE
from faqbot.ingest.converters.html import markdown_of, read


def _blocks(html: str) -> list[Block]:
    return list(read(html.encode(), "faq.html"))


def _pairs(html: str) -> list[tuple[tuple[str, ...], str]]:
    return [(each.pair.questions, each.pair.answer) for each in _blocks(html) if each.pair]


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a <b>bold </b>and <i>it</i> <code>x*y</code>", "a **bold** and *it* `x*y`"),
        ('<p><a href="https://a.b/c d">link</a>', "[link](https://a.b/c%20d)"),
        ('<p><a href="javascript:x()">no link</a>', "no link"),
        ('<p>see <img src="i.png" alt="Plan">', "see [Plan](i.png)"),
        ("<p>one<br>two", "one\\\ntwo"),
        ("<p>2 * 3 * 4 [x] &lt;b&gt;", "2 \\* 3 \\* 4 \\[x\\] \\<b>"),
        ("<p># no heading", "\\# no heading"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c"),
        ('<ol start="3"><li>a<li>b</ol>', "3. a\n4. b"),
        ('<pre><code class="language-py">x = 1\n</code></pre>', "```py\nx = 1\n```"),
        ("<blockquote><p>a<p>b</blockquote>", "> a\n>\n> b"),
        ("<table><tr><th>a<th>b<tr><td>1<td>x|y</table>", "| a | b |\n|---|---|\n| 1 | x\\|y |"),
        ("plain & simple", "plain & simple"),
    ],
)
def test_html_as_markdown(html: str, markdown: str) -> None:
    """What an answer shows is kept as Markdown, and nothing that a page could run."""
    assert markdown_of(html) == markdown


def test_unclosed_paragraphs_are_apart() -> None:
    """Paragraphs need no end tags."""
    assert [each.text for each in _blocks("<p>one<p>two")] == ["one", "two"]


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="#x">¶</a>',
        '<a class="self-link" href="#x"></a>',
        '<a class="headerlink" href="#x">#</a>',
    ],
)
def test_headings_lose_links_to_themselves(anchor: str) -> None:
    """A link by which a heading points to itself is no part of it."""
    assert [(each.text, each.level) for each in _blocks(f"<h2>Why not?{anchor}</h2>")] == [
        ("Why not?", 2)
    ]


def test_boilerplate_is_left_out() -> None:
    """Navigation, banners, footers, side columns, notices about cookies and contents are no text."""
    html = (
        "<body><header><p>Brand</p></header><nav>Menu</nav><div class='cookie-banner'>Cookies!</div>"
        "<div class='toc'><p>Contents</p></div><main><header><h1>FAQ</h1></header><p>Text</p><aside>Ad</aside></main>"
        "<div role='contentinfo'>Imprint</div><footer>Legal</footer><script>x()</script><style>p{}</style></body>"
    )

    blocks = _blocks(html)
    kept = [each for each in blocks if each.kind is not Kind.LEFT_OUT]

    assert [each.text for each in kept] == ["FAQ", "Text"]
    assert {each.text: each.reason for each in blocks if each not in kept} == dict.fromkeys(
        ["Brand", "Menu", "Cookies!", "Contents", "Ad", "Imprint", "Legal"], PAGE_BOILERPLATE
    )


def test_a_fragment_has_no_boilerplate() -> None:
    """A cell or an answer in HTML is no page: its side column and footer are text."""
    blocks = _blocks("<aside><p>By the way.</p></aside><p>Text</p><footer><p>Signed</p></footer>")

    assert [(each.text, each.kind) for each in blocks] == [
        ("By the way.", Kind.TEXT),
        ("Text", Kind.TEXT),
        ("Signed", Kind.TEXT),
    ]


def test_folded_sections_are_pairs() -> None:
    """`<details>` is a pair, and one whose summary is "Answer" belongs to the heading above."""
    assert _pairs("<details><summary>Why?</summary><p>So.</details>") == [(("Why?",), "So.")]
    assert [
        each.text
        for each in _blocks("<h2>Why?</h2><details><summary>Answer</summary>So.</details>")
    ] == ["Why?", "So."]


def test_lists_of_terms_are_pairs() -> None:
    """Several `<dt>` before a `<dd>` are a question and its alternates."""
    assert _pairs(
        "<dl><dt>1. Why?<dt>What for?<dd>So.<dd>Really.<div><dt>How?<dd>Thus.</div></dl>"
    ) == [
        (("Why?", "What for?"), "So.\n\nReally."),
        (("How?",), "Thus."),
    ]


def test_json_ld_pairs_beside_a_broken_script() -> None:
    """Questions are read from JSON-LD in a graph and in lists; a broken script leaves a note."""
    good = (
        '{"@graph": [{"@type": ["FAQPage"], "mainEntity": [{"@type": "Question", "name": "Why &amp; how?", '
        '"acceptedAnswer": [{"@type": "Answer", "text": "<p>So <b>it</b> is.</p>"}]}]}]}'
    )
    html = f'<script type="application/ld+json">{{"@type": "FAQPage", </script><script type="application/ld+json">{good}</script>'

    assert _pairs(html) == [(("Why & how?",), "So **it** is.")]
    assert [each.kind for each in _blocks(html)] == [Kind.NOTE, Kind.PAIR]


def test_microdata_pairs() -> None:
    """Questions are read from the attributes of schema.org, hidden answers too."""
    html = (
        '<div itemscope itemtype="https://schema.org/FAQPage"><div itemprop="mainEntity" itemscope '
        'itemtype="https://schema.org/Question"><h3 itemprop="name">Why?</h3><div hidden itemprop="acceptedAnswer" '
        'itemscope itemtype="https://schema.org/Answer"><div itemprop="text">So.</div></div></div></div>'
    )

    assert _pairs(html) == [(("Why?",), "So.")]


def test_links_stand_on_the_address_of_the_page() -> None:
    """Where a page says its address, its links are absolute."""
    html = (
        '<head><link rel="canonical" href="https://a.b/x/faq"></head><body><p><a href="../y">y</a>'
    )

    assert [each.text for each in _blocks(html) if each.kind is Kind.TEXT] == ["[y](https://a.b/y)"]


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(f"a{at}=1" for at in range(501)),
        "/".join(f"a{at}" for at in range(501)),
        "".join(f"a{at}='>'" for at in range(501)),
        "' " + " ".join(f"a{at}" for at in range(501)) + "'",
    ],
)
def test_many_attributes_are_a_sentence(attributes: str) -> None:
    """The parser takes time with the square of the attributes of one tag."""
    with pytest.raises(UnreadableDocument, match=r"a tag with more than 500 attributes"):
        list(read(f"<p {attributes}>Why? So.</p>".encode(), "faq.html"))


def test_long_values_are_no_attributes() -> None:
    """An address or a style may be as long as it likes, and hold slashes and blanks."""
    page = f'<h1>Why?</h1><img src="data:{"a/ " * 2_000}"><p>So.</p>'

    assert [block.text for block in read(page.encode(), "faq.html")] == ["Why?", "So."]


def test_very_deep_html_is_refused() -> None:
    """HTML nested beyond anything that people write is refused in a sentence, at once."""
    with pytest.raises(
        UnreadableDocument, match=r"faq\.html holds HTML nested more than 5,000 deep"
    ):
        _blocks("<div>" * 300_000)


def test_encoding_that_the_page_names() -> None:
    """Bytes that are no UTF-8 are read as the page says that it is written."""
    html = '<meta charset="iso-8859-5"><p>Привет'.encode("iso-8859-5")

    assert [each.text for each in read(html, "faq.html")] == ["Привет"]


_TAGS = ["<p>", "</p>", "<dl>", "<dt>", "<dd>", "<details>", "<summary>", "</details>", "<table>", "<tr>", "<td>", "<ul>", "<li>", "<a href=x>", "<b>", "<h2>", "</h2>", "<br>", "<pre>", "a?", "*", "|", "\n", "&lt;", "<", '<script type="application/ld+json">', "{", "</script>"]  # fmt: skip


@given(st.lists(st.sampled_from(_TAGS), max_size=40).map("".join))
def test_any_html_is_read(html: str) -> None:
    """However its tags are nested, a page gives blocks, and none is blank."""
    assert all(each.text.strip() for each in _blocks(html))


@pytest.mark.parametrize(
    "panel",
    [
        '<h3><button aria-controls="p">Why?</button></h3><p>Lead.</p><div id="p" hidden>So.</div>',
        '<a href="#p">Why?</a><p>Lead.</p><div id="p" style="display: none">So.</div>',
        '<a data-bs-target="#p">Why?</a><p>Lead.</p><div id="p" hidden>So.</div>',
        '<p>Lead.</p><div role="tabpanel" style="color: red; display:none">So.</div>',
        '<p>Lead.</p><div class="faq-answer" style="VISIBILITY:hidden">So.</div>',
        '<p>Lead.</p><div hidden="until-found">So.</div>',
        "<h3>Why?</h3><div hidden>So.</div><h3>How?</h3>",
        '<div>Why?</div><div style="display:none">So.</div><div>How?</div>',
    ],
)
def test_hidden_panels_are_read(panel: str) -> None:
    """What a click shows in an accordion or a tab is text of the page."""
    blocks = list(read(f"<html><body><h2>FAQ</h2><section>{panel}</section></body></html>".encode(), "page.html"))  # fmt: skip

    assert "So." in joined(blocks)
    assert [block for block in blocks if block.kind is Kind.LEFT_OUT] == []


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>Secret.</p>",
        '<p style="display:none">Secret.</p>',
        '<div class="tablet-only" style="display: none !important"><p>Secret.</p></div>',
        "<p>Seen <span hidden>Secret.</span></p>",
        '<p>Seen <span style="visibility: hidden">Secret.</span></p>',
        "<ul><li hidden>Secret.</li><li>Item.</li></ul>",
        "<dl><dt>Why?<dd>So.<dd hidden>Secret.</dl>",
        "<table><tr><td>a<td>b<tr hidden><td>Secret.<td>c</table>",
        "<table><tr><td>a<td>b<td hidden>Secret.</table>",
        "<h3 hidden>Secret.</h3>",
    ],
)
def test_hidden_text_is_left_out_and_named(hidden: str) -> None:
    """Text that no reader of the page sees is in no answer, but on record."""
    page = f"<html><body><h2>Why?</h2><p>So.</p>{hidden}<p>More.</p></body></html>"
    blocks = list(read(page.encode(), "page.html"))
    (record,) = [block for block in blocks if block.kind is Kind.LEFT_OUT]

    assert "Secret" not in joined(blocks)
    assert (record.text, record.reason) == ("Secret.", "the page does not show it")


def test_struck_text_keeps_its_marks() -> None:
    """Deleted words of an answer are struck; those of a question are left out and named."""
    page = "<html><body><h2>Is it <s>free</s> cheap?</h2><p>It is <del>ten</del> <strike>nine</strike> pounds.</p></body></html>"
    heading, answer, record = read(page.encode(), "page.html")

    assert heading.text == "Is it cheap?"
    assert answer.text == "It is ~~ten~~ ~~nine~~ pounds."
    assert (record.kind, record.text) == (Kind.LEFT_OUT, "free")


def test_tildes_of_the_text_strike_nothing() -> None:
    """Two tildes that a page shows are escaped."""
    (block,) = read(b"<p>a ~~b~~ c</p>", "page.html")

    assert block.text == r"a \~~b\~~ c"
