"""`faqbot publish`, `versions`, `rollback`, and --kb with the URL of a published base."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from faqbot import cli
from faqbot.publishing import published_folder
from faqbot.publishing.address import PublishedAddress

_TEXT = """\
version: 1
title: Office
entries:
  - id: printer
    question: How do I print?
    alternates: [where is the printer]
    answer: Pick Floor 1.
tests:
  - {ask: where can I print, expect: printer}
"""


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """Return the file of a knowledge base."""
    path = tmp_path / "office.yaml"
    path.write_text(_TEXT, encoding="utf-8")
    return path


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'published.db'}"


@pytest.fixture
def published(kb: Path, url: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the URL of a database with two versions."""
    assert cli.main(["publish", str(kb), "--to", url, "--encoder=none", "--note", "First"]) == 0
    kb.write_text(_TEXT.replace("Floor 1", "Floor 2"), encoding="utf-8")
    assert cli.main(["publish", str(kb), "--to", url, "--encoder=none"]) == 0
    told = capsys.readouterr().out
    assert told == "Published version 1: 1 file, 1 index.\nPublished version 2: 1 file, 1 index.\n"
    return url


def test_versions_are_listed(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Newest first, with a mark at the one that is served."""
    assert cli.main(["versions", "--at", published]) == 0
    head, second, first = capsys.readouterr().out.splitlines()

    assert head.split() == ["version", "published", "(UTC)", "by", "note"]
    assert re.fullmatch(r"\*  2        \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \S+", second)
    assert re.fullmatch(r"   1        .* First", first)


def test_a_note_cannot_control_the_terminal(
    published: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever wrote it into the database."""
    engine = create_engine(published)
    with engine.begin() as connection:
        connection.execute(text("UPDATE faqbot_kb_versions SET note = :n"), {"n": "a\x1b[2Jb\nc"})
    engine.dispose()
    assert cli.main(["versions", "--at", published]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 3
    assert lines[1].endswith("a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}c")


def test_a_rollback_says_if_it_changed_a_thing(
    published: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time it does not."""
    for told in ("Version 1 is served now.\n", "Version 1 was served already.\n"):
        assert cli.main(["rollback", "1", "--at", published]) == 0
        assert capsys.readouterr().out == told

    assert cli.main(["rollback", "7", "--at", published]) == 2
    assert "there is no version 7" in capsys.readouterr().err


def test_the_same_content_is_said(
    kb: Path, published: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also that an index was added for another encoder."""
    arguments = ["publish", str(kb), "--to", published]
    assert cli.main([*arguments, "--encoder=none"]) == 0
    assert cli.main([*arguments, "--encoder=none", "--encoder=wordllama"]) == 0

    assert capsys.readouterr().out == (
        "Version 2 has this content already.\nVersion 2 has this content already. Added 1 index.\n"
    )


def test_json_has_the_fields(
    kb: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One object each, with the URL from the environment."""
    monkeypatch.setenv("FAQBOT_PUBLISHED", url)
    shown = []
    for command in (
        ["publish", str(kb), "--encoder=none", "--note=x", "--tenant=t"],
        ["versions", "--tenant=t"],
        ["rollback", "1", "--tenant=t"],
    ):
        assert cli.main([*command, "--json"]) == 0
        shown.append(json.loads(capsys.readouterr().out))

    version = shown[0]["version"]
    assert {*version} == {
        *("tenant", "version", "sha256", "files", "indexes", "note", "published_by", "at"),
        "is_current",
    }
    assert (version["tenant"], version["version"], version["files"]) == ("t", 1, ["office.yaml"])
    assert shown[0] == {"version": version, "is_new": True, "added_indexes": 1}
    assert shown[1] == {"versions": [version]}
    assert shown[2] == {"version": version, "is_new": False, "added_indexes": 0}


@pytest.mark.parametrize("command", [["publish", "x.yaml"], ["versions"], ["rollback", "1"]])
def test_the_database_must_be_named(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With the option of the command, or the variable."""
    assert cli.main(command) == 2
    assert re.search(
        r"Name the database with --(to|at),.*FAQBOT_PUBLISHED", capsys.readouterr().err
    )


def test_failed_tests_have_a_code_of_their_own(
    kb: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As those of `faqbot test`, and nothing is published."""
    kb.write_text(_TEXT.replace("expect: printer", "expect: none"), encoding="utf-8")
    assert cli.main(["publish", str(kb), "--to", url, "--encoder=none"]) == 5
    error = capsys.readouterr().err
    assert "the knowledge base was not published, as 1 of 1 test is answered wrong" in error
    assert f"{kb}:9: where can I print" in error

    assert cli.main(["versions", "--at", url]) == 2


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["ask", "how do I print?"], "Pick Floor 2."),
        (["test", "--slowest=0"], "Passed."),
        (["info"], "published       2"),
        (["check"], "OK: 1 entry"),
        (["export", "--to=md"], "Pick Floor 2."),
        (["report"], "No question was recorded"),
        (["chat", "--plain"], "Pick Floor 2."),
    ],
    ids=lambda each: each[0] if isinstance(each, list) else "",
)
def test_commands_read_a_published_base(
    command: list[str],
    told: str,
    published: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that answer from it, and those that read it."""
    monkeypatch.setattr("sys.stdin", io.StringIO("how do I print?\n"))
    more = [] if command[0] == "export" else ["--encoder=none"]
    assert cli.main([*command, "--kb", published, *more]) == 0
    assert told in capsys.readouterr().out


def test_a_finding_names_file_and_line(
    kb: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the cache, where the file can be read."""
    kb.write_text(_TEXT.replace("Floor 1", "Floor 1 TODO"), encoding="utf-8")
    assert cli.main(["publish", str(kb), "--to", url, "--encoder=none"]) == 0
    assert cli.main(["check", url, "--encoder=none"]) == 3

    folder = published_folder(PublishedAddress.parse(url))
    assert f"{folder / 'office.yaml'}:7: " in capsys.readouterr().out


def test_teach_writes_into_files_only(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A published version never changes."""
    assert cli.main(["teach", "--yes", "--kb", published]) == 2
    assert "proposals are written into files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kb", "told"),
    [
        ("postgresql://jo:hunter2@127.0.0.1:1/x", "cannot be used: connection failed"),
        ("postgresql://jo:hunter2@h/x?tenant=a+b", "'a b' is not the id of a tenant"),
        ("https://jo:hunter2@example.org/kb.yaml", "which SQLAlchemy does not know"),
        ("sqlite:////no/such/folder/x.db?password=hunter2", "there is no such file"),
    ],
)
def test_a_wrong_address_is_one_sentence(
    kb: str, told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Without the password, and without a traceback."""
    assert cli.main(["ask", "--kb", kb, "--encoder=none", "how do I print?"]) == 2
    error = capsys.readouterr().err

    assert told in error
    assert "hunter2" not in error
    assert len([line for line in error.splitlines() if line.startswith("Error")]) == 1
    assert not list(tmp_path.rglob("*.db"))


def test_two_bases_are_told_without_the_password(capsys: pytest.CaptureFixture[str]) -> None:
    """Both are named in the message."""
    url = "postgresql://jo:hunter2@h/x"
    assert cli.main(["test", url, "--kb", url]) == 2
    error = capsys.readouterr().err

    assert "leave out postgresql://jo:***@h/x or --kb postgresql://jo:***@h/x" in error
    assert "hunter2" not in error


@pytest.mark.parametrize("command", [["versions", "--at"], ["ask", "q?", "--kb"]])
def test_a_missing_library_is_named(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the command that installs it."""
    monkeypatch.setattr("faqbot.publishing.versions.find_spec", lambda _: None)
    assert cli.main([*command, "sqlite:///x.db"]) == 2

    assert "a published knowledge base needs a library that is not installed: run  " in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "arguments", [["publish", "{}", "--to", "sqlite:///x.db"], ["import", "x.md", "-o", "{}"]]
)
def test_a_path_is_needed_where_files_are_read_or_written(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A URL there is told without its password."""
    url = "postgresql://jo:hunter2@h/x"
    assert cli.main([each.format(url) for each in arguments]) == 2
    error = capsys.readouterr().err

    assert "postgresql://jo:***@h/x is an address: name a file or folder here." in error
    assert "hunter2" not in error


def test_an_import_compares_with_a_published_base(
    published: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its near duplicates are told as those of a file."""
    document = tmp_path / "faq.md"
    document.write_text("# FAQ\n\n## How do I print?\n\nPick Floor 3.\n", encoding="utf-8")
    cli.main(["import", str(document), "--against", published])

    assert "printer" in capsys.readouterr().err
