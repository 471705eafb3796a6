"""Every command with closed, full and broken standard streams: no traceback, no plea for a report."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_KB = """\
version: 1
title: Shop
entries:
  - id: pay
    question: How do I pay?
    answer: By card.
tests:
  - ask: how can I pay
    expect: pay
"""
_COMMANDS = {
    "help": "--help",
    "version": "--version",
    "ask": "ask --kb kb.yaml --encoder none pay",
    "ask-json": "ask --kb kb.yaml --encoder none --json pay",
    "chat": "chat --kb kb.yaml --encoder none",
    "check": "check kb.yaml --encoder none",
    "test": "test kb.yaml --encoder none",
    "info": "info --kb kb.yaml --encoder none",
    "report": "report --kb kb.yaml --encoder none",
    "export": "export kb.yaml --to md",
    "import": "import faq.md",
    "manifest": "slack manifest",
    "teach": "teach --kb kb.yaml --encoder none --dry-run",
    "forget": "forget person",
}
# Of commands that end with another exit code than 0 here: what they find is not all well.
_CODES = {"check": 3}
_PRINTING = [name for name in _COMMANDS if name != "teach"]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAQBOT_STORE", str(tmp_path / "store.db"))
    Path("kb.yaml").write_text(_KB, encoding="utf-8")
    Path("faq.md").write_text("# FAQ\n\n## Why?\n\nSo it is.\n", encoding="utf-8")


def _shell(name: str, streams: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command through the shell with its *streams* redirected; two questions wait for a chat."""
    command = f'"{sys.executable}" -m faqbot {_COMMANDS[name]} {streams}'
    return subprocess.run(
        ["/bin/sh", "-c", command], input=b"pay\npay\n", capture_output=True, check=False
    )


def _is_quiet(done: subprocess.CompletedProcess[bytes]) -> bool:
    return not any(word in done.stderr for word in (b"Traceback", b"should not", b"Exception"))


@pytest.mark.parametrize("name", _PRINTING)
def test_full_output_is_one_sentence(name: str) -> None:
    """A disk that is full behind standard output has an exit code of its own, which the README names."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    done = _shell(name, "> /dev/full")

    last = done.stderr.splitlines()[-1]
    assert last == b"Error: standard output cannot be written: No space left on device"
    assert _is_quiet(done)
    assert done.returncode == 6


@pytest.mark.parametrize("name", _PRINTING)
def test_reader_that_left_is_no_failure(name: str) -> None:
    """A pipe whose reader has gone ends a command quietly, as if by SIGPIPE."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "faqbot", *_COMMANDS[name].split()],
        stdin=subprocess.DEVNULL if name != "chat" else None,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        **({"input": b"pay\n"} if name == "chat" else {}),
    )
    os.close(writer)

    assert _is_quiet(done)
    assert done.returncode == 141


@pytest.mark.parametrize("streams", ["<&-", "<&- >&- 2>&-", "2>/dev/full"])
@pytest.mark.parametrize("name", _COMMANDS)
def test_closed_streams_are_no_failure(name: str, streams: str) -> None:
    """What is closed is neither asked nor told, and the rest is as it would be."""
    done = _shell(name, streams)

    assert _is_quiet(done)
    assert done.returncode == _CODES.get(name, 0)


def test_question_is_needed_with_input_closed() -> None:
    """Without a question, and with nowhere to read one from, that is what is said."""
    command = f'"{sys.executable}" -m faqbot ask --kb kb.yaml <&-'
    found = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False)

    assert found.returncode == 2
    assert b"standard input holds no question" in found.stderr


@pytest.mark.parametrize("command", ["ask", "chat", "import -"])
def test_input_that_cannot_be_read_is_a_sentence(command: str) -> None:
    """Standard input that is open for writing only is told as that."""
    shell = f'"{sys.executable}" -m faqbot {command} 0> written'
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, check=False)

    assert b"standard input cannot be read: Bad file descriptor" in done.stderr
    assert _is_quiet(done)
    assert done.returncode == 2


def test_closed_output_is_no_file_of_ours() -> None:
    """With every stream closed, a record goes to the store, and nothing printed into it."""
    command = f'"{sys.executable}" -m faqbot chat --record --kb kb.yaml --encoder none'
    asked = 'printf "pay\\n" | '
    subprocess.run(["/bin/sh", "-c", f"{asked}{command} >&- 2>&-"], check=True)
    done = _shell("report", "")

    assert done.returncode == 0
    assert b"1 question" in done.stdout


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 130)]
)
def test_signal_ends_quietly(number: signal.Signals, code: int) -> None:
    """A signal ends a command that waits for a question, without a word of Python's."""
    # A test run in the background ignores SIGINT, and its children would inherit that.
    code_of_ask = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from faqbot.cli import main; "
        "sys.exit(main(['ask', '--kb', 'kb.yaml', '--encoder=none']))"
    )
    command = [sys.executable, "-u", "-c", code_of_ask]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"How do I pay?\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"By card.\n"
        process.send_signal(number)
        complaint = process.stderr.read()

    assert complaint.strip() == b""
    assert process.returncode == code


def test_sigterm_ends_the_first_process_of_a_container() -> None:
    """No signal ends that process by itself, so it exits with the code of the signal."""
    contained = ["unshare", "--pid", "--fork", "--kill-child"]
    if not shutil.which("unshare") or subprocess.run([*contained, "true"], check=False).returncode:
        pytest.skip("a process cannot have numbers of its own here")
    command = [*contained, sys.executable, "-u", "-m", "faqbot", "ask", "--kb", "kb.yaml"]
    with subprocess.Popen(
        [*command, "--encoder=none"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"How do I pay?\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"By card.\n"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        os.kill(int(children), signal.SIGTERM)

    assert process.returncode == 143


@pytest.mark.parametrize("name", _COMMANDS)
def test_deleted_folder_is_no_failure(name: str, tmp_path: Path) -> None:
    """In a folder that was deleted, a command works or says that a file is not there."""
    gone = tmp_path / "gone"
    gone.mkdir()
    code = f"import os, sys; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); from faqbot.cli import main; sys.exit(main({_COMMANDS[name].split()!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )

    assert _is_quiet(done)
    assert done.returncode in {0, 2}


@pytest.mark.parametrize("name", ["ask", "chat", "report"])
@pytest.mark.parametrize("home", ["", "/dev/null", "kb.yaml"])
def test_odd_home_is_no_failure(name: str, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a home folder that can be used, and without TERM, commands work."""
    for variable in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "FAQBOT_CACHE", "TERM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", home)
    done = _shell(name, "")

    assert _is_quiet(done)
    assert done.returncode == 0
