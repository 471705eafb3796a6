"""`faqbot chat` and `faqbot run` while their knowledge base is edited."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from faqbot import cli, publish_knowledge_base
from faqbot.installation import install_command

_ROOT = Path(__file__).parents[2]
_KB = """\
version: 1
entries:
  - id: shape
    question: Which flag is not a rectangle?
    answer: That of {0}.
  - id: size
    question: Where is the largest flag?
    answer: In {0}.
"""

needs_watchfiles = pytest.mark.skipif(
    find_spec("watchfiles") is None, reason="watchfiles, of the extra `live`, is not installed"
)
needs_hangup = pytest.mark.skipif(
    not hasattr(signal, "SIGHUP"), reason="this platform has no SIGHUP"
)


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """Return a knowledge base that knows of Nepal."""
    path = tmp_path / "flags.yaml"
    path.write_text(_KB.format("Nepal"), encoding="utf-8")
    return path


@contextmanager
def _served(*arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run faqbot with pipes and without a terminal, as a service is; it ends with its input."""
    with subprocess.Popen(
        [sys.executable, "-m", "faqbot", *arguments, "--encoder=none"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        cwd=_ROOT,
        start_new_session=True,
    ) as process:
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        try:
            yield process
            process.stdin.close()
            assert process.wait() == 0
        finally:
            watchdog.cancel()
            process.kill()


def _ask(process: subprocess.Popen[bytes], question: str) -> str:
    process.stdin.write(f"{question}\n".encode())
    process.stdin.flush()
    lines = iter(process.stdout.readline, b"")
    return next(line for line in lines if line.strip()).decode().strip()


def _logged(process: subprocess.Popen[bytes], awaited: str) -> str:
    """Return the next line on standard error that has *awaited* in it."""
    return next(line for line in map(bytes.decode, process.stderr) if awaited in line).strip()


@needs_watchfiles
def test_an_edit_is_served_while_it_watches(kb: Path) -> None:
    """Without a restart; a fault is logged with its file and line, and costs no answer."""
    with _served("chat", "--watch", "--kb", kb) as process:
        assert _ask(process, "Which flag is not a rectangle?") == "That of Nepal."
        kb.write_text(_KB.format("Ohio"), encoding="utf-8")
        told = _logged(process, "read again")
        assert told.endswith("INFO The knowledge base was read again: 2 entries changed.")
        assert _ask(process, "Where is the largest flag?") == "In Ohio."
        kb.write_text("version: 1\nentries: [\n", encoding="utf-8")
        assert _logged(process, "WARNING").endswith("cannot be used, so the old one stays:")
        assert _logged(process, f"{kb}:").startswith(f"{kb}:")
        assert _ask(process, "zebra").startswith("I do not know")


def test_a_new_version_is_served(kb: Path, tmp_path: Path) -> None:
    """Without an option: replicas follow a published knowledge base."""
    url = f"sqlite:///{tmp_path / 'published.db'}"
    publish_knowledge_base(kb, url, encoders=("none",))
    with _served("chat", "--kb", url) as process:
        assert _ask(process, "Which flag is not a rectangle?") == "That of Nepal."
        kb.write_text(_KB.format("Ohio"), encoding="utf-8")
        publish_knowledge_base(kb, url, encoders=("none",))
        assert _logged(process, "read again, version 2: 2 entries changed.")
        assert _ask(process, "Where is the largest flag?") == "In Ohio."


@needs_hangup
@pytest.mark.parametrize("command", [["chat"], ["run", "terminal"]])
def test_a_hangup_reloads_a_service(kb: Path, command: list[str]) -> None:
    """It needs no option and no extra: without a terminal, SIGHUP means nothing else."""
    with _served(*command, "--kb", kb) as process:
        assert _ask(process, "Which flag is not a rectangle?") == "That of Nepal."
        kb.write_text(_KB.format("Ohio"), encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        assert _logged(process, "read again: 2 entries changed.")
        assert _ask(process, "Where is the largest flag?") == "In Ohio."


@needs_hangup
def test_a_closed_terminal_ends_the_chat(kb: Path) -> None:
    """There SIGHUP says that the window is gone, and nobody wants a chat that lives on."""
    pty = pytest.importorskip("pty", reason="there is no pseudo-terminal on this platform")
    pid, ours = pty.fork()
    if not pid:
        os.environ["TERM"] = "dumb"
        os.chdir(_ROOT)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # also where the tests themselves ignore it
        arguments = ["-m", "faqbot", "chat", "--watch", "--kb", str(kb), "--encoder=none"]
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - needs no shell
    shown = b""
    while b"> " not in shown:
        shown += os.read(ours, 4096)
    os.close(ours)

    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == -signal.SIGHUP


def test_watching_without_the_extra_says_what_to_install(
    kb: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, before anybody is served."""
    monkeypatch.setattr("faqbot.watching.find_spec", lambda _: None)

    assert cli.main(["chat", "--watch", "--kb", str(kb), "--encoder=none"]) == 2
    assert capsys.readouterr().err == (
        "Error: picking up edits of a knowledge base needs a library that is not installed: "
        f"run  {install_command('live')}\n"
    )


@pytest.mark.parametrize("pair", ["plain", "=1", "="])
def test_a_setting_without_a_name_or_a_value_is_refused(
    pair: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says the form."""
    assert cli.main(["run", "terminal", "--set", pair]) == 2
    assert "is not of the form KEY=VALUE" in capsys.readouterr().err
