"""Limits let so many through in so much time, and are told once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.handlers.memory import Memory, Pass, RateLimit
from tests.adapters.slack.planning import Clock


def test_values_expire() -> None:
    """A value is there for so many seconds after it was put there, and no longer."""
    clock = Clock()
    memory: Memory[str, int] = Memory(10, 60.0, clock)
    memory.put("a", 1)
    clock.now += 60

    assert memory.get("a") == 1
    assert "a" in memory
    clock.now += 1
    assert memory.get("a") is None
    assert "a" not in memory


def test_a_value_is_taken_once() -> None:
    """Who takes it has it; the next finds nothing."""
    memory: Memory[str, int] = Memory(10, 60.0, Clock())
    memory.put("a", 1)

    assert (memory.take("a"), memory.take("a")) == (1, None)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60))
def test_the_last_ones_are_kept(steps: list[tuple[int, bool]]) -> None:
    """There are never more than the limit, and they are those that were put there last."""
    memory: Memory[int, int] = Memory(3, 60.0, Clock())
    order: list[int] = []
    for key, takes in steps:
        order = [each for each in order if each != key]
        if takes:
            memory.take(key)
        else:
            memory.put(key, key)
            order.append(key)
        order = order[-3:]
        assert len(memory) <= 3
    assert [key for key in range(10) if key in memory] == sorted(order)


def test_changes_of_threads_are_not_lost() -> None:
    """A change sees what the one before it made."""
    memory: Memory[str, int] = Memory(10, 60.0, Clock())
    with ThreadPoolExecutor(8) as pool:
        for _ in range(400):
            pool.submit(memory.change, "a", lambda before: (before or 0) + 1)

    assert memory.get("a") == 400


def test_a_refusal_is_told_once_in_that_time() -> None:
    """The first that is too much is told, the others not, until there was quiet."""
    clock = Clock()
    limit = RateLimit(2, 60.0, clock)

    assert [limit.take("a") for _ in range(5)] == [Pass.YES, Pass.YES, Pass.TELL, Pass.NO, Pass.NO]
    assert limit.take("b") is Pass.YES
    clock.now += 61
    assert limit.take("a") is Pass.YES


def test_there_is_room_until_it_is_taken() -> None:
    """To look takes nothing."""
    clock = Clock()
    limit = RateLimit(1, 60.0, clock)

    assert limit.has_room("a")
    assert limit.has_room("a")
    limit.take("a")
    assert not limit.has_room("a")
    clock.now += 60
    assert limit.has_room("a")


def test_keys_are_bounded() -> None:
    """Of many keys the last are kept count of."""
    limit = RateLimit(1, 60.0, Clock(), keys=2)
    for key in range(1_000):
        limit.take(key)

    assert limit.take(999) is not Pass.YES
    assert limit.take(0) is Pass.YES
    assert len(limit._passed) == 2


@given(st.lists(st.floats(0, 30), max_size=40))
def test_never_more_than_the_limit_in_any_window(pauses: list[float]) -> None:
    """However the requests come, no span of that length has more than were to be let through."""
    clock = Clock()
    limit = RateLimit(3, 60.0, clock)
    passed = []
    for pause in pauses:
        clock.now += pause
        if limit.take("a") is Pass.YES:
            passed.append(clock.now)

    for start in passed:
        assert sum(start <= at < start + 60.0 for at in passed) <= 3
