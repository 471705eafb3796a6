"""Standard streams of a command that may be closed, full, or without a reader."""

from __future__ import annotations

import io
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO


class Output(io.FileIO):
    """Standard output. Its first *failure* is raised; later output is dropped."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer, as of FileIO
        """Write some of *data* and return its count of bytes.

        Waits where output is slow.
        """
        try:
            while not self.failure:
                written: int | None = super().write(data)
                if written is not None:
                    return written
                # Another process made the pipe non-blocking.
                select.select([], [self], [])
        except OSError as error:
            self.failure = error
            raise
        return len(data)


class _Messages(Output):
    """Standard error. Failures are ignored, so that the command continues."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - the same
        with suppress(OSError):
            return super().write(data)
        return len(data)


@contextmanager
def standard_streams() -> Iterator[Output | None]:
    """Wrap the three standard streams while a command runs, and yield standard output.

    A closed stream becomes the null device, so that no other file gets its descriptor. Yields None if
    a calling program replaced standard output by its own stream.
    """
    before = sys.stdin, sys.stdout, sys.stderr
    _open_closed()
    output = _guarded(sys.stdout, sys.__stdout__, Output)
    messages = _guarded(sys.stderr, sys.__stderr__, _Messages)
    try:
        sys.stdout, sys.stderr = output or sys.stdout, messages or sys.stderr
        yield _raw_of(output)
    finally:
        for stream in (output, messages):
            if stream is not None:
                with suppress(OSError, ValueError):
                    stream.flush()
        sys.stdin, sys.stdout, sys.stderr = (
            old if old is not None else new
            for old, new in zip(before, (sys.stdin, sys.stdout, sys.stderr), strict=True)
        )


def _open_closed() -> None:
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            _fill(number)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - stays open


def _fill(number: int) -> None:
    """Open the null device as the descriptor *number*, if it is free."""
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, os.O_RDWR)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)


def _guarded(stream: TextIO, own: TextIO | None, kind: type[Output]) -> io.TextIOWrapper | None:
    """Return *stream* over a raw *kind*, or None if it is not the process's *own*."""
    if stream is not own or not isinstance(stream, io.TextIOWrapper):
        return None
    if sys.platform == "win32" and stream.isatty():
        return None  # a console is not a file there
    raw = kind(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors="backslashreplace" if kind is _Messages else "replace",
        line_buffering=kind is _Messages or stream.isatty(),
    )


def _raw_of(stream: io.TextIOWrapper | None) -> Output | None:
    raw = getattr(stream.buffer, "raw", None) if stream else None
    return raw if isinstance(raw, Output) else None
