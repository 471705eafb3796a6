"""Queue of accepted requests, kept in the store until answered.

A process that accepts a request holds it by a lease. When the process dies, its leases run out, and
another process takes the requests over. `Store.request_queue` makes a queue.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from faqbot.store.accepted_request import AcceptedRequest

if TYPE_CHECKING:
    from sqlalchemy import Connection

with suppress(ModuleNotFoundError):  # without the extra, the class can be named but not used
    from faqbot.store import request_rows

_log = logging.getLogger("faqbot.store")

_Result = TypeVar("_Result")

# Seconds of a lease. Chosen by hand: three renewals may fail, and a person waits not much longer.
LEASE_SECONDS = 15.0


class _Write(Protocol):
    """Function that runs work in a transaction, and returns *otherwise* after a fault."""

    def __call__(self, work: Callable[[Connection], _Result], *, otherwise: _Result) -> _Result:
        """Return the result of *work*."""


class RequestQueue:
    """Accepted requests of one service, shared by its processes through the store.

    Never raises: while the database is out of order, methods return None or False. Thread-safe.
    A payload is deleted as soon as its request is finished. The key is kept for 15 minutes, so that
    a redelivered request is recognised. A request that nobody finishes is dropped after an hour.
    """

    def __init__(self, write: _Write, tenant: str, service: str, owner: str) -> None:
        """Queue requests of *service* with *write*, as the process *owner*."""
        self._write = write
        self._tenant = tenant
        self._service = service
        self._owner = owner

    @property
    def lease_seconds(self) -> float:
        """Seconds after which another process gets a request without renewal."""
        return LEASE_SECONDS

    def accept(
        self, requests: Sequence[AcceptedRequest], *, is_retried: bool = False
    ) -> list[bool] | None:
        """Add *requests* with a lease; return for each if it is new.

        Only one process gets True for a key. Returns None if they could not be written. With *is_retried*
        after that, requests that this process has added already are new, too.
        """
        work = partial(request_rows.accept, self._place, requests, is_retried)
        return self._write(work, otherwise=None)

    def begin_posts(self, requests: Sequence[AcceptedRequest]) -> list[bool] | None:
        """Note, before the next post of each of *requests*, its *posts* so far.

        Returns for each if this process still holds it: another may have taken it over. Returns None
        if it could not be written.
        """
        work = partial(request_rows.begin_posts, self._place, requests)
        return self._write(work, otherwise=None)

    def finish(self, keys: Sequence[str]) -> bool:
        """Delete the payloads of the answered requests *keys*; return False after a fault.

        The keys are known from then on, also those whose request could not be written before.
        """

        def work(connection: Connection) -> bool:
            request_rows.finish(self._place, keys, connection)
            return True

        return self._write(work, otherwise=False)

    def renew(self, keys: Sequence[str]) -> bool:
        """Renew this process's leases on *keys*; return False after a fault."""

        def work(connection: Connection) -> bool:
            request_rows.renew(self._place, keys, connection)
            return True

        return self._write(work, otherwise=False)

    def replace_payloads(self, requests: Sequence[AcceptedRequest]) -> bool:
        """Replace payloads of held *requests*; return False after a fault."""

        def work(connection: Connection) -> bool:
            request_rows.replace_payloads(self._place, requests, connection)
            return True

        return self._write(work, otherwise=False)

    def postpone(self, keys: Sequence[str], seconds: float) -> bool:
        """Leave *keys* to `take_over` after *seconds*; False after a fault."""

        def work(connection: Connection) -> bool:
            request_rows.postpone(self._place, keys, seconds, connection)
            return True

        return self._write(work, otherwise=False)

    def release(self) -> int:
        """End the leases of this process; return their number."""
        return self._write(partial(request_rows.release, self._place), otherwise=0)

    def take_over(self, most: int) -> list[AcceptedRequest]:
        """Return at most *most* requests whose lease ran out, oldest first, with a new lease."""
        nothing: tuple[list[AcceptedRequest], int] = ([], 0)
        work = partial(request_rows.take_over, self._place, most)
        taken, dropped = self._write(work, otherwise=nothing)
        if dropped:
            _log.warning("%d accepted requests were dropped: none was answered in time.", dropped)
        return taken

    @property
    def _place(self) -> request_rows.QueuePlace:
        return request_rows.QueuePlace(self._tenant, self._service, self._owner, LEASE_SECONDS)


def find_waiting(connection: Connection) -> list[tuple[str, str]]:
    """Return tenant and service of queues with requests that nobody holds."""
    return request_rows.waiting(connection)
