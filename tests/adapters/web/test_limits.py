"""Rate limits and addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_web.rate_limits import MAX_CALLERS, RateLimiter, is_local_peer, is_loopback


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 500))
def test_a_minute_has_as_many_requests_as_allowed(per_minute: int) -> None:
    """All at once, and then one each step."""
    clock = _Clock()
    limiter = RateLimiter(clock)

    assert [limiter.take("a", per_minute) for _ in range(per_minute)] == [0.0] * per_minute
    wait = limiter.take("a", per_minute)
    assert 0 < wait <= 60 / per_minute + 1e-6
    assert limiter.take("b", per_minute) == 0.0
    clock.now += wait
    assert limiter.take("a", per_minute) == 0.0
    assert limiter.take("a", per_minute) > 0.0


def test_very_many_callers_take_bounded_memory() -> None:
    """The caller seen longest ago is forgotten."""
    limiter = RateLimiter(_Clock())
    for number in range(MAX_CALLERS + 10):
        limiter.take(number, 1)

    assert len(limiter) == MAX_CALLERS
    assert limiter.take(0, 1) == 0.0
    assert limiter.take(MAX_CALLERS, 1) > 0.0


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_known(address: str) -> None:
    """In every form."""
    assert is_loopback(address)
    assert is_local_peer(address)


def test_a_name_is_no_loopback_address() -> None:
    """A peer without an address is on this machine, and a name to listen on may be anything."""
    assert not is_loopback("faq.example")
    assert is_local_peer("")
    assert not is_local_peer("192.0.2.7")
