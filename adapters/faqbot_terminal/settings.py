"""What a person may set about the chat, and where it keeps its history unless told."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Self

from faqbot import AdapterSettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Settings", "history_path"]

_KNOWN = ("history", "plain", "record")
_TRUTH = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}


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
