"""Findings: what `faqbot check` has to say about a knowledge base, and how much it matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from faqbot.authoring.checks.findings import RULES, Severity

__all__ = ["Finding", "Severity", "UnknownCode", "chosen_codes", "worst"]

_NEAR = 60.0
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend, and where: *line* counts from 1, 0 is the whole file.

    *message* is a sentence that says what is wrong, *remedy* one that says what to do.
    """

    path: Path
    line: int
    code: str
    message: str
    remedy: str

    @property
    def severity(self) -> Severity:
        """How much it matters, which its code decides."""
        return RULES[self.code].severity

    @property
    def where(self) -> str:
        """Return ``path:line``, the form that editors turn into a link."""
        return f"{self.path}:{self.line}" if self.line else f"{self.path}"


class UnknownCode(ValueError):
    """No code is, or begins with, what was given; the message names codes that are near."""


def chosen_codes(
    select: Iterable[str] = (), ignore: Iterable[str] = (), *, notes: bool = False
) -> frozenset[str]:
    """Return the codes that begin with one of *select*, but not with one of *ignore*.

    With nothing to *select*, these are all, those whose severity is info only with *notes*. That a
    file cannot be loaded is always told. Raises UnknownCode for what no code begins with.
    """
    wanted = _beginning(select) or {
        code for code, rule in RULES.items() if notes or rule.severity is not Severity.INFO
    }
    return frozenset(wanted - _beginning(ignore)) | {"E001"}


def _beginning(prefixes: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for prefix in prefixes:
        codes = {code for code in RULES if prefix and code.startswith(prefix.upper())}
        if not codes:
            raise UnknownCode(f"no code begins with {prefix!r}: {_near(prefix)}")
        found |= codes
    return found


def _near(code: str) -> str:
    from rapidfuzz import fuzz, process

    found = process.extract(
        code.upper(), list(RULES), scorer=fuzz.ratio, limit=_MOST_NEAR, score_cutoff=_NEAR
    )
    if found:
        return f"did you mean {' or '.join(sorted(each[0] for each in found))}?"
    return f"a code begins with {', '.join(sorted({each[0] for each in RULES}))}"


def worst(findings: Iterable[Finding]) -> Severity | None:
    """Return the severity of the worst of *findings*; None if there are none."""
    given = {finding.severity for finding in findings}
    return next((severity for severity in Severity if severity in given), None)
