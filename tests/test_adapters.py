"""Adapters are found by entry point: ours, and one that a third party's distribution installs."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faqbot.adapters import Adapter, adapter_names, load_adapter
from faqbot.errors import AdapterError, AdapterNotFound, MissingDependency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import RunFaqbot

_ROOT = Path(__file__).parents[1]
_KB = """\
version: 1
entries:
  - id: greeting-custom
    question: How do ambassadors greet each other?
    answer: With a handshake.
"""
_PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "faqbot-hello"
version = "3.1"

[project.entry-points."faqbot.adapters"]
hello = "faqbot_hello:HelloAdapter"
mistyped = "faqbot_hello:HalloAdapter"
telegraph = "faqbot_hello.telegraph:make_adapter"
unlucky = "faqbot_hello.unlucky:UnluckyAdapter"
at-import = "faqbot_hello.at_import:Adapter"
exits = "faqbot_hello.exits:Adapter"
in-init = "faqbot_hello.faulty:InInit"
in-run = "faqbot_hello.faulty:InRun"
no-run = "faqbot_hello.faulty:NoRun"

[project.entry-points."faqbot.commands"]
hello = "faqbot_hello.commands:hello"
ask = "faqbot_hello.commands:ask"
luckless = "faqbot_hello.unlucky:luckless"
cracked = "faqbot_hello.faulty:cracked"
no-command = "faqbot_hello.faulty:NoRun"
"""
_FAULTY = """\
import click


class NoRun:
    def __init__(self, settings):
        pass


class InRun(NoRun):
    def run(self, bot):
        {}["key"]


class InInit(InRun):
    def __init__(self, settings):
        raise RuntimeError("no luck")


@click.command()
def cracked():
    1 / 0
"""
_ADAPTER = '''\
"""Asks one question and prints the answer."""

from faqbot import AdapterSettingsError


class HelloAdapter:
    def __init__(self, settings):
        if unknown := settings.keys() - {"name"}:
            raise AdapterSettingsError(f"hello knows no setting {min(unknown)!r}; it knows name")
        self.name = settings.get("name", "you")

    def run(self, bot):
        print(f"Hello {self.name}.", bot.ask("How do ambassadors greet each other?").text)
'''
_COMMANDS = """\
import click

from faqbot import run_adapter, serving_options


@click.command()
@serving_options
@click.argument("name")
def hello(name, kb, encoder, watch):
    \"\"\"Say hello to NAME.\"\"\"
    run_adapter("hello", {"name": name}, kb, encoder, watch=watch)


@click.command()
def ask():
    raise RuntimeError
"""
_NEEDS_LIBRARY = """\
from faqbot import MissingDependency


def make_adapter(settings):
    try:
        import telegraph
    except ModuleNotFoundError as error:
        raise MissingDependency("the telegraph", "wire") from error
    return telegraph.Adapter(settings)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install a third party's distribution with pip, and return the folder it went to."""
    project = tmp_path_factory.mktemp("faqbot-hello")
    (project / "faqbot_hello").mkdir()
    (project / "pyproject.toml").write_text(_PYPROJECT, encoding="utf-8")
    (project / "faqbot_hello" / "__init__.py").write_text(_ADAPTER, encoding="utf-8")
    (project / "faqbot_hello" / "telegraph.py").write_text(_NEEDS_LIBRARY, encoding="utf-8")
    (project / "faqbot_hello" / "commands.py").write_text(_COMMANDS, encoding="utf-8")
    (project / "faqbot_hello" / "unlucky.py").write_text("import no_such_library\n")
    (project / "faqbot_hello" / "faulty.py").write_text(_FAULTY, encoding="utf-8")
    (project / "faqbot_hello" / "at_import.py").write_text("{}['key']\n")
    (project / "faqbot_hello" / "exits.py").write_text("raise SystemExit(3)\n")
    target = tmp_path_factory.mktemp("site")
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--target", str(target)]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, str(project)],
        check=True,
        capture_output=True,
    )
    return target


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make the third party's distribution importable in this process, and forget it afterwards."""
    monkeypatch.syspath_prepend(site)
    yield
    for name in [name for name in sys.modules if name.startswith("faqbot_hello")]:
        del sys.modules[name]


