"""Schedule of a trial of replicas: the seed alone decides which fault happens when, where and for how long."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Kind of a fault; the value is its name in reports."""

    KILL = "SIGKILL"
    STOP = "SIGTERM"
    CUT = "all connections to the database cut"
    PAUSE = "a replica stands still"
    HELD_PAUSE = "a replica stands still in a transaction"
    FAST_RESTART = "the database restarts (fast)"
    IMMEDIATE_RESTART = "the database restarts (immediate)"
    DATABASE_PARTITION = "a replica without its database"
    SLACK_PARTITION = "a replica without Slack"
    CLOCK_STEP = "a step of the clock"
    FULL_DISK = "a full disk"


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """Fault of a *kind* that begins before event number *before*, at the replica with that number.

    It lasts *seconds*; those of a step of the clock are its size.
    """

    before: int
    kind: FaultKind
    replica: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Number of *events*, and of the faults among them, at places that *seed* draws.

    So many times, a replica ends (*ends*), all connections to the database are cut (*cuts*), a replica
    stands still for longer than its leases (*pauses*), also in a transaction (*held_pauses*), the database restarts (*restarts*), a replica loses
    the database or Slack for some seconds (*partitions*), its clock is set (*steps*), or the disk is
    full for some seconds (*full_disks*). A version is published every *publishes* seconds. At most
    *at_once* questions wait for their reply at a time. In the end, late posts get *late_seconds*.
    """

    events: int
    ends: int = 0
    cuts: int = 0
    pauses: int = 0
    held_pauses: int = 0
    restarts: int = 0
    partitions: int = 0
    steps: int = 0
    full_disks: int = 0
    publishes: float = 5.0
    at_once: int = 50
    seed: int = 1
    replicas: int = 3
    pause_seconds: float = 25.0
    late_seconds: float = 15.0

    def faults(self) -> tuple[PlannedFault, ...]:
        """Return all faults, the first one first."""
        kinds = {
            FaultKind.KILL: self.ends - self.ends * 2 // 5,
            FaultKind.STOP: self.ends * 2 // 5,
            FaultKind.CUT: self.cuts,
            FaultKind.PAUSE: self.pauses,
            FaultKind.HELD_PAUSE: self.held_pauses,
            FaultKind.FAST_RESTART: self.restarts - self.restarts // 2,
            FaultKind.IMMEDIATE_RESTART: self.restarts // 2,
            FaultKind.DATABASE_PARTITION: self.partitions - self.partitions // 2,
            FaultKind.SLACK_PARTITION: self.partitions // 2,
            FaultKind.CLOCK_STEP: self.steps,
            FaultKind.FULL_DISK: self.full_disks,
        }
        planned = [fault for kind, count in kinds.items() for fault in self._drawn(kind, count)]
        return tuple(sorted(planned, key=lambda fault: fault.before))

    def _drawn(self, kind: FaultKind, count: int) -> list[PlannedFault]:
        """Return *count* faults of a *kind*, drawn apart from those of other kinds."""
        draw = random.Random(f"{self.seed} {kind.name}")
        seconds = self._seconds().get(kind, lambda _: 0.0)
        return [
            PlannedFault(
                draw.randrange(self.events), kind, draw.randrange(self.replicas), seconds(draw)
            )
            for _ in range(count)
        ]

    def _seconds(self) -> Mapping[FaultKind, Callable[[random.Random], float]]:
        """Return by kind how the seconds of a fault are drawn. The ranges are chosen by hand."""

        def pause(_: random.Random) -> float:
            return self.pause_seconds

        def restart(draw: random.Random) -> float:
            return draw.uniform(0.0, 6.0)

        def partition(draw: random.Random) -> float:
            return draw.uniform(3.0, 20.0)

        def step(draw: random.Random) -> float:
            return draw.choice((-1, 1)) * draw.uniform(60.0, 3_000.0)

        return {
            FaultKind.PAUSE: pause,
            FaultKind.HELD_PAUSE: pause,
            FaultKind.FAST_RESTART: restart,
            FaultKind.IMMEDIATE_RESTART: restart,
            FaultKind.DATABASE_PARTITION: partition,
            FaultKind.SLACK_PARTITION: partition,
            FaultKind.CLOCK_STEP: step,
            FaultKind.FULL_DISK: partition,
        }


def described(faults: Mapping[FaultKind, int]) -> str:
    """Return the numbers of faults as a list of words."""
    counts = Counter(faults)
    return ", ".join(f"{counts[kind]} times {kind}" for kind in FaultKind if counts[kind]) or "none"
