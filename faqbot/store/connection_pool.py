"""Pool of connections to one database, for concurrent transactions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING, TypeVar

from faqbot.store.circuit_breaker import PATIENCE

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from faqbot.store.database import Database

_Result = TypeVar("_Result")


class ConnectionPool:
    """Databases over a connection each, opened when all others are in use, and kept open.

    Thread-safe. A forked process may use its copy.
    """

    def __init__(self, database: Database, connections: int, *, waits_for_disk: bool) -> None:
        """Prepare at most *connections* to the server of *database*; open none yet.

        Without *waits_for_disk*, a commit does not wait until it is on the disk of the server.
        """
        self._databases = [
            database.with_own_connection(waits_for_disk=waits_for_disk) for _ in range(connections)
        ]
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._returned = Condition()
        self._idle = self._databases[::-1]

    def transact(
        self,
        work: Callable[[Connection], _Result],
        *,
        writes: bool = True,
        patience: float = PATIENCE,
        single: bool = False,
    ) -> _Result:
        """Return the result of *work*, as `Database.transact` does.

        *patience* is the number of seconds to wait for a connection, and again for other processes.
        """
        with self._taken(patience) as database:
            return database.transact(work, writes=writes, patience=patience, single=single)

    @contextmanager
    def _taken(self, patience: float) -> Iterator[Database]:
        """Take the connection that was used last: the others stay closed at a low load."""
        if self._process != os.getpid():
            self._start()  # threads of the other process do not return theirs here
        with self._returned:
            if not self._returned.wait_for(lambda: self._idle, patience):
                raise self._databases[0].busy()
            database = self._idle.pop()
        try:
            yield database
        finally:
            with self._returned:
                self._idle.append(database)
                self._returned.notify()

    def close(self) -> None:
        """Close all connections for good; closing again has no effect."""
        for database in self._databases:
            database.close()
