"""Grouping: which of many things belong together, by how alike they are to each other.

Groups are joined while their members are alike on average (average linkage, found by nearest-neighbour
chains). Then each thing moves to the group that it is most like, which mends what was joined too
early.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["group"]

_ROUNDS = 3
_LEAST = 2
_GONE = np.float32(-9)

Floats = NDArray[np.float32]


def group(alike: Floats, bound: float) -> list[NDArray[np.intp]]:
    """Return groups of two or more things, the largest first, each with its most central member first.

    *alike* float32 (things, things) is symmetric. Two groups are joined when the mean likeness between
    their members is at least *bound*; a thing belongs to the group that it is most like on average, if
    that is at least *bound*, too.
    """
    groups = _join(alike, bound)
    for _ in range(_ROUNDS):
        groups = _gather(alike, groups, bound)
    ordered = [
        members[np.argsort(-_centrality(alike, members), kind="stable")] for members in groups
    ]
    return sorted(ordered, key=lambda members: (-len(members), int(members[0])))


def _centrality(alike: Floats, members: NDArray[np.intp]) -> Floats:
    sums: Floats = alike[np.ix_(members, members)].sum(axis=1)
    return sums


def _join(alike: Floats, bound: float) -> list[NDArray[np.intp]]:
    """Join by average linkage: of two groups that are nearest to each other, the one takes the other in."""
    near = alike.copy()
    np.fill_diagonal(near, _GONE)
    members = {thing: [thing] for thing in range(len(alike))}
    waiting, chain = list(members), list[int]()
    while chain or waiting:
        if not chain:
            chain = [waiting.pop()]
        nearest = _nearest(near[chain[-1]], chain[-2] if len(chain) > 1 else None)
        if near[chain[-1], nearest] < bound:
            chain.pop()  # nothing that is joined later can be nearer: a mean is not above its parts
        elif len(chain) > 1 and nearest == chain[-2]:
            taken, kept = chain.pop(), chain.pop()
            _merge(near, kept, taken, members)
            waiting.append(kept)
        else:
            chain.append(nearest)
    return [np.array(sorted(found)) for found in members.values() if len(found) >= _LEAST]


def _nearest(row: Floats, before: int | None) -> int:
    """Return the place of the largest of *row*; of equal ones, *before*, so that chains come to an end."""
    nearest = int(row.argmax())
    return before if before is not None and row[before] >= row[nearest] else nearest


def _merge(near: Floats, kept: int, taken: int, members: dict[int, list[int]]) -> None:
    """Let the group *kept* take *taken* in; its likeness to any other becomes the mean of the members'."""
    sizes = len(members[kept]), len(members[taken])
    mean = (sizes[0] * near[kept] + sizes[1] * near[taken]) / sum(sizes)
    mean[[kept, taken]] = _GONE
    members[kept] += members.pop(taken)
    others = np.fromiter(members, np.intp, len(members))
    near[kept], near[taken] = mean, _GONE
    near[others, kept] = mean[others]
    near[others, taken] = _GONE


def _gather(alike: Floats, groups: list[NDArray[np.intp]], bound: float) -> list[NDArray[np.intp]]:
    """Put each thing into the group whose other members it is most like; nowhere, if that is below *bound*."""
    if not groups:
        return []
    mean = np.stack([_mean_likeness(alike, members) for members in groups])
    best = mean.argmax(axis=0)
    best[mean[best, np.arange(len(alike))] < bound] = -1
    found = (np.flatnonzero(best == number) for number in range(len(groups)))
    return [members for members in found if len(members) >= _LEAST]


def _mean_likeness(alike: Floats, members: NDArray[np.intp]) -> Floats:
    """Return how alike each thing is to *members* on average, itself left out: float32 (things,)."""
    sums = alike[members].sum(axis=0)
    counts = np.full(len(alike), len(members), np.float32)
    sums[members] -= alike.diagonal()[members]
    counts[members] -= 1
    means: Floats = sums / np.maximum(counts, 1)
    return means
