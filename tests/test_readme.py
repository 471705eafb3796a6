"""README.md is true: its files are written, its commands are run, its output is compared."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

import faqbot

if TYPE_CHECKING:
    from types import ModuleType

_ROOT = Path(__file__).parents[1]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NEXT = "-- next command --"

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("wordllama") is None,
    reason="README.md shows what faqbot[semantic] prints, and wordllama is not installed",
)


@dataclass(frozen=True)
class Block:
    """A fenced block of README.md."""

    language: str
    text: str

    @property
    def file(self) -> str:
        """The file that a first line such as `# office.yaml` names, or nothing."""
        named = re.match(r"# ([\w./-]+\.\w+)\n", self.text)
        return named[1] if named else ""


_BLOCKS = [Block(*found) for found in _FENCE.findall(_README)]
_FILES = {block.file: block for block in _BLOCKS if block.file}


def prepare(folder: Path) -> Path:
    """Write README.md's files to *folder*, with commands `faqbot` and `python` in its bin."""
    for name, block in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    (folder / "bin").mkdir()
    for name, arguments in (("faqbot", "-m faqbot"), ("python", "")):
        command = folder / "bin" / name
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n')
        command.chmod(0o755)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that `prepare` made."""
    return prepare(tmp_path)


def _sessions() -> list[list[tuple[str, str]]]:
    """Return for each console block its commands with the output that is shown for each."""
    return [
        [
            tuple(part.partition("\n")[::2])
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
        ]
        for block in _BLOCKS
        if block.language == "console"
    ]


def _run(commands: list[str], folder: Path) -> list[str]:
    """Run *commands* in one shell, and return what each printed, on either stream."""
    script = f"\necho '{_NEXT}'\n".join(commands)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607  whichever bash the person has
        env={**os.environ, "PATH": path, "PYTHONPATH": str(_ROOT)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout.split(f"{_NEXT}\n")


@pytest.mark.parametrize("session", _sessions(), ids=lambda session: session[0][0])
def test_output_is_real(session: list[tuple[str, str]], folder: Path) -> None:
    """Each command of a console block prints what README.md shows under it."""
    printed = _run([command for command, _ in session], folder)

    assert printed == [output.rstrip("\n") + "\n" for _, output in session]


def test_chat_is_real(folder: Path) -> None:
    """The session in the terminal is what a person sees who types its lines."""
    for name in ("pty", "termios"):
        pytest.importorskip(name, reason="there are no pseudo-terminals here")
    (session,) = (block.text for block in _BLOCKS if block.language == "session")
    command, _, shown = session.removeprefix("$ ").partition("\n")
    typed = re.findall(r"^> (.*)$", shown, flags=re.MULTILINE)

    assert _tidied(chat(command, typed, folder)) == _tidied(shown)


def chat(command: str, typed: list[str], folder: Path) -> str:
    """Type the lines *typed* into *command* in a terminal, and return what its screen showed."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    with subprocess.Popen(
        [sys.executable, "-m", *shlex.split(command)],
        env={**os.environ, "TERM": "dumb", "PYTHONPATH": str(_ROOT)},
        **dict.fromkeys(("stdin", "stdout", "stderr"), theirs),
        cwd=folder,
    ):
        os.close(theirs)
        printed = _type(ours, typed)
    os.close(ours)
    return printed


def _type(terminal: int, lines: list[str]) -> str:
    """Type each of *lines* at a prompt, leave at the next, and return what the screen showed."""
    waiting, screen = [f"{line}\n".encode() for line in lines], b""
    while data := _read(terminal):
        screen += data
        if screen.endswith(b"\n> "):
            os.write(terminal, waiting.pop(0) if waiting else b"\x04")
    return screen.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def _tidied(text: str) -> list[str]:
    """Return the lines of a session up to its last prompt."""
    return text.replace("\r", "").rstrip().removesuffix(">").rstrip().splitlines()


def _load(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    return module


def test_web_app_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The web server answers requests over HTTP, several at once, and not on the main thread."""
    web = _load(folder / "web.py", monkeypatch)
    monkeypatch.setattr(WSGIRequestHandler, "log_message", lambda *_: None)
    with make_server("127.0.0.1", 0, web.app, server_class=web.Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/?q="
        with ThreadPoolExecutor(4) as pool:
            answers = list(
                pool.map(_get, [f"{url}what+is+diplomacy", f"{url}vienna+convention"] * 4)
            )
        server.shutdown()

    texts = [web.bot.ask(question).text for question in ("What is diplomacy", "Vienna Convention")]
    assert answers == [{"outcome": "answered", "answer": text} for text in texts] * 4


def _get(url: str) -> Any:  # noqa: ANN401  whatever the JSON holds
    with urlopen(url, timeout=30) as response:  # noqa: S310  an address of ours
        return json.load(response)


def test_adapter_answers(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The adapter answers each line of its file, and says which setting it misses."""
    adapter = _load(folder / "faqbot-echo" / "faqbot_echo.py", monkeypatch).EchoAdapter
    questions = folder / "questions.txt"
    questions.write_text("How do I print?\nWhat is the Wi-Fi password?\n", encoding="utf-8")
    adapter({"file": str(questions)}).run(faqbot.Bot.from_file(folder / "office.yaml"))

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "Pick",
        "Visitors",
    ]
    with pytest.raises(faqbot.AdapterSettingsError):
        adapter({})


def test_adapter_is_registered_as_ours_is() -> None:
    """The group in the adapter's pyproject.toml is the one faqbot registers its own in."""
    theirs = tomllib.loads(_FILES["faqbot-echo/pyproject.toml"].text)["project"]["entry-points"]
    ours = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert theirs.keys() <= ours["entry-points"].keys()


def test_extras_exist() -> None:
    """Every extra that README.md names is one of the distribution's."""
    named = {
        name
        for group in re.findall(r"'(?:\.|faqbot)\[([a-z,]+)\]'", _README)
        for name in group.split(",")
    }
    table = _README.split("| extra | what it adds |")[1].split("\n\n")[0]
    named |= set(re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE))
    extras = set(metadata("faqbot").get_all("Provides-Extra", []))

    assert {"semantic", "terminal", "dev"} <= named <= extras


def test_encoders_are_listed() -> None:
    """The table of encoders lists each that `--encoder` takes, besides auto."""
    from faqbot.retrieval.encoders import ENCODER_NAMES

    table = _README.split("| `--encoder` |")[1].split("\n\n")[0]

    assert set(re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE)) == {*ENCODER_NAMES} - {"auto"}


def test_variables_are_listed() -> None:
    """README.md lists every environment variable of faqbot's own that the code reads, and no other."""
    variable = re.compile(r"(?<!_)FAQBOT_[A-Z]+")
    code = [path.read_text(encoding="utf-8") for path in (_ROOT / "faqbot").rglob("*.py")]

    assert set(variable.findall(_README)) == set(variable.findall("".join(code)))


def test_links_lead_somewhere() -> None:
    """Each relative link is to a file of the repository."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", _README) if "://" not in link]

    assert links
    assert [link for link in links if not (_ROOT / link).exists()] == []
