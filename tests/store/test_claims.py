"""Keys that one caller takes, and no other."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from faqbot.store.circuit_breaker import _MOST, Claims

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from conftest import Clock, OpenStore

    from faqbot.store import Store


def test_a_key_is_taken_once(clock: Clock) -> None:
    """It is free again after its time, or when it is released."""
    claims = Claims(clock)

    assert [claims.take("a", 10), claims.take("a", 10), claims.take("b", 10)] == [True, False, True]
    clock.now += 10
    assert claims.take("a", 10)
    claims.release("a")
    assert claims.take("a", 10)


def test_memory_is_bounded(clock: Clock) -> None:
    """The oldest claims are let go, the newest hold."""
    claims = Claims(clock)
    for number in range(_MOST + 1):
        claims.take(f"{number}", 10)

    assert not claims.take(f"{_MOST}", 10)
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
