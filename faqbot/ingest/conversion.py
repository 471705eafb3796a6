"""Conversion of documents in a separate process with limits on time and memory.

Converters use parsers of other projects. Some need time quadratic in the size of a document, or many
times its size in memory. The limits hold for the whole conversion.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from faqbot.errors import UnreadableDocument
from faqbot.ingest.conversion_worker import (
    MAX_MEMORY,
    MAX_SECONDS,
    Content,
    Reply,
    converted,
)
from faqbot.ingest.extraction.candidate_pairs import Found

# Seconds of the clock for one document. The process has a limit on processor time too, for which other
# work on the machine does not count. This limit ends a process that waits. Chosen by hand.
_MAX_SECONDS = 180.0
# Conversion uses no numeric library; its threads would only take memory.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Seconds to wait for the status of a process that has closed its output. Chosen by hand.
_MAX_WAIT = 5.0
_SPLIT = "split it, or import the part with the questions"


class _Ended(Exception):
    """Error for a process without a reply; *late* after a timeout."""

    def __init__(self, *, late: bool) -> None:
        super().__init__()
        self.late = late


@dataclass(slots=True)
class Converter:
    """Process that converts documents one after the other.

    A context manager that ends the process when it is left. The process starts with the first document.
    A document that exceeds a limit ends the process, and the next document gets a new one. If no process
    can be started, documents are converted in this one, without the limits. *command* holds the
    arguments of the Python interpreter.
    """

    max_seconds: float = _MAX_SECONDS
    command: Sequence[str] = ("-m", "faqbot.ingest.conversion_worker")
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        """Return the converter itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._end()

    def found(self, data: Content, name: str, chosen: str = "") -> Found:
        """Return the candidates in the file *name* with *data*.

        *chosen* is the name of its format, empty to detect it. Raises IngestError for a document that no
        converter can read, or that exceeds the limits.
        """
        was_used = self._process is not None
        process = self._process = self._process or _started(self.command)
        if process is None:
            return _found_here(data, name, chosen)
        try:
            reply = _exchanged(process, (data, name, chosen), self.max_seconds)
        except _Ended as ended:
            late = ended.late or _ran_out_of_time(process)
            self._end()
            seconds = self.max_seconds if ended.late else MAX_SECONDS
            raise UnreadableDocument(_why_ended(name, seconds, late=late)) from None
        except BaseException:
            self._end()
            raise
        if isinstance(reply, Found):
            return reply
        if reply is None:
            self._end()
            if was_used:  # earlier documents may have left too little
                return self.found(data, name, chosen)
            most = f"{MAX_MEMORY // 1_000_000} MB of memory"
            raise UnreadableDocument(f"{name} takes more than {most} to read: {_SPLIT}")
        raise reply

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _started(command: Sequence[str]) -> subprocess.Popen[bytes] | None:
    """Start a process with the same module path.

    Return None on failure.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    path = os.pathsep.join(each for each in sys.path if each)
    try:
        # -P keeps the current folder off the path: its modules are not trusted.
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", *command],
            env={**os.environ, **_ONE_THREAD, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def _exchanged(
    process: subprocess.Popen[bytes], request: tuple[Content, str, str], seconds: float
) -> Reply:
    """Return the reply to *request*.

    Raise _Ended after *seconds* or if the process ends.
    """
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        if process.stdin is None or process.stdout is None:
            raise _Ended(late=False)
        pickle.dump(request, process.stdin)
        process.stdin.flush()
        reply: Reply = pickle.load(process.stdout)  # noqa: S301 - from our own process
    except (OSError, EOFError, pickle.UnpicklingError):
        raise _Ended(late=late.is_set()) from None
    finally:
        timer.cancel()
    return reply


def _ran_out_of_time(process: subprocess.Popen[bytes]) -> bool:
    """Return True if *process* ended at its limit of processor time."""
    limit = getattr(signal, "SIGXCPU", None)
    with suppress(subprocess.TimeoutExpired):
        return limit is not None and process.wait(_MAX_WAIT) == -limit
    return False


def _found_here(data: Content, name: str, chosen: str) -> Found:
    try:
        return converted(data, name, chosen)
    except MemoryError as error:
        message = f"{name} needs more memory than is available: {_SPLIT}"
        raise UnreadableDocument(message) from error


def _why_ended(name: str, seconds: float, *, late: bool) -> str:
    if late:
        return f"{name} takes more than {seconds:.0f} seconds to read: {_SPLIT}"
    return (
        f"{name} crashed its converter, as damaged or malicious files can: "
        "save it again, or import the part with the questions"
    )
