"""The schedule of a trial of replicas is a pure function of its seed, so that a run can be repeated."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.slack.replicas.schedule import FaultKind, Schedule, described

_COUNTS = st.integers(0, 6)
_SCHEDULES = st.builds(
    Schedule,
    events=st.integers(1, 10_000),
    ends=_COUNTS,
    cuts=_COUNTS,
    pauses=_COUNTS,
    held_pauses=_COUNTS,
    restarts=_COUNTS,
    partitions=_COUNTS,
    steps=_COUNTS,
    full_disks=_COUNTS,
    seed=st.integers(),
    replicas=st.integers(1, 5),
)


@given(schedule=_SCHEDULES)
def test_the_same_seed_gives_the_same_faults(schedule: Schedule) -> None:
    """Two equal schedules agree in every place, replica and duration."""
    assert schedule.faults() == replace(schedule).faults()


@given(schedule=_SCHEDULES)
def test_each_fault_has_its_place(schedule: Schedule) -> None:
    """There are as many faults as were asked for, in order, before an event and at a replica of the run."""
    faults = schedule.faults()
    counts = [getattr(schedule, name) for name in ("ends", "cuts", "pauses", "restarts")]
    counts += [schedule.held_pauses, schedule.partitions, schedule.steps, schedule.full_disks]

    assert len(faults) == sum(counts)
    assert [each.before for each in faults] == sorted(each.before for each in faults)
    assert all(0 <= each.before < schedule.events for each in faults)
    assert all(0 <= each.replica < schedule.replicas for each in faults)


def test_another_seed_gives_other_faults() -> None:
    """The seed decides, and faults of one kind do not move those of another."""
    schedule = Schedule(1_000, ends=5, pauses=4, seed=1)
    more = replace(schedule, restarts=2).faults()

    assert schedule.faults() != replace(schedule, seed=2).faults()
    assert set(schedule.faults()) <= set(more)


def test_faults_are_told_by_their_names() -> None:
    """A report counts the faults that happened."""
    happened = Counter({FaultKind.KILL: 2, FaultKind.FULL_DISK: 1})

    assert described(happened) == "2 times SIGKILL, 1 times a full disk"
    assert described(Counter[FaultKind]()) == "none"
