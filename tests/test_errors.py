"""The faults: their tree, their messages, and the order in which they are listed."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot import errors
from faqbot.errors import FaqbotError, Fault, KnowledgeBaseError, MissingDependency
from faqbot.installation import install_command

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[1]
_FAULTS = st.builds(
    Fault, st.sampled_from([Path("a.yaml"), Path("b.yaml")]), st.integers(0, 9), st.text(max_size=3)
)


def _tree(kind: type[Exception], depth: int = 0) -> list[tuple[int, str]]:
    branches = (branch for child in kind.__subclasses__() for branch in _tree(child, depth + 1))
    return [(depth, kind.__name__), *branches]


def test_docstring_draws_the_tree() -> None:
    """The tree in the module's docstring is the tree of the classes."""
    drawn = []
    for line in (errors.__doc__ or "").splitlines():
        words = line.split()
        if words[:1] == ["FaqbotError"]:
            drawn.append((0, words[0]))
        elif words[:1] in (["x"], ["+"]):
            drawn.append((1 if words[0] == "x" else 2, words[1]))

    assert sorted(drawn) == sorted(_tree(FaqbotError))


@pytest.mark.parametrize(
    ("line", "shown"), [(7, "kb/a.yaml:7: no answer"), (0, "kb/a.yaml: no answer")]
)
def test_fault_shows_where(line: int, shown: str) -> None:
    """A fault reads path:line: message, without the line when the whole file is meant."""
    assert str(Fault(Path("kb/a.yaml"), line, "no answer")) == shown


@given(st.lists(_FAULTS, max_size=6))
def test_faults_are_listed_in_order(faults: list[Fault]) -> None:
    """A knowledge base's faults stand in the order of file and line, one a line, none lost."""
    error = KnowledgeBaseError(faults)

    assert list(error.faults) == sorted(faults)
    assert str(error) == "\n".join(str(fault) for fault in sorted(faults))


def test_missing_dependency_says_what_to_run() -> None:
    """The message names the extra in a command that can be pasted."""
    error = MissingDependency("the terminal chat", "terminal")

    assert error.extra == "terminal"
    assert str(error).endswith(f"run  {install_command('terminal')}")
    assert error.command == install_command("terminal")


def test_extras_named_in_the_code_exist() -> None:
    """Every extra that a MissingDependency of ours names is one that pyproject.toml defines."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert set(_extras_named()) <= set(project["optional-dependencies"])


def _extras_named() -> Iterator[str]:
    for folder in ("faqbot", "adapters"):
        for path in (_ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(ast.Name("MissingDependency"), [_, ast.Constant(str(extra))]):
                        yield extra
