"""How many tests had which verdict, in all and for each section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from faqbot.authoring.evaluation.runner import Trial, Verdict

__all__ = ["Tally", "grouped", "tally"]

_OUT_OF_SCOPE = "Out of scope"
_NO_SECTION = "No section"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of *total* trials had each verdict."""

    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """How many trials there were."""
        return sum(self.counts.values())

    def share(self, verdict: Verdict) -> float:
        """Return the share of *verdict*, 0 to 1; 0 of no trials."""
        return self.counts[verdict] / (self.total or 1)


def tally(trials: Iterable[Trial]) -> Tally:
    """Count the verdicts of *trials*."""
    found = Counter(trial.verdict for trial in trials)
    return Tally({verdict: found[verdict] for verdict in Verdict})


def grouped(trials: Iterable[Trial]) -> Mapping[str, tuple[Trial, ...]]:
    """Return *trials* by section, in the order in which each comes first.

    Those whose entry has no section follow, and then those that expect no entry.
    """
    sections: dict[str, list[Trial]] = {}
    for trial in trials:
        sections.setdefault(_section(trial), []).append(trial)
    last = [name for name in (_NO_SECTION, _OUT_OF_SCOPE) if name in sections]
    names = [*(name for name in sections if name not in last), *last]
    return {name: tuple(sections[name]) for name in names}


def _section(trial: Trial) -> str:
    if not trial.expect:
        return _OUT_OF_SCOPE
    return trial.section or _NO_SECTION
