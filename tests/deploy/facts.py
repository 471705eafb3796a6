"""Facts about faqbot that files for operators repeat: commands, options, variables, ports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

from faqbot.cli import _commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
# Port that the image serves on, and the addresses of its probes.
PORT = 3000
PROBES = ("/healthz", "/readyz")
_VARIABLE = re.compile(r"`((?:FAQBOT|SLACK)_[A-Z_]+)`")


def documents(path: Path) -> list[dict[str, Any]]:
    """Return the documents of a YAML file."""
    return [*yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def documented_variables() -> set[str]:
    """Return the variables of the environment that the reference explains."""
    pages = [ROOT / "docs" / "reference" / name for name in ("environment.md", "slack.md")]
    return {name for page in pages for name in _VARIABLE.findall(page.read_text(encoding="utf-8"))}


def faults_of_command(words: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with *words*, a command of faqbot without the program's name."""
    command: click.Command | None = _commands
    with click.Context(_commands, info_name="faqbot") as context:
        command = _commands.get_command(context, words[0])
        if command is None:
            yield f"there is no command {words[0]}"
            return
        if not command.params:  # a command of an adapter, which is loaded when it is used
            from faqbot.adapters import load_command

            command = load_command(words[0])
    options = {name for option in command.params for name in option.opts}
    for word in words[1:]:
        if word.startswith("--") and word not in options:
            yield f"{words[0]} has no option {word}"


def is_plain_image(name: str) -> bool:
    """Return True if *name* names no registry, and a version that is not the latest."""
    return re.fullmatch(r"[a-z]+:[0-9][0-9.]*", name) is not None
