"""Writing files so that each is there whole, or as it was; every fault is one sentence."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from faqbot.errors import FaqbotError
from faqbot.files import write_together

__all__ = ["save_text", "save_together"]


def save_text(path: Path, text: str, *, makes_folders: bool = True) -> None:
    """Write *text* to *path* in UTF-8, in the place of its former content.

    Raises FaqbotError when it cannot be written; then *path* is as it was.
    """
    save_together([(path, text.encode(errors="replace"))], makes_folders=makes_folders)


def save_together(files: Sequence[tuple[Path, bytes]], *, makes_folders: bool = True) -> None:
    """Write *files* in their order, as `write_together` does; folders are made unless told otherwise.

    Raises FaqbotError, which names the file that cannot be written.
    """
    try:
        for path, _ in files if makes_folders else ():
            _make_folder(path)
        write_together(files)
    except OSError as error:
        path = Path(os.fsdecode(error.filename or files[0][0]))
        why = error.strerror or type(error).__name__
        raise FaqbotError(f"{path} cannot be written: {why}") from None


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        error.filename = str(path)
        raise
