"""Keys that one caller takes, and no other."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from faqbot.store.circuit_breaker import _MAX_KEYS, PATIENCE, CircuitBreaker, DedupKeys

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from conftest import Clock, OpenStore

    from faqbot.store import Store


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    """Return the guard of a store that was in order so far."""
    return CircuitBreaker("store.db", clock)


def test_a_store_in_order_is_used(breaker: CircuitBreaker) -> None:
    """Every write is tried, with all patience, and nothing is logged about it."""
    assert all(breaker.allows() for _ in range(3))
    assert breaker.patience == PATIENCE


def test_a_failure_pauses(breaker: CircuitBreaker, clock: Clock) -> None:
    """For a second nothing is tried; then one thread tries, with little patience."""
    breaker.failed("It is broken.", took=PATIENCE)

    assert not breaker.allows()
    clock.now += 1.0
    assert breaker.allows()
    assert not breaker.allows()
    assert breaker.patience < PATIENCE / 5


def test_a_pause_may_be_short(clock: Clock) -> None:
    """For work that must not wait for a database that is back."""
    breaker = CircuitBreaker("store.db", clock, pause=0.2, least_patience=PATIENCE)
    breaker.failed("It is broken.", took=0.0)

    assert not breaker.allows()
    clock.now += 0.2
    assert breaker.allows()
    assert breaker.patience == PATIENCE


def test_a_slow_failure_pauses_longer(breaker: CircuitBreaker, clock: Clock) -> None:
    """A database that takes two seconds to say no is not asked every second."""
    breaker.failed("It is broken.", took=2.0)
    breaker.failed("It is broken.", took=2.0)

    clock.now += 9.9
    assert not breaker.allows()
    clock.now += 0.2
    assert breaker.allows()


def test_the_log_is_told_once(
    breaker: CircuitBreaker, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure logs a warning; the recovery logs the number of lost writes."""
    caplog.set_level(logging.INFO, "faqbot.store")
    for _ in range(3):
        breaker.allows()
        breaker.failed("It is broken.", took=0.0)
        breaker.allows()
        clock.now += 1.0
    for _ in range(2):
        breaker.succeeded()

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "It is broken. Answers go on; nothing is recorded until it is back."),
        ("INFO", "The store store.db is back; 6 writes failed meanwhile."),
    ]
    assert breaker.allows()


def test_it_warns_again_the_next_time(
    breaker: CircuitBreaker, caplog: pytest.LogCaptureFixture
) -> None:
    """Out of order twice, with a good while between, is two warnings."""
    for _ in range(2):
        breaker.failed("It is broken.", took=0.0)
        breaker.succeeded()

    assert [record.levelname for record in caplog.records].count("WARNING") == 2


def test_a_key_is_taken_once(clock: Clock) -> None:
    """It is free again after its time, or when it is released."""
    claims = DedupKeys(clock)

    assert [claims.take("a", 10), claims.take("a", 10), claims.take("b", 10)] == [True, False, True]
    clock.now += 10
    assert claims.take("a", 10)
    claims.release("a")
    assert claims.take("a", 10)


def test_memory_is_bounded(clock: Clock) -> None:
    """The oldest claims are let go, the newest hold."""
    claims = DedupKeys(clock)
    for number in range(_MAX_KEYS + 1):
        claims.take(f"{number}", 10)

    assert not claims.take(f"{_MAX_KEYS}", 10)
    assert claims.take("0", 10)


def test_one_thread_gets_it(store: Store) -> None:
    """Of many that ask at once exactly one is told yes."""
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: store.claim("message", seconds=60), range(40)))

    assert got.count(True) == 1


def test_one_store_gets_it(open_again: OpenStore) -> None:
    """Stores on one database agree, as processes do."""
    stores = [open_again() for _ in range(3)]

    assert [store.claim("message", seconds=60) for store in stores] == [True, False, False]
    assert [store.claim("other", seconds=60) for store in reversed(stores)] == [True, False, False]


def test_a_claim_ends(open_again: OpenStore, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time another store may have it, and the database is rid of the old one."""
    first, second = open_again(), open_again()
    assert first.claim("message", seconds=60)
    assert not second.claim("message", seconds=60)

    later = time.time() + 61
    monkeypatch.setattr("faqbot.store.queries.time.time", lambda: later)
    clock.now += 61
    assert second.claim("message", seconds=60)
    assert not first.claim("message", seconds=60)


def test_without_a_database_a_process_agrees_with_itself(store: Store, path: Path) -> None:
    """A message is then answered once in each process, rather than not at all."""
    path.mkdir(parents=True)  # a folder where the file should be

    assert [store.claim("message", seconds=60) for _ in range(3)] == [True, False, False]
