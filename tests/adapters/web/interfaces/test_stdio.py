"""MCP on standard input and output: the process that an assistant starts."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client, StdioServerParameters

from faqbot import AdapterSettingsError, MissingDependency, load_adapter, open_store
from faqbot_web.interfaces import stdio

if TYPE_CHECKING:
    from pathlib import Path

_KB = """\
version: 1
title: the workshop
entries:
  - {id: oil, question: How do I oil the chain?, answer: With a brush.}
  - {id: staff, question: Where is the key?, answer: Under the mat., audience: [staff]}
"""


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """Return the path of a knowledge base."""
    path = tmp_path / "kb.yaml"
    path.write_text(_KB, encoding="utf-8")
    return path


def _environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "FAQBOT_CACHE": "", "FAQBOT_STORE": str(tmp_path / "store.db")}


def _ask(kb: Path, tmp_path: Path, question: str, *options: str) -> tuple[list[str], str]:
    """Start the command as an assistant does; return its tools, and the answer to *question*."""
    arguments = ["-m", "faqbot", "mcp", "--kb", str(kb), "--encoder", "none", *options]
    started = StdioServerParameters(
        command=sys.executable, args=arguments, env=_environment(tmp_path)
    )

    async def talk() -> tuple[list[str], str]:
        async with Client(started) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            result = await client.call_tool("ask", {"question": question})
            return tools, str(result.structured_content["answer"])

    return asyncio.run(talk())


def test_an_assistant_starts_the_command_and_asks(kb: Path, tmp_path: Path) -> None:
    """Questions are recorded, and entries suggested, only where the person wants it."""
    tools, answer = _ask(kb, tmp_path, "How do I oil the chain?")

    assert (tools, answer) == (["ask", "search"], "With a brush.")
    assert not (tmp_path / "store.db").exists()


def test_the_options_record_suggest_and_show_more(kb: Path, tmp_path: Path) -> None:
    """A label opens the entries of its audience."""
    options = ("--record", "--suggest", "--audience", "staff")
    tools, answer = _ask(kb, tmp_path, "Where is the key?", *options)

    assert (tools, answer) == (["ask", "search", "report_gap"], "Under the mat.")
    with open_store(str(tmp_path / "store.db")) as store:
        (asked,) = store.questions()
    assert (asked.adapter, asked.text) == ("mcp", "Where is the key?")


def test_a_terminal_gets_a_note_on_standard_error(kb: Path, tmp_path: Path) -> None:
    """A person who types the command learns that an assistant starts it; a pipe gets no note."""
    pty = pytest.importorskip("pty", reason="this system has no terminals of Unix")
    command = [sys.executable, "-m", "faqbot", "mcp", "--kb", str(kb), "--encoder", "none"]
    master, slave = pty.openpty()
    os.write(master, b"\x04")  # the end of the input
    typed = subprocess.run(
        command,
        stdin=slave,
        capture_output=True,
        env=_environment(tmp_path),
        text=True,
        check=False,
        timeout=60,
    )
    os.close(master)
    os.close(slave)
    piped = subprocess.run(
        command, input="", capture_output=True, env=_environment(tmp_path), text=True, check=False
    )

    assert ("faqbot chat" in typed.stderr, typed.stdout) == (True, "")
    assert "assistant" not in piped.stderr


def test_a_broken_knowledge_base_leaves_standard_output_empty(kb: Path, tmp_path: Path) -> None:
    """The protocol has no place for a sentence; it goes to standard error."""
    kb.write_text("entries: [", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "faqbot", "mcp", "--kb", str(kb)],
        capture_output=True,
        text=True,
        env=_environment(tmp_path),
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "kb.yaml" in done.stderr


def test_an_unknown_setting_is_refused() -> None:
    """The sentence names the known ones."""
    with pytest.raises(AdapterSettingsError, match="knows audience, record, suggest"):
        load_adapter("mcp", {"port": "1"})


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence comes before anything starts."""
    monkeypatch.setattr(stdio, "find_spec", lambda _: None)

    with pytest.raises(MissingDependency, match="mcp"):
        load_adapter("mcp")
