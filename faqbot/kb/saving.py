"""Writing of an author's files, each whole or not at all.

`save_text` and `save_together` write any files. `replace_files` replaces the files of a knowledge
base, and only content that was read before. Every fault is a single sentence for the user.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from faqbot.errors import EditError, FaqbotError
from faqbot.files import read_regular, write_together

_PACKAGE = Path(__file__).parents[1].resolve()
# Write bits of the owner, the group and others.
_ANY_WRITE = 0o222


def save_text(path: Path, text: str, *, makes_folders: bool = True) -> None:
    """Write *text* to *path* in UTF-8.

    Raises FaqbotError if it cannot be written; then *path* is as it was.
    """
    save_together([(path, text.encode(errors="replace"))], makes_folders=makes_folders)


def save_together(files: Sequence[tuple[Path, bytes]], *, makes_folders: bool = True) -> None:
    """Write *files*, pairs of path and content, in order.

    Missing folders are made if *makes_folders*. Raises FaqbotError, which names the file that cannot
    be written.
    """
    try:
        for path, _ in files if makes_folders else ():
            _make_folder(path)
        write_together(files)
    except OSError as error:
        path = Path(os.fsdecode(error.filename or files[0][0]))
        raise FaqbotError(f"{path} cannot be written: {_reason(error)}") from None


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        error.filename = str(path)
        raise


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


@dataclass(frozen=True, slots=True)
class Beside:
    """Files written with a knowledge base: pairs of path and content.

    Those in *first* are written before it, those in *last* after it.
    """

    first: tuple[tuple[Path, bytes], ...] = ()
    last: tuple[tuple[Path, bytes], ...] = ()


def check_writable(paths: Iterable[Path]) -> None:
    """Raise EditError for a path that is read-only or installed."""
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
        raise EditError(f"{path} cannot be written: {_reason(error)}") from error
    # Root may write to every file. A read-only mark is respected all the same.
    if not mode & _ANY_WRITE or not os.access(target, os.W_OK):
        raise EditError(f"{path} is read-only: allow writing to it, or name a copy with --kb")
    if not os.access(target.parent, os.W_OK):
        raise EditError(
            f"{path} cannot be replaced: allow writing to the folder {target.parent}, or name a copy "
            "elsewhere with --kb"
        )


def replace_files(
    before: Mapping[Path, bytes], after: Mapping[Path, bytes], beside: Beside | None = None
) -> None:
    """Replace the contents *before* of files by *after*.

    Both map paths to bytes. Each file is written whole or stays as it was (see `write_together`).
    Files *beside* them are written with them. Raises EditError if a file was changed meanwhile or
    cannot be written. The message names files that were written before the fault, if any.
    """
    beside = beside or Beside()
    files = [*beside.first, *after.items(), *beside.last]
    try:
        write_together(files, lambda: _check_unchanged(before, after))
    except OSError as error:
        raise EditError(
            f"{error.filename} cannot be written: {_reason(error)}{_written(before, after)}"
        ) from error


def _check_unchanged(before: Mapping[Path, bytes], paths: Iterable[Path]) -> None:
    for path in paths:
        if not _holds(path, before[path]):
            raise EditError(f"{path} was changed meanwhile, so nothing was written: run this again")


def _written(before: Mapping[Path, bytes], after: Mapping[Path, bytes]) -> str:
    """Return the end of a sentence on files already written."""
    done = [
        str(path) for path, data in after.items() if data != before[path] and _holds(path, data)
    ]
    return f"; written before that: {', '.join(done)}" if done else ""


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_regular(path, len(data)) == data
    except OSError:
        return False
