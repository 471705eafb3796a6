"""Store for adapters and commands: writes never raise, reads raise StoreError.

`open_store` reads the settings: the address of the database, and the retention.
"""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self, TypeVar, get_args

from faqbot.errors import MissingDependency
from faqbot.models import AnswerRecord, AskedQuestion, Suggestion, SuggestionStatus
from faqbot.store.circuit_breaker import PATIENCE, CircuitBreaker, DedupKeys
from faqbot.store.redaction import load_patterns
from faqbot.store.request_queue import RequestQueue, find_waiting
from faqbot.store.retention import REMOVED_AT_ONCE, Retention, read_days_kept
from faqbot.tenant_ids import check_tenant

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from faqbot.models import Answer
    from faqbot.store.database import Database
    from faqbot.store.sealed_texts import SealedTexts

with suppress(ModuleNotFoundError):  # without the extra, the class can be named but not opened
    from faqbot.store import queries, stored_records
    from faqbot.store.hashing import digest
    from faqbot.store.shared_state import SharedState


# Seconds in which accepted requests do not try a database that failed. Chosen by hand: short, as two processes
# may answer the same request meanwhile.
_QUEUE_PAUSE = 0.2

_log = logging.getLogger("faqbot.store")

_Result = TypeVar("_Result")
_Record = TypeVar("_Record", AskedQuestion, Suggestion)

# Modules that redaction imports when it first needs them. A store without them would keep nothing.
_REDACTION_LIBRARIES = ("phonenumbers", "stdnum")


