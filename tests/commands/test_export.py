"""`faqbot export`: a knowledge base in another format; the store's records are in `test_store`."""

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

pytest.importorskip("markdown_it")

_KB = """\
version: 1
title: Shop
entries:
  - id: pay
    question: How do I pay?
    answer: By card \u2013 or cash.
  - id: later
    question: When?
    answer: Soon.
    draft: true
"""


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


@pytest.fixture
def kb(tmp_path: Path) -> str:
    """Return the path of a small knowledge base."""
    path = tmp_path / "kb.yaml"
    path.write_text(_KB, encoding="utf-8")
    return str(path)


def test_to_standard_output(kb: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The text is UTF-8 whatever the locale, and nothing else is printed."""
    assert main(["export", kb, "--to", "jsonld"]) == 0

    out, err = capfdbinary.readouterr()
    assert json.loads(out)["mainEntity"][0]["name"] == "How do I pay?"
    assert "\u2013".encode() in out
    assert err == b""


def test_to_a_file(kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was written and what was left out is said."""
    path = tmp_path / "faq.html"

    assert main(["export", "--kb", kb, "--to", "html", "-o", str(path)]) == 0

    out, err = capsys.readouterr()
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (out, err) == (
        "",
        f"Wrote 1 entry to {path}. Left out: 1 draft; --all writes them too.\n",
    )


def test_all_of_it(kb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Drafts are written on request."""
    assert main(["export", kb, "--to", "csv", "--all", "-o", str(tmp_path / "f")]) == 0
    assert capsys.readouterr().err.startswith("Wrote 2 entries")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["KB"], "name a format: --to md, html, jsonld or csv"),
        (["-o", "x"], "name a format"),
        (["--all"], "name a format"),
        (["--kb", "KB"], "name a format"),
        (["KB", "--to", "md", "--since", "2026-01-01"], "leave out --to"),
        (["KB", "--to", "md", "--store", "x.db"], "leave out --to"),
        (["KB", "--to", "pdf"], "'pdf' is not one of"),
        (["no.yaml", "--to", "md"], "no.yaml"),
        (["KB", "--to", "md", "-o", "/no/such/folder/x.md"], "cannot be written"),
    ],
)
def test_a_mix_is_refused_with_a_sentence(
    kb: str, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What belongs to the store and what to a knowledge base are told apart."""
    assert main(["export", *(kb if each == "KB" else each for each in arguments)]) == 2
    assert sentence in " ".join(capsys.readouterr().err.split())


def test_the_environment_names_no_mix(
    kb: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store and a knowledge base that are always set do not stand in each other's way."""
    monkeypatch.setenv("FAQBOT_STORE", str(tmp_path / "s.db"))
    monkeypatch.setenv("FAQBOT_KB", kb)

    assert main(["export", "--to", "csv"]) == 0
    assert "How do I pay?" in capsys.readouterr().out
    assert main(["export"]) == 0


def test_full_disk_keeps_the_published_page(
    kb: str, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page that no longer fits leaves the one that is there, and says why."""
    page = small_disk / "faq.html"
    assert main(["export", kb, "--to", "html", "-o", str(page)]) == 0
    before = page.read_bytes()
    (small_disk / "other").write_bytes(bytes(240_000))
    entries = "".join(
        f"  - id: e{number}\n    question: Why {number}?\n    answer: {'Because. ' * 20}\n"
        for number in range(300)
    )
    with open(kb, "a", encoding="utf-8") as file:  # noqa: PTH123  a path as text
        file.write(entries)
    capsys.readouterr()

    assert main(["export", kb, "--to", "html", "-o", str(page)]) == 2
    assert capsys.readouterr().err == f"Error: {page} cannot be written: No space left on device\n"
    assert page.read_bytes() == before
    assert sorted(small_disk.iterdir()) == [page, small_disk / "other"]


def test_a_knowledge_base_without_entries_to_write_is_bad_input(tmp_path: Path) -> None:
    """The exit code is that of every input that cannot be used."""
    path = tmp_path / "kb.yaml"
    path.write_text(
        "version: 1\nentries:\n  - {id: a, question: A?, answer: B., draft: true}\n",
        encoding="utf-8",
    )

    assert main(["export", str(path), "--to", "csv"]) == 2
