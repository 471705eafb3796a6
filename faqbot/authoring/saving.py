"""Writing a file so that it is there whole, or as it was."""

from __future__ import annotations

import os
from pathlib import Path

from faqbot.errors import FaqbotError

__all__ = ["save_text"]


def save_text(path: Path, text: str) -> None:
    """Write *text* to *path* in UTF-8, in the place of what was there; folders are made.

    Raises FaqbotError when it cannot be written; then *path* is as it was.
    """
    data = text.encode(errors="replace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # a pipe, such as /dev/stdout
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise FaqbotError(f"{path} cannot be written: {why}") from None


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
