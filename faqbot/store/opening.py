"""Where the store is, and how long it keeps what it holds."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec

from faqbot.errors import MissingDependency, StoreError
from faqbot.store.store import Store

__all__ = ["open_store"]

_DAYS_KEPT = 365
# Five digits: 273 years, which a date can go back from today.
_DAYS = re.compile(r"0*[0-9]{1,5}", re.ASCII)
# Characters of a setting that is wrong, chosen by hand.
_LONGEST_SHOWN = 40
# Modules that redaction imports when it first needs them. A store without them would keep nothing.
_REDACTION_LIBRARIES = ("phonenumbers", "stdnum")


def open_store(url: str = "") -> Store:
    """Return the store at *url*: any SQLAlchemy URL, or the path of an SQLite file.

    An empty *url* stands for the environment's FAQBOT_STORE, and without that for a file in the
    platform's data folder. FAQBOT_RETENTION is the number of days for which records are kept, 365
    unless set, 0 for ever. The database is opened, and begun where there is none, when it is first
    used, or by `Store.prepare`.

    Raises MissingDependency without the extra "store", and StoreError for settings that are wrong;
    a database that is out of order is no such fault.
    """
    try:
        from faqbot.store.database import Database
        from faqbot.store.dialects import backend_of, default_path
    except ModuleNotFoundError as error:
        raise MissingDependency("the store", "store") from error
    if not all(map(find_spec, _REDACTION_LIBRARIES)):
        raise MissingDependency("the store", "store")
    where = url or os.environ.get("FAQBOT_STORE") or str(default_path())
    return Store(Database(backend_of(where)), days_kept=_days_kept())


def _days_kept() -> int:
    setting = os.environ.get("FAQBOT_RETENTION", "").strip()
    if not setting:
        return _DAYS_KEPT
    if not _DAYS.fullmatch(setting):
        shown = setting if len(setting) <= _LONGEST_SHOWN else f"{setting[:_LONGEST_SHOWN]}..."
        raise StoreError(
            f"FAQBOT_RETENTION is {shown!r}: give a whole number of days up to 99999, or 0 to keep for ever."
        )
    return int(setting)
