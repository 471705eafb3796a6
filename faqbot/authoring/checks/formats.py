"""Output formats of a check: text for people, JSON, and GitHub annotations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping

from faqbot.authoring.checks import CheckReport
from faqbot.authoring.checks.findings import RULES, Finding, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_PLURALS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "notes"}
_SINGULARS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_text(report: CheckReport) -> str:
    """Return a line ``path:line: CODE message remedy`` for each finding, and a summary."""
    lines = [f"{one.where}: {one.code} {_sentence(one)}" for one in report.findings]
    return "\n".join([*lines, summary(report)])


def _sentence(finding: Finding) -> str:
    return f"{finding.message} {finding.remedy}".rstrip()


def summary(report: CheckReport) -> str:
    """Return the number of findings of each severity, in one line."""
    counts = Counter(finding.severity for finding in report.findings)
    found = ", ".join(
        f"{counts[each]} {(_SINGULARS if counts[each] == 1 else _PLURALS)[each]}"
        for each in Severity
        if counts[each]
    )
    if report.kb is None:
        them = "it" if len(report.findings) == 1 else "them"
        return f"{found}. Fix {them} to run the remaining checks."
    phrasings = sum(len(entry.phrasings) for entry in report.kb.entries)
    counted = (
        f"{len(report.kb.entries)} entries, {phrasings} phrasings, {len(report.kb.tests)} tests"
    )
    more = f"; --verbose lists {report.hidden} notes" if report.hidden else ""
    return (f"{found} in {counted}" if found else f"OK: {counted}") + more


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
    """Return a GitHub workflow command for each finding, and a summary."""
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
