"""Answers that are folded away below their question."""

from __future__ import annotations

import pytest

from faqbot.ingest.converters.html import read as read_html
from faqbot.ingest.converters.markdown import read
from faqbot.ingest.drafts import Drafts, drafts_of
from faqbot.ingest.extraction.candidate_pairs import Found
from faqbot.ingest.extraction.rules import find_candidates

_QUIZ = """# Riddles

###### 1. Which is it?

```py
x = {n}
```

- A: red
- B: blue

<details><summary><b>{summary}</b></summary>
<p>

#### Answer: B

Since red is out.

</p>
</details>

---

###### 2. Why blue?

Because.
"""


def _found(text: str) -> Found:
    return find_candidates(read(text.encode(), "doc.md"), "doc.md")


def _drafts(text: str) -> Drafts:
    return drafts_of([_found(text)])


@pytest.mark.parametrize(
    "summary",
    ["Answer", "Show answer", "Solution", "The solution:", "Click to reveal the answer", "Explanation", "Antwort", "Answer 1", ""],
)  # fmt: skip
def test_a_folded_answer_belongs_to_the_question_above(summary: str) -> None:
    """Code and options before it and the heading in it stay, and the next question has its place."""
    first, second = _found(_QUIZ.replace("{summary}", summary).replace("{n}", "1")).candidates

    assert first.question == "Which is it?"
    assert first.answer == (
        "```py\nx = 1\n```\n\n- A: red\n- B: blue\n\n#### Answer: B\n\nSince red is out."
    )
    assert (second.question, second.answer, second.section) == ("Why blue?", "Because.", "")


def test_a_summary_that_gives_the_answer_stays() -> None:
    """A summary that says more than "Answer" is part of it, without the mark."""
    text = "# FAQ\n\n## Which?\n\n<details><summary>Answer: blue</summary>\n\nRed is out.\n\n</details>\n"

    assert [each.answer for each in _found(text).candidates] == ["blue\n\nRed is out."]


def test_headings_in_other_folds_close_nothing() -> None:
    """Questions below a folded section are not listed under a heading in it."""
    text = "# FAQ\n\n## Money\n\n### Why?\n\nSo.\n\n<details><summary>More</summary>\n\n# Detail\n\nText.\n\n</details>\n\n### Who?\n\nWe.\n\n## Time\n\nText.\n"

    assert [(each.question, each.section) for each in _found(text).candidates][:2] == [
        ("Why?", "Money"),
        ("Who?", "Money"),
    ]
    assert _found(text).candidates[0].answer == "So.\n\n# Detail\n\nText."


def test_questions_within_a_fold_stand_for_themselves() -> None:
    """A fold that only says "more" may hold questions with answers of their own."""
    text = "# FAQ\n\n## Why?\n\nSo.\n\n<details><summary>Show more</summary>\n\n# Who?\n\nWe.\n\n</details>\n"

    assert [(each.question, each.answer) for each in _found(text).candidates] == [
        ("Why?", "So."),
        ("Who?", "We."),
    ]


def test_folded_answers_in_html() -> None:
    """A page folds answers away as Markdown does."""
    page = "<h6>Which?</h6><p>a</p><details><summary>Answer</summary><h4>B</h4><p>c</p></details><h6>Who?</h6><p>d</p>"
    found = find_candidates(read_html(page.encode(), "doc.html"), "doc.html")

    assert [(each.question, each.answer) for each in found.candidates] == [
        ("Which?", "a\n\n#### B\n\nc"),
        ("Who?", "d"),
    ]


def test_a_fold_before_the_first_heading_is_no_entry() -> None:
    """A folded list of translations at the top is named in the summary."""
    found = _found(
        "# FAQ\n\n<details><summary>Other tongues</summary>\n\n- Suomi\n\n</details>\n\n## Why?\n\nSo.\n"
    )

    assert [each.question for each in found.candidates] == ["Why?"]
    assert [each.what for each in found.left_out] == ["Other tongues - Suomi"]


def test_folds_alone_are_entries() -> None:
    """Where no heading asks, folded sections are the questions, statements too."""
    found = _found("# FAQ\n\n<details><summary>A lost key</summary>\n\nCall us.\n\n</details>\n")

    assert [each.question for each in found.candidates] == ["A lost key"]


def _repeated(count: int) -> str:
    parts = [f"## Which is it?\n\n```\nx = {n}\n```\n\nWord{n}.\n" for n in range(1, count + 1)]
    return "# FAQ\n\n" + "\n".join(parts)


def test_equal_questions_are_told_apart_by_their_code() -> None:
    """From three on the bare question is no entry; each draft shows its first line of code."""
    assert [(each.entry.question, each.entry.draft) for each in _drafts(_repeated(3)).drafts] == [
        ("Which is it? (1: x = 1)", True),
        ("Which is it? (2: x = 2)", True),
        ("Which is it? (3: x = 3)", True),
    ]
    assert [each.entry.draft for each in _drafts(_repeated(2)).drafts] == [False, True]
