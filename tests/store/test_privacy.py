"""No private data of a record is in the store's files, in a report, an export, or taught entries."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faqbot import cli
from faqbot.models import Answer, Outcome, Question
from faqbot.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEEDS = Path(__file__).parent / "redaction" / "private.txt"
_BASE = """\
version: 1
title: Office
entries:
  - id: printer
    question: How do I print?
    answer: Pick floor 2.
"""
# Shorter parts, such as "jo" or "net", and the hosts of the seeds are in other texts too.
_FEWEST_CHARACTERS = 6
_HOSTS = re.compile("ex[ae]mpl|ejemplo|esempio|beispiel|voorbeeld|intranet|localhost|server")


def _telling(parts: list[str]) -> list[str]:
    """Return the *parts* that can be in a text only if they were kept."""
    return [part for part in parts if len(part) >= _FEWEST_CHARACTERS and not _HOSTS.search(part)]


def _seeds() -> Iterator[tuple[str, list[str]]]:
    """Yield every fourth text with private data, and the parts that must be gone."""
    lines = [line for line in _SEEDS.read_text(encoding="utf-8").split("\n") if "«" in line]
    for line in lines[1::4]:
        marked = line.replace("¦", "")
        yield re.sub("[«»]", "", marked), _telling(re.findall("«(.+?)»", marked))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a knowledge base, and a store in which each seed was asked and suggested."""
    folder = tmp_path_factory.mktemp("privacy")
    (folder / "office.yaml").write_text(_BASE, encoding="utf-8")
    with open_store(str(folder / "asked.db")) as store:
        for number, (text, _) in enumerate(_seeds()):
            missed = Answer(Question(text), Outcome.UNANSWERED, 0.0, "", read_as=text)
            record = store.record(missed, adapter="test", person="U-asker-id")
            assert record is not None
            store.record_feedback(record, person="U-judge-id", helpful=False, reason=text)
            store.suggest(f"Question {number} about it?", text, person="U-expert-id")
        _collect(folder, "while-open")
    return folder


def _collect(folder: Path, name: str) -> None:
    """Copy the bytes of the store and its log, as they are at this moment."""
    shown = b"".join(path.read_bytes() for path in sorted(folder.glob("asked.db*")))
    (folder / name).write_bytes(shown)


def _left(shown: str) -> list[str]:
    people = [name for name in ("U-asker-id", "U-judge-id", "U-expert-id") if name in shown]
    return people + [part for _, parts in _seeds() for part in parts if part in shown]


def _run(folder: Path, command: str, *options: str) -> int:
    paths = (
        ["--kb", str(folder / "office.yaml"), "--encoder", "none"] if command != "export" else []
    )
    return cli.main([command, *paths, "--store", str(folder / "asked.db"), *options])


def test_files_of_the_store(folder: Path) -> None:
    """Neither the database nor its write-ahead log holds private data, open or closed."""
    _collect(folder, "closed")

    assert (folder / "while-open").stat().st_size > 0
    for name in ("while-open", "closed"):
        assert _left((folder / name).read_bytes().decode("utf-8", "replace")) == []


def test_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the tables, nor the JSON, nor the page show any."""
    assert _run(folder, "report") == 0
    assert _run(folder, "report", "--json") == 0
    assert _run(folder, "report", "--html", str(folder / "report.html")) == 0

    assert _left(capsys.readouterr().out) == []
    assert _left((folder / "report.html").read_text(encoding="utf-8")) == []


def test_export(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each record is there, with marks."""
    monkeypatch.setenv("FAQBOT_STORE", str(folder / "asked.db"))
    assert cli.main(["export"]) == 0

    shown = capsys.readouterr().out
    assert _left(shown) == []
    assert len(shown.splitlines()) >= len(list(_seeds()))


def test_teach(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The suggested answers that are written to the knowledge base hold marks."""
    assert _run(folder, "teach", "--yes") == 0

    written = (folder / "office.yaml").read_text(encoding="utf-8")
    assert "[secret]" in written
    assert _left(written) == []
    assert _left(capsys.readouterr().out) == []
