"""Counts behind the answers: what comes back, what is bounded, and how they end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from faqbot.store import shared_counts
from faqbot.store.shared_counts import SharedCount, SharedCounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from conftest import Clock

_EVENT = SharedCount("rate", "U1", 60, most=5)


def test_events_of_a_moment_are_one_statement(clock: Clock) -> None:
    """They are added up by key; the number that comes back is kept."""
    written: list[SharedCount] = []

    def write(batch: Sequence[SharedCount]) -> list[float]:
        written.extend(batch)
        return [7.0 for _ in batch]

    counts = SharedCounts(write, clock)
    for _ in range(3):
        counts.add(_EVENT)
    assert counts.flush(10)
    counts.close()
    assert sum(each.events for each in written) == 3
    assert counts.total("rate", "U1") == 7
    assert counts.total("rate", "U2") == 0
    assert counts.wait("rate", "U1") == 7.0
    clock.now += 6
    assert counts.wait("rate", "U1") == 1.0
    clock.now += 6
    assert counts.wait("rate", "U1") == 0.0


def test_a_fault_leaves_a_process_to_itself() -> None:
    """Events are dropped, and nothing is refused."""
    counts = SharedCounts(lambda _: None)
    counts.add(_EVENT)
    assert counts.flush(10)
    assert counts.wait("rate", "U1") == 0.0
    counts.close()


def test_without_replicas_nothing_is_counted() -> None:
    """No thread is started."""
    counts = SharedCounts(None)
    counts.add(_EVENT)
    assert counts.flush(0)
    assert "faqbot-shared-counts" not in [thread.name for thread in threading.enumerate()]
    counts.close()


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of keys is cut, before it is written and afterwards."""
    monkeypatch.setattr(shared_counts, "_MOST_WAITING", 3)
    monkeypatch.setattr(shared_counts, "_MOST_KNOWN", 2)
    goes_on, sizes = threading.Event(), []

    def write(batch: Sequence[SharedCount]) -> list[float]:
        assert goes_on.wait(10)
        sizes.append(len(batch))
        return [1.0 for _ in batch]

    counts = SharedCounts(write)
    for number in range(100):
        counts.add(SharedCount("rate", f"{number}", 60))
    goes_on.set()
    assert counts.flush(10)
    counts.close()
    assert sum(sizes) <= 6  # those of the first moment, and three that waited
    assert sum(counts.total("rate", f"{number}") for number in range(100)) == 2