@pytest.fixture
def run_with_site(site: Path, run_faqbot: RunFaqbot) -> RunFaqbot:
    """Return what runs the command line where the third party's distribution is installed."""
    return partial(run_faqbot, PYTHONPATH=os.pathsep.join([str(site), str(_ROOT)]))


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """Return a knowledge base of one entry."""
    path = tmp_path / "kb.yaml"
    path.write_text(_KB, encoding="utf-8")
    return path


def test_third_party_adapter_runs(run_with_site: RunFaqbot, kb: Path) -> None:
    """`faqbot run` serves through an adapter that another distribution registers."""
    done = run_with_site("run", "hello", "--kb", kb, "--set", "name=Ada", "--encoder=none")

    assert (done.stdout, done.stderr) == (b"Hello Ada. With a handshake.\n", b"")
    assert done.returncode == 0


def test_third_party_settings_fault_is_a_sentence(run_with_site: RunFaqbot) -> None:
    """A setting that an adapter refuses is told in one line, before the bot is loaded."""
    done = run_with_site("run", "hello", "--set", "nmae=Ada", "--kb", "nowhere.yaml")

    assert done.stderr == b"Error: hello knows no setting 'nmae'; it knows name\n"
    assert done.returncode == 2


def test_unknown_adapter_is_a_sentence(run_with_site: RunFaqbot) -> None:
    """The command line names the adapters there are when asked for one there is not."""
    done = run_with_site("run", "telepathy")

    assert done.stderr == (
        b"Error: there is no adapter 'telepathy'; installed adapters: at-import, exits, hello, in-init, in-run, mcp, mistyped, no-run, slack, telegraph, terminal, unlucky, web\n"
    )
    assert done.returncode == 2


def test_limited_adapters_cannot_run(run_with_site: RunFaqbot) -> None:
    """An adapter that FAQBOT_ADAPTERS leaves out is unknown to the command line too."""
    done = run_with_site("run", "hello", FAQBOT_ADAPTERS="terminal")

    assert done.stderr == b"Error: there is no adapter 'hello'; installed adapters: terminal\n"
    assert done.returncode == 2


@pytest.mark.usefixtures("installed")
def test_names_are_sorted() -> None:
    """Ours and the third party's stand in one sorted list."""
    names = "at-import exits hello in-init in-run mcp mistyped no-run slack telegraph terminal unlucky web"
    assert adapter_names() == names.split()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("allowed", "names"),
    [
        ("terminal", ["terminal"]),
        (" hello , terminal", ["hello", "terminal"]),
        ("hello,telepathy", ["hello"]),
        ("", []),
    ],
)
def test_adapters_can_be_limited(
    allowed: str, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAQBOT_ADAPTERS keeps only the adapters that it names; empty, it keeps none."""
    monkeypatch.setenv("FAQBOT_ADAPTERS", allowed)

    assert adapter_names() == names


@pytest.mark.usefixtures("installed")
def test_adapter_is_made_with_its_settings() -> None:
    """The factory is given the settings, and what it makes is an adapter."""
    adapter = load_adapter("hello", {"name": "Ada"})

    assert isinstance(adapter, Adapter)
    assert vars(adapter) == {"name": "Ada"}


@pytest.mark.usefixtures("installed")
def test_unknown_adapter_lists_the_known() -> None:
    """AdapterNotFound names the adapters that are installed."""
    with pytest.raises(
        AdapterNotFound,
        match=r"installed adapters: at-import, exits, hello, .*, telegraph, terminal, unlucky, web$",
    ):
        load_adapter("telepathy")


def test_no_adapter_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no adapter left the message says none."""
    monkeypatch.setenv("FAQBOT_ADAPTERS", "")

    with pytest.raises(AdapterNotFound, match=r"installed adapters: none$"):
        load_adapter("terminal")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "reason"), [("unlucky", "no_such_library"), ("mistyped", "HalloAdapter")]
)
def test_adapter_that_does_not_load_is_named(name: str, reason: str) -> None:
    """An entry point that cannot be imported is an AdapterError with its name and the reason."""
    with pytest.raises(AdapterError, match=rf"adapter '{name}' does not load: .*{reason}"):
        load_adapter(name)


