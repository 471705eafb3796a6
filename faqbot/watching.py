"""Noticing that the files of a knowledge base were edited, however they are written."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from faqbot.errors import MissingDependency
from faqbot.kb.faults import FaultList, TooManyFaults
from faqbot.kb.loading import yaml_files

__all__ = ["Stop", "require_watchfiles", "watch_base"]

_log = logging.getLogger(__name__)

_QUIET = 100
"""Milliseconds without a change after which a burst of them is over: editors save in several steps."""
_LONGEST_BURST = 1_000
_PATIENCE = 1_000
"""Milliseconds between two looks at the files themselves. A look costs one `stat` a file, and finds
what no event tells of: network folders, links swapped further up, edits before the watch began."""


class Stop(Protocol):
    """What ends the watching, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Tell whether to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, *timeout* seconds at most; tell whether it is."""


def require_watchfiles() -> None:
    """Raise MissingDependency when the library that `watch_base` needs is not installed."""
    if find_spec("watchfiles") is None:
        raise MissingDependency("picking up edits of a knowledge base", "live")


def watch_base(path: Path, stop: Stop) -> Iterator[None]:
    """Yield each time the knowledge base at *path* may have been edited, until *stop* is set.

    The first time comes soon after the start, for an edit that went before it. What is at *path*
    may be gone for a while, replaced by a rename, or reached through links that are swapped.
    """
    seen: object = None
    while not stop.is_set():
        places = _places(path)
        with closing(_events(path, places, stop)) as events:
            for named in events:
                stamps = _stamps(path)
                if named or stamps != seen:
                    seen = stamps
                    yield
                if _places(path) != places:
                    break  # other folders are to be watched now


def _events(path: Path, places: dict[str, int], stop: Stop) -> Generator[bool]:
    """Yield at each event in *places*, and when there was none for a while.

    What is yielded tells whether an event named a YAML file: its stamp may be the same as before
    when it was written twice in one tick of the clock.
    """
    from watchfiles import watch

    try:
        for changes in watch(
            *places,
            watch_filter=None,
            debounce=_LONGEST_BURST,
            step=_QUIET,
            stop_event=stop,
            rust_timeout=_PATIENCE,
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=_is_folder(path),
            ignore_permission_denied=True,
        ):
            yield any(name.lower().endswith((".yaml", ".yml")) for _, name in changes)
    except (OSError, RuntimeError) as error:  # no folder to watch, or no more watches to be had
        _log.debug("%s cannot be watched, so it is looked at instead: %s", path, error)
        stop.wait(_PATIENCE / 1_000)
        yield False


def _places(path: Path) -> dict[str, int]:
    """Return the folders to watch, each with its inode: another folder may take its name.

    They are the base's own, or those of a file and of what a link in its place leads to.
    """
    names = [path] if _is_folder(path) else [path.parent, Path(os.path.realpath(path)).parent]
    found = {}
    for name in names:
        with suppress(OSError):
            found[os.path.realpath(name)] = name.stat().st_ino
    return found


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a parent is closed


def _stamps(path: Path) -> list[tuple[object, ...]]:
    """Return what tells one state of the base's files from another, without reading them."""
    with suppress(TooManyFaults):
        return [_stamp(file) for file in yaml_files(path, FaultList(path))]
    return []


def _stamp(file: Path) -> tuple[object, ...]:
    try:
        status = file.stat()
    except OSError as error:
        return file, error.errno
    return file, status.st_ino, status.st_size, status.st_mtime_ns
