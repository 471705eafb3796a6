"""Retention of records: days kept, and the time of deletion."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from faqbot.errors import StoreError

# Records of a table deleted in one transaction, so that it is short. Chosen by hand.
REMOVED_AT_ONCE = 500
# Days of the longest retention: 273 years, which a date can go back from today.
_MOST_DAYS = 99_999
# Seconds between two removals of old records: a day.
_DAY = 24 * 60 * 60.0
# Days of the default retention: a year of seasonal questions, chosen by hand.
_DAYS_KEPT = 365
# Five digits, as in `_MOST_DAYS`.
_DAYS = re.compile(r"0*[0-9]{1,5}", re.ASCII)
# Characters of a setting that is wrong, chosen by hand.
_LONGEST_SHOWN = 40


class Retention:
    """Days for which records are kept, and the time of the next removal.

    The stores of all tenants of a database share it.
    """

    def __init__(self, days_kept: int, clock: Callable[[], float]) -> None:
        """Keep records for *days_kept* days, 0 for ever; *clock* returns seconds."""
        self.days_kept = days_kept
        self._clock = clock
        self._next_removal = clock()

    def is_due(self) -> bool:
        """Return True if old records are to be deleted now."""
        return bool(self.days_kept) and self._clock() >= self._next_removal

    def oldest(self) -> datetime:
        """Return the time from which on records are kept."""
        return datetime.now(UTC) - timedelta(days=min(self.days_kept, _MOST_DAYS))

    def wait(self) -> None:
        """Wait a day until the next removal."""
        self._next_removal = self._clock() + _DAY


def read_days_kept() -> int:
    """Return the days of FAQBOT_RETENTION; raise StoreError for another text."""
    setting = os.environ.get("FAQBOT_RETENTION", "").strip()
    if not setting:
        return _DAYS_KEPT
    if not _DAYS.fullmatch(setting):
        shown = setting if len(setting) <= _LONGEST_SHOWN else f"{setting[:_LONGEST_SHOWN]}..."
        raise StoreError(
            f"FAQBOT_RETENTION is {shown!r}: give a whole number of days up to 99999, or 0 to keep for ever"
        )
    return int(setting)
