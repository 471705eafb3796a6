"""Reads the tables of a settings file, key by key, and notes everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TypeVar

__all__ = ["CHANNEL", "PERSON", "Kind", "Table"]

_Value = TypeVar("_Value")

Kind = tuple[re.Pattern[str], str]
"""The form of an id, and what it is to look like, in words."""

CHANNEL: Kind = (re.compile("[CG][A-Z0-9]{2,}"), 'the id of a channel, such as "C0123ABCD"')
PERSON: Kind = (re.compile("[UW][A-Z0-9]{2,}"), 'the member id of a person, such as "U0123ABCD"')


class Table:
    """One table: each method reads a key, and on a fault notes it and returns the default."""

    def __init__(self, values: object, faults: list[str], name: str = "") -> None:
        """Read *values*, the table called *name*, and note in *faults* if they are no table."""
        self._name = name
        self._faults = faults
        self._values: Mapping[str, object] = values if isinstance(values, Mapping) else {}
        if not isinstance(values, Mapping):
            faults.append(f"{name}: this is to be a table, [{name}]")

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys that are there."""
        return iter(self._values)

    def allow(self, *known: str) -> None:
        """Note each key that is not *known*, and which one it may have been meant to be."""
        for key in self._values:
            if key in known:
                continue
            near = get_close_matches(key, known, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            self._faults.append(f"{self._path(key)}: there is no such setting; {advice}")

    def table(self, key: str) -> Table:
        """Return the table under *key*, an empty one where there is none."""
        return Table(self._values.get(key, {}), self._faults, self._path(key))

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._values.get(key, default)
        return value if isinstance(value, bool) else self._refuse(key, "true or false", default)

    def count(self, key: str, default: int, most: int) -> int:
        """Return a whole number from 1 to *most*."""
        value = self._values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
            return value
        return self._refuse(key, f"a whole number from 1 to {most}", default)

    def share(self, key: str, default: float) -> float:
        """Return a number from 0 to 1."""
        value = self._values.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        return self._refuse(key, "a number from 0 to 1, such as 0.9", default)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """Return one of *choices*, of which the first is the default."""
        value = self._values.get(key, choices[0])
        if isinstance(value, str) and value in choices:
            return value
        return self._refuse(key, " or ".join(f'"{each}"' for each in choices), choices[0])

    def id(self, key: str, kind: Kind) -> str:
        """Return one id, "" where there is none."""
        value = self._values.get(key, "")
        pattern, what = kind
        if isinstance(value, str) and (not value or pattern.fullmatch(value)):
            return value
        return self._refuse(key, what, "")

    def ids(self, key: str, kind: Kind) -> tuple[str, ...]:
        """Return a list of ids, in the order they are written."""
        values = self._values.get(key, [])
        pattern, what = kind
        if not isinstance(values, list):
            return self._refuse(key, f"a list, each of it {what}", ())
        wrong = [each for each in values if not (isinstance(each, str) and pattern.fullmatch(each))]
        for each in wrong:
            self._faults.append(f"{self._path(key)}: {each!r} is not {what}")
        return tuple(dict.fromkeys(each for each in values if each not in wrong))

    def check_keys(self, kind: Kind) -> None:
        """Note each key that is not of *kind*."""
        pattern, what = kind
        for key in self._values:
            if not pattern.fullmatch(key):
                self._faults.append(f"{self._path(key)}: {key!r} is not {what}")

    def _path(self, key: str) -> str:
        named = key if re.fullmatch(r"[\w-]+", key) else f'"{key}"'
        return f"{self._name}.{named}" if self._name else named

    def _refuse(self, key: str, wanted: str, default: _Value) -> _Value:
        self._faults.append(
            f"{self._path(key)}: this is {self._values[key]!r}, and is to be {wanted}"
        )
        return default
