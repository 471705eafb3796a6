"""Writing an author's files: all of a file or nothing of it, and only over what was read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import mkstemp

from faqbot.errors import EditError

__all__ = ["check_writable", "replace_files"]

_PACKAGE = Path(__file__).parents[1].resolve()


def check_writable(paths: Iterable[Path]) -> None:
    """Raise EditError for the first of *paths* that cannot be written, or that faqbot's install owns."""
    for path in paths:
        target = Path(os.path.realpath(path))
        if _PACKAGE in target.parents:
            raise EditError(
                f"{path} was installed with faqbot, and the next install would undo a change: copy it, "
                "and name the copy with --kb"
            )
        _check_permission(path, target)


def _check_permission(path: Path, target: Path) -> None:
    try:
        mode = target.stat().st_mode
    except OSError as error:
        raise EditError(f"{path} cannot be written: {error.strerror}") from error
    # For root every file is writable; one that is marked read-only is meant so all the same.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise EditError(f"{path} is read-only: allow writing to it, or name a copy with --kb")
    if not os.access(target.parent, os.W_OK):
        raise EditError(
            f"{path} cannot be replaced: allow writing to the folder {target.parent}, or name a copy "
            "elsewhere with --kb"
        )


def replace_files(before: Mapping[Path, bytes], after: Mapping[Path, bytes]) -> None:
    """Write *after* over the files it names, which must still hold what they held *before*.

    Each is written beside its file and then takes its place, so that whoever reads it, and whatever
    fails, finds the old content or the new; links stay links, and permissions as they are. Raises EditError, and has
    then changed nothing unless it says so.
    """
    with ExitStack() as stack:
        ready = [(path, _written_beside(path, data, stack)) for path, data in after.items()]
        for path in after:
            _check_unchanged(path, before[path])
        for path, temporary in ready:
            _take_place(path, temporary)


def _written_beside(path: Path, data: bytes, stack: ExitStack) -> Path:
    """Write *data* to a file in the folder of *path*, which is deleted unless it takes its place."""
    target = Path(os.path.realpath(path))
    try:
        descriptor, name = mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        stack.callback(temporary.unlink, missing_ok=True)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        status = target.stat()
        temporary.chmod(stat.S_IMODE(status.st_mode))
        _keep_owner(temporary, status)
    except OSError as error:
        raise EditError(f"{path} cannot be written: {error.strerror}") from error
    return temporary


def _keep_owner(path: Path, status: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with suppress(OSError):  # only root may give a file away
            os.chown(path, status.st_uid, status.st_gid)


def _check_unchanged(path: Path, data: bytes) -> None:
    try:
        same = path.read_bytes() == data
    except OSError:
        same = False
    if not same:
        raise EditError(f"{path} was changed meanwhile, so nothing was written: run this again")


def _take_place(path: Path, temporary: Path) -> None:
    target = Path(os.path.realpath(path))
    try:
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise EditError(f"{path} cannot be replaced: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    """Have the new name outlive a power cut, where folders can be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
