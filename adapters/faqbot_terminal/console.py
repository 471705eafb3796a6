"""Settings, properties of the terminal, and plain line input."""

from __future__ import annotations

import codecs
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
# Columns of the text, chosen by hand: longer lines are hard to read, shorter ones break words.
_WIDEST = 100
# The same for the least width.
_NARROWEST = 20
_PROMPT = "> "
_DUMB = ("", "dumb", "unknown")


@dataclass(frozen=True, slots=True)
class Settings:
    """Valid settings: *plain* turns styles, history and completion off.

    *history* is a file, None without a home folder. *record* records the questions in the store.
    """

    history: Path | None
    plain: bool = False
    record: bool = False

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> Self:
        """Read *settings*.

        Raises AdapterSettingsError for an unknown setting or a wrong value.
        """
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
    """Return the default history file, None without a home folder."""
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
    """Replace characters that the encodings of the streams lack; read UTF-8 in an ASCII locale."""
    if isinstance(given, io.TextIOWrapper):
        is_ascii = codecs.lookup(given.encoding).name == "ascii"
        given.reconfigure(encoding="utf-8" if is_ascii else None, errors="replace")
    if isinstance(output, io.TextIOWrapper):
        output.reconfigure(errors=ENCODING_ERRORS)


def is_capable(output: TextIO) -> bool:
    """Return True if *output* is a terminal with styles."""
    dumb = sys.platform != "win32" and os.environ.get("TERM", "") in _DUMB
    try:
        "─•▌".encode(output.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return output.isatty() and not dumb


def has_libraries() -> bool:
    """Return True if the libraries of the extra "terminal" are installed."""
    return all(find_spec(name) for name in ("rich", "prompt_toolkit"))


def width_of(output: TextIO) -> Callable[[], int]:
    """Return a function that measures *output*: 20 to 100 columns."""

    def width() -> int:
        try:
            columns = os.get_terminal_size(output.fileno()).columns
        except (OSError, ValueError):
            columns = 0
        # Zero is a terminal of unknown width; shutil then reads COLUMNS, or takes 80.
        return min(max(columns or shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)

    return width


def line_reader(given: TextIO) -> Callable[[], str]:
    """Return a function that reads a line from *given*.

    It raises EOFError at the end.

    It raises AdapterError if the input cannot be read.
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
    """Return a function that prompts and reads a typed line.

    With the module readline, the line can be edited, and a paste of several lines stays together.
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
    """Redirect *output* to the null device after a closed pipe.

    Python would otherwise complain at its exit.
    """
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, output.fileno())
        os.close(nowhere)
