"""`faqbot forget` and `faqbot export`: what a person sees of the store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from faqbot.cli import main
from faqbot.models import Answer, Outcome, Question
from faqbot.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import RunFaqbot


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of the store that the environment names, with two questions in it."""
    where = tmp_path / "store.db"
    monkeypatch.setenv("FAQBOT_STORE", str(where))
    with open_store() as store:
        for person, text in (("U1", "why?"), ("U2", "how, at jo@example.org?")):
            store.record(
                Answer(Question(text), Outcome.UNANSWERED, 0.0, ""), adapter="slack", person=person
            )
    return where


def test_export_prints_a_line_a_record(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is JSON and says what it is; nothing else is printed."""
    assert main(["export"]) == 0

    out, err = capsys.readouterr()
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["text"] for record in records] == ["why?", "how, at [email]?"]
    assert records[0].keys() >= {"kind", "id", "outcome", "entry", "confidence", "at", "adapter"}
    assert "U1" not in out
    assert err == ""
    assert path.exists()


@pytest.mark.parametrize(("since", "count"), [("2000-01-01", 2), ("2999-01-01T12:00:00", 0)])
@pytest.mark.usefixtures("path")
def test_export_begins_at_a_date(
    since: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what was recorded since then is printed."""
    assert main(["export", "--since", since]) == 0

    assert len(capsys.readouterr().out.splitlines()) == count


@pytest.mark.usefixtures("path")
def test_a_date_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """The message shows the forms that are known."""
    assert main(["export", "--since", "yesterday"]) == 2
    assert "%Y-%m-%d" in capsys.readouterr().err


def test_forget_says_how_much_it_removed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One person's records are gone; asked again there is nothing left to remove."""
    assert main(["forget", "U1"]) == 0
    assert capsys.readouterr().out == f"Removed 1 record of this person from {path}.\n"
    assert main(["forget", "U1"]) == 0
    assert capsys.readouterr().out == f"Nothing is recorded of this person in {path}.\n"
    assert main(["export"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_an_empty_store_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped path is seen by its name, and no store is begun there."""
    path = tmp_path / "typo.db"

    assert main(["export", "--store", str(path)]) == 0
    assert capsys.readouterr() == ("", f"Nothing was recorded in {path}.\n")
    assert not path.exists()


@pytest.mark.parametrize("command", [["export"], ["forget", "U1"]])
def test_an_unusable_store_is_said(
    command: list[str], tmp_path: Path, run_faqbot: RunFaqbot
) -> None:
    """One sentence on standard error, and exit code 2: for a damaged file, and a wrong URL."""
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"garbage " * 1000)
    for where, said in ((str(damaged), "damaged"), ("nosuch://x", "SQLAlchemy"), ("/", "a folder")):
        done = run_faqbot(*command, "--store", where)

        assert done.returncode == 2
        assert done.stdout == b""
        assert done.stderr.decode().startswith("Error: ")
        assert said in done.stderr.decode()
        assert done.stderr.count(b"\n") == 1
