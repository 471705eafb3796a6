"""Takes values out of what Slack sent, of which nothing is taken on trust: not even that it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["at", "mapping_at", "text_at"]


def at(body: object, *path: str | int) -> object:
    """Return what lies at *path* in *body*, keys of objects and places in lists; None for nothing."""
    found = body
    for step in path:
        if isinstance(step, str) and isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(step, int) and isinstance(found, Sequence) and not isinstance(found, str):
            found = found[step] if step < len(found) else None
        else:
            return None
    return found


def text_at(body: object, *path: str | int) -> str:
    """Return the text at *path* in *body*; "" where there is none, or something else."""
    found = at(body, *path)
    return found if isinstance(found, str) else ""


def mapping_at(body: object, *path: str | int) -> Mapping[str, object]:
    """Return the object at *path* in *body*; an empty one where there is none, or something else."""
    found = at(body, *path)
    return found if isinstance(found, Mapping) else {}
