"""The adapter as people meet it: at a terminal, and through a pipe."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from faqbot import Adapter, AdapterSettingsError, Bot, load_adapter
from faqbot_terminal import TerminalAdapter
from faqbot_terminal.chat import Chat

pty = pytest.importorskip("pty", reason="there is no pseudo-terminal on this platform")

PLAIN_PROMPT = b"> "
LAST = b"|end"  # the program's last word: a terminal that nobody reads to the end blocks its writer
STYLED_PROMPT = b"\x1b[?2004h"  # prompt_toolkit asks for pastes to be marked as it starts a line
PROGRAM = """
import runpy, sys
from faqbot_terminal import TerminalAdapter
for name in filter(None, sys.argv[3:]):
    sys.modules[name] = None
bot = runpy.run_path(sys.argv[1])["FakeBot"]()
TerminalAdapter({"history": sys.argv[2]}).run(bot)
sys.stderr.write("loaded:" + ",".join(sorted(sys.modules)) + "|end")
"""
ANSWER = (
    "The Vienna Convention of 1961 sets out:\n"
    "- the privileges of a mission,\n"
    "- the immunity of its agents.\n"
    "See the text (https://example.org/vienna_1961).\n"
    "You could also ask:\n"
    "1. What is diplomatic immunity?\n"
    "2. What is an envoy?\n"
)


def _command(tmp_path: Path, *missing: str) -> list[str]:
    bot = str(Path(__file__).with_name("conftest.py"))
    return [sys.executable, "-c", PROGRAM, bot, str(tmp_path / "history"), *missing]


def _environment(**changes: str) -> dict[str, str]:
    paths = os.pathsep.join(path for path in sys.path if path)
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM"}}
    return {**kept, "PYTHONPATH": paths, "PYTHONWARNINGS": "ignore", **changes}


def _pipe(tmp_path: Path, typed: bytes, **changes: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        _command(tmp_path),
        input=typed,
        capture_output=True,
        env=_environment(**changes),
        check=True,
        timeout=60,
    )


def _type(
    tmp_path: Path,
    *lines: str,
    prompt: bytes = PLAIN_PROMPT,
    missing: tuple[str, ...] = (),
    **changes: str,
) -> str:
    """Return what a terminal shows to a person who types *lines*, each after a *prompt*."""
    ours, theirs = pty.openpty()
    environment = _environment(PROMPT_TOOLKIT_NO_CPR="1", **changes)
    with subprocess.Popen(
        _command(tmp_path, *missing), stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        try:
            shown = b""
            for line in lines:
                shown += _read_until(ours, prompt)
                os.write(ours, f"{line}\r".encode())
            shown += _read_until(ours, LAST)
        except AssertionError:
            process.kill()
            raise
    os.close(ours)
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")


def _read_until(terminal: int, awaited: bytes) -> bytes:
    shown = b""
    while awaited not in shown:
        assert select.select([terminal], [], [], 20)[0], f"no {awaited!r} after {shown!r}"
        shown += os.read(terminal, 4096)
    return shown


def test_the_adapter_is_found_by_its_name() -> None:
    """Our adapter is registered as anybody's is."""
    adapter = load_adapter("terminal")

    assert isinstance(adapter, TerminalAdapter)
    assert isinstance(adapter, Adapter)


def test_unknown_settings_are_refused() -> None:
    """A misspelt setting is told before anything starts."""
    with pytest.raises(AdapterSettingsError, match="did you mean 'plain'"):
        TerminalAdapter({"plan": "1"})


def test_a_pipe_gets_one_block_an_answer(tmp_path: Path) -> None:
    """Each line of the input is answered by a block, with neither greeting nor prompt."""
    done = _pipe(tmp_path, b"What is the Vienna Convention?\n\n2\n/help me\nquit\nnever read\n")
    blocks = done.stdout.decode().split("\n\n")

    assert f"{blocks[0]}\n" == ANSWER
    assert blocks[1] == "What is an envoy?\nA messenger."
    assert blocks[2].startswith("/help: ")
    assert len(blocks) == 3


def test_a_pipe_loads_no_library_for_terminals(tmp_path: Path) -> None:
    """A script that asks one question does not wait for prompt_toolkit and rich to load."""
    loaded = (
        _pipe(tmp_path, b"law\n")
        .stderr.decode()
        .partition("loaded:")[2]
        .removesuffix("|end")
        .split(",")
    )

    assert "faqbot_terminal.chat" in loaded
    assert not {"rich", "prompt_toolkit", "readline"} & set(loaded)


