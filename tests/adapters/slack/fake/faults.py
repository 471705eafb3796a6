"""What may go wrong with one call: the fake does it instead of, or before, what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: a *status* with *retry_after*, an *error* code, a *delay*, or a dropped connection.

    A *delay* alone holds the call back and then meets it. *drop* "before" closes the connection
    without meeting the call, "after" meets it and never answers. A fault with a *channel* waits for a
    call in that channel.
    """

    status: int = 200
    retry_after: int | None = None
    error: str = ""
    delay: float = 0.0
    drop: Literal["", "before", "after"] = ""
    channel: str = ""


@dataclass(slots=True)
class _Queued:
    fault: Fault
    times: float


@dataclass(slots=True)
class Faults:
    """Faults in the order in which they happen, by method."""

    _queued: dict[str, list[_Queued]] = field(default_factory=dict)

    def add(self, method: str, fault: Fault, times: float = 1) -> None:
        """Let *fault* happen to the next *times* calls of *method*; `math.inf` for all of them."""
        self._queued.setdefault(method, []).append(_Queued(fault, times))

    def clear(self) -> None:
        """Let no further fault happen."""
        self._queued.clear()

    def take(self, method: str, params: Mapping[str, Any]) -> Fault | None:
        """Return the fault that happens to a call, which is then one fewer."""
        waiting = self._queued.get(method, [])
        for queued in waiting:
            if queued.fault.channel in {"", params.get("channel")}:
                queued.times -= 1
                if queued.times <= 0:
                    waiting.remove(queued)
                return queued.fault
        return None
