"""File watching: notice every edit of a knowledge base, however its files are written."""

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

_log = logging.getLogger(__name__)

# Milliseconds without a change that end a burst of changes, as editors save in several steps. Chosen
# by hand.
_BURST_END_MS = 100
# Longest burst, in milliseconds, after which changes are reported anyway. Chosen by hand.
_MAX_BURST_MS = 1_000
# Milliseconds between two polls of the files. A poll costs one `stat` a file, and finds edits without
# an event: in network folders, behind links that were swapped, before the watch began. Chosen by hand.
_POLL_MS = 1_000


class StopEvent(Protocol):
    """Event that ends the watch, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Return True if the watch is to end."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait *timeout* seconds at most.

        Return True if the event is set.
        """


def require_watchfiles() -> None:
    """Raise MissingDependency if the library of `watch_base` is not installed."""
    if find_spec("watchfiles") is None:
        raise MissingDependency("picking up edits of a knowledge base", "live")


def watch_base(path: Path, stop: StopEvent) -> Iterator[None]:
    """Yield each time the knowledge base at *path* may have been edited, until *stop* is set.

    Yields once soon after the start, for an edit before it. The files at *path* may be absent for a
    while, replaced by a rename, or reached through links that are swapped.
    """
    seen: object = None
    while not stop.is_set():
        places = _places(path)
        with closing(_events(path, places, stop)) as events:
            for named in events:
                stamps = file_stamps(path)
                if named or stamps != seen:
                    seen = stamps
                    yield
                if _places(path) != places:
                    break  # other folders are to be watched now


def _events(path: Path, places: dict[str, int], stop: StopEvent) -> Generator[bool]:
    """Yield at each event in the folders *places*, and at each poll without an event.

    Yields True if an event named a YAML file. Its stamp may then be unchanged, as a file can be
    written twice in one tick of the clock.
    """
    from watchfiles import watch

    try:
        for changes in watch(
            *places,
            watch_filter=None,
            debounce=_MAX_BURST_MS,
            step=_BURST_END_MS,
            stop_event=stop,
            rust_timeout=_POLL_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=_is_folder(path),
            ignore_permission_denied=True,
        ):
            yield any(name.lower().endswith((".yaml", ".yml")) for _, name in changes)
    except (OSError, RuntimeError) as error:  # no folder to watch, or too many watches
        _log.debug("%s cannot be watched, so it is polled instead: %s", path, error)
        stop.wait(_POLL_MS / 1_000)
        yield False


def _places(path: Path) -> dict[str, int]:
    """Return the inode of each watched folder, by path.

    Another folder may take its name. For a knowledge base in one file, they are the folders of the
    file and of the target of a link.
    """
    names = [path] if _is_folder(path) else [path.parent, Path(os.path.realpath(path)).parent]
    found = {}
    for name in names:
        with suppress(OSError):
            found[os.path.realpath(name)] = name.stat().st_ino
    return found


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises if a parent may not be read


def file_stamps(path: Path) -> list[tuple[object, ...]]:
    """Return a stamp of each file: inode, size and time, which change with its content."""
    with suppress(TooManyFaults):
        return [_stamp(file) for file in yaml_files(path, FaultList(path))]
    return []


def _stamp(file: Path) -> tuple[object, ...]:
    try:
        status = file.stat()
    except OSError as error:
        return file, error.errno
    return file, status.st_ino, status.st_size, status.st_mtime_ns
