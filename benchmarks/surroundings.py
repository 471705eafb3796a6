"""When, where and on what a benchmark ran."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def surroundings() -> str:
    """Say in one sentence when, where and on what commit this ran."""
    git = ["git", "-C", str(Path(__file__).parent)]
    commit = _output([*git, "rev-parse", "--short", "HEAD"]) or "unknown"
    changed = " with changes" if _output([*git, "status", "--porcelain", "-uno"]) else ""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "rapidfuzz"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}{changed}, Python {platform.python_version()}, "
        f"{libraries}, {os.cpu_count()} cores ({platform.machine()}), {platform.system()}"
    )


def _output(command: Sequence[str]) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
