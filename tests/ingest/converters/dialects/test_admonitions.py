"""Boxes of site generators in Markdown: their text stays, their marks go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.blocks import Kind, joined
from faqbot.ingest.converters.dialects.admonitions import Boxes
from faqbot.ingest.converters.markdown import read
from faqbot.ingest.extraction.rules import find_candidates


def _answer(text: str) -> str:
    return joined(read(text.encode(), "faq.md"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":::danger Mind the step\nIt is high.\n:::", "**Mind the step:** It is high."),
        (":::tip\n\nKnock.\n\nTwice.\n\n:::", "**Tip:** Knock.\n\nTwice."),
        ("::: tip\nKnock.\n:::\nThen wait.", "**Tip:** Knock.\n\nThen wait."),
        (":::info[Who *knocks*?]\nWe.\n:::", "**Who knocks?** We."),
        (':::note{title="Mind"}\nIt.\n:::', "**Mind:** It."),
        ('::: {.callout-note title="Mind"}\nIt.\n:::', "**Mind:** It."),
        ("::::note\n:::tip\nIn.\n:::\nOut.\n::::", "**Note:**\n\n**Tip:** In.\n\nOut."),
        (":::note\n- one\n- two\n:::", "**Note:**\n\n- one\n- two"),
        (":::note\n```\n:::\n```\n:::", "**Note:**\n\n```\n:::\n```"),
        ("::: Read this first\nIt.\n:::", "**Read this first:** It."),
        (":::{note} Mind\n:class: wide\nIt.\n:::", "**Mind:** It."),
        ("```{warning} Mind\nIt.\n```", "**Mind:** It."),
        ("```{code-block} sh\nls\n```", "```{code-block} sh\nls\n```"),
        ('!!! note "Mind"\n    It.\n\n    And it.\n\nAfter.', "**Mind:** It.\n\nAnd it.\n\nAfter."),
        ("!!! warning\n\n    It.\n\n        code", "**Warning:** It.\n\n    code"),
        ('=== "Linux"\n\n    Run it.', "**Linux:** Run it."),
        ("> [!NOTE]\n> It.\n> And it.", "> **Note:** It.\n> And it."),
        ("> [!tip]+ Mind\n> It.", "> **Mind:** It."),
        (":::note\nNever closed.", "**Note:** Never closed."),
        ("Open.\n\n:::\n\nShut.", "Open.\n\nShut."),
        ("- item\n\n  :::note\n  It.\n  :::", "- item\n\n\n  **Note:** It."),
    ],
)
def test_the_text_of_a_box_stays(text: str, shown: str) -> None:
    """The title stands in bold before the text; only the marks are dropped."""
    assert _answer(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "::: details Where is it?\nHere.\n:::",
        '??? question "Where is it?"\n    Here.\n',
        '???+ faq "Where is it?"\n\n    Here.\n',
    ],
)
def test_folded_boxes_are_folded_sections(text: str) -> None:
    """A folded box with a question is a pair, as `<details>` is."""
    (block,) = (each for each in read(text.encode(), "faq.md") if each.kind is not Kind.LEFT_OUT)

    assert block.pair
    assert (block.pair.questions, block.pair.answer) == (("Where is it?",), "Here.")


def test_places_are_those_of_the_document() -> None:
    """Lines that are added or dropped do not move the places of what follows."""
    blocks = read(b":::note\n:::tip\nIn.\n:::\n:::\n\n# Seven\n", "faq.md")

    assert [each.place.number for each in blocks if each.kind is Kind.HEADING] == [7]


def test_marks_with_unknown_words_are_recorded() -> None:
    """A mark that is not understood is named, and its text stays."""
    blocks = list(read(b"::: wobble-box\nText.\n:::\n", "faq.md"))

    assert [(each.kind, each.text) for each in blocks] == [
        (Kind.TEXT, "Text."),
        (Kind.LEFT_OUT, "::: wobble-box"),
    ]


_PIECES = [":::", ":::note", "::: {.x}", "!!! tip", "    x", "> [!NOTE]", "> y", "```", "```{note}", "z", "", '??? a "b"', "- i"]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=12))
def test_no_line_of_text_is_lost(lines: list[str]) -> None:
    """However boxes are nested, or left open, their lines of text come out, in order."""
    marked = [f"{line}{at}" if line.strip(" ->") in {"x", "y", "z", "i"} else line for at, line in enumerate(lines)]  # fmt: skip
    written = "\n".join(line for _, line in Boxes(marked).rewritten())

    assert [w for w in written.split() if w[1:].isdigit()] == [
        w for line in marked for w in line.split() if w[1:].isdigit()
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("{: .note }\nWet floor.", "**Note:** Wet floor."),
        ("{: .warning }\n> Wet floor.", "**Warning:**\n\n> Wet floor."),
        ("Wet floor.\n{: .fs-6 #top }", "Wet floor."),
        ("{:.important-title}\n> Wet floor.", "**Important:**\n\n> Wet floor."),
    ],
)
def test_attributes_of_kramdown_are_no_text(text: str, answer: str) -> None:
    """Before a block they may name its kind; after it they set how it looks."""
    found = find_candidates(read(f"# Is it far?\n\n{text}\n".encode(), "a.md"), "a.md")

    assert [each.answer for each in found.candidates] == [answer]
