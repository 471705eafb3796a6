"""Lazy import of the names of a package's face (PEP 562)."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from importlib import import_module


def load_name(name: str, homes: Mapping[str, str], face: MutableMapping[str, object]) -> object:
    """Import *name* from its module, and keep it in the package's globals, *face*.

    *homes* gives the module of each name, relative to the package. Raises AttributeError for a name
    without a module.
    """
    package = face["__name__"]
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{package}.{homes[name]}"), name)
    face[name] = value
    return value
