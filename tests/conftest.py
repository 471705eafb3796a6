"""What every test shares: folders of its own, and no settings of the person who runs it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pathlib import Path

# No deadline: a shared machine is slow at times. Under CI the same examples are tried each time.
settings.register_profile("faqbot", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("faqbot")

_SETTINGS = ("FAQBOT_KB", "FAQBOT_ADAPTERS", "FAQBOT_DEBUG", "NO_COLOR")
_FOLDERS = ("FAQBOT_CACHE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name in _FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
