"""Bounded cache: capacity by count and by size."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.index.bounded_cache import BoundedCache, ComputedCache


def test_a_stored_value_is_returned_and_read_back() -> None:
    """`store` returns the value itself, and `get` finds it until the cache clears."""
    cache, value = BoundedCache[str, list[int]](2), [1]

    assert cache.get("a") is None
    assert cache.store("a", value) is value
    assert cache.get("a") is value


def test_a_full_cache_clears_before_it_stores() -> None:
    """At capacity the old values go, and only the new one is left."""
    cache = BoundedCache[str, int](2)
    for number, key in enumerate("abc"):
        cache.store(key, number)

    assert dict(cache) == {"c": 2}
    cache.store("d", 3)
    assert dict(cache) == {"c": 2, "d": 3}


def test_a_value_larger_than_the_capacity_is_stored_alone() -> None:
    """It displaces all others, and the next value displaces it."""
    cache = BoundedCache[str, bytes](4, len)
    cache.store("a", b"123")
    cache.store("b", b"12345")

    assert dict(cache) == {"b": b"12345"}
    cache.store("c", b"1")
    assert dict(cache) == {"c": b"1"}


@given(st.lists(st.integers(0, 30).map(bytes), max_size=40), st.integers(30, 60))
def test_sizes_never_exceed_the_capacity(values: list[bytes], capacity: int) -> None:
    """The sum of sizes stays within the capacity, and the last value is always there."""
    cache = BoundedCache[int, bytes](capacity, len)
    for number, value in enumerate(values):
        cache.store(number, value)

        assert sum(map(len, cache.values())) <= capacity
        assert cache[number] is value


def test_a_computed_cache_computes_a_missing_value_once() -> None:
    """A value is computed at its first read, and again after the cache has cleared."""
    computed: list[str] = []

    def compute(key: str) -> int:
        computed.append(key)
        return len(key)

    cache = ComputedCache(compute, 1)

    assert [cache["ab"], cache["ab"], cache["abc"], cache["ab"]] == [2, 2, 3, 2]
    assert computed == ["ab", "abc", "ab"]


def test_threads_share_a_cache() -> None:
    """Concurrent writers raise nothing, and leave few values above the capacity."""
    cache = BoundedCache[int, int](5)

    def work(_: int) -> bool:
        return all(cache.store(key % 9, key % 9) == key % 9 for key in range(2000))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert len(cache) <= 5 + 8
