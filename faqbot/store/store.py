"""The store as adapters and commands use it: writing never fails them, reading says what is wrong.

Where the store is, and how long it keeps what it holds.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, get_args

from faqbot.errors import MissingDependency, StoreError
from faqbot.models import AskedQuestion, Suggestion, SuggestionStatus
from faqbot.store.circuit_breaker import CircuitBreaker, DedupKeys
from faqbot.store.redaction import load_patterns

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from faqbot.models import Answer
    from faqbot.store.database import Database

with suppress(ModuleNotFoundError):  # without the extra, the class can be named but not opened
    from faqbot.store import queries


_log = logging.getLogger("faqbot.store")

_Result = TypeVar("_Result")
_Record = TypeVar("_Record", AskedQuestion, Suggestion)

# Days: 273 years, which a date can go back from today.
_MOST_DAYS = 99_999
_DAY = 24 * 60 * 60.0
_REMOVED_AT_ONCE = 500
_DAYS_KEPT = 365
# Five digits: 273 years, which a date can go back from today.
_DAYS = re.compile(r"0*[0-9]{1,5}", re.ASCII)
# Characters of a setting that is wrong, chosen by hand.
_LONGEST_SHOWN = 40
# Modules that redaction imports when it first needs them. A store without them would keep nothing.
_REDACTION_LIBRARIES = ("phonenumbers", "stdnum")


class Store:
    """What people asked, how it went, and what they suggested. Made by `open_store`.

    What is written is private: texts are redacted (addresses, numbers, secrets), and a person is
    a salted hash. Safe to share among threads; processes may share one database.

    A database that is locked, full, read-only, damaged or gone costs no answer: writing then returns
    None or False, within two seconds the first time and a fifth of one afterwards (on a server that
    stopped answering: within the time its driver takes to notice). The logger
    ``faqbot.store`` tells once that it is out of order and once that it is back; writing resumes by
    itself, a second or so after it is. Each write is a transaction of its own, so that a process
    killed at any moment loses at most the record it was writing.
    """

    def __init__(
        self,
        database: Database,
        *,
        days_kept: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep records in *database*, for *days_kept* days or for ever (0)."""
        self._database = database
        self._days_kept = days_kept
        self._clock = clock
        self._breaker = CircuitBreaker(database.backend.name, clock)
        self._dedup_keys = DedupKeys(clock)
        self._next_removal = clock()

    @property
    def name(self) -> str:
        """Where the records are: the path of a file, or a URL without its password."""
        return self._database.backend.name

    def __enter__(self) -> Self:
        """Return the store, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    def prepare(self) -> bool:
        """Open the database now, and begin it where there is none; False when it is out of order.

        A service calls this when it starts, so that the log tells then rather than at the first
        question. Records that are too old are removed, now and once a day while others are written.
        The patterns of redaction are loaded, so that the first record does not wait for them.
        """
        load_patterns()
        return self._write(lambda _: True, otherwise=False)

    def record(self, answer: Answer, *, adapter: str, person: str = "") -> str | None:
        """Record the question that *answer* answers, and return the record's id.

        *person* is whatever the *adapter* calls the one who asked. Of an answer in parts each part is
        a record of its own, and the id is that of the last. A greeting, thanks and the like are
        recorded as courtesies, which have no id. A pick from choices (`Answer.picked_for`) is noted in that person's record of the
        question, where there is one of the last day, and otherwise makes one; when all the choices
        were turned down and nothing else was found, the question becomes one without an answer.

        Returns None when there was nothing to record, or it could not be written. Never raises.
        """
        return self._write(
            lambda connection: queries.record(connection, answer, adapter, person), otherwise=None
        )

    def record_feedback(self, record: str, *, person: str, helpful: bool, reason: str = "") -> bool:
        """Note whether the answer of that *record* helped; for each person the last verdict counts.

        All for whom *person* is empty count as one. Returns False when there is no such record (any
        more), or it could not be written. Never raises.
        """
        return self._write(
            lambda connection: queries.record_feedback(
                connection, record, person, reason, helpful=helpful
            ),
            otherwise=False,
        )

    def suggest(
        self, question: str, answer: str = "", *, entry: str = "", person: str = ""
    ) -> str | None:
        """Keep a suggestion for an author, about *entry* or for a new one, and return its id.

        The same from the same person is kept once while it is open. Returns None when it could not
        be written. Never raises.
        """
        return self._write(
            lambda connection: queries.suggest(connection, question, answer, entry, person),
            otherwise=None,
        )

    def decide(self, suggestion: str, status: SuggestionStatus) -> bool:
        """Set what became of a suggestion: open, approved or rejected.

        Returns False when there is none of that id, or it could not be written. Raises ValueError
        for another status.
        """
        if status not in get_args(SuggestionStatus):
            raise ValueError(f"a suggestion is open, approved or rejected, not {status!r}")
        return self._write(
            lambda connection: queries.decide(connection, suggestion, status), otherwise=False
        )

    def claim(self, key: str, *, seconds: float) -> bool:
        """Take *key* for so many seconds: True for one caller, False for all others in that time.

        Among threads and among the processes that share the database, exactly one is told True.
        While the database is out of order that holds within a process only: a message is then
        rather answered twice than not at all. Never raises.
        """
        if not self._dedup_keys.take(key, seconds):
            return False
        ours = self._write(
            lambda connection: queries.claim(connection, key, seconds), otherwise=True
        )
        if not ours:
            self._dedup_keys.release(key)  # it is another process's, which alone knows for how long
        return ours

    def questions(self, since: datetime | None = None) -> Iterator[AskedQuestion]:
        """Yield the recorded questions, oldest first; a naive *since* is UTC.

        Raises StoreError when the database cannot be read. One that was not begun holds nothing.
        """
        return self._asked(since, manners=False)

    def courtesies(self, since: datetime | None = None) -> Iterator[AskedQuestion]:
        """Yield the recorded greetings, thanks and the like, which `questions` leaves out; raises as it does."""
        return self._asked(since, manners=True)

    def _asked(self, since: datetime | None, *, manners: bool) -> Iterator[AskedQuestion]:
        return self._read(partial(queries.questions_after, since=since, manners=manners))

    def suggestions(
        self, status: SuggestionStatus | None = None, *, since: datetime | None = None
    ) -> Iterator[Suggestion]:
        """Yield the suggestions, of one *status* or all, oldest first; raises as `questions` does."""
        return self._read(partial(queries.suggestions_after, since=since, status=status))

    def question(self, record: str) -> AskedQuestion | None:
        """Return the recorded question or courtesy with the id *record*; None if there is no such record.

        Raises StoreError when the database cannot be read.
        """
        return self._find(lambda connection: queries.question(connection, record))

    def suggestion(self, suggestion: str) -> Suggestion | None:
        """Return the suggestion with that id; None if there is no such suggestion.

        Raises StoreError when the database cannot be read.
        """
        return self._find(lambda connection: queries.suggestion(connection, suggestion))

    def forget(self, person: str) -> int:
        """Remove all that *person* asked, judged and suggested, and return how many records that were.

        *person* is the plain id, as it was given when they were recorded. Raises StoreError when the
        database cannot be written: a person is to be told so.
        """
        if not self._database.is_begun:
            return 0
        removed = self._database.transact(lambda connection: queries.forget(connection, person))
        self._database.empty_log()
        return removed

    def export(self, since: datetime | None = None) -> Iterator[dict[str, object]]:
        """Yield all that is kept as plain data that JSON can hold: questions, courtesies, suggestions.

        The key "kind" is "question", "courtesy" or "suggestion", the others are the fields of `AskedQuestion` and
        `Suggestion`. Raises StoreError when the database cannot be read.
        """
        for asked in self.questions(since):
            yield {"kind": "question", **_plain(asked)}
        for courtesy in self.courtesies(since):
            yield {"kind": "courtesy", **_plain(courtesy)}
        for suggestion in self.suggestions(since=since):
            yield {"kind": "suggestion", **_plain(suggestion)}

    def close(self) -> None:
        """Give the database up; what is written afterwards is lost."""
        self._database.close()

    def _write(self, work: Callable[[Connection], _Result], *, otherwise: _Result) -> _Result:
        """Return what *work* does in a transaction, or *otherwise* when it cannot be done."""
        done = self._try(work, otherwise=otherwise)
        if self._days_kept and self._clock() >= self._next_removal:
            self._remove_what_is_old()
        return done

    def _try(self, work: Callable[[Connection], _Result], *, otherwise: _Result) -> _Result:
        if not self._breaker.allows():
            return otherwise
        begun = self._clock()
        try:
            done = self._database.transact(work, patience=self._breaker.patience)
        except StoreError as error:
            self._breaker.failed(str(error), took=self._clock() - begun)
            return otherwise
        except Exception as error:  # noqa: BLE001  whatever happens here, the answer goes out
            # Not the store is at fault but one record, whose text must not get into the log.
            _log.warning("A record was lost to %s, a fault of faqbot.", type(error).__name__)
            return otherwise
        self._breaker.succeeded()
        return done

    def _remove_what_is_old(self) -> None:
        """Apply the retention in small steps: the next one follows the next write, or a day later."""
        moment = datetime.now(UTC) - timedelta(days=min(self._days_kept, _MOST_DAYS))
        removed = self._try(
            lambda connection: queries.remove_before(connection, moment, _REMOVED_AT_ONCE),
            otherwise=_REMOVED_AT_ONCE,
        )
        if removed < _REMOVED_AT_ONCE:
            self._next_removal = self._clock() + _DAY

    def _find(self, work: Callable[[Connection], _Result | None]) -> _Result | None:
        if not self._database.is_begun:
            return None
        return self._database.transact(work, writes=False)

    def _read(self, page: Callable[..., list[_Record]]) -> Iterator[_Record]:
        """Yield what *page* returns of a connection and the id of the last record, until nothing is."""
        if not self._database.is_begun:
            return
        last = ""
        while True:
            records = self._database.transact(partial(page, last=last), writes=False)
            if not records:
                return
            yield from records
            last = records[-1].id


def _plain(record: AskedQuestion | Suggestion) -> dict[str, object]:
    """Return the fields of *record* as JSON has them."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in (asdict(record) | {"at": record.at.isoformat()}).items()
    }


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
