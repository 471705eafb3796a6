"""The public names: honest, sorted, and free until they are used."""

from __future__ import annotations

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
_MODULES = sorted(
    ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (_ROOT / "faqbot").rglob("*.py")
    if path.name != "__main__.py"
)


def _modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=_ROOT
    )
    return set(done.stdout.decode().split())


def test_public_names_are_sorted() -> None:
    """`faqbot.__all__` is sorted and names nothing twice."""
    assert faqbot.__all__ == sorted(set(faqbot.__all__))


@pytest.mark.parametrize("name", faqbot.__all__)
def test_public_name_is_its_module_s(name: str) -> None:
    """Each public name can be had, and is one that the module it comes from exports."""
    value = getattr(faqbot, name)

    if name != "__version__":
        assert name in import_module(f"faqbot.{faqbot._HOME_OF[name]}").__all__
        assert getattr(value, "__doc__", None)


def test_every_public_name_has_one_home() -> None:
    """The table of homes and `__all__` list the same names."""
    assert {*faqbot._HOME_OF, "__version__"} == set(faqbot.__all__)


@pytest.mark.parametrize("module", [name for name in _MODULES if name != "faqbot"])
def test_modules_export_what_they_define(module: str) -> None:
    """A module's `__all__` names what it has, and every public class and function it defines."""
    loaded = import_module(module)
    exported = set(getattr(loaded, "__all__", ()))
    defined = {
        name
        for name, value in vars(loaded).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module
    }

    assert exported <= set(vars(loaded))
    assert defined <= exported


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
