"""The blocks of README.md and of the pages in docs/, and running a page as its reader would.

A page is run from top to bottom in one folder and one shell. A block is

- ``console``: commands after ``$ ``, each with its output; a line ``...`` stands for any lines,
- ``session``: a chat in a terminal, run by itself,
- a file, named by a first line such as ``# office.yaml`` or by a comment ``<!-- file: faq.csv -->``
  above the block; it is written when the reader comes to it,
- or not run, with the reason in a comment ``<!-- not run: REASON -->`` above it.

A file that a test in `test_examples` tries has a comment ``<!-- tested by: TEST -->``.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts),
)

_FENCE = re.compile(
    r"^(?:[ ]*<!-- (?P<comment>(?:(?!-->).)*) -->\n)?"
    r"^(?P<indent>[ ]*)```(?P<language>[\w{}-]+)[^\n]*\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_FILE_LINE = re.compile(r"# ([\w./-]+\.\w+)\n")
_NEXT = "-- next command --"
# Seconds to wait for output: far above any real time, so that a fault ends the test.
_PATIENCE = 60
# The same after the chat was left: its process may take some seconds to end.
_PATIENCE_AT_END = 10
# Line that a command prints only where a start takes ten seconds, as on a busy machine.
_SLOW_START = re.compile(r"^Getting ready \.\.\. .*\n", re.MULTILINE)
# Text of a line that a program erased: back to the first column, and clear to the end of the line.
_ERASED = re.compile(r"[^\n]*\r\x1b\[K")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; *comment* is the HTML comment directly above it, *line* from 1."""

    page: Path
    line: int
    language: str
    text: str
    comment: str = ""

    @property
    def file(self) -> str:
        """The file that the block is written to, or nothing."""
        if self.comment.startswith("file: "):
            return self.comment.removeprefix("file: ")
        named = _FILE_LINE.match(self.text)
        return named[1] if named and not self.is_excused and not self.is_run else ""

    @property
    def is_run(self) -> bool:
        """Whether the block is run, as commands or as a chat."""
        return self.language in {"console", "session"} and not self.is_excused

    @property
    def is_excused(self) -> bool:
        """Whether a reason is given why the block is not run here."""
        return self.comment.startswith("not run: ") or self.comment == "test command"

    @property
    def commands(self) -> list[Command]:
        """The commands of a console block, each with the output shown for it."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        return [Command(self, *_split_output(part)) for part in parts]


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the output that the page shows."""

    block: Block
    text: str
    output: str


def _split_output(part: str) -> tuple[str, str]:
    """Split a command, which a backslash continues on the next line, from its output."""
    found = re.match(r"(?:[^\n]*\\\n)*[^\n]*", part)
    command = found[0] if found else ""
    return command, part[len(command) :].strip("\n")


def read_blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of *page*, without directives such as ``{toctree}``."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("text")),
            found["language"],
            re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE),
            found["comment"] or "",
        )
        for found in _FENCE.finditer(text)
        if not found["language"].startswith("{")
    ]


def prepare(folder: Path) -> Path:
    """Make *folder* with commands `faqbot` and `python` in its `bin`, and return it."""
    (folder / "bin").mkdir(parents=True)
    for name, arguments in (("faqbot", "-m faqbot"), ("python", "")):
        command = folder / "bin" / name
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n')
        command.chmod(0o755)
    return folder


def environment(folder: Path, cache: Path, sources: Iterable[Path] = ()) -> dict[str, str]:
    """Return the environment for commands run in *folder*, with built indexes kept in *cache*.

    *sources* are folders of projects that count as installed.
    """
    own = {"FAQBOT_CACHE": cache, "HOME": folder / "home", "XDG_DATA_HOME": folder / "data"}
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FAQBOT_")}
    return {
        **ours,
        **{name: str(path) for name, path in own.items()},
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *sources))),
        "COLUMNS": "80",
    }


