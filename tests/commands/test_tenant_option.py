"""The option --tenant of the commands that read records or published knowledge bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot.cli import main
from faqbot.models import Answer, Outcome, Question
from faqbot.store import open_store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record one question of a person at each of two tenants."""
    monkeypatch.setenv("FAQBOT_STORE", str(tmp_path / "store.db"))
    with open_store() as store:
        for tenant in ("acme", "globex"):
            answer = Answer(Question(f"parking at {tenant}?"), Outcome.UNANSWERED, 0.0, "")
            store.for_tenant(tenant).record(answer, adapter="web", person="U1")


def test_export_prints_the_records_of_one_tenant(capsys: pytest.CaptureFixture[str]) -> None:
    """Without the option, the records without a tenant are printed: there are none."""
    assert main(["export", "--tenant", "acme"]) == 0
    shown = capsys.readouterr().out
    assert "parking at acme?" in shown
    assert "globex" not in shown

    assert main(["export"]) == 0
    assert capsys.readouterr().out == ""


def test_forget_removes_a_person_at_one_tenant(capsys: pytest.CaptureFixture[str]) -> None:
    """The records of the person at the other tenant stay."""
    assert main(["forget", "U1", "--tenant", "acme"]) == 0
    assert "Removed 1 record" in capsys.readouterr().out
    with open_store() as store:
        assert [*store.for_tenant("acme").questions()] == []
        assert len([*store.for_tenant("globex").questions()]) == 1


@pytest.mark.parametrize(
    "command", [["report", "--encoder", "none"], ["teach", "--encoder", "none", "--dry-run"]]
)
def test_other_commands_read_one_tenant(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The questions of the other tenant are neither reported nor proposed."""
    assert main([*command, "--tenant", "acme"]) == 0

    shown = capsys.readouterr().out
    assert "acme" in shown or "the one question" in shown
    assert "globex" not in shown


@pytest.mark.parametrize(
    "command",
    [
        ["report"],
        ["teach", "--yes"],
        ["export"],
        ["forget", "U1"],
        ["publish", "--to", "sqlite:///none.db", "."],
        ["versions", "--at", "sqlite:///none.db"],
        ["rollback", "--at", "sqlite:///none.db", "1"],
    ],
    ids=lambda command: command[0],
)
def test_a_malformed_tenant_is_said(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the option, and says which characters an id has."""
    assert main([*command, "--tenant", "../acme"]) == 2

    told = capsys.readouterr().err
    assert "Invalid value for '--tenant': '../acme' is not the id of a tenant" in told
    assert "use up to 64 letters" in told
