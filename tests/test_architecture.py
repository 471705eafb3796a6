"""What may import what: the arrows between the rooms point one way."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import faqbot

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[1]
_NOUNS = {"faqbot.models", "faqbot.errors", "faqbot.files"}
_MATCHING = {*_NOUNS, "faqbot.retrieval", "rapidfuzz", "numpy"}
_BOT = {*_NOUNS, "faqbot.retrieval", "faqbot.kb", "faqbot.dialogue.conversation"}
_TURNS = {
    *_BOT,
    "faqbot.dialogue.manners",
    "faqbot.dialogue.policy",
    "faqbot.dialogue.interpretation",
}

# A room is a module or a folder; the longest name that fits a module is its row. The standard
# library and the room itself are always allowed.
_MAY_IMPORT = {
    "faqbot.errors": set(),
    "faqbot.files": set(),
    "faqbot.models": set(),
    "faqbot.models": {"faqbot.models"},
    "faqbot.retrieval": _MATCHING,
    "faqbot.retrieval.encoders": {
        *_MATCHING,
        "wordllama",
        "safetensors",
        "tokenizers",
    },
    "faqbot.retrieval.encoders.fastembed": {*_MATCHING, "fastembed", "tqdm"},
    "faqbot.kb": {*_NOUNS, "yaml", "rapidfuzz"},
    "faqbot.dialogue.conversation": _NOUNS,
    "faqbot.store": {
        *_NOUNS,
        "faqbot.models",
        "sqlalchemy",
        "platformdirs",
        "phonenumbers",
        "stdnum",
    },
    "faqbot.dialogue.manners": {*_NOUNS, "faqbot.kb", "faqbot.retrieval", "rapidfuzz"},
    "faqbot.dialogue.policy": {*_NOUNS, "faqbot.dialogue.manners", "faqbot.retrieval"},
    "faqbot.dialogue.interpretation": {"faqbot.retrieval"},
    "faqbot.dialogue.interpretation": set(),
    "faqbot.dialogue.turn": {*_TURNS, "rapidfuzz"},
    "faqbot.bot": {*_BOT, "faqbot.dialogue.policy", "faqbot.dialogue.turn"},
    "faqbot.watching": {"faqbot.errors", "faqbot.kb", "watchfiles"},
    "faqbot.reload": set(),
    "faqbot.reload": {*_BOT, "faqbot.bot", "faqbot.watching", "faqbot.reload"},
    "faqbot.adapters": {"faqbot.errors", "faqbot.bot", "click"},
    "faqbot.authoring": {
        *_BOT,
        "faqbot.bot",
        "faqbot.models",
        "numpy",
        "yaml",
        "rapidfuzz",
        "markdown_it",
    },
    "faqbot.ingest": {
        *_BOT,
        "faqbot.bot",
        "faqbot.kb.edits",
        "faqbot.kb.writer",
        "faqbot.kb.saving",
        "rapidfuzz",
        "yaml",
        "markdown_it",
        "mdit_py_plugins",
        "selectolax",
        "docutils",
        "mammoth",
        "openpyxl",
        "pypdf",
    },
    "faqbot.exporting": {*_NOUNS, "markdown_it"},
    "faqbot.commands.info": {*_BOT, "faqbot", "faqbot.bot", "faqbot.adapters"},
    "faqbot.commands": {
        *_BOT,
        "faqbot.bot",
        "faqbot.adapters",
        "faqbot.reload",
        "faqbot.commands.info",
        "faqbot.authoring",
        "faqbot.ingest",
        "faqbot.exporting",
        "faqbot.models",
        "faqbot.store",
        "click",
    },
    "faqbot.cli": {"faqbot.errors", "faqbot.commands", "click"},
    "faqbot.__main__": {"faqbot.cli"},
    "faqbot_slack": {
        "faqbot",
        "click",
        "yaml",
        "slack_bolt",
        "slack_sdk",
        "aiohttp",
        "starlette",
        "uvicorn",
        "markdown_it",
    },
    "faqbot_terminal": {"faqbot", "rich", "markdown_it", "prompt_toolkit"},
}
_PATHS = sorted([*(_ROOT / "faqbot").rglob("*.py"), *(_ROOT / "adapters").rglob("*.py")])


def _module(path: Path) -> str:
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "adapters" else parts).removesuffix(".__init__")


_MODULES = {_module(path): path for path in _PATHS}


def _imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    if alias.name == "__version__":
                        continue  # a constant of the package, which any room may read
                    inner = f"{module}.{alias.name}"
                    yield inner if inner in _MODULES else module
            case ast.ImportFrom():
                yield "a relative import"


def _foreign(module: str) -> Iterator[str]:
    for name in _imports(_MODULES[module]):
        if name.split(".", 1)[0] not in sys.stdlib_module_names:
            yield name


def _allowed(module: str) -> set[str]:
    row = max((room for room in _MAY_IMPORT if _lies_in(module, room)), key=len)
    return {row, *_MAY_IMPORT[row]}


def _lies_in(name: str, room: str) -> bool:
    """Say whether *name* is *room* or inside it; faqbot itself stands for its public names only."""
    return name == room or (room != "faqbot" and name.startswith(f"{room}."))


@pytest.mark.parametrize("module", [name for name in _MODULES if name != "faqbot"])
def test_imports_keep_to_the_table(module: str) -> None:
    """A module imports the standard library, its own room, and what its row names."""
    allowed = _allowed(module)
    found = set(_foreign(module))

    assert {name for name in found if not any(_lies_in(name, room) for room in allowed)} == set()


def test_core_never_imports_an_adapter() -> None:
    """No module of faqbot names an adapter's package, not even inside a function."""
    adapters = {path.name for path in (_ROOT / "adapters").iterdir()}
    core = [name for name in _MODULES if name.startswith("faqbot.")]

    assert not {name for module in core for name in _foreign(module)} & adapters


@pytest.mark.parametrize("module", [name for name in _MODULES if name.startswith("faqbot_")])
def test_adapters_use_public_names_only(module: str) -> None:
    """An adapter of ours takes from faqbot what any other could: names in `faqbot.__all__`."""
    taken = {
        alias.name
        for node in ast.walk(ast.parse(_MODULES[module].read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "faqbot"
        for alias in node.names
    }

    assert taken <= set(faqbot.__all__)


def test_every_room_is_there() -> None:
    """No row of the table is about a module that is gone."""
    assert [room for room in _MAY_IMPORT if room not in _MODULES] == []