class Store:
    """Questions, verdicts and suggestions of people, kept in a database.

    `open_store` makes it. It reads and writes the records of one tenant. Records are private: texts are redacted (addresses, numbers, secrets), and
    a person is a salted hash. Thread-safe; processes may share a database.

    A database that is locked, full, read-only, damaged or gone costs no answer. Writes then return
    None or False, within two seconds the first time and 0.2 seconds afterwards. For a server that
    stopped answering, each step ends after two seconds. The logger ``faqbot.store`` reports the
    failure once and the recovery once. Writing resumes about a second after the recovery. Each write
    is a transaction, so a killed process loses at most the record that it was writing.
    """

    def __init__(
        self,
        database: Database,
        *,
        tenant: str = "",
        days_kept: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep records of *tenant* in *database* for *days_kept* days, 0 for ever.

        *clock* returns seconds. Raises TenantError for a malformed id.
        """
        self._database = database
        self._tenant = check_tenant(tenant)
        self._clock = clock
        self._breaker = CircuitBreaker(database.backend.name, clock)
        # Accepted requests do not wait for records, so that each has one reply also under a heavy load.
        self._queue_database = database.with_own_connection()
        self._queue_breaker = self._breaker
        if self._queue_database is not database:
            self._queue_breaker = CircuitBreaker(
                database.backend.name, clock, pause=_QUEUE_PAUSE, least_patience=PATIENCE
            )
        self._dedup_keys = DedupKeys(clock)
        self._retention = Retention(days_kept, clock)
        self._shared = SharedState(database, self._breaker)

    @property
    def tenant(self) -> str:
        """The id of the tenant whose records are read and written, "" without one."""
        return self._tenant

    def for_tenant(self, tenant: str) -> Store:
        """Return a store of the records of *tenant*, on the connection of this store.

        Closing either closes both. Raises TenantError for a malformed id.
        """
        other = copy.copy(self)
        other._tenant = check_tenant(tenant)  # noqa: SLF001  an object of this class
        return other

    @property
    def name(self) -> str:
        """Path of the database, or its URL without the password."""
        return self._database.backend.name

    @property
    def is_in_order(self) -> bool:
        """True unless the last use of the database failed; a fault of one record is none."""
        return self._breaker.in_order

    @property
    def shared(self) -> SharedState:
        """State that a service's processes share, such as conversations."""
        return self._shared.for_tenant(self._tenant)

    def __enter__(self) -> Self:
        """Return the store; the end of the block closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def prepare(self) -> bool:
        """Open or create the database; return False after a fault.

        A service calls this at its start, so that a fault is logged then, not at the first question.
        Records beyond the retention are deleted now, and later once a day with a write. The patterns
        of redaction are loaded too, so that the first record does not wait for them.
        """
        load_patterns()
        return self._write(lambda _: True, otherwise=False)

    def make_id(self) -> str:
        """Return a new secret id for `record`, without a database."""
        return queries.new_id(datetime.now(UTC))

    def record(
        self, answer: Answer, *, adapter: str, person: str = "", record: str = ""
    ) -> str | None:
        """Record the question of *answer*; return the record's id.

        *record* is an id of `make_id` that the record gets, by default a new one. A service that
        records after its response gives the id out before. A pick with the id of a record changes
        that record. A question with the id of a record is not recorded again.

        *person* is the id of the person in the *adapter*. Each part of an answer in parts is a record,
        and the id is that of the last. Courtesies, such as greetings and thanks, are recorded without
        an id. A pick from choices (`Answer.picked_for`) changes the record of the question if that
        person asked it within a day; otherwise it adds a record. A question whose choices were all
        declined becomes unanswered, unless others were found.

        Returns None if there was no question to record, or if it could not be written. Never raises.
        """
        one = AnswerRecord(answer, adapter, person, record, self._tenant)
        return self._write(
            lambda connection: queries.record(connection, one),
            otherwise=None,
        )

    def record_all(self, records: Sequence[AnswerRecord]) -> bool:
        """Record *records* in one transaction, as `record` does one by one; at most 500.

        A record is kept for the tenant that it names, by default that of this store. Returns False if they could not be written: then the store has no record of the call. Never raises.
        """
        named = [each if each.tenant else replace(each, tenant=self._tenant) for each in records]

        def write(connection: Connection) -> bool:
            queries.record_all(connection, named)
            return True

        return self._write(write, otherwise=False)

    def record_feedback(self, record: str, *, person: str, helpful: bool, reason: str = "") -> bool:
        """Record a verdict on the answer with the id *record*.

        The last verdict of a person counts.

        An empty *person* counts as a single person. Returns False for an unknown or deleted record,
        or if the verdict could not be written. Never raises.
        """
        return self._write(
            lambda connection: queries.record_feedback(
                connection, self._tenant, record, person, reason, helpful=helpful
            ),
            otherwise=False,
        )

    def suggest(
        self, question: str, answer: str = "", *, entry: str = "", person: str = ""
    ) -> str | None:
        """Record a suggestion for *entry* or a new entry; return its id.

        Equal suggestions of a person are kept once while they are open. Returns None if it could not
        be written. Never raises.
        """
        return self._write(
            lambda connection: queries.suggest(
                connection, self._tenant, question, answer, entry, person
            ),
            otherwise=None,
        )

    def decide(self, suggestion: str, status: SuggestionStatus) -> bool:
        """Set the status of a suggestion: open, approved or rejected.

        Returns False for an unknown id, or if it could not be written. Raises ValueError for another
        status.
        """
        if status not in get_args(SuggestionStatus):
            raise ValueError(f"a suggestion is open, approved or rejected, not {status!r}")
        return self._write(
            lambda connection: queries.decide(connection, self._tenant, suggestion, status),
            otherwise=False,
        )

    def claim(self, key: str, *, seconds: float, holder: str = "") -> bool:
        """Take *key* of the tenant for *seconds*; return True for the first caller only.

        A single caller gets True, among threads and among processes that share the database, and
        again whoever gives the same *holder*. While the database is out of order this holds within a
        process only: a message is then answered twice rather than never. Raises nothing.
        """
        name = digest(self._tenant, key)
        who = digest(self._tenant, holder) if holder else ""
        if not self._dedup_keys.take(name, seconds, who):
            return False
        ours = self._write(
            lambda connection: queries.claim(connection, name, seconds, who or None),
            otherwise=True,
        )
        if not ours:
            self._dedup_keys.release(name)  # another process holds it, for a time unknown here
        return ours

    def request_queue(self, service: str, owner: str) -> RequestQueue:
        """Return the queue of the accepted requests of *service*; *owner* names this process.

        A service is an adapter with the account that it answers for. No other process may have the
        same *owner*, not even a later one.
        """
        return RequestQueue(self._write_queue, self._tenant, service, owner)

    def waiting_queues(self) -> list[tuple[str, str]]:
        """Return tenant and service of each queue with requests that nobody holds, of all tenants.

        Returns an empty list after a fault.
        """
        nothing: list[tuple[str, str]] = []
        return self._write(find_waiting, otherwise=nothing)

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """Return a number, from 1, for each of *names*, which are at most 255 characters long.

        A name keeps its number for the life of the store, for clients whose ids are integers. Raises
        StoreError if the database cannot be read or written.
        """
        wanted = [*names]
        return self._database.transact(
            lambda connection: queries.number_names(connection, self._tenant, wanted)
        )

    def sealed_texts(self, kind: str) -> SealedTexts:
        """Return the encrypted texts of *kind*, such as tokens."""
        from faqbot.store.sealed_texts import SealedTexts

        return SealedTexts(self._database, kind)

    def questions(self, since: datetime | None = None) -> Iterator[AskedQuestion]:
        """Yield the recorded questions, oldest first; a naive *since* is UTC.

        Raises StoreError if the database cannot be read. A file that was not created yet is empty.
        """
        return self._asked(since, manners=False)

    def courtesies(self, since: datetime | None = None) -> Iterator[AskedQuestion]:
        """Yield the recorded courtesies, oldest first, which `questions` omits.

        Raises StoreError if the database cannot be read.
        """
        return self._asked(since, manners=True)

    def _asked(self, since: datetime | None, *, manners: bool) -> Iterator[AskedQuestion]:
        return self._read(
            partial(
                stored_records.questions_after, tenant=self._tenant, since=since, manners=manners
            )
        )

    def suggestions(
        self, status: SuggestionStatus | None = None, *, since: datetime | None = None
    ) -> Iterator[Suggestion]:
        """Yield the suggestions with *status*, by default all, oldest first.

        Raises StoreError if the database cannot be read.
        """
        return self._read(
            partial(
                stored_records.suggestions_after, tenant=self._tenant, since=since, status=status
            )
        )

    def question(self, record: str) -> AskedQuestion | None:
        """Return the question or courtesy with an id, None if unknown.

        Raises StoreError if the database cannot be read.
        """
        return self._find(
            lambda connection: stored_records.question(connection, self._tenant, record)
        )

    def suggestion(self, suggestion: str) -> Suggestion | None:
        """Return the suggestion with the given id, None if unknown.

        Raises StoreError if the database cannot be read.
        """
        return self._find(
            lambda connection: stored_records.suggestion(connection, self._tenant, suggestion)
        )

    def forget(self, person: str) -> int:
        """Delete the questions, verdicts and suggestions of *person*; return their number.

        Accepted requests that wait for an answer are deleted and counted too. *person* is the plain id, as given to `record`. Raises StoreError if the database cannot be
        written, as the person must be told.
        """
        if not self._database.is_created:
            return 0
        removed = self._database.transact(
            lambda connection: queries.forget(connection, self._tenant, person)
        )
        self._database.truncate_log()
        return removed

    def export(self, since: datetime | None = None) -> Iterator[dict[str, object]]:
        """Yield each record as a dictionary for JSON: questions, courtesies, suggestions.

        The key "kind" is "question", "courtesy" or "suggestion". The other keys are the fields of
        `AskedQuestion` and `Suggestion`. Raises StoreError if the database cannot be read.
        """
        for asked in self.questions(since):
            yield {"kind": "question", **_plain(asked)}
        for courtesy in self.courtesies(since):
            yield {"kind": "courtesy", **_plain(courtesy)}
        for suggestion in self.suggestions(since=since):
            yield {"kind": "suggestion", **_plain(suggestion)}

    def close(self) -> None:
        """Close the database; later writes are lost."""
        self._shared.close()
        self._database.close()
        self._queue_database.close()

    def _write(self, work: Callable[[Connection], _Result], *, otherwise: _Result) -> _Result:
        """Return the result of *work*, or *otherwise* after a fault."""
        done = self._try(work, otherwise=otherwise)
        if self._retention.is_due():
            self._delete_old_records()
        return done

    def _try(self, work: Callable[[Connection], _Result], *, otherwise: _Result) -> _Result:
        return self._breaker.attempt(
            lambda patience: self._database.transact(work, patience=patience), otherwise=otherwise
        )

    def _write_queue(self, work: Callable[[Connection], _Result], *, otherwise: _Result) -> _Result:
        """Return the result of *work* on the queue of requests, or *otherwise* after a fault."""
        return self._queue_breaker.attempt(
            lambda patience: self._queue_database.transact(work, patience=patience),
            otherwise=otherwise,
        )

    def _delete_old_records(self) -> None:
        """Delete a batch of records of all tenants beyond the retention."""
        moment = self._retention.oldest()
        removed = self._try(
            lambda connection: queries.remove_before(connection, moment, REMOVED_AT_ONCE),
            otherwise=REMOVED_AT_ONCE,
        )
        if removed < REMOVED_AT_ONCE:
            self._retention.wait()

    def _find(self, work: Callable[[Connection], _Result | None]) -> _Result | None:
        if not self._database.is_created:
            return None
        return self._database.transact(work, writes=False)

    def _read(self, page: Callable[..., list[_Record]]) -> Iterator[_Record]:
        """Yield the records of all pages.

        *page* takes a connection and the last id.
        """
        if not self._database.is_created:
            return
        last = ""
        while True:
            records = self._database.transact(partial(page, last=last), writes=False)
            if not records:
                return
            yield from records
            last = records[-1].id


def _plain(record: AskedQuestion | Suggestion) -> dict[str, object]:
    """Return the fields of *record* as values for JSON."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in (asdict(record) | {"at": record.at.isoformat()}).items()
    }


def open_store(url: str = "", tenant: str = "") -> Store:
    """Return the store of *tenant* at *url*, an SQLAlchemy URL or a path.

    A store shows the records of its tenant only; "" are those without a tenant.

    An empty *url* means the environment variable FAQBOT_STORE, by default a file in the data folder
    of the platform. FAQBOT_RETENTION is the number of days for which records are kept: 365 by
    default, 0 for ever. The database is opened, or created, when first used or by `Store.prepare`.

    Raises MissingDependency without the extra "store", StoreError for wrong settings, and TenantError
    for a malformed id. A database
    that is out of order raises nothing here.
    """
    from faqbot.store.upgrading import locate_store

    backend = locate_store(url)
    if not all(map(find_spec, _REDACTION_LIBRARIES)):
        raise MissingDependency("the store", "store")
    from faqbot.store.database import Database

    return Store(Database(backend), tenant=tenant, days_kept=read_days_kept())
