"""Checks of dates and drafts: what is out of date, what was not read for long, what is not ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from faqbot.authoring.checks.source_map import Manuscript
from faqbot.authoring.findings import Finding
from faqbot.models import Entry

__all__ = ["check_dates"]

_YEAR = timedelta(days=366)
_SOON = timedelta(days=30)


def check_dates(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield what is overdue, and each draft."""
    for entry in manuscript.kb.entries:
        if entry.draft:
            message = f"`{entry.id}` is a draft, and never an answer."
            yield manuscript.at(entry, "draft").finding("D605", message)
        else:
            yield from _expiry(manuscript, entry)
            yield from _review(manuscript, entry)


def _expiry(manuscript: Manuscript, entry: Entry) -> Iterator[Finding]:
    day, today = entry.expires, manuscript.today
    if day is None:
        return
    field = manuscript.at(entry, "expires")
    if entry.reviewed and day <= entry.reviewed <= today:
        message = f"the answer was reviewed on {entry.reviewed}, after it expired on {day}."
        yield field.finding("D606", message)
    elif day <= today:
        yield field.finding("D601", f"the answer expired on {day}, and is still given.")
    elif day <= today + _SOON:
        yield field.finding("D602", f"the answer expires on {day}.")


def _review(manuscript: Manuscript, entry: Entry) -> Iterator[Finding]:
    day, today = entry.reviewed, manuscript.today
    if day is None:
        return
    field = manuscript.at(entry, "reviewed")
    if day > today:
        yield field.finding("D604", f"the day of review, {day}, is yet to come.")
    elif day < today - _YEAR:
        yield field.finding("D603", f"the answer was last reviewed on {day}, over a year ago.")
