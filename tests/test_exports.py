"""The public names: honest, sorted, and free until they are used."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import faqbot

_ROOT = Path(__file__).parents[1]
_HEAVY = {
    *("click", "fastembed", "numpy", "onnxruntime", "prompt_toolkit", "rapidfuzz", "rich"),
    *("platformdirs", "safetensors", "sqlalchemy", "tokenizers", "wordllama", "yaml"),
}
_FILES = {
    ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((_ROOT / "faqbot").rglob("*.py"))
    if path.name != "__main__.py"
}
_PACKAGES = [name for name, path in _FILES.items() if path.name == "__init__.py"]
_HOME_OF = {name: module for module, names in faqbot._HOMES.items() for name in names}


def _top_level_names(module: str) -> set[str]:
    """Return the public functions and classes that *module* defines."""
    tree = ast.parse(_FILES[module].read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    return {name for name in defined if not name.startswith("_")}


def _assigned(module: str) -> set[str]:
    """Return all names that *module* defines or assigns at its top level."""
    tree = ast.parse(_FILES[module].read_text(encoding="utf-8"))
    targets = {
        each.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    return targets | _top_level_names(module)


def _has_names(package: str) -> bool:
    """Return True if *package* defines a public function or class, or has a list of names."""
    return bool(_top_level_names(package) or hasattr(import_module(package), "__all__"))


def _modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=_ROOT
    )
    return set(
        done.stdout.decode().splitlines()[-1].split()
    )  # above it stands what the code printed


def test_public_names_are_sorted() -> None:
    """`faqbot.__all__` is sorted and names nothing twice."""
    assert faqbot.__all__ == sorted(set(faqbot.__all__))


@pytest.mark.parametrize("name", sorted(_HOME_OF))
def test_public_name_is_its_module_s(name: str) -> None:
    """A public name has a docstring and comes from the module or package in the table of homes."""
    home = f"faqbot.{_HOME_OF[name]}"
    value = getattr(faqbot, name)

    assert value is getattr(import_module(home), name)
    assert f"{value.__module__}.".startswith(f"{home}.")
    assert value.__doc__


def test_every_public_name_has_one_home() -> None:
    """The table of homes and `__all__` list the same names, each once."""
    listed = [name for names in faqbot._HOMES.values() for name in names]

    assert sorted([*listed, "__version__"]) == faqbot.__all__


def test_type_checkers_see_the_table_of_homes() -> None:
    """The imports for type checkers take each public name from the module in the table of homes."""
    tree = ast.parse(Path(faqbot.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in guarded.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.name: node.module for node in imports for alias in node.names}

    assert seen == {name: f"faqbot.{home}" for name, home in _HOME_OF.items()}


@pytest.mark.parametrize("package", [name for name in _PACKAGES if _has_names(name)])
def test_face_lists_its_names(package: str) -> None:
    """A package that defines names lists the public ones in `__all__`, and has each of them."""
    loaded = import_module(package)

    assert all(hasattr(loaded, name) for name in loaded.__all__)
    assert _top_level_names(package) <= set(loaded.__all__)


def test_only_faces_have_a_list() -> None:
    """A module has `__all__` only if it re-exports; a leading underscore marks private names."""
    lists = {
        name: path
        for name, path in _FILES.items()
        if name not in _PACKAGES and "\n__all__" in path.read_text(encoding="utf-8")
    }

    assert [name for name in lists if set(import_module(name).__all__) <= _assigned(name)] == []


def test_dir_lists_the_public_names() -> None:
    """`dir(faqbot)` is `__all__`, also before any name was used."""
    assert dir(faqbot) == faqbot.__all__


def test_unknown_name_is_an_attribute_error() -> None:
    """A name that faqbot does not have raises AttributeError and says which."""
    with pytest.raises(AttributeError, match="module 'faqbot' has no attribute 'Robot'"):
        _ = faqbot.Robot


def test_import_is_light() -> None:
    """`import faqbot` loads no library but the standard one."""
    assert not _modules_after("import faqbot") & _HEAVY


def test_models_need_no_library() -> None:
    """Questions, answers and faults can be used without what the bot needs."""
    assert not _modules_after("from faqbot import Question, Answer, FaqbotError") & _HEAVY


def test_help_loads_click_alone() -> None:
    """Help and version of the command line load neither the bot nor an adapter."""
    code = "from faqbot.cli import main\nmain(['--help'])\nmain(['--version'])\nmain(['ask', '-h'])"
    loaded = _modules_after(code)

    assert loaded & _HEAVY == {"click"}
    assert not [name for name in loaded if name.startswith(("faqbot_", "faqbot.kb", "faqbot.bot"))]
