"""Sealed texts: encrypted secrets of adapters, such as tokens, kept in the store by name.

The store never sees a key: an adapter encrypts before it writes, and decrypts after it reads.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from faqbot.errors import StoreError
from faqbot.store.dialects import describe_fault, transaction
from faqbot.store.tables import sealed_texts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from faqbot.store.database import Database
    from faqbot.store.dialects import Backend

# Seconds between two tries for a lock. Chosen by hand: its holder needs about as long for a request.
_RETRY_LOCK = 0.05
# Longest lease, in seconds. Chosen by hand: many times a request to another server.
MAX_LEASE = 120.0


class SealedTexts:
    """Encrypted texts of one *kind*, each under a name; `Store.sealed_texts` makes it.

    Thread-safe; processes may share a database. Every method raises StoreError if the database cannot
    be used.
    """

    def __init__(self, database: Database, kind: str) -> None:
        """Keep the texts of *kind*, at most 64 characters, in *database*."""
        self._database = database
        self._kind = kind

    def get(self, name: str) -> str | None:
        """Return the text under *name*, None if there is none."""
        wanted = select(sealed_texts.c.sealed).where(self._at(name))
        return self._database.transact(lambda connection: connection.scalar(wanted), writes=False)

    def all(self) -> dict[str, str]:
        """Return all texts by name, in the order of names."""
        columns = sealed_texts.c
        wanted = select(columns.name, columns.sealed).where(columns.kind == self._kind)

        def read(connection: Connection) -> dict[str, str]:
            return {row.name: row.sealed for row in connection.execute(wanted.order_by("name"))}

        return self._database.transact(read, writes=False)

    def put(self, name: str, sealed: str) -> None:
        """Keep *sealed* under *name*, at most 64 characters, replacing another."""

        def write(connection: Connection) -> None:
            if not _change(connection, self._at(name), sealed=sealed):
                row = {"kind": self._kind, "name": name, "sealed": sealed, "locked_until": 0.0}
                connection.execute(insert(sealed_texts).values(row))

        self._database.transact(write)

    def replace(self, name: str, before: str, sealed: str) -> bool:
        """Keep *sealed* under *name* if *before* is there; True if kept."""
        same = and_(self._at(name), sealed_texts.c.sealed == before)
        return self._database.transact(lambda connection: _change(connection, same, sealed=sealed))

    def delete(self, name: str) -> bool:
        """Delete the text under *name*; False if missing."""
        removed = delete(sealed_texts).where(self._at(name))
        found = self._database.transact(lambda connection: connection.execute(removed).rowcount)
        self._database.truncate_log()
        return found > 0

    def lock(self, name: str, *, seconds: float) -> AbstractContextManager[None]:
        """Lock the text under *name* during a block, against all threads and processes.

        On PostgreSQL it is an advisory lock of a transaction, which ends with its process. Elsewhere it
        is a lease of *seconds*, at most 120. *seconds* is also the longest wait. The block may use the
        other methods.
        Raises StoreError if others hold the lock for longer, and, without PostgreSQL, if
        there is no such text.
        """
        backend = self._database.backend
        if backend.url.get_backend_name() == "postgresql":
            return _advisory_lock(backend, f"{self._kind}:{name}", seconds)
        return self._lease(name, seconds)

    def _at(self, name: str) -> ColumnElement[bool]:
        return and_(sealed_texts.c.kind == self._kind, sealed_texts.c.name == name)

    @contextmanager
    def _lease(self, name: str, seconds: float) -> Iterator[None]:
        deadline = time.monotonic() + seconds
        while not (until := self._take_lease(name, seconds)):
            if time.monotonic() > deadline or self.get(name) is None:
                raise _busy(self._database.backend)
            time.sleep(_RETRY_LOCK)
        try:
            yield
        finally:
            self._set_lease(and_(self._at(name), sealed_texts.c.locked_until == until), 0.0)

    def _take_lease(self, name: str, seconds: float) -> float:
        """Return the end of the lease, 0 if another holds it; the time is Unix time."""
        now = time.time()
        column = sealed_texts.c.locked_until
        # A lease beyond the longest one is from before the clock was set back.
        free = and_(self._at(name), or_(column <= now, column > now + MAX_LEASE))
        return now + seconds if self._set_lease(free, now + seconds) else 0.0

    def _set_lease(self, which: ColumnElement[bool], until: float) -> bool:
        return self._database.transact(
            lambda connection: _change(connection, which, locked_until=until)
        )


def _change(connection: Connection, which: ColumnElement[bool], **values: str | float) -> bool:
    """Set *values* of the row *which*; return False if missing."""
    return connection.execute(update(sealed_texts).where(which).values(values)).rowcount > 0


@contextmanager
def _advisory_lock(backend: Backend, name: str, seconds: float) -> Iterator[None]:
    """Hold an advisory lock in a transaction of its own connection, so that records go on."""
    engine = backend.make_engine()
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
    try:
        with transaction(engine, writes=True, waits=seconds) as connection:
            try:
                connection.execute(select(func.pg_advisory_xact_lock(number)))
                # The block sends nothing meanwhile; elsewhere it may take as long.
                idle = f"SET LOCAL idle_in_transaction_session_timeout = {round(MAX_LEASE * 1000)}"
                connection.exec_driver_sql(idle)
            except SQLAlchemyError as error:
                if "timeout" in str(error):
                    raise _busy(backend) from None
                raise
            yield
    except (SQLAlchemyError, OSError) as error:
        fault = describe_fault(error)
        raise StoreError(f"the store {backend.name} cannot be used: {fault}") from error
    finally:
        engine.dispose()


def _busy(backend: Backend) -> StoreError:
    return StoreError(f"the store {backend.name} cannot be used: another process holds it locked")
