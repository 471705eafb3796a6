"""Paragraphs with several questions, and marks that questions share with their siblings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.blocks import Block, BlockLocation, Kind
from faqbot.ingest.extraction.question_splitting import split_at_questions
from faqbot.ingest.extraction.rules import find_candidates
from faqbot.ingest.reading import found_in

_EXPECTED = [("Is it far?", "A mile."), ("No taxi", "Walk."), ("Is it dear?", "A pound.")]


def _found(text: str, name: str = "faq.md") -> list[tuple[str, str]]:
    found = found_in(text.encode(), name)
    assert found.left_out == []
    return [(each.question, each.answer) for each in found.candidates]


@pytest.mark.parametrize(
    "text",
    [
        "**Is it far?** A mile. **Is it dear?** A pound.",
        "__Is it far?__ A mile. __Is it dear?__ A pound.",
        "**1. Is it far?**\\\nA mile.\\\n**2. Is it dear?**\\\nA pound.",
        "**Is it far**?\nA mile.\n\n**Is it dear**?\nA pound.",
        "Is it far?\nA mile.\nIs it dear?\nA pound.",
        "1. Is it far?  \nA mile.  \n2. Is it dear?  \nA pound.",
        "- **Is it far?** A mile. **Is it dear?** A pound.",
        "*Is it far?* A mile.\n\n*Is it dear?*\nA pound.",
        "**Q: Is it far?** A mile.\n\n**Q: Is it dear?** A pound.",
        "Q: Is it far? A mile.\n\nQ: Is it dear? A pound.",
        "**Q:** Is it far? **A:** A mile.\n\n**Question 2:** Is it dear? **Answer:** A pound.",
        "Pregunta: Is it far?\nRespuesta: A mile.\n\n\u95ee\uff1aIs it dear?\n\u7b54\uff1aA pound.",
    ],
)
def test_each_question_of_a_paragraph_is_an_entry(text: str) -> None:
    """Bold that asks, and lines that ask, begin a new entry, wherever the paragraph goes on."""
    assert _found(f"# FAQ\n\n{text}\n") == [_EXPECTED[0], _EXPECTED[2]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# FAQ\n\n1. Is it far?\n\nA mile.\n\n2. No taxi\n\nWalk.\n\n3. Is it dear?\n\nA pound.", "faq.md"),
        ("# FAQ\n\n**Is it far?**  \nA mile.  \n**No taxi**  \nWalk.  \n**Is it dear?**  \nA pound.", "faq.md"),
        ("# FAQ\n\n- **Is it far?** A mile.\n- **No taxi** Walk.\n- **Is it dear?** A pound.", "faq.md"),
        ("FAQ\n\n1. Is it far?\n\n   A mile.\n\n2. No taxi\n\n   Walk.\n\n3. Is it dear?\n\n   A pound.", "faq.txt"),
        ("FAQ\n\n1. Is it far?\nA mile.\n\n2. No taxi\nWalk.\n\n3. Is it dear?\nA pound.", "faq.txt"),
        ("= FAQ\n\nIs it far?::\n  A mile.\n\nNo taxi::\n  Walk.\n\nIs it dear?:: A pound.", "faq.adoc"),
        ("FAQ\n===\n\nIs it far?\n  A mile.\n\nNo taxi\n  Walk.\n\nIs it dear?\n  A pound.", "faq.rst"),
        ("# FAQ\n\nIs it far?\n: A mile.\n\nNo taxi\n: Walk.\n\nIs it dear?\n:   A pound.", "faq.md"),
    ],
)  # fmt: skip
def test_a_statement_is_a_question_where_most_texts_of_its_mark_ask(text: str, name: str) -> None:
    """Numbers, bold lines, bold starts and terms mark statements as questions too."""
    assert _found(text, name) == _EXPECTED


def test_a_mark_holds_for_the_whole_document() -> None:
    """In a section without a question mark, the labels of a FAQ are questions as well."""
    text = "# FAQ\n\n## Ways\n\n**Is it far?**\n\nA mile.\n\n**Is it dear?**\n\nNo.\n\n## Night\n\n**No taxi**\n\nWalk."

    assert _found(text)[2:] == [("No taxi", "Walk.")]


def test_steps_of_an_answer_are_no_questions() -> None:
    """Numbers of a list inside an answer belong to it."""
    text = "# FAQ\n\n1. Is it far?\n\nNo:\n\n1. Turn left.\n2. Stop.\n\nDone.\n\n2. Is it dear?\n\nA pound."

    assert _found(text)[0] == ("Is it far?", "No:\n\n1. Turn left.\n2. Stop.\n\nDone.")


def test_bold_questions_below_a_heading_that_asks_are_entries() -> None:
    """They follow its answer, or stand in its place if there are several."""
    text = "# Guide\n\n## How do I help?\n\nSend it.\n\n**Q: Is it far?**\n\nA: A mile.\n\nQ: Is it dear?\n\nA: A pound."

    assert _found(text) == [("How do I help?", "Send it."), _EXPECTED[0], _EXPECTED[2]]


def test_one_bold_question_directly_below_a_heading_is_rhetorical() -> None:
    """It belongs to the answer of the heading."""
    text = "# Guide\n\n## Why?\n\n**But why not?** It is so.\n\n## How?\n\nThus."

    assert _found(text)[0] == ("Why?", "**But why not?** It is so.")


def test_questions_keep_the_numbers_of_their_lines() -> None:
    """The place of the second question is its own line."""
    block = Block(Kind.TEXT, "Is it far?\nA mile.\nIs it dear?\nYes.", place=BlockLocation(7))

    assert [each.place.number for each in split_at_questions(block)] == [7, 9]


@pytest.mark.parametrize(
    "text",
    [
        "Is it far?\nIs it dear?\nNo.",
        "It is near. **Is it dear?** No.",
        "**Warning** the dog bites. **Note** the cat.",
        "> **Is it far?** A mile. **Is it dear?** No.",
        "Is it far? It was said\nthat it is. Who knows?\nNobody.",
    ],
)
def test_other_paragraphs_stay_whole(text: str) -> None:
    """Questions in a row, inside prose, or in a quotation begin no entry."""
    block = Block(Kind.TEXT, text)

    assert list(split_at_questions(block)) == [block]


@given(
    st.lists(
        st.sampled_from(["**Is it?**", "**No**", "It is.", "Q: Is it?", "Is it?", "\n", " ", "- "])
    )
)
def test_splitting_loses_no_word(parts: list[str]) -> None:
    """However a paragraph is made, its parts hold the words of the whole."""
    text = "".join(parts).strip()
    split = list(split_at_questions(Block(Kind.TEXT, text)))

    assert "".join("".join(each.text.split()) for each in split) == "".join(text.split())
    assert find_candidates(split, "faq.md").name == "faq.md"
