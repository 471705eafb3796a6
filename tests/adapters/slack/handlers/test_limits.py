"""Limits let so many through in so much time, and are told once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.handlers.limits import RateDecision, RateLimit
from tests.adapters.slack.planning import Clock


def test_a_refusal_is_told_once_in_that_time() -> None:
    """The first that is too much is told, the others not, until there was quiet."""
    clock = Clock()
    limit = RateLimit(2, 60.0, clock)

    assert [limit.take("a") for _ in range(5)] == [
        RateDecision.ALLOWED,
        RateDecision.ALLOWED,
        RateDecision.REFUSED_FIRST,
        RateDecision.REFUSED,
        RateDecision.REFUSED,
    ]
    assert limit.take("b") is RateDecision.ALLOWED
    clock.now += 61
    assert limit.take("a") is RateDecision.ALLOWED


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

    assert limit.take(999) is not RateDecision.ALLOWED
    assert limit.take(0) is RateDecision.ALLOWED
    assert len(limit._allowed) == 2


@given(st.lists(st.floats(0, 30), max_size=40))
def test_never_more_than_the_limit_in_any_window(pauses: list[float]) -> None:
    """However the requests come, no span of that length has more than were to be let through."""
    clock = Clock()
    limit = RateLimit(3, 60.0, clock)
    passed = []
    for pause in pauses:
        clock.now += pause
        if limit.take("a") is RateDecision.ALLOWED:
            passed.append(clock.now)

    for start in passed:
        assert sum(start <= at < start + 60.0 for at in passed) <= 3
