"""Rate limits by caller, and addresses that share one."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from faqbot import SharedCount, SharedCounts

# Callers whose rate is known, about 10 MB. Beyond it the one seen longest ago is forgotten, which only
# gives that caller its whole rate again. Chosen by hand.
MAX_CALLERS = 50_000
# Name of the rates that replicas share.
_SHARED_NAME = "web-rate"
# Seconds in a minute.
_MINUTE = 60.0

Caller = tuple[str, ...]
"""Name of a key, "" without one, and the network of the peer."""


class RateLimiter:
    """Rate limiter by the generic cell rate algorithm: one time per caller.

    A caller may use the requests of a minute at once; then they come back one by one. Requests to other
    replicas count some tenths of a second later. Not thread-safe: the event loop is its only user.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        counts: Callable[[], SharedCounts] | None = None,
    ) -> None:
        """Start with no caller; *clock* returns seconds, and *counts* those of the open store."""
        self._clock = clock
        self._counts = counts
        self._free_at: OrderedDict[Caller, float] = OrderedDict()

    def take(self, caller: Caller, per_minute: int) -> float:
        """Count a request of *caller*; return the seconds to wait, 0 if allowed."""
        if self._counts is None:
            return self._take_own(caller, per_minute)
        shared, key = self._counts(), "\0".join(caller)
        wait = shared.wait(_SHARED_NAME, key) or self._take_own(caller, per_minute)
        if not wait:
            shared.add(SharedCount(_SHARED_NAME, key, _MINUTE, most=per_minute))
        return wait

    def _take_own(self, caller: Caller, per_minute: int) -> float:
        now = self._clock()
        step = _MINUTE / per_minute
        free_at = max(self._free_at.get(caller, now), now)
        wait = free_at + step - now - _MINUTE
        if wait > 1e-9:  # noqa: PLR2004 - rounding of sixty thousand sums of steps
            return wait
        self._free_at[caller] = free_at + step
        self._free_at.move_to_end(caller)
        while len(self._free_at) > MAX_CALLERS:
            self._free_at.popitem(last=False)
        return 0.0

    def __len__(self) -> int:
        """Return the number of callers in memory."""
        return len(self._free_at)


def is_loopback(address: str) -> bool:
    """Return True if *address* is an address of this machine; a name is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


def is_local_peer(address: str) -> bool:
    """Return True if the peer at *address* is on this machine.

    On a socket without a network the address is no IP address.
    """
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return True
    return is_loopback(address)
