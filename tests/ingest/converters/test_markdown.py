"""Reading Markdown: blocks cut from the source, embedded HTML."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import UnreadableDocument
from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.converters.markdown import read
from faqbot.ingest.extraction.rules import find_candidates


def _blocks(text: str) -> list[Block]:
    return list(read(text.encode(), "faq.md"))


def test_blocks_keep_the_source() -> None:
    """Paragraphs, items, code and tables come byte for byte, with the line that they begin on."""
    text = "# Top\n\nA *b* __c__\nnext\\\nline\n\n* one\n* two\n\n  deep\n\n~~~py\nx  \n~~~\n\n| a | b |\n|--|--|\n| 1 | x \\| y |"
    blocks = _blocks(text)

    assert [(each.kind.value, each.text, each.place.number) for each in blocks] == [
        ("heading", "Top", 1),
        ("text", "A *b* __c__\nnext\\\nline", 3),
        ("item", "* one", 7),
        ("item", "* two\n\n  deep", 8),
        ("code", "~~~py\nx  \n~~~", 12),
        ("table", "| a | b |\n|--|--|\n| 1 | x \\| y |", 16),
    ]
    assert [each.tight for each in blocks] == [False, False, False, True, False, False]
    assert blocks[-1].rows == (("a", "b"), ("1", "x | y"))


def test_front_matter_gives_the_title() -> None:
    """Front matter is no text of the document, and names it."""
    assert _blocks('---\ntitle: "Our FAQ"\nmenu:\n  x: 1\n---\n\nHello.')[0] == Block(
        Kind.TITLE, "Our FAQ", place=_blocks("---\ntitle: x\n---\n")[0].place
    )


def test_details_hold_markdown() -> None:
    """`<details>` is a pair whose answer is the Markdown inside, fences with tags in them too."""
    (pair,) = _blocks(
        "<details>\n<summary>Can I <b>return</b> it?</summary>\n\nYes, *soon*:\n\n```\n</details>\n```\n\n</details>"
    )

    assert pair.pair
    assert pair.pair.questions == ("Can I return it?",)
    assert pair.pair.answer == "Yes, *soon*:\n\n```\n</details>\n```"


def test_nested_details_are_pairs_each() -> None:
    """A folded section of folded questions gives each of them, below a heading."""
    text = "<details><summary>Money</summary>\n\n<details><summary>What?</summary>\n\nThis.\n\n</details>\n\n<details><summary>Why?</summary>\n\nSo.\n\n</details>\n\n</details>"

    blocks = _blocks(text)

    assert [each.text for each in blocks if each.kind is Kind.HEADING] == ["Money"]
    assert [each.pair.questions[0] for each in blocks if each.pair] == ["What?", "Why?"]


def test_headings_in_html_are_headings() -> None:
    """`<h3><a name>` inside Markdown is a heading like any other."""
    assert [
        (each.kind, each.text, each.level)
        for each in _blocks('a\n\n<h3><a name="x"></a>Why?</h3>\n\nb')
    ][1] == (
        Kind.HEADING,
        "Why?",
        3,
    )


def test_includes_are_not_followed() -> None:
    """A directive that includes a file leaves a note, and reads nothing."""
    (note,) = _blocks("{% include other.md %}")

    assert note.kind is Kind.NOTE


def test_long_documents_are_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut into pieces at headings, a document gives the same blocks at the same lines."""
    text = (
        "".join(f"## How {i}?\n\ntext [a]\n\n```\n# no\n```\n\n" for i in range(30))
        + "[a]: http://b.c"
    )
    whole = _blocks(text)
    monkeypatch.setattr("faqbot.ingest.converters.markdown._PIECE", 60)

    assert _blocks(text) == whole


@given(st.text(alphabet=st.sampled_from('a?#*`<>[]()|-=\n \\!&;:.1/"detailsummry'), max_size=120))
def test_any_text_is_read(text: str) -> None:
    """Whatever the text, blocks come of it, and none is blank."""
    assert all(each.text.strip() for each in _blocks(text))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Bytes are read, or refused as no text; nothing else happens."""
    with suppress(UnreadableDocument):
        list(read(data, "faq.md"))


def test_list_items_that_are_headings_or_fold_a_part_are_read_inside() -> None:
    """Lists of numbered headings are lists of questions; their further headings stay in the answer."""
    text = (
        "# FAQ\n\n1. ### Is it far?\n\n   A mile.\n\n   ## Detail\n\n   Straight on.\n\n2. ### Give a price\n\n   Ten.\n\n"
        "3. ### Is it dear?\n\n   No.\n\n- <details><summary>Is it wet?</summary>\n\n  It rains.\n\n  </details>\n"
    )
    found = find_candidates(read(text.encode(), "quiz.md"), "quiz.md")

    assert [(each.question, each.answer) for each in found.candidates] == [
        ("Is it far?", "A mile.\n\n#### Detail\n\nStraight on."),
        ("Give a price", "Ten."),
        ("Is it dear?", "No."),
        ("Is it wet?", "It rains."),
    ]
