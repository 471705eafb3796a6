"""Verdicts on made rankings, where confidences and similarities are given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from faqbot import Entry
from faqbot.models import Reason
from faqbot.retrieval.contradictions import ContradictionCheck
from faqbot.retrieval.index.index import build_index, phrasing_at
from faqbot.retrieval.keywords import Keywords
from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.query import QuestionAnalyzer
from faqbot.retrieval.rivals import RivalCheck
from faqbot.retrieval.scoring.ranking import Ranking
from faqbot.retrieval.text import Synonyms

_TREES = (
    "alder",
    "beech",
    "birch",
    "cedar",
    "elder",
    "hazel",
    "larch",
    "maple",
    "poplar",
    "willow",
)
# Enough phrasings for rivals to be unlikely.
_OTHERS = tuple(
    Entry(tree, f"Where is the {tree}?", "In the park.", tuple(f"{tree} {n}" for n in range(8)))
    for tree in _TREES
)


def _judged(question: str, entries: Sequence[Entry], confidences: Sequence[float]) -> Reason | None:
    """Return the reason not to answer *question* with the first of *entries*, ranked in their order."""
    index = build_index(entries, Synonyms([]), None)
    reader = QuestionAnalyzer(index, Synonyms([]), None)
    check = ContradictionCheck(
        index,
        lambda row: reader.tokenize(phrasing_at(index, entries, row)),
        lambda number: entries[number].answer,
    )
    rivals = RivalCheck(index, check, Keywords(ENGLISH, entries, reader.tokenize))
    count, ones = len(confidences), np.ones(len(confidences))
    ranking = Ranking(np.arange(count), ones, index.first_row[:count], ones, ones)
    verdict = rivals.judge(reader.read(question), ranking, np.array(confidences), 0.3)
    return None if verdict.abstention is None else verdict.abstention.reason


_BEAR = (
    Entry("bear", "Why do you need to see the bear at dusk?", "To feed it."),
    Entry("nest", "Where can I see a bear in winter?", "In the reeds."),
)


@pytest.mark.parametrize(
    ("question", "confidences", "reason"),
    [
        ("why do you want to see a bear", (0.85, 0.1), None),
        ("why do you want to see a bear", (0.85, 0.2), Reason.LEFT_OPEN),
        ("why do you want to see a bear", (0.75, 0.1), Reason.LEFT_OPEN),
        ("see a bear", (0.85, 0.1), Reason.LEFT_OPEN),
    ],
)
def test_a_sure_match_answers_a_longer_question_with_one_key_term(
    question: str, confidences: tuple[float, float], reason: Reason | None
) -> None:
    """The other words tell which entry is meant, if no rival is likely."""
    assert _judged(question, (*_BEAR, *_OTHERS), confidences) is reason


_BOATS = (
    Entry("price", "What does rowing cost?", "Nine euros at the lagoon."),
    Entry("lagoon", "What is the lagoon?", "A lake."),
    *(Entry(tree, f"Where is the {tree}?", f"At the lagoon, {tree} side.") for tree in _TREES),
    *(Entry(f"{tree}-age", f"Who planted the {tree}?", "We did.") for tree in _TREES),
    *(Entry(f"{tree}-use", f"Why is there a {tree}?", "It is old.") for tree in _TREES),
)


@pytest.mark.parametrize(
    ("question", "confidences", "reason"),
    [
        ("rowing and lagoon", (0.9, 0.7), None),
        ("rowing and lagoon", (0.84, 0.6), Reason.LEFT_OPEN),
    ],
)
def test_a_word_for_the_common_subject_speaks_for_no_rival(
    question: str, confidences: tuple[float, float], reason: Reason | None
) -> None:
    """A third of the answers name the lagoon, so a sure match may lack it."""
    assert _judged(question, _BOATS, confidences) is reason


def test_another_word_does() -> None:
    """The entry that has it may be meant."""
    entries = (_BOATS[0], Entry("raft", "What is the raft?", "A boat."), *_OTHERS)
    assert _judged("rowing and raft", entries, (0.9, 0.7)) is Reason.LEFT_OPEN


_MANY = tuple(
    Entry(tree, f"Where is the {tree}?", "In the park.", tuple(f"{tree} {n}" for n in range(30)))
    for tree in _TREES
)
_PRUNING = (
    Entry("saw", "How do I prune the rose?", "With a saw."),
    Entry("lamp", "How do I prune the ivy at dusk?", "With a lamp."),
)


@pytest.mark.parametrize(
    ("others", "second", "sentences", "reason"),
    [
        (_MANY, 0.02, True, None),
        (_MANY, 0.1, True, Reason.OTHER_WORD),
        (_MANY, 0.02, False, Reason.OTHER_WORD),
        (_MANY, 0.005, False, None),
        (_OTHERS, 0.005, True, Reason.OTHER_WORD),
    ],
)
def test_a_match_that_stands_alone_may_lack_a_word_of_a_rival(
    monkeypatch: pytest.MonkeyPatch,
    others: Sequence[Entry],
    second: float,
    sentences: bool,  # noqa: FBT001  a parameter of the test
    reason: Reason | None,
) -> None:
    """Vectors of sentences weigh the word in its place, so that the rival may be a little likelier."""
    monkeypatch.setattr(RivalCheck, "_weighs_sentences", sentences)
    entries = (*_PRUNING, *others)
    assert _judged("how do I prune the rose dusk", entries, (0.7, second)) is reason
