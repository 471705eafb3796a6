"""Alternates made by rule, and questions that a knowledge base answers already."""

from __future__ import annotations

import pytest

from faqbot.ingest.drafts import Drafts, drafts_of, yaml_of
from faqbot.ingest.extraction.candidate_pairs import Candidate, Found, Rule
from faqbot.ingest.suggesting import near_duplicates, phrasings_of, with_suggestions
from faqbot.models import Entry, KnowledgeBase


def _drafts(*questions: str) -> Drafts:
    made = [Candidate(each, f"Answer {number}", Rule.PAIR) for number, each in enumerate(questions)]
    return drafts_of([Found("faq.md", candidates=made)])


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        ("How do I return a parcel?", "How can I return a parcel?"),
        ("How do I return a parcel?", "return parcel"),
        ("Can I return a parcel?", "Is it possible to return a parcel?"),
        ("What is a customs form?", "What does a customs form mean?"),
        ("How much does a parcel cost?", "What is the price of a parcel?"),
        ("Who pays the VAT?", "Who pays the value added tax?"),
    ],
)
def test_other_ways_to_ask(question: str, phrasing: str) -> None:
    """A question is put in other forms, as bare words, and with synonyms."""
    assert phrasing in list(phrasings_of(question, [("VAT", "value added tax")]))


def test_a_term_in_capitals_stands_for_itself() -> None:
    """A synonym in capitals is put only in the place of capitals."""
    assert [
        each for each in phrasings_of("Tell us why", [("US", "America")]) if "America" in each
    ] == []


def test_only_what_finds_its_entry_is_suggested() -> None:
    """No suggestion is a phrasing of another entry, or leaves the bot in doubt."""
    drafts = _drafts(
        "How do I return a parcel?", "How can I return a parcel?", "Do you ship abroad?"
    )
    made = with_suggestions(drafts.drafts, [])

    assert "How can I return a parcel?" not in made[0].suggested
    assert "ship abroad" in made[2].suggested


def test_suggestions_are_comments() -> None:
    """They stand beside their entry, for an author to take over."""
    drafts = _drafts("Do you ship abroad?")
    text = yaml_of(Drafts("", with_suggestions(drafts.drafts, [])))

    assert "    #   - ship abroad\n" in text


def test_near_duplicates_are_named() -> None:
    """A question that a knowledge base answers in other words is found, and no other."""
    kb = KnowledgeBase(
        (Entry("ship", "Do you ship abroad?", "Yes."), Entry("pay", "How can I pay?", "Cash."))
    )
    near = list(near_duplicates(_drafts("Do you ship to abroad", "Where is the moon?").drafts, kb))

    assert [(each.question, each.entry.id) for each in near] == [("Do you ship to abroad", "ship")]