def test_a_pipe_with_any_bytes_is_answered(tmp_path: Path) -> None:
    """Input that is not UTF-8, for output that is not either, does no harm."""
    done = _pipe(tmp_path, b"caf\xe9 \x1b[2J\n/why\n", PYTHONIOENCODING="ascii")

    assert b"Question: caf? ?[2J\n" in done.stdout


def test_a_reader_that_leaves_ends_the_chat_quietly(tmp_path: Path) -> None:
    """`faqbot chat | head -1` prints its line and no complaint."""
    process = subprocess.Popen(
        _command(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
    )
    with process:
        process.stdin.write(b"law\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"Did you mean:\n"
        process.stdout.close()
        process.stdin.write(b"law\n" * 3)
        process.stdin.close()
        complaints = process.stderr.read().partition(b"loaded:")[0]

    assert (complaints, process.returncode) == (b"", 0)


def test_a_person_gets_styles_and_history(tmp_path: Path) -> None:
    """At a terminal the greeting and the answers are styled, and the question is remembered."""
    question = "What is the Vienna Convention?"
    shown = _type(tmp_path, question, "/quit", prompt=STYLED_PROMPT, TERM="xterm-256color")

    assert "\x1b[1mSmall Diplomacy" in shown
    assert "The \x1b[1mVienna Convention\x1b[0m of 1961" in shown
    assert f"+{question}\n" in (tmp_path / "history").read_text()


@pytest.mark.parametrize("missing", ["", "readline", "rich"])
def test_a_dumb_terminal_gets_no_escape_codes(tmp_path: Path, missing: str) -> None:
    """A terminal that only prints gets the greeting, prompts and answers as plain text."""
    shown = _type(tmp_path, "law", "1", "exit", missing=(missing,), TERM="dumb")

    assert "\x1b" not in shown
    assert "Welcome to the desk." in shown
    assert "1. What is the Vienna Convention?" in shown
    assert "See the text (https://example.org/vienna_1961)." in shown
    assert "pip install" not in shown


def test_without_the_extra_the_chat_is_plain_and_says_why(tmp_path: Path) -> None:
    """Without rich or prompt_toolkit the chat works, and names what would improve it."""
    shown = _type(tmp_path, "What is an envoy?", "\x04", missing=("rich", "readline"), TERM="xterm")

    assert "[terminal]'" in shown
    assert re.search(r"^A messenger\.$", shown, re.MULTILINE)
    assert "\x1b" not in shown


def test_a_history_that_cannot_be_kept_is_told_once(tmp_path: Path) -> None:
    """A folder in the history's place costs the history; the chat goes on."""
    (tmp_path / "history").mkdir()
    shown = _type(tmp_path, "What is an envoy?", "/quit", prompt=STYLED_PROMPT, TERM="xterm")

    assert shown.count("Questions will not be remembered") == 1
    assert "A messenger." in shown


def test_answers_to_a_file_are_asked_for_beside_it(tmp_path: Path) -> None:
    """Where only the output is a pipe, it gets blocks, and the person gets the prompt."""
    ours, theirs = pty.openpty()
    with (
        subprocess.Popen(
            _command(tmp_path),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env=_environment(TERM="xterm"),
        ) as process,
        open(ours, "rb"),  # noqa: PTH123  (a descriptor, to be closed)
    ):
        os.close(theirs)
        assert _read_until(ours, PLAIN_PROMPT) == PLAIN_PROMPT
        os.write(ours, b"What is an envoy?\rquit\r")
        _read_until(ours, LAST)
        blocks = process.stdout.read().decode().split("\n\n")

    assert blocks[0].startswith("Small Diplomacy\nWelcome to the desk.\n")
    assert blocks[1:] == ["A messenger.\n"]


def test_a_real_bot_is_served(monkeypatch: pytest.MonkeyPatch, chat: Chat) -> None:
    """What the chat asks of a bot is what a bot has: answers, picks, topics and reasons."""
    bot = Bot.from_knowledge_base(chat.bot.kb, "none", cache=False)
    typed = "what is the viena convention\n2\n/topics 1\n2\n/why what is an envoi\n"
    monkeypatch.setattr(sys, "stdin", StringIO(typed))
    monkeypatch.setattr(sys, "stdout", StringIO())
    TerminalAdapter({}).run(bot)
    answer, follow_up, section, entry, why = sys.stdout.getvalue().split("\n\n")

    assert f"{answer}\n" == f"What is the Vienna Convention?\n{ANSWER}"
    assert follow_up == "What is an envoy?\nA messenger."
    assert section.startswith("Law:\n1. What is the Vienna Convention?\n")
    assert entry.startswith("What is diplomatic immunity?\n")
    assert "Corrected: envoi, read as envoy\nMatched: What is an envoy?\n" in why
