"""Verdicts on made rankings, where confidences and similarities are given."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from faqbot import Entry
from faqbot.models import Reason
from faqbot.retrieval.rivals import RivalCheck
from tests.retrieval.made_rankings import OTHERS, TREES, judged

_MANY = tuple(
    Entry(tree, f"Where is the {tree}?", "In the park.", tuple(f"{tree} {n}" for n in range(30)))
    for tree in TREES
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
        (OTHERS, 0.005, True, Reason.OTHER_WORD),
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
    assert judged("how do I prune the rose dusk", entries, (0.7, second)) is reason
