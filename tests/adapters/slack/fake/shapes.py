"""Checks of JSON values, put together from small ones: each yields what is wrong, with where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

Check = Callable[[object, str], Iterator[str]]


def anything(_value: object, _where: str) -> Iterator[str]:
    """Accept everything."""
    yield from ()


def boolean(value: object, where: str) -> Iterator[str]:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield f"{where}: must be true or false"


def string(most: int, least: int = 1) -> Check:
    """Return a check for a string of *least* to *most* characters."""

    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{where}: must be a string"
        elif not least <= len(value) <= most:
            yield f"{where}: has {len(value)} characters, allowed are {least} to {most}"

    return check


def number(least: int, most: int) -> Check:
    """Return a check for a whole number from *least* to *most*."""

    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"{where}: must be a whole number from {least} to {most}"

    return check


def one_of(*allowed: str) -> Check:
    """Return a check for one of the strings *allowed*."""

    def check(value: object, where: str) -> Iterator[str]:
        if value not in allowed:
            yield f"{where}: is {value!r}, allowed is one of {', '.join(allowed)}"

    return check


def many(each: Check, most: int, least: int = 1) -> Check:
    """Return a check for a list of *least* to *most* values that are each as *each* wants them."""

    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            yield f"{where}: must be a list"
            return
        if not least <= len(value) <= most:
            yield f"{where}: has {len(value)} items, allowed are {least} to {most}"
        for number_, item in enumerate(value):
            yield from each(item, f"{where}/{number_}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Return a check for an object with all of *required*, some of *optional* and nothing else."""
    known = {**required, **(optional or {})}

    def check(value: object, where: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{where}: must be an object"
            return
        for name in required.keys() - value.keys():
            yield f"{where}: lacks {name}"
        for name, inner in value.items():
            if name in known:
                yield from known[name](inner, f"{where}/{name}")
            else:
                yield f"{where}: knows no {name}"

    return check


def typed(kinds: Mapping[str, Check]) -> Check:
    """Return a check for an object whose "type" is one of *kinds*, and which is as that wants it."""

    def check(value: object, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in kinds:
            yield f"{where}: type {kind!r} is not allowed here"
            return
        yield from kinds[kind](value, where)

    return check
