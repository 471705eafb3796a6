"""Made rankings, in which confidences and similarities are given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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

TREES = (
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
OTHERS = tuple(
    Entry(tree, f"Where is the {tree}?", "In the park.", tuple(f"{tree} {n}" for n in range(8)))
    for tree in TREES
)


def judged(question: str, entries: Sequence[Entry], confidences: Sequence[float]) -> Reason | None:
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
