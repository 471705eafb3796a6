"""`faqbot report`: what it reads, prints and writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faqbot import Bot, cli, load_knowledge_base
from faqbot.store import open_store

_KB = """\
version: 1
title: Office
entries:
  - id: printer
    question: How do I print?
    alternates: [Where is the printer?]
    answer: Pick floor 2.
  - id: parking
    question: Where is the car park?
    answer: Behind the house.
"""
_ASKED = ("how do I print", *["are dogs allowed at work"] * 3)


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """Return a knowledge base."""
    path = tmp_path / "kb.yaml"
    path.write_text(_KB, encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path, kb: Path) -> Path:
    """Return a store in which a question was answered and another was not, three times."""
    path = tmp_path / "asked.db"
    bot = Bot.from_knowledge_base(load_knowledge_base(kb), "none", cache=False)
    with open_store(str(path)) as opened:
        for text in _ASKED:
            opened.record(bot.ask(text), adapter="api", person="p")
    return path


def _report(kb: Path, store: Path, *more: str | Path) -> int:
    arguments = ["report", "--kb", kb, "--encoder", "none", "--store", store, *more]
    return cli.main(list(map(str, arguments)))


def test_tables(kb: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without more it prints the report on the last 30 days."""
    assert _report(kb, store) == 0

    shown = capsys.readouterr().out
    assert "4 questions from 1 person" in shown
    assert "are dogs allowed at work" in shown
    assert "-> a new entry: dogs-allowed-work" in shown


def test_json(kb: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object holds it all."""
    assert _report(kb, store, "--json") == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["title"], found["asked"], found["answered_share"]) == ("Office", 4, 0.25)
    assert sum(day["answered"] for day in found["days"]) == 1


def test_page(kb: Path, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page is written in the place of the tables, and JSON may be printed besides."""
    page = tmp_path / "report.html"

    assert _report(kb, store, "--html", page) == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert capsys.readouterr() == ("", f"Wrote {page}.\n")
    assert _report(kb, store, "--html", page, "--json") == 0
    assert json.loads(capsys.readouterr().out)["asked"] == 4


def test_page_that_cannot_be_written(
    kb: Path, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command says so."""
    (tmp_path / "file").touch()

    assert _report(kb, store, "--html", tmp_path / "file" / "report.html") == 2
    assert "cannot be written" in capsys.readouterr().err


def test_nothing_recorded(kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty store says what to switch on."""
    assert _report(kb, tmp_path / "none.db", "--since", "all") == 0

    shown = capsys.readouterr().out
    assert shown.startswith(f"No question was recorded yet in {tmp_path / 'none.db'}.")
    assert "`faqbot chat --record`" in shown


def test_nothing_recorded_since(kb: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A period in which nothing was asked says how to read a longer one."""
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"

    assert _report(kb, store, "--since", tomorrow) == 0
    assert f"No question was recorded since {tomorrow}" in capsys.readouterr().out


@pytest.mark.parametrize("since", ["1d", "99999d", "all", "2020-01-31"])
def test_since(kb: Path, store: Path, capsys: pytest.CaptureFixture[str], since: str) -> None:
    """A number of days, a date, and all there is."""
    assert _report(kb, store, "--since", since) == 0
    assert "4 questions" in capsys.readouterr().out


@pytest.mark.parametrize("since", ["yesterday", "2026-02-30", "30", "d", "999999d", "0d", ""])
def test_wrong_since(kb: Path, store: Path, capsys: pytest.CaptureFixture[str], since: str) -> None:
    """Anything else is a sentence, not a traceback."""
    assert _report(kb, store, "--since", since) == 2
    assert "is neither a number of days" in capsys.readouterr().err


def test_limit(kb: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables are as short as wanted."""
    assert _report(kb, store, "--json", "--limit", "1") == 0
    assert len(json.loads(capsys.readouterr().out)["entries"]) == 1
