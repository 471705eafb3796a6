"""Output formats of a check: text, JSON, and GitHub annotations."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from faqbot.authoring.checks import CheckReport
from faqbot.authoring.checks.findings import RULES, Finding, Severity
from faqbot.plurals import counted

# Findings of one code that are listed one by one; more of them are one line. Chosen by hand.
MAX_LISTED = 10
# Places that the line of many findings names. Chosen by hand: they fit on the line.
_PLACES_SHOWN = 3
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_text(report: CheckReport, *, grouped: bool = True) -> str:
    """Return a line ``path:line: CODE message remedy`` for each finding, and a summary.

    An error has the word "error" before its code. If *grouped*, more than `MAX_LISTED` findings of one
    code are one line with their count, at the place of the first. Errors are always listed.
    """
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_code[finding.code].append(finding)
    many = {code for code, found in by_code.items() if grouped and _is_many(found)}
    lines = (
        _group(by_code[one.code])
        if one.code in many
        else f"{one.where}: {_code(one)} {_sentence(one)}"
        for one in report.findings
        if one.code not in many or one is by_code[one.code][0]
    )
    return "\n".join([*lines, summary(report, hides=bool(many))])


def _is_many(found: Sequence[Finding]) -> bool:
    return len(found) > MAX_LISTED and found[0].severity is not Severity.ERROR


def _code(finding: Finding) -> str:
    return f"error {finding.code}" if finding.severity is Severity.ERROR else finding.code


def _group(found: Sequence[Finding]) -> str:
    """Return the line of many findings of one code."""
    first, rule = found[0], RULES[found[0].code]
    others = list(_places(found[: _PLACES_SHOWN + 1]))
    left = f" and {len(found) - len(others) - 1:,} more" if len(found) > len(others) + 1 else ""
    return (
        f"{first.where}: {first.code} {len(found):,} times: {rule.description}. {rule.remedy} "
        f"Also at {', '.join(others)}{left}."
    )


def _places(found: Sequence[Finding]) -> Iterator[str]:
    """Yield the places of *found* after the first, without the path if that has it too."""
    for one in found[1:]:
        same = one.path == found[0].path and one.line
        yield f"line {one.line}" if same else one.where


def _sentence(finding: Finding) -> str:
    return f"{finding.message} {finding.remedy}".rstrip()


def summary(report: CheckReport, *, hides: bool = False) -> str:
    """Return the number of findings per severity, in one line.

    *hides* is True if some findings are not listed one by one.
    """
    counts = Counter(finding.severity for finding in report.findings)
    found = ", ".join(counted(counts[each], _NOUNS[each]) for each in Severity if counts[each])
    if report.kb is None:
        them = "it" if len(report.findings) == 1 else "them"
        return f"{found}. Fix {them} to run the remaining checks."
    phrasings = sum(len(entry.phrasings) for entry in report.kb.entries)
    checked = ", ".join(
        (
            counted(len(report.kb.entries), "entry", "entries"),
            counted(phrasings, "phrasing"),
            counted(len(report.kb.tests), "test"),
        )
    )
    notes = [counted(report.hidden, "note")] if report.hidden else []
    unlisted = " and ".join((["each"] if hides else []) + notes)
    more = f"; --verbose lists {unlisted}" if unlisted else ""
    return (f"{found} in {checked}" if found else f"OK: {checked}") + more


def as_json(report: CheckReport) -> str:
    """Return a JSON document of the findings, with counts by severity."""
    counts = Counter(finding.severity for finding in report.findings)
    document = {
        "findings": [_plain(finding) for finding in report.findings],
        "counts": {each.value: counts[each] for each in Severity},
        "loaded": report.kb is not None,
        "skipped": list(report.skipped),
    }
    return json.dumps(document, indent=2)


def _plain(finding: Finding) -> Mapping[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "path": str(finding.path),
        "line": finding.line,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def as_github(report: CheckReport) -> str:
    """Return a GitHub workflow command per finding, and a summary."""
    return "\n".join([*map(_command, report.findings), summary(report)])


def _command(finding: Finding) -> str:
    fields = {
        "file": str(finding.path),
        "line": str(finding.line or 1),
        "title": f"{finding.code} {RULES[finding.code].description}",
    }
    given = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in fields.items())
    return f"::{_LEVELS[finding.severity]} {given}::{_escaped(_sentence(finding))}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(
        f"%{ord(char):02X}" if char in "%\r\n" or char in more else char for char in text
    )


FORMATS: Mapping[str, Callable[[CheckReport], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}
