"""Watchdog of a database connection, which ends unanswered steps.

The timeouts of a server do not run while it is frozen, and those of the network stack see its
acknowledgements. So the socket is shut down here, and the driver reports a lost connection.
"""

from __future__ import annotations

import math
import os
import socket
import time
from contextlib import suppress
from threading import Condition, Thread
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

# Execution option of a connection: seconds that the server waits for a statement; None for no bound.
WAITS = "faqbot_waits"
# Fault of a server whose connection was shut down.
SILENT = "the server does not answer"
# Seconds on top, for the server's own timeout to be reported. Chosen by hand.
_GRACE = 1.0
# Seconds between two looks of the thread, and without a step until it sleeps. Chosen by hand.
_LOOK, _SLEEP_AFTER = 0.25, 5.0
# Seconds between two looks after which the process itself stood still: the server may have answered meanwhile.
# Chosen by hand.
_STANDSTILL = 1.0


@runtime_checkable
class _WithSocket(Protocol):
    """Driver's connection with a socket, such as psycopg."""

    def fileno(self) -> int:
        """Return the number of the socket."""


class Watchdog:
    """Thread that shuts down the socket of a connection whose step takes too long.

    A step is a ping, a statement or a commit. It serves an engine with a single connection, and only
    drivers that show their socket; the others have timeouts of their own. A step begins again after a
    standstill of this process. *has_fired* is True if it ended a step of the transaction.
    """

    def __init__(self) -> None:
        """Watch nothing yet; the thread starts with the first step."""
        self._changed = Condition()
        self._connection: _WithSocket | None = None
        self._until: float | None = None
        self._seconds = 0.0
        self.has_fired = False
        self._used = 0.0
        self._due = math.inf
        self._thread: Thread | None = None
        self._sleeps = False

    def attach(self, engine: Engine) -> None:
        """Watch the statements and commits on *engine*.

        A transaction whose connection was shut down makes no new one.
        """
        event.listen(engine, "do_connect", self._refuse_connection)
        event.listen(engine, "connect", self._note_connection, insert=True)
        event.listen(engine, "before_cursor_execute", self._on_step)
        event.listen(engine, "after_cursor_execute", self._on_end)
        for step in ("commit", "rollback"):
            event.listen(engine, step, self._on_step)

    def begin_transaction(self, waits: float) -> None:
        """Begin the first step of a transaction, a ping."""
        self.has_fired = False
        self.begin(waits)

    def begin(self, waits: float | None) -> None:
        """Begin a step of *waits* seconds at the server, None for any."""
        if self._connection is None:
            return
        with self._changed:
            self._used = time.monotonic()
            self._seconds = (waits or 0.0) + _GRACE
            self._until = None if waits is None else self._used + self._seconds
            if self._thread is None:
                self._thread = Thread(target=self._run, name="faqbot-store-watchdog", daemon=True)
                self._thread.start()
            elif self._sleeps:
                self._changed.notify()

    def end(self) -> None:
        """End the step; no time limit holds until the next one."""
        with self._changed:
            self._until = None

    def close(self) -> None:
        """Forget the connection, and end the thread."""
        with self._changed:
            self._connection = self._until = self._thread = None
            self._changed.notify()

    def _refuse_connection(self, *_: object) -> None:
        if self.has_fired:  # the pool would try again after a ping, which takes as long once more
            raise TimeoutError(SILENT)

    def _note_connection(self, connection: object, _: object) -> None:
        with self._changed:
            self._connection = connection if isinstance(connection, _WithSocket) else None
        self.begin(_GRACE)  # SQLAlchemy asks a new server for its version

    def _on_step(self, connection: Connection, *_: object) -> None:
        self.begin(connection.get_execution_options().get(WAITS))

    def _on_end(self, *_: object) -> None:
        self.end()

    def _run(self) -> None:
        with self._changed:
            this, self._due = self._thread, math.inf
            while self._thread is this:
                self._look(time.monotonic())
                self._changed.wait(None if self._sleeps else _LOOK)

    def _look(self, now: float) -> None:
        """End a step that takes too long; a look that comes too late gives it its time once more."""
        if self._until is not None and now > self._due + _STANDSTILL:
            self._until = now + self._seconds
        if self._until is not None and now > self._until:
            self._until = None
            self.has_fired = True
            self._shut_down()
        self._sleeps = self._until is None and now - self._used > _SLEEP_AFTER
        self._due = math.inf if self._sleeps else now + _LOOK

    def _shut_down(self) -> None:
        """End the socket, which gives the step's thread an error."""
        assert self._connection is not None  # noqa: S101  `begin` watches no other
        with (
            suppress(Exception),  # the server closed it meanwhile
            socket.socket(fileno=os.dup(self._connection.fileno())) as doubled,
        ):
            doubled.shutdown(socket.SHUT_RDWR)
