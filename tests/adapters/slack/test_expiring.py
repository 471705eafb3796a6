"""The expiring map forgets old values, keeps the newest, and loses no change of a thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.expiring import ExpiringMap
from tests.adapters.slack.planning import Clock


def test_values_expire() -> None:
    """A value is there for so many seconds after it was put there, and no longer."""
    clock = Clock()
    kept: ExpiringMap[str, int] = ExpiringMap(10, 60.0, clock)
    kept.put("a", 1)
    clock.now += 60

    assert kept.get("a") == 1
    assert "a" in kept
    clock.now += 1
    assert kept.get("a") is None
    assert "a" not in kept


def test_a_value_is_taken_once() -> None:
    """Who takes it has it; the next finds nothing."""
    kept: ExpiringMap[str, int] = ExpiringMap(10, 60.0, Clock())
    kept.put("a", 1)

    assert (kept.take("a"), kept.take("a")) == (1, None)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60))
def test_the_last_ones_are_kept(steps: list[tuple[int, bool]]) -> None:
    """There are never more than the limit, and they are those that were put there last."""
    kept: ExpiringMap[int, int] = ExpiringMap(3, 60.0, Clock())
    order: list[int] = []
    for key, takes in steps:
        order = [each for each in order if each != key]
        if takes:
            kept.take(key)
        else:
            kept.put(key, key)
            order.append(key)
        order = order[-3:]
        assert len(kept) <= 3
    assert [key for key in range(10) if key in kept] == sorted(order)


def test_changes_of_threads_are_not_lost() -> None:
    """A change sees what the one before it made."""
    kept: ExpiringMap[str, int] = ExpiringMap(10, 60.0, Clock())
    with ThreadPoolExecutor(8) as pool:
        for _ in range(400):
            pool.submit(kept.change, "a", lambda before: (before or 0) + 1)

    assert kept.get("a") == 400


def test_add_is_true_for_a_new_key_only() -> None:
    """Of many threads that add one key, one is told that it was new, until the key expires."""
    clock = Clock()
    kept: ExpiringMap[str, int] = ExpiringMap(10, 60.0, clock)
    with ThreadPoolExecutor(8) as pool:
        added = [*pool.map(lambda number: kept.add("a", number + 1), range(200))]

    assert added.count(True) == 1
    clock.now += 61
    assert kept.add("a", 1)


def test_all_are_forgotten_at_once() -> None:
    """A key is new again after it."""
    kept: ExpiringMap[str, int] = ExpiringMap(3, 10.0)
    kept.put("a", 1)
    kept.clear()

    assert "a" not in kept
    assert len(kept) == 0
