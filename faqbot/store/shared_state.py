"""State that a service's processes share: conversations, counts, rates, flags.

It is beside the records: a row expires, and none is worth an answer that waits. While the database is
out of order, every method returns None, and a process goes on with its own memory.
"""

from __future__ import annotations

import copy
import json
import math
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, select, update

from faqbot.store.connection_pool import ConnectionPool
from faqbot.store.hashing import digest, read_salt, salted
from faqbot.store.redaction import redact
from faqbot.store.shared_counts import SharedCount, SharedCounts
from faqbot.store.tables import conversations, settings, shared_numbers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from faqbot.store.circuit_breaker import CircuitBreaker
    from faqbot.store.database import Database

_Result = TypeVar("_Result")
Data = dict[str, object]

# Bytes of a secret of the service: a key of SHA-256.
_SECRET_BYTES = 32
# Numbers under one name that are read at once. Chosen by hand: mutes of the channels of a company.
_MOST_READ = 10_000
# Characters of a name or a key: the width of their columns.
_LONGEST_NAME = 64
# Seconds between two removals of expired rows. Chosen by hand: a conversation lasts half an hour.
_REMOVE_AFTER = 60.0
# Connections of a process to a server: as many as it has threads that answer over HTTP. With a single one
# these threads wait for each other. Chosen by hand.
CONNECTIONS = 4
# Keys of a stored conversation whose texts a person wrote. `picked_for` and `pending` have them as `text`.
_WRITTEN = frozenset({"question", "read_as", "heading"})
_ASKED = frozenset({"picked_for", "pending"})


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """Conversation in the store: its *version*, 0 if there is none, and its *data* if it was not known."""

    version: int = 0
    data: Data | None = None


@dataclass(slots=True)
class _Place:
    """Database of the shared state, with salt and next removal time."""

    database: Database | ConnectionPool
    is_server: bool
    salt: bytes = b""
    next_removal: float = 0.0


