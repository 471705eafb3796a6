"""Lazy import of a package's public names (PEP 562)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from importlib import import_module


def lazy_face(
    face: MutableMapping[str, object], homes: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of the package whose globals are *face*.

    *homes* gives the names of each module, which is relative to the package. A name is imported on first
    use, and kept in *face*; AttributeError is raised for a name without a module. The names that are
    listed are those of `__all__`.
    """
    package = face["__name__"]
    home_of = {name: module for module, names in homes.items() for name in names}

    def load(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{home_of[name]}"), name)
        face[name] = value
        return value

    def listed() -> list[str]:
        names = face["__all__"]
        return sorted(map(str, names)) if isinstance(names, list) else []

    return load, listed
