"""One database: opened when it is needed, opened again when it was lost, used by one thread at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from faqbot.errors import StoreError
from faqbot.store.circuit_breaker import PATIENCE
from faqbot.store.dialects import is_worth_another_try, transaction, what_is_wrong
from faqbot.store.migrations import MIGRATIONS, migrate, version_of

if TYPE_CHECKING:
    from faqbot.store.dialects import Backend

__all__ = ["Database"]

_Result = TypeVar("_Result")
_Identity = tuple[int, int, int, int]  # device, inode, time of change, size
_TRIES = 3


class Database:
    """Runs functions in transactions of the database *backend*, one at a time.

    After any fault the connection is given up, and the next transaction opens the database anew.
    Safe to share among threads, and to use in a process forked from the one that made it.
    """

    def __init__(self, backend: Backend) -> None:
        """Open nothing yet."""
        self.backend = backend
        self._lock = Lock()
        self._engine: Engine | None = None
        self._identity: _Identity | None = None
        self._seen = False
        self._closed = False
        self._process = os.getpid()

    @property
    def is_begun(self) -> bool:
        """Whether there is, or was, anything to read; False only for a file that was not made yet."""
        path = self.backend.path
        return path is None or self._seen or path.exists() or path.is_symlink()

    def transact(
        self,
        work: Callable[[Connection], _Result],
        *,
        writes: bool = True,
        patience: float = PATIENCE,
    ) -> _Result:
        """Return what *work* makes of a connection in a transaction, which is committed then.

        *patience* is for how many seconds to wait for other threads, and as long again for other
        processes. Raises StoreError for whatever is wrong with the database, and says what.
        """
        self._notice_fork()
        if not self._lock.acquire(timeout=patience):
            raise self._fault("it is busy")
        try:
            return self._transact(work, writes=writes, patience=patience)
        except (SQLAlchemyError, OSError) as error:
            self._give_up()
            raise self._fault(what_is_wrong(error)) from error
        except StoreError as error:
            self._give_up()
            raise self._fault(str(error)) from error
        finally:
            self._lock.release()

    def empty_log(self) -> None:
        """Leave nothing that was deleted in a log beside the database."""
        with self._lock:
            if self._engine is not None:
                self.backend.empty_log(self._engine)
                self._identity = self._identify()

    def close(self) -> None:
        """Give up the connection for good; closing twice is no fault."""
        with self._lock:
            self._closed = True
            self._give_up()

    def _fault(self, what: str) -> StoreError:
        return StoreError(f"The store {self.backend.name} cannot be used: {what}.")

    def _notice_fork(self) -> None:
        if self._process == os.getpid():
            return
        self._process, self._lock = os.getpid(), Lock()
        if self._engine is not None:
            self._engine.dispose(close=False)  # the connection is still the other process's
        self._engine = None

    def _transact(
        self, work: Callable[[Connection], _Result], *, writes: bool, patience: float
    ) -> _Result:
        if self._closed:
            raise StoreError("it was closed")
        self._notice_change()
        if self._engine is None:
            self._engine = self._open(patience)
        done = _run(self._engine, work, writes=writes, patience=patience)
        self._identity = self._identify()
        self._seen = True
        return done

    def _open(self, patience: float) -> Engine:
        """Return an engine for a database that exists and is up to date."""
        if self.backend.path is not None:
            self._make_file()
        engine = self.backend.make_engine()
        try:
            if _run(engine, version_of, writes=False, patience=patience) < len(MIGRATIONS):
                _run(engine, migrate, writes=True, patience=patience)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _make_file(self) -> None:
        """Make the file where there is none, for nobody else to read."""
        path = self.backend.path
        assert path is not None  # noqa: S101  the caller has looked
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.is_dir():
            raise StoreError("it is a folder: name a file")
        if path.exists() and not path.is_file():
            # Opening a pipe would wait for a writer.
            raise StoreError("it is not a regular file: name a file")
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))

    def _notice_change(self) -> None:
        """Open the file anew when others changed it, and never write to one gone from its place.

        Nobody would find the record there. Nor is a new file made: what was here may be on a disk that
        is about to come back.
        """
        found = self._identify()
        if self.backend.path is None or not self._seen or (found and found == self._identity):
            return
        moved = found is None or self._identity is None or found[:2] != self._identity[:2]
        if moved and self._engine is not None:
            self.backend.empty_log(self._engine)  # else it would be applied to what comes back
        self._give_up()
        if found is None:
            raise StoreError("the file is gone; put it back, or restart to begin a new one")

    def _identify(self) -> _Identity | None:
        """Return what tells whether the file is still the one that was opened; None for no file."""
        if self.backend.path is None:
            return None
        try:
            found = self.backend.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size

    def _give_up(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine = None


def _run(
    engine: Engine, work: Callable[[Connection], _Result], *, writes: bool, patience: float
) -> _Result:
    """Return what *work* does in a transaction, tried again when another process was in its way."""
    tries = _TRIES
    while True:
        tries -= 1
        try:
            with transaction(engine, writes=writes, waits=patience) as connection:
                return work(connection)
        except DBAPIError as error:
            if not tries or not is_worth_another_try(error):
                raise