def run_page(page: Path, folder: Path, cache: Path) -> list[tuple[Command, str]]:
    """Run *page* in *folder*; return each command with what it printed, on either stream."""
    prepare(folder)
    for path in page.parent.glob("*.yaml"):  # example files that the page includes
        shutil.copy(path, folder)
    blocks = read_blocks(page)
    commands = [each for block in blocks if _is_console(block) for each in block.commands]
    sources = [folder / Path(block.file).parent for block in blocks if _is_project(block)]
    done = subprocess.run(
        ["bash", "-c", "\n".join(_script(blocks, folder))],  # noqa: S607  whichever bash there is
        env=environment(folder, cache, sources),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    printed = _SLOW_START.sub("", done.stdout).split(f"{_NEXT}\n")[:-1]
    return list(zip(commands, (text.strip("\n") for text in printed), strict=True))


def _is_console(block: Block) -> bool:
    return block.language == "console" and block.is_run


def _is_project(block: Block) -> bool:
    return Path(block.file).name == "pyproject.toml"


def _script(blocks: Sequence[Block], folder: Path) -> Iterator[str]:
    """Yield the lines of the page's script: files are put in place when their block is reached."""
    ready = folder / ".blocks"
    ready.mkdir()
    for number, block in enumerate(blocks):
        if block.file:
            (ready / str(number)).write_text(block.text, encoding="utf-8")
            yield f"mkdir -p $(dirname {block.file}); cp .blocks/{number} {block.file}"
            if _is_project(block):
                _register(block, folder)
        elif _is_console(block):
            for command in block.commands:
                yield from (command.text, f"echo; echo '{_NEXT}'")


def _register(block: Block, folder: Path) -> None:
    """Register the entry points of a pyproject.toml, as installing its project does."""
    project = tomllib.loads(block.text)["project"]
    info = folder / Path(block.file).parent / f"{project['name']}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata)
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {target}" for name, target in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines))


def matches(shown: str, printed: str) -> bool:
    """Return True if *shown* is *printed*, a line ``...`` in it standing for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in shown.split("\n")
    )
    return re.fullmatch(pattern, printed + "\n") is not None


def chat(block: Block, folder: Path, cache: Path) -> str:
    """Type the lines that a session *block* shows into a terminal; return what its screen shows."""
    import pty
    import termios

    command, _, shown = block.text.removeprefix("$ ").partition("\n")
    typed = re.findall(r"^> (.*)$", shown, flags=re.MULTILINE)
    prepare(folder)
    variables = environment(folder, cache)
    warm_up = [
        sys.executable,
        "-m",
        "faqbot",
        "ask",
        "hello",
    ]  # a first start says that it takes long
    subprocess.run(warm_up, env=variables, cwd=folder, capture_output=True, check=True)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    with subprocess.Popen(
        [sys.executable, "-m", *shlex.split(command)],
        env={**variables, "TERM": "dumb"},
        **dict.fromkeys(("stdin", "stdout", "stderr"), theirs),
        cwd=folder,
    ) as program:
        os.close(theirs)
        try:
            screen = _type(ours, typed)
        finally:
            program.kill()
    os.close(ours)
    return f"$ {command}\n{screen_text(screen)}\n"


def _type(terminal: int, lines: list[str]) -> str:
    """Type each of *lines* at a prompt, leave at the next, and return what the screen showed."""
    waiting, screen, has_left = [f"{line}\n".encode() for line in lines], b"", False
    while data := _read(terminal, has_left=has_left):
        screen += data
        if screen.endswith(b"\n> "):
            has_left = not waiting
            os.write(terminal, waiting.pop(0) if waiting else b"\x04")
    return screen.decode()


def _read(terminal: int, *, has_left: bool) -> bytes:
    """Return what the screen shows next, b"" at the end.

    Fails if it shows nothing for a long time; a program that was left has then shown everything.
    """
    if not select.select([terminal], [], [], _PATIENCE_AT_END if has_left else _PATIENCE)[0]:
        assert has_left, "the chat shows nothing"
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports the closing of the other end as an error
        return b""


def screen_text(sent: str) -> str:
    """Return the lines that a terminal shows of a session, up to its last prompt.

    The notice of a slow start is erased by the program itself.
    """
    shown = _ERASED.sub("", sent)
    return shown.replace("\r", "").rstrip().removesuffix(">").rstrip()
