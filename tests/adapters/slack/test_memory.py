"""What is remembered for a while is bounded, and expires."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.handlers.memory import Memory
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