class SharedState:
    """Conversations, counts, rates and flags that processes share; `Store.shared` makes it.

    Conversations are apart by tenant, numbers by their names. Keys are stored as salted hashes. *counts*
    counts behind the answers, if replicas may share the database. Thread-safe. Never raises.
    """

    def __init__(self, database: Database, breaker: CircuitBreaker, tenant: str = "") -> None:
        """Keep the state in *database*; a server is reached by connections of its own.

        So a turn does not wait while another thread writes many records, nor for the disk.
        """
        is_server = database.backend.is_server
        own = ConnectionPool(database, CONNECTIONS, waits_for_disk=False) if is_server else database
        self._place = _Place(own, is_server)
        self._breaker = breaker
        self._tenant = tenant
        self.counts = SharedCounts(self.count if self.is_active else None)

    @property
    def is_active(self) -> bool:
        """True if the database is a server that replicas may share."""
        return self._place.is_server

    def for_tenant(self, tenant: str) -> SharedState:
        """Return the state of *tenant*, on the same connections."""
        other = copy.copy(self)
        other._tenant = tenant  # noqa: SLF001  an object of this class
        return other

    def close(self) -> None:
        """End the thread of counts, and close any own connections."""
        self.counts.close()
        if self._place.is_server:
            self._place.database.close()

    def load_conversation(self, key: str, known: int = 0) -> StoredConversation | None:
        """Return the newest version of the conversation *key*, without data if it is *known*.

        None if the database is out of order.
        """
        table = conversations.c

        def read(connection: Connection) -> StoredConversation:
            which = self._conversation(self._digest(connection, key, self._tenant))
            data = case((table.version == known, None), else_=table.state)
            wanted = select(table.version, data).where(which, table.until > time.time())
            row = connection.execute(wanted).first()
            if row is None:
                return StoredConversation()
            return StoredConversation(row[0], None if row[1] is None else json.loads(row[1]))

        return self._try(read, writes=False)

    def save_conversation(
        self, key: str, data: Data, known: int, *, person: str, seconds: float
    ) -> int | None:
        """Keep *data* as the version after *known* for *seconds*; return that version.

        Returns 0 if another process saved one meanwhile, and None if the database is out of order. Texts
        that a person wrote are redacted, and *person* is hashed, as in records.
        """
        values: Data = {
            "state": json.dumps(redact_conversation(data)),
            "until": time.time() + seconds,
        }
        if known:
            return self._try(
                lambda found: self._replace(found, key, known, person, values), single=True
            )
        return self._try(lambda found: self._add(found, key, person, values))

    def _replace(
        self, connection: Connection, key: str, known: int, person: str, values: Data
    ) -> int:
        which = self._conversation(self._digest(connection, key, self._tenant))
        if person:
            values = {**values, "person": salted(self._tenant, person, self._place.salt)}
        same = conversations.c.version == known
        changed = update(conversations).where(which, same, *_without_sync(connection))
        done = connection.execute(changed.values(version=known + 1, **values))
        return known + 1 if done.rowcount else 0

    def _add(self, connection: Connection, key: str, person: str, values: Data) -> int:
        """Add a conversation; its versions begin with the time, and meet none of an earlier one."""
        hashed, now = self._digest(connection, key, self._tenant), time.time()
        which, version = self._conversation(hashed), int(now * 1_000_000)
        ended = delete(conversations).where(which, conversations.c.until <= now)
        connection.execute(ended)
        if connection.execute(select(conversations.c.version).where(which)).first():
            return 0
        who = salted(self._tenant, person, self._place.salt)
        row = {"tenant": self._tenant, "key": hashed, "person": who, "version": version}
        connection.execute(insert(conversations).values(**row, **values))
        return version

    def numbers(self, name: str) -> dict[str, float] | None:
        """Return the numbers under *name* by their keys, which were set with `set_number`.

        None if the database is out of order.
        """
        table = shared_numbers.c
        here = and_(table.name == _fitting(name), table.until > time.time())
        wanted = select(table.key, table.number).where(here).limit(_MOST_READ)
        return self._try(
            lambda connection: {row.key: row.number for row in connection.execute(wanted)},
            writes=False,
        )

    def number(self, name: str, key: str) -> float | None:
        """Return the number that `set_number` kept; None without one."""
        alive = shared_numbers.c.until > time.time()
        wanted = select(shared_numbers.c.number).where(_number(name, key), alive)
        return self._try(lambda connection: connection.scalar(wanted), writes=False)

    def set_number(self, name: str, key: str, number: float, *, seconds: float) -> bool:
        """Keep *number* under *name* and the plain *key*; return False after a fault.

        A key of more than 64 characters, or with others than ASCII, is kept as its digest.
        """
        values: Data = {"number": number, "until": time.time() + seconds}

        def write(connection: Connection) -> bool:
            self._put(connection, name, key, values)
            return True

        return bool(self._try(write))

    def _put(self, connection: Connection, name: str, key: str, values: Data) -> None:
        which = _number(name, key)
        if not connection.execute(update(shared_numbers).where(which).values(**values)).rowcount:
            row = {"name": _fitting(name), "key": _fitting(key)}
            connection.execute(insert(shared_numbers).values(**row, **values))

    def total(self, name: str, key: str) -> int | None:
        """Return the number of events that were counted under *name* and *key*.

        None if the database is out of order.
        """

        def read(connection: Connection) -> int:
            which = _number(name, self._digest(connection, key))
            alive = shared_numbers.c.until > time.time()
            return int(connection.scalar(select(shared_numbers.c.number).where(which, alive)) or 0)

        return self._try(read, writes=False)

    def count(self, counts: Sequence[SharedCount]) -> list[float] | None:
        """Count all *counts* in one transaction; return their numbers.

        It is the total, or for a rate the seconds until the next event is allowed, 0 for at once. None
        if the database is out of order.
        """
        return self._try(lambda connection: [self._count(connection, each) for each in counts])

    def _count(self, connection: Connection, count: SharedCount) -> float:
        now, key = time.time(), self._digest(connection, count.key)
        which, number = _number(count.name, key), shared_numbers.c.number
        until, base, step, bound = now + count.seconds, 0.0, 1.0, math.inf
        if count.most:
            # The generic cell rate algorithm: the number is the time of a full allowance.
            base, step, bound = now, count.seconds / count.most, now + 2 * count.seconds
            until = bound
        counts = [shared_numbers.c.until > now, number >= base]
        counts += [number <= bound] if count.most else []  # a clock was set back
        before = case((and_(*counts), number), else_=base)
        changed = update(shared_numbers).where(which)
        values = {"number": before + count.events * step, "until": until}
        if connection.execute(changed.values(**values)).rowcount:
            reached = float(connection.scalar(select(number).where(which)) or 0.0)
        else:
            reached = base + count.events * step
            row = {"name": _fitting(count.name), "key": key, "number": reached}
            connection.execute(insert(shared_numbers).values(**row, until=until))
        return max(reached + step - now - count.seconds, 0.0) if count.most else reached

    def secret(self, name: str) -> bytes | None:
        """Return the service's secret *name*, made at first use.

        None if the database is out of order.
        """
        which = settings.c.name == f"secret:{name}"

        def read(connection: Connection) -> str:
            found = connection.scalar(select(settings.c.value).where(which))
            if found is None:
                found = secrets.token_hex(_SECRET_BYTES)
                connection.execute(insert(settings).values(name=f"secret:{name}", value=found))
            return str(found)

        found = self._try(read)
        return None if found is None else bytes.fromhex(found)

    def _try(
        self,
        work: Callable[[Connection], _Result],
        *,
        writes: bool = True,
        single: bool = False,
    ) -> _Result | None:
        done = self._attempt(work, writes=writes, single=single or not writes)
        if done is None:
            self._place.salt = b""  # the database may be another one when it is back
        elif writes and time.monotonic() >= self._place.next_removal:
            self._place.next_removal = time.monotonic() + _REMOVE_AFTER
            self._attempt(_remove_expired, writes=True, single=False)
        return done

    def _attempt(
        self, work: Callable[[Connection], _Result], *, writes: bool, single: bool
    ) -> _Result | None:
        return self._breaker.attempt(
            lambda patience: self._place.database.transact(
                work, writes=writes, patience=patience, single=single
            ),
            otherwise=cast("_Result | None", None),
        )

    def _conversation(self, key: str) -> ColumnElement[bool]:
        return and_(conversations.c.tenant == self._tenant, conversations.c.key == key)

    def _digest(self, connection: Connection, key: str, tenant: str = "") -> str:
        if not self._place.salt:
            self._place.salt = read_salt(connection)
        return digest(tenant, key, self._place.salt)


