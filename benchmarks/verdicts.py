"""What became of a question whose right entries are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from faqbot import Answer, Outcome


class Verdict(StrEnum):
    """How an answer compares with what was expected."""

    RIGHT = "answered right"
    WRONG = "answered wrong"
    OFFERED_RIGHT = "offered, right one among the choices"
    OFFERED_WITHOUT = "offered without the right one"
    DECLINED = "declined"
    STRAY_ANSWERED = "out of scope: answered"
    STRAY_OFFERED = "out of scope: offered"
    STRAY_DECLINED = "out of scope: declined"


OUT_OF_SCOPE = (Verdict.STRAY_ANSWERED, Verdict.STRAY_OFFERED, Verdict.STRAY_DECLINED)
IN_SCOPE = tuple(one for one in Verdict if one not in OUT_OF_SCOPE)


def verdict(answer: Answer, gold: Collection[str]) -> Verdict:
    """Judge *answer* by *gold*, the ids of which any is right; none: the question is out of scope."""
    if not gold:
        return {
            Outcome.ANSWERED: Verdict.STRAY_ANSWERED,
            Outcome.AMBIGUOUS: Verdict.STRAY_OFFERED,
            Outcome.UNANSWERED: Verdict.STRAY_DECLINED,
        }[answer.outcome]
    if answer.entry is not None:
        return Verdict.RIGHT if answer.entry.id in gold else Verdict.WRONG
    if answer.outcome is Outcome.UNANSWERED:
        return Verdict.DECLINED
    offered = any(choice.id in gold for choice in answer.choices)
    return Verdict.OFFERED_RIGHT if offered else Verdict.OFFERED_WITHOUT


def shares(verdicts: Iterable[Verdict]) -> Mapping[Verdict, float]:
    """Return each verdict's share, 0 to 1, among the verdicts of its own scope; nan with none there."""
    counts = Counter(verdicts)
    found: dict[Verdict, float] = {}
    for scope in (IN_SCOPE, OUT_OF_SCOPE):
        total = sum(counts[one] for one in scope)
        found |= {one: counts[one] / total if total else float("nan") for one in scope}
    return found
