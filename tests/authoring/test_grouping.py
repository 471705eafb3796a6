"""Which things belong together, by how alike they are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from faqbot.authoring.insights.clusters import group

_BOUND = 0.3


def _blocks(*sizes: int, inside: float = 0.8) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    owner = np.repeat(np.arange(len(sizes)), sizes)
    alike = np.where(owner[:, None] == owner[None], inside, 0).astype(np.float32)
    np.fill_diagonal(alike, 1)
    return alike


def _members(alike: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> list[list[int]]:
    return [sorted(members.tolist()) for members in group(alike, _BOUND)]


def test_groups_are_found_largest_first() -> None:
    """Blocks of what is alike come back as groups; what is like nothing is in none."""
    assert _members(_blocks(2, 3, 1)) == [[2, 3, 4], [0, 1]]


def test_members_are_alike_on_average() -> None:
    """A chain of neighbours is no group: it is the average that has to be alike."""
    alike = np.eye(6, dtype=np.float32)
    for number in range(5):
        alike[number, number + 1] = alike[number + 1, number] = 0.5

    assert max(map(len, group(alike, _BOUND))) <= 3


def test_most_central_member_is_first() -> None:
    """Who is most like the others speaks for the group."""
    alike = _blocks(4, inside=0.5)
    alike[2, :2] = alike[:2, 2] = 0.9

    assert group(alike, _BOUND)[0][0] == 2


def test_member_moves_to_the_group_it_is_most_like() -> None:
    """What was joined too early is mended: a thing ends where it is most alike on average."""
    alike = _blocks(3, 3, inside=0.6)
    alike[0, 1] = alike[1, 0] = 0.9
    alike[2, 3:] = alike[3:, 2] = 0.7

    assert _members(alike) == [[2, 3, 4, 5], [0, 1]]


def test_nothing_and_one_thing_make_no_group() -> None:
    """There is no group of fewer than two."""
    assert group(np.zeros((0, 0), np.float32), _BOUND) == []
    assert group(np.ones((1, 1), np.float32), _BOUND) == []


@given(st.integers(0, 2**32 - 1), st.integers(2, 25))
def test_groups_are_apart_and_alike(seed: int, count: int) -> None:
    """On any likenesses, ties included, groups share no member and each has two or more."""
    draw = np.random.default_rng(seed).integers(-2, 10, (count, count)) / 10
    alike = np.maximum(draw, draw.T).astype(np.float32)
    np.fill_diagonal(alike, 1)
    members = [number for found in group(alike, _BOUND) for number in found.tolist()]

    assert len(members) == len(set(members))
    assert all(len(found) >= 2 for found in group(alike, _BOUND))
    if (alike - np.eye(count) * 2).max() < _BOUND:
        assert members == []
