"""Database connection, opened on first use and after a fault."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from faqbot.errors import DatabaseBusy, StoreError
from faqbot.store.circuit_breaker import PATIENCE
from faqbot.store.dialects import describe_fault, is_conflict, is_undone, transaction
from faqbot.store.migrations import MIGRATIONS, migrate_while_serving, schema_version
from faqbot.store.watchdog import SILENT, Watchdog

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

    from faqbot.store.dialects import Backend

_Result = TypeVar("_Result")
_Identity = tuple[int, int, int, int]  # device, inode, time of change, size
# Seconds after a transaction in which its connection is not tried first. Chosen by hand: a server that restarts
# within them costs one record.
_FRESH = 1.0
# Tries of a transaction that met another process. Chosen by hand: each waits for the lock itself.
_TRIES = 5
# Errors by which drivers refuse an argument of the address; others are errors of SQLAlchemy.
_REFUSALS = (TypeError, ValueError, AssertionError, OverflowError)


class Database:
    """Database that runs functions in transactions, one thread at a time.

    After a fault the connection is closed, and the next transaction opens the database again.
    Thread-safe. A forked process may use its copy.
    """

    def __init__(
        self,
        backend: Backend,
        migration: Callable[[Connection], None] | None = migrate_while_serving,
    ) -> None:
        """Prepare for the database *backend*; open nothing yet.

        *migration* upgrades an older schema when the database is opened, None to leave it.
        """
        self.backend = backend
        self._migration = migration
        self._lock = Lock()
        self._engine: Engine | None = None
        self._watchdog = Watchdog()
        self._used_at = -math.inf
        self._identity: _Identity | None = None
        self._seen = False
        self._closed = False
        self._process = os.getpid()

    @property
    def is_created(self) -> bool:
        """True unless the database file was not created yet."""
        path = self.backend.path
        return path is None or self._seen or path.exists() or path.is_symlink()

    def transact(
        self,
        work: Callable[[Connection], _Result],
        *,
        writes: bool = True,
        patience: float = PATIENCE,
        single: bool = False,
    ) -> _Result:
        """Return the result of *work*, called in a transaction.

        The transaction is committed at the end; on a server, a *single* statement is committed by
        itself. *patience* is the number of seconds to wait for other
        threads, and again for other processes. Raises StoreError with the reason for every fault of
        the database.
        """
        self._handle_fork()
        if not self._lock.acquire(timeout=patience):
            raise self.busy()
        try:
            return self._transact(work, writes=writes, patience=patience, single=single)
        except (SQLAlchemyError, OSError) as error:
            self._disconnect()
            silent = self._watchdog.has_fired
            raise self._fault(SILENT if silent else describe_fault(error)) from error
        except StoreError as error:
            self._disconnect()
            raise self._fault(str(error)) from error
        finally:
            self._lock.release()

    def with_own_connection(self, *, waits_for_disk: bool = True) -> Database:
        """Return this database over a connection of its own; a file has one writer in any case.

        Without *waits_for_disk*, a commit does not wait until it is on the disk of the server.
        """
        if not self.backend.is_server:
            return self
        return Database(replace(self.backend, waits_for_disk=waits_for_disk), self._migration)

    def truncate_log(self) -> None:
        """Remove deleted records from the write-ahead log beside the database."""
        with self._lock:
            if self._engine is not None:
                self.backend.truncate_log(self._engine)
                self._identity = self._identify()

    def close(self) -> None:
        """Close the connection for good; closing again has no effect."""
        with self._lock:
            self._closed = True
            self._disconnect()

    def busy(self) -> DatabaseBusy:
        """Return the error of a transaction without a free connection."""
        return DatabaseBusy(str(self._fault("it is busy")))

    def _fault(self, what: str) -> StoreError:
        return StoreError(f"the store {self.backend.name} cannot be used: {what}")

    def _handle_fork(self) -> None:
        if self._process == os.getpid():
            return
        self._process, self._lock, self._watchdog = os.getpid(), Lock(), Watchdog()
        if self._engine is not None:
            self._engine.dispose(close=False)  # the connection is still the other process's
        self._engine = None

    def _transact(
        self, work: Callable[[Connection], _Result], *, writes: bool, patience: float, single: bool
    ) -> _Result:
        if self._closed:
            raise StoreError("it was closed")
        self._close_if_changed()
        if self._engine is None:
            self._engine = self._open(patience)
        done = self._run(self._engine, work, writes=writes, patience=patience, single=single)
        self._identity = self._identify()
        self._seen = True
        self._used_at = time.monotonic()
        return done

    def _open(self, patience: float) -> Engine:
        """Return the database's engine, created and migrated if needed."""
        if self.backend.path is not None:
            self._create_file()
        try:
            engine = self.backend.make_engine()
        except _REFUSALS as error:
            raise _refused(error) from error
        self._watchdog.attach(engine)
        self._skip_pings(engine)
        try:
            version = self._run(engine, schema_version, writes=False, patience=patience)
            if version < len(MIGRATIONS) and self._migration is not None:
                self._run(engine, self._migration, writes=True, patience=patience)
        except _REFUSALS as error:
            engine.dispose()
            raise _refused(error) from error
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _skip_pings(self, engine: Engine) -> None:
        """Let the pool of *engine* not try a connection that was used a moment ago.

        A ping takes as long as a small statement.
        """
        ping = engine.dialect.do_ping

        def ping_if_old(connection: DBAPIConnection) -> bool:
            return time.monotonic() - self._used_at < _FRESH or ping(connection)

        engine.dialect.do_ping = ping_if_old  # type: ignore[assignment, method-assign]  # the pool calls it

    def _create_file(self) -> None:
        """Create a missing file, readable by its owner only."""
        path = self.backend.path
        assert path is not None  # noqa: S101  checked by the caller
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.is_dir():
            raise StoreError("it is a folder: name a file")
        if path.exists() and not path.is_file():
            # Opening a pipe would wait for a writer.
            raise StoreError("it is not a regular file: name a file")
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))

    def _close_if_changed(self) -> None:
        """Close the connection if other processes changed or moved the file.

        Raises StoreError if the file is gone: nobody would find a record written to it. A new file is
        not created either, as the old file may be on a disk that comes back.
        """
        found = self._identify()
        if self.backend.path is None or not self._seen or (found and found == self._identity):
            return
        moved = found is None or self._identity is None or found[:2] != self._identity[:2]
        if moved and self._engine is not None:
            self.backend.truncate_log(self._engine)  # else it would be applied to what comes back
        self._disconnect()
        if found is None:
            raise StoreError("the file is gone; put it back, or restart to begin a new one")

    def _identify(self) -> _Identity | None:
        """Return the identity of the file, None without a file."""
        if self.backend.path is None:
            return None
        try:
            found = self.backend.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size

    def _disconnect(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine = None
        self._used_at = -math.inf
        self._watchdog.close()

    def _run(
        self,
        engine: Engine,
        work: Callable[[Connection], _Result],
        *,
        writes: bool,
        patience: float,
        single: bool = False,
    ) -> _Result:
        """Return the result of *work*, retried after a conflict, and once after a lost connection.

        A commit whose outcome is unknown is not retried: the work would be done twice.
        """
        tries = _TRIES
        is_first = True
        while True:
            tries -= 1
            is_open = not (single and writes)  # a single statement is committed by itself
            self._watchdog.begin_transaction(patience)
            try:
                with transaction(
                    engine, writes=writes, waits=patience, single=single
                ) as connection:
                    done = work(connection)
                    is_open = False
            except DBAPIError as error:
                is_lost = is_first and self._is_undone(error, is_open=is_open)
                if not tries or not (is_lost or is_conflict(error)):
                    raise
                is_first = is_first and not is_lost
            else:
                return done
            finally:
                self._watchdog.end()

    def _is_undone(self, error: DBAPIError, *, is_open: bool) -> bool:
        """Return True if the connection was lost, to a server that answers, and nothing was done."""
        return not self._watchdog.has_fired and is_undone(error, is_open=is_open)


def _refused(error: Exception) -> StoreError:
    return StoreError(
        f"it cannot be opened: {str(error) or type(error).__name__}: check its address"
    )
