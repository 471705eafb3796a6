"""Two runs of the tests compared: which questions change their answer, and whether for the worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from faqbot.authoring.evaluation.runner import Run, Trial, Verdict

__all__ = ["Change", "ChangeKind", "compare"]

_RANK = {
    Verdict.RIGHT: 3,
    Verdict.OFFERED: 2,
    Verdict.MISSED: 1,
    Verdict.DECLINED: 1,
    Verdict.WRONG: 0,
}
"""How well each verdict serves who asked; choices without a right one are as good as no answer."""

_Key = tuple[str, str, int]


class ChangeKind(StrEnum):
    """Where a change leads: down or up from right, offered, missed or declined, to wrong; or aside."""

    WORSE = "worse"
    BETTER = "better"
    OTHER = "other"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer or verdict changed.

    *trial* is it now, or for a question that is gone, as it last was. *before* is it as it was, None for
    a new one.
    """

    kind: ChangeKind
    trial: Trial
    before: Trial | None = None


def compare(before: Run, after: Run) -> tuple[Change, ...]:
    """Return what changed from *before* to *after*, in the order of *after*, what is gone at the end.

    Questions are told apart by their words, so that the order of the tests does not matter; one that was
    reworded is new, and its old wording gone. Misspellings are compared where both runs asked the same
    one; only a test's own question is new or gone.
    """
    then, now = _keyed(before.trials), _keyed(after.trials)
    found = [_change(then.get(key), trial) for key, trial in now.items()]
    gone = [
        Change(ChangeKind.GONE, trial, trial)
        for key, trial in then.items()
        if key not in now and not trial.variant
    ]
    return (*(change for change in found if change is not None), *gone)


def _keyed(trials: Iterable[Trial]) -> Mapping[_Key, Trial]:
    """Return *trials* in their order, each by its words; when asked repeatedly, also by what it expects."""
    keyed = []
    seen: Counter[tuple[str, str]] = Counter()
    for place, trial in sorted(enumerate(trials), key=lambda pair: pair[1].expect):
        asked = (trial.original, trial.ask)
        keyed.append((place, (*asked, seen[asked]), trial))
        seen[asked] += 1
    return {key: trial for _, key, trial in sorted(keyed, key=itemgetter(0))}


def _change(before: Trial | None, after: Trial) -> Change | None:
    if before is None:
        return None if after.variant else Change(ChangeKind.NEW, after)
    if (before.entries, before.outcome, before.verdict) == (
        after.entries,
        after.outcome,
        after.verdict,
    ):
        return None
    rise = _RANK[after.verdict] - _RANK[before.verdict]
    kind = ChangeKind.OTHER if not rise else ChangeKind.BETTER if rise > 0 else ChangeKind.WORSE
    return Change(kind, after, before)
