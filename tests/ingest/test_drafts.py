"""Drafts: ids, merging, and the YAML of a new knowledge base."""

from __future__ import annotations

from pathlib import Path

from faqbot.ingest.blocks import Pair
from faqbot.ingest.drafts import Draft, drafts_of, slug, yaml_of
from faqbot.ingest.extraction.candidate_pairs import Candidate, Found, Rule
from faqbot.kb import load_knowledge_base
from faqbot.models import Entry


def _candidate(question: str, answer: str, reason: str = "", pair: Pair | None = None) -> Candidate:
    return Candidate(question, answer, Rule.PAIR, reason=reason, pair=pair)


def _drafts(*candidates: Candidate) -> tuple[Draft, ...]:
    return drafts_of([Found("faq.md", "FAQ", candidates=list(candidates))]).drafts


def test_ids_are_slugs_of_questions() -> None:
    """An id is made of the question's words, without accents; one of no Latin words is a mark of it."""
    assert slug("Où est l'\u00c6gir, don't you know?") == "ou-est-laegir-dont-you-know"
    assert slug("None?").startswith("entry-")
    assert slug("どこですか?") == slug("どこですか?") != slug("なぜ?")
    assert len(slug("word " * 50)) <= 60


def test_the_same_question_twice() -> None:
    """With one answer it is taken once; with another it becomes a draft, told apart by its first words."""
    same = _drafts(_candidate("Why?", "Because it is so."), _candidate("WHY", "because it is so"))
    other = _drafts(_candidate("Why?", "Because it is so."), _candidate("Why?", "For no reason."))

    assert [each.entry.id for each in same] == ["why"]
    assert [(each.entry.id, each.entry.draft) for each in other] == [
        ("why", False),
        ("why-2-for-no-reason", True),
    ]


def test_two_questions_with_one_answer() -> None:
    """They are one entry with an alternate, unless the answer is too short to say anything."""
    answer = "It is so because nobody has changed it until now."
    (one,) = _drafts(_candidate("Why?", answer), _candidate("What for?", answer))

    assert one.entry.phrasings == ("Why?", "What for?")
    assert len(_drafts(_candidate("May I?", "Yes."), _candidate("Can we?", "Yes."))) == 2


def test_fields_of_pairs_come_through() -> None:
    """What a document says of an entry besides question and answer is kept, follow-ups by question too."""
    pair = Pair(
        ("Why?",),
        "So.",
        id="w",
        tags=("a",),
        keywords=("k",),
        url="https://a.b",
        follow_ups=("How?",),
    )
    first, _ = _drafts(_candidate("Why?", "So.", pair=pair), _candidate("How?", "Thus."))

    assert first.entry == Entry(
        "w",
        "Why?",
        "So.",
        keywords=("k",),
        source="faq.md",
        url="https://a.b",
        tags=("a",),
        follow_ups=("how",),
    )


def test_answers_that_are_too_long_come_in_parts() -> None:
    """An answer that no knowledge base takes becomes drafts that hold all of it."""
    drafts = _drafts(
        _candidate("Why?", "\n\n".join(f"paragraph {number} " * 20 for number in range(150)))
    )

    assert len(drafts) > 1
    assert all(each.entry.draft and len(each.entry.answer) <= 20_000 for each in drafts)
    assert all(
        any(f"paragraph {number} " in each.entry.answer for each in drafts) for number in range(150)
    )


def test_the_file_says_why_an_entry_is_a_draft(tmp_path: Path) -> None:
    """The YAML loads as the entries, and the reason is a comment beside `draft: true`."""
    made = drafts_of(
        [
            Found(
                "faq.md",
                "FAQ",
                candidates=[
                    _candidate("Why?", "a\n\n```\n  b\n```", "look at it"),
                    _candidate("How: to?", "- x"),
                ],
            )
        ]
    )
    path = tmp_path / "kb.yaml"
    path.write_text(yaml_of(made), encoding="utf-8")

    assert load_knowledge_base(path).entries == tuple(each.entry for each in made.drafts)
    assert "    draft: true  # look at it\n" in yaml_of(made)