@pytest.mark.usefixtures("installed")
def test_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """An adapter says which extra installs the library that it misses."""
    monkeypatch.setitem(sys.modules, "telegraph", None)

    with pytest.raises(MissingDependency, match=r"install .*\[wire\]'") as caught:
        load_adapter("telegraph")

    assert caught.value.extra == "wire"


def test_third_party_command_runs(run_with_site: RunFaqbot, kb: Path) -> None:
    """A command that another distribution offers serves through its adapter, with faqbot's options."""
    done = run_with_site("hello", "Ada", "--kb", kb, "--encoder=none")

    assert (done.stdout, done.stderr) == (b"Hello Ada. With a handshake.\n", b"")


def test_third_party_command_is_listed(run_with_site: RunFaqbot) -> None:
    """Help lists an offered command without loading it, and none that FAQBOT_ADAPTERS leaves out."""
    listed = b"  hello       Run a command of the package faqbot_hello.\n"

    assert listed in run_with_site("--help").stdout
    assert b"hello" not in run_with_site("--help", FAQBOT_ADAPTERS="terminal").stdout


def test_third_party_command_cannot_replace_ours(run_with_site: RunFaqbot, kb: Path) -> None:
    """A command of faqbot's own name stays faqbot's."""
    done = run_with_site("ask", "How do ambassadors greet each other?", "--kb", kb)

    assert b"With a handshake." in done.stdout


def test_command_that_does_not_load_is_named(run_with_site: RunFaqbot) -> None:
    """A command that cannot be imported is one line, and costs the others nothing."""
    done = run_with_site("luckless")

    assert done.stderr.startswith(b"Error: the command 'luckless' does not load: No module named")
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("at-import", 2, b"does not load: KeyError: 'key'"),
        ("exits", 2, b"does not load: SystemExit: 3"),
        ("in-init", 2, b"cannot be started: RuntimeError: no luck"),
        ("no-run", 2, b"which has no method run"),
        ("in-run", 1, b"failed: KeyError: 'key'"),
    ],
)
def test_faults_of_other_adapters_name_their_distribution(
    run_with_site: RunFaqbot, kb: Path, name: str, code: int, reason: bytes
) -> None:
    """Whatever the code of an adapter raises, its authors are to be told, not faqbot's."""
    done = run_with_site("run", name, "--kb", kb, "--encoder=none")

    assert f"Error: the adapter '{name}' ".encode() in done.stderr
    assert reason in done.stderr
    assert b"it belongs to faqbot-hello 3.1: please report this to its authors" in done.stderr
    assert b"should not" not in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert done.returncode == code


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [("cracked", 1, b"failed: ZeroDivisionError"), ("no-command", 2, b"not a click command")],
)
def test_faults_of_other_commands_name_their_distribution(
    run_with_site: RunFaqbot, name: str, code: int, reason: bytes
) -> None:
    """The same holds for the commands that another distribution offers."""
    done = run_with_site(name)

    assert f"Error: the command '{name}' ".encode() in done.stderr
    assert reason in done.stderr
    assert b"it belongs to faqbot-hello 3.1" in done.stderr
    assert done.returncode == code


def test_usage_of_other_commands_is_theirs(run_with_site: RunFaqbot) -> None:
    """A usage fault of an offered command is no failure."""
    done = run_with_site("hello")

    assert b"Missing argument 'NAME'" in done.stderr
    assert done.returncode == 2


def test_debugging_shows_the_fault_of_an_adapter(run_with_site: RunFaqbot, kb: Path) -> None:
    """With FAQBOT_DEBUG set, the traceback of another distribution's fault is shown."""
    done = run_with_site("run", "in-run", "--kb", kb, "--encoder=none", FAQBOT_DEBUG="1")

    assert b"Traceback" in done.stderr
    assert done.stderr.rstrip().endswith(b"KeyError: 'key'")
