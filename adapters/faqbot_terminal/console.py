"""What kind of terminal this is, if any, and the plain ways to read and leave one.

What a person may set about the chat, and where it keeps its history unless told.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self, TextIO

from faqbot import AdapterError, AdapterSettingsError
from faqbot_terminal.reply import ENCODING_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_KNOWN = ("history", "plain", "record")
_TRUTH = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
_WIDEST = 100
_NARROWEST = 20
_PROMPT = "> "
_DUMB = ("", "dumb", "unknown")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that are right: *plain* turns styles, history and completion off.

    *history* is a file, None where there is no home folder to keep one in. *record* keeps what is
    asked in the store.
    """

    history: Path | None
    plain: bool = False
    record: bool = False

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> Self:
        """Read *settings*; raises AdapterSettingsError for one unknown, or a value it cannot use."""
        for name in settings:
            if name not in _KNOWN:
                raise AdapterSettingsError(_unknown(name))
        given = settings.get("history", "")
        history = _expanded(given) if given else history_path()
        return cls(history, _truth(settings, "plain"), _truth(settings, "record"))


def _truth(settings: Mapping[str, str], name: str) -> bool:
    given = settings.get(name, "").lower()
    if given not in _TRUTH:
        raise AdapterSettingsError(
            f"the terminal adapter's setting {name!r} is {given!r}: use 1 or 0"
        )
    return _TRUTH[given]


def _expanded(given: str) -> Path:
    try:
        return Path(given).expanduser()
    except RuntimeError:
        raise AdapterSettingsError(
            f"the terminal adapter's setting 'history' is {given!r}, and there is no such home folder: "
            "give the path in full"
        ) from None


def _unknown(name: str) -> str:
    nearest = get_close_matches(name, _KNOWN, n=1)
    advice = f"did you mean {nearest[0]!r}?" if nearest else f"use one of {', '.join(_KNOWN)}"
    return f"the terminal adapter has no setting {name!r}: {advice}"


def history_path(platform: str = sys.platform) -> Path | None:
    """Return the file in which *platform* keeps the history of a program; None without a home."""
    try:
        return _state_folder(platform) / "faqbot" / "history"
    except RuntimeError:
        return None


def _state_folder(platform: str) -> Path:
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    if platform == "win32":
        return _folder("LOCALAPPDATA", "AppData/Local")
    return _folder("XDG_STATE_HOME", ".local/state")


def _folder(variable: str, under_home: str) -> Path:
    named = Path(os.environ.get(variable, ""))
    return named if named.is_absolute() else Path.home() / under_home


def accept_any_text(given: TextIO, output: TextIO) -> None:
    """Let *given* and *output* meet bytes and characters that their encodings lack."""
    if isinstance(given, io.TextIOWrapper):
        given.reconfigure(errors="replace")
    if isinstance(output, io.TextIOWrapper):
        output.reconfigure(errors=ENCODING_ERRORS)


def is_capable(output: TextIO) -> bool:
    """Tell whether *output* is a terminal that moves its cursor and shows lines and bullets."""
    dumb = sys.platform != "win32" and os.environ.get("TERM", "") in _DUMB
    try:
        "─•▌".encode(output.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return output.isatty() and not dumb


def has_libraries() -> bool:
    """Tell whether the libraries of the extra named terminal are installed."""
    return all(find_spec(name) for name in ("rich", "prompt_toolkit"))


def width_of(output: TextIO) -> Callable[[], int]:
    """Return a function that measures *output*, in columns, within what reads well."""

    def width() -> int:
        try:
            columns = os.get_terminal_size(output.fileno()).columns
        except (OSError, ValueError):
            columns = 0
        # Zero is a terminal that does not know; shutil then asks COLUMNS, or takes 80.
        return min(max(columns or shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)

    return width


def line_reader(given: TextIO) -> Callable[[], str]:
    """Return a function that reads one line from *given*, and raises EOFError after the last.

    It raises AdapterError where the input cannot be read.
    """

    def read() -> str:
        try:
            line = given.readline()
        except OSError as error:
            reason = error.strerror or str(error)
            raise AdapterError(f"standard input cannot be read: {reason}") from error
        if not line:
            raise EOFError
        return line

    return read


def plain_reader(given: TextIO, output: TextIO) -> Callable[[], str]:
    """Return a function that prompts a person on *output* and reads the line that they type.

    Where Python has readline, it edits the line and keeps a paste of several lines together.
    """
    lines = line_reader(given)
    standard = given is sys.stdin and output is sys.stdout
    if standard:
        with suppress(ImportError):
            import readline  # noqa: F401  (input() uses it once it is imported)

    def read() -> str:
        if standard:
            return input(_PROMPT)
        output.write(_PROMPT)
        output.flush()
        return lines()

    def read_or_end_line() -> str:
        try:
            return read()
        except (EOFError, KeyboardInterrupt):
            output.write("\n")
            raise

    return read_or_end_line


def leave_pipe(output: TextIO) -> None:
    """Point *output* nowhere after its reader has gone: Python would complain on its way out."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, output.fileno())
        os.close(nowhere)
