"""Marks of answers, and the emphasis around them."""

from __future__ import annotations

import pytest

from faqbot.ingest.extraction.question_marks import without_answer_mark
from faqbot.ingest.importing import import_documents


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("**A:** In May.", "In May."),
        ("**A**: In May.", "In May."),
        ("**Answer:** In May.", "In May."),
        ("***Answer.*** In May.", "In May."),
        ("__A:__ In May.", "In May."),
        ("*A:* In May.", "In May."),
        ("**A: **In May.", "In May."),
        ("**A:**In May.", "In May."),
        ("**A2:** In May.", "In May."),
        ("**A:**\n\nIn May.", "In May."),
        ("**A:**\\\nIn May.", "In May."),
        ("**Answer**\n\nIn May.", "In May."),
        ("#### Answer\n\nIn May.", "In May."),
        ("#### A: In May", "In May"),
        (r"\*\*A:\*\* In May.", "In May."),
        ("A: In May.", "In May."),
        ("A. In May.", "In May."),
        ("Answer: **In May**", "**In May**"),
        ("**A:** **In May** or so", "**In May** or so"),
        ("**A: In May.**", "**In May.**"),
        ("**A: In** May.", "**In** May."),
        ("R\u00e9ponse : en mai", "en mai"),
        ("**A:**", ""),
    ],
)
def test_marks_are_dropped_with_their_emphasis(text: str, bare: str) -> None:
    """An answer is its text, without the mark and without half of a pair of asterisks."""
    assert without_answer_mark(text) == bare


@pytest.mark.parametrize(
    "text",
    ["A friend.", "A.M. is before noon.", "Answer the door.", "**A** is first.", "A) in May\nB) in June",
     "**A:** in May\n**B:** in June", "- A: in May\n- B: in June"],
)  # fmt: skip
def test_text_that_only_looks_like_a_mark_stays(text: str) -> None:
    """Words, and the first of several choices, are no mark."""
    assert without_answer_mark(text) == text


def test_initials_may_be_kept() -> None:
    """Where the document itself pairs questions and answers, "A." may begin a name."""
    assert without_answer_mark("A. Noether.", may_be_initial=False) == "A. Noether."
    assert without_answer_mark("A: A. Noether.", may_be_initial=False) == "A. Noether."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# FAQ\n\n### Q: When is it?\n\n**A:** In May.\n"),
        ("a.md", "**Q: When is it?**\n**A:** In May.\n"),
        ("a.md", "<details><summary>When is it?</summary>\n\n**Answer:** In May.\n</details>\n"),
        ("a.html", "<p><b>Q: When is it?</b></p><p><strong>A: </strong>In May.</p>"),
        ("a.html", "<dl><dt>When is it?</dt><dd><b>A:</b> In May.</dd></dl>"),
        ("a.rst", "FAQ\n===\n\nWhen is it?\n-----------\n\n**A:** In May.\n"),
        ("a.adoc", "= FAQ\n\n== When is it?\n\n*A:* In May.\n"),
        ("a.txt", "**Q: When is it?**\n\n**A:** In May.\n"),
        ("a.csv", "question,answer\nWhen is it?,**A:** In May.\n"),
        ("a.json", '[{"question": "When is it?", "answer": "**Answer:** In May."}]'),
    ],
)
def test_answer_marks_are_dropped_in_every_format(
    name: str, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Readers and rules agree on what marks an answer."""
    path = tmp_path_factory.mktemp("documents") / name
    path.write_text(text, encoding="utf-8")
    (found,) = import_documents([str(path)]).documents

    assert [(each.question, each.answer) for each in found.candidates] == [
        ("When is it?", "In May.")
    ]
