"""When a store that is out of order is tried again, and what the log is told."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from faqbot.store.circuit_breaker import PATIENCE, Guard

if TYPE_CHECKING:
    from conftest import Clock


@pytest.fixture
def guard(clock: Clock) -> Guard:
    """Return the guard of a store that was in order so far."""
    return Guard("store.db", clock)


def test_a_store_in_order_is_used(guard: Guard) -> None:
    """Every write is tried, with all patience, and nothing is logged about it."""
    assert all(guard.allows() for _ in range(3))
    assert guard.patience == PATIENCE


def test_a_failure_pauses(guard: Guard, clock: Clock) -> None:
    """For a second nothing is tried; then one thread tries, with little patience."""
    guard.failed("It is broken.", took=PATIENCE)

    assert not guard.allows()
    clock.now += 1.0
    assert guard.allows()
    assert not guard.allows()
    assert guard.patience < PATIENCE / 5


def test_a_slow_failure_pauses_longer(guard: Guard, clock: Clock) -> None:
    """A database that takes two seconds to say no is not asked every second."""
    guard.failed("It is broken.", took=2.0)
    guard.failed("It is broken.", took=2.0)

    clock.now += 9.9
    assert not guard.allows()
    clock.now += 0.2
    assert guard.allows()


def test_the_log_is_told_once(guard: Guard, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """One warning when it fails, one line when it is back, which counts what was lost."""
    caplog.set_level(logging.INFO, "faqbot.store")
    for _ in range(3):
        guard.allows()
        guard.failed("It is broken.", took=0.0)
        guard.allows()
        clock.now += 1.0
    for _ in range(2):
        guard.succeeded()

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "It is broken. Answers go on; nothing is recorded until it is back."),
        ("INFO", "The store store.db is back; 6 writes were lost meanwhile."),
    ]
    assert guard.allows()


def test_it_warns_again_the_next_time(guard: Guard, caplog: pytest.LogCaptureFixture) -> None:
    """Out of order twice, with a good while between, is two warnings."""
    for _ in range(2):
        guard.failed("It is broken.", took=0.0)
        guard.succeeded()

    assert [record.levelname for record in caplog.records].count("WARNING") == 2
