"""The rules: what becomes a candidate, sure or a draft, and what is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.converters.markdown import read
from faqbot.ingest.extraction.candidate_pairs import Candidate, Found, Rule
from faqbot.ingest.extraction.rules import find_candidates


def _found(text: str, name: str = "doc.md") -> Found:
    return find_candidates(read(text.encode(), name), name)


def _shown(found: Found) -> list[tuple[str, str, str]]:
    return [(each.rule.value, each.question, each.answer) for each in found.candidates]


def test_heading_questions_run_to_the_next_of_their_level() -> None:
    """An answer holds its own headings, up to the next heading or the first question within it."""
    text = "# FAQ\n\n## Why?\n\nSo.\n\n#### Detail\n\nMore.\n\n### How then?\n\nThus.\n\n## 2. When\xa0is it?\n\nNow."

    assert _shown(_found(text)) == [
        ("heading-question", "Why?", "So.\n\n#### Detail\n\nMore."),
        ("heading-question", "How then?", "Thus."),
        ("heading-question", "When is it?", "Now."),
    ]


def test_other_headings_beside_questions_are_questions_of_a_faq() -> None:
    """Where three in ten headings of a level ask, the others of that level are entries too."""
    found = _found("# FAQ\n\n## Shipping\n\nabc\n\n## Why?\n\nSo.\n\n## Who?\n\nWe.")

    assert [(each.rule, each.question) for each in found.candidates] == [
        (Rule.FAQ_HEADING, "Shipping"),
        (Rule.HEADING_QUESTION, "Why?"),
        (Rule.HEADING_QUESTION, "Who?"),
    ]


def test_a_question_opens_no_faq() -> None:
    """A heading that asks and speaks of "questions" is a question, and no list of them."""
    text = "# Manual\n\n## How do I delete a file? (And other file questions)\n\nUse rm.\n\n## Parts\n\nMany."

    assert _shown(_found(text))[0] == (
        "heading-question",
        "How do I delete a file? (And other file questions)",
        "Use rm.",
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("**Where is it?**\n\nHere.", "bold-question"),
        ("**Where is it?**\nHere.", "bold-question"),
        ("**Where is it?** Here.", "bold-question"),
        ("- **Where is it?**\n  Here.", "bold-question"),
        ("Where is it?\n\nHere.", "line-question"),
        ("1. Where is it?\n\nHere.", "line-question"),
        ("Q: Where is it?\nA: Here.", "line-question"),
        ("**Q1:** Where is it?\n\n**A:** Here.", "line-question"),
        ("| Question | Answer |\n|---|---|\n| Where is it? | Here. |", "pair"),
    ],
)
def test_marked_lines_in_the_text_are_questions(text: str, rule: str) -> None:
    """Bold questions, marked ones, and lines that end in a question mark have what follows as answer."""
    shown = _shown(_found(f"# FAQ\n\n{text}", "faq.md"))

    assert [(name, question) for name, question, _ in shown] == [(rule, "Where is it?")]
    assert shown[0][2].strip("* ") == "Here."


def test_a_bold_question_within_an_answer_stands_for_itself() -> None:
    """A bold question right under another answer stands for itself."""
    found = _found("# FAQ\n\n## Who are you?\n\nWe.\n\n**Where are you?**\n\nHere.")

    assert [each.question for each in found.candidates] == ["Who are you?", "Where are you?"]


def test_terms_in_an_answer_stay_in_it() -> None:
    """A list of terms in the answer of a question is a part of it."""
    html = "## Why?\n\nSo:\n\n<dl><dt>Term</dt><dd>Its sense</dd></dl>\n"

    assert [each.question for each in _found(html).candidates] == ["Why?"]


def test_an_article_gives_drafts() -> None:
    """An introduction, a section, each paragraph of a long one, and a table of facts are drafts."""
    long = "word " * 70
    text = f"# Widgets\n\nThey are many.\n\n## Use of widgets\n\n{long}.\n\n{long}:\n\n- a\n\n## Parts\n\nFew.\n\n| Part | Weight |\n|---|---|\n| a | 1 |"
    candidates = _found(text).candidates

    assert [(each.rule.value, each.question) for each in candidates] == [
        ("introduction", "What is widgets?"),
        ("topic-heading", "What should I know about Use of widgets (1 of 2)?"),
        ("topic-heading", "What should I know about Use of widgets (2 of 2)?"),
        ("topic-heading", "What should I know about Parts?"),
        ("fact-table", "What are the part and weight of Parts?"),
    ]
    assert all(each.reason for each in candidates)


def test_answers_without_questions_get_proposed_ones() -> None:
    """Paragraphs under the heading of a FAQ get the question that their first clause answers."""
    text = "# Tea\n\nAll on tea.\n\n## Frequently asked questions\n\nTea is a drink of leaves.\n\nTea is made by steeping.\n\nA pot costs five crowns.\n\nYes, always."

    assert [(each.rule, each.question) for each in _found(text).candidates][1:] == [
        (Rule.ORPHAN_ANSWER, "What is tea?"),
        (Rule.ORPHAN_ANSWER, "How is tea made?"),
        (Rule.ORPHAN_ANSWER, "How much does a pot cost?"),
        (Rule.ORPHAN_ANSWER, "Frequently asked questions, answer 4"),
    ]


def test_text_without_a_question_is_recorded() -> None:
    """A question without an answer, text below no question and boilerplate are named with their lines."""
    found = _found(
        "# FAQ\n\nHello there.\n\n## Why?\n\n## How?\n\nSo.\n\nWas this helpful?\n\n## Related articles\n\n- [x](y)",
        "faq.md",
    )

    assert {(each.what, each.place.number) for each in found.left_out} == {
        ("Hello there.", 3),
        ("Why?", 5),
        ("Was this helpful?", 11),
        ("Related articles", 13),
        ("- x", 15),
    }


@given(st.lists(st.sampled_from(["# FAQ", "## Why?", "## Part", "text", "**Bold?**", "Ask?", "- item", "| a | b |\n|-|-|\n| 1 | 2 |", "Q: x\nA: y", "What You'll Learn", "<details><summary>S?</summary>x</details>"]), max_size=14))  # fmt: skip
def test_every_block_is_in_a_candidate_or_a_record(parts: list[str]) -> None:
    """Whatever the order of blocks, every text is in an answer, a question, or named as left out."""
    marked = [f"{part} {number}" if part == "text" else part for number, part in enumerate(parts)]
    found = _found("\n\n".join(marked))
    kept = " ".join(
        [
            *(f"{each.question} {each.answer}" for each in found.candidates),
            *(each.what for each in found.left_out),
        ]
    )

    if found.candidates or found.left_out:
        assert [part for part in marked if part.startswith("text") and part not in kept] == []
    assert all(
        isinstance(each, Candidate) and each.answer.strip() and each.question.strip()
        for each in found.candidates
    )


@pytest.mark.parametrize("heading", ["Contact", "2024", "X", "C"])
def test_a_heading_with_nothing_below_it_is_named(heading: str) -> None:
    """Even if an answer has the same words on a line of its own."""
    text = f"# FAQ\n\n## {heading}\n\n## Why?\n\nSo.\n\n{heading}\n"
    found = find_candidates(read(text.encode(), "doc.md"), "doc.md")

    assert [each.what for each in found.left_out] == [heading]


@pytest.mark.parametrize(
    "line",
    [
        "**[\u2b06 back to top](#faq)**",
        "[\u2191 Back to the top](#top)",
        "[Back to table of contents](#contents) \U0001f51d",
        '<div align="right"><b><a href="#">\u21a5 back to top</a></b></div>',
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_way_back_to_the_top_is_no_answer(line: str, between: str) -> None:
    """On a line of its own or below the last one of the answer, with arrows and in bold."""
    if line.startswith("<") and between == "\n":
        pytest.skip("HTML in a paragraph is part of its text")
    found = _found(f"# FAQ\n\n## Is it far?\n\nA mile.{between}{line}\n\n## Why?\n\nSo.")

    assert [each.answer for each in found.candidates] == ["A mile.", "So."]
    assert len(found.left_out) == 1


@pytest.mark.parametrize(
    ("label", "mark"), [("**Sign:**", ""), ("__Sign:__", ""), ("Signs are these:", "**Also:** ")]
)
def test_parts_of_a_long_section_keep_what_their_labels_announce(label: str, mark: str) -> None:
    """A part holds all that is below a label, and none ends with a colon or with a label alone."""
    long = "The lamp is red and nothing moves at all. " * 9
    text = f"# Manual\n\n## The door stays shut\n\n{label}\n\n{mark}{long}\n\nMore.\n\n**Cause:** {long}\n\n**Remedies:**\n\n**First**, wait:\n\n1. Sit.\n2. Stand.\n\n**Then**\n\n1. Go."
    answers = [each.answer for each in _found(text).candidates]

    assert "".join("".join(answers).split()) == "".join(text.partition("shut")[2].split())
    assert not any(each.rstrip("*_ ").endswith((":", "Then")) for each in answers)
    assert answers[-2].startswith("**Remedies:**")
    assert "More." in answers[0]
