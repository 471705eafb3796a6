"""Transactions of several threads over connections of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, text

from faqbot.errors import DatabaseBusy, StoreError
from faqbot.store.connection_pool import ConnectionPool
from faqbot.store.database import Database
from faqbot.store.dialects import find_backend

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[2]
# Seconds that a test waits for a thread, far longer than it takes.
_LONGEST = 30


@pytest.fixture
def pool(postgresql: str) -> Iterator[ConnectionPool]:
    """Return a pool of two connections to a database of the test's own."""
    made = ConnectionPool(Database(find_backend(postgresql)), 2, waits_for_disk=False)
    yield made
    made.close()


def _process_id(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_two_transactions_are_open_at_once(pool: ConnectionPool) -> None:
    """Each waits in its transaction for the other one."""
    barrier = Barrier(2, timeout=_LONGEST)

    def work(connection: Connection) -> int:
        barrier.wait()
        return _process_id(connection)

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(pool.transact, [work, work]))

    assert len({*found}) == 2


def test_one_thread_uses_one_connection(pool: ConnectionPool) -> None:
    """Others are opened when they are needed."""
    assert len({pool.transact(_process_id) for _ in range(5)}) == 1


def test_transaction_beyond_the_connections_is_refused_after_a_while(pool: ConnectionPool) -> None:
    """It waits for *patience*; a connection that is free again serves the next one."""
    used, ended = Barrier(3, timeout=_LONGEST), Event()

    def work(_: Connection) -> bool:
        used.wait()
        return ended.wait(_LONGEST)

    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(pool.transact, work) for _ in range(2)]
        used.wait()
        with pytest.raises(DatabaseBusy, match="it is busy"):
            pool.transact(_process_id, patience=0.01)
        ended.set()
        assert [each.result() for each in running] == [True, True]
    assert pool.transact(_process_id)


def test_connection_is_free_again_after_a_fault(pool: ConnectionPool) -> None:
    """A fault of the work is that of one transaction only."""
    for _ in range(3):
        with pytest.raises(StoreError, match="cannot be used"):
            pool.transact(lambda connection: connection.execute(text("SELECT nothing")))

    assert pool.transact(_process_id)


def test_closed_pool_opens_no_connection(pool: ConnectionPool) -> None:
    """Each transaction then says so."""
    pool.close()
    pool.close()

    with pytest.raises(StoreError, match="it was closed"):
        pool.transact(_process_id)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_forked_process_has_connections_of_its_own(postgresql: str) -> None:
    """Also if all connections of the first process are in use when it forks."""
    code = f"""
import os
from sqlalchemy import text
from faqbot.store.connection_pool import ConnectionPool
from faqbot.store.database import Database
from faqbot.store.dialects import find_backend
pool = ConnectionPool(Database(find_backend({postgresql!r})), 1, waits_for_disk=False)
def process_id(connection):
    return connection.scalar(text("SELECT pg_backend_pid()"))
def work(connection):
    first = process_id(connection)
    child = os.fork()
    if not child:
        os._exit(pool.transact(process_id) == first)
    assert os.waitpid(child, 0)[1] == 0
    return first
assert pool.transact(work) == pool.transact(process_id)
"""
    subprocess.run([sys.executable, "-c", code], cwd=_ROOT, check=True)