def _number(name: str, key: str) -> ColumnElement[bool]:
    return and_(shared_numbers.c.name == _fitting(name), shared_numbers.c.key == _fitting(key))


def _fitting(text: str) -> str:
    """Return *text*, or its digest if it is too long for the column, or cannot be stored."""
    fits = len(text) <= _LONGEST_NAME and text.isprintable() and text.isascii()
    return text if fits else digest("", text)


def _without_sync(connection: Connection) -> Sequence[ColumnElement[bool]]:
    """Return a condition of a single statement that lets its commit on PostgreSQL not wait for the disk.

    It is true. A transaction has the setting at its begin. A crash of the server may lose the last turns,
    and never damages them.
    """
    if connection.dialect.name != "postgresql":
        return ()
    setting = func.set_config("synchronous_commit", "off", True)  # noqa: FBT003  for this transaction only
    return (select(setting).scalar_subquery().is_not(None),)


def _remove_expired(connection: Connection) -> None:
    for table in (conversations, shared_numbers):
        connection.execute(delete(table).where(table.c.until <= time.time()))


def redact_conversation(data: Mapping[str, object]) -> Data:
    """Return a copy of the plain *data* of a conversation, with texts of people redacted.

    The text of an answer in parts quotes questions without an answer; other answers come from the
    knowledge base as they are.
    """
    private = _WRITTEN | {"text"} if data.get("parts") else _WRITTEN
    return {name: _redacted(name, value, private) for name, value in data.items()}


def _redacted(name: str, value: object, private: frozenset[str]) -> object:
    match value:
        case str():
            return redact(value) if value and name in private else value
        case dict() if name in _ASKED:
            return {
                key: redact(each) if isinstance(each, str) else each for key, each in value.items()
            }
        case dict():
            return redact_conversation(value)
        case list():
            return [_redacted(name, each, private) for each in value]
    return value
