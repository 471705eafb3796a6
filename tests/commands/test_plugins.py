"""Commands of adapters beside those of faqbot."""

from __future__ import annotations

from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from faqbot import AdapterFailed
from faqbot.commands.plugins import Commands


@click.command()
def _broken() -> None:
    raise KeyError("lost")


def _point(name: str, command: object, distribution: str) -> object:
    """Return an entry point of *distribution* that loads *command*."""
    dist = SimpleNamespace(name=distribution, version="2.0")
    return SimpleNamespace(name=name, module="fax.commands", load=lambda: command, dist=dist)


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Return a group with a broken command of its own, and two of adapters."""
    points = [_point("ours", _broken, "faqbot"), _point("theirs", _broken, "faqbot-fax")]
    monkeypatch.setattr("faqbot.adapters.entry_points", lambda group: points if group else [])
    return Commands("faqbot", commands={"own": _broken})


def test_an_error_of_our_command_stays_as_it_is(group: Commands) -> None:
    """It is a fault of faqbot, also in an adapter that comes with it."""
    for name in ("own", "ours"):
        assert isinstance(CliRunner().invoke(group, [name]).exception, KeyError)


def test_an_error_of_their_command_names_their_distribution(group: Commands) -> None:
    """The report belongs to its authors."""
    failed = CliRunner().invoke(group, ["theirs"]).exception

    assert isinstance(failed, AdapterFailed)
    assert "faqbot-fax 2.0" in str(failed)


def test_help_of_the_group_runs_no_command(group: Commands) -> None:
    """All names are listed."""
    shown = CliRunner().invoke(group, ["--help"])

    assert shown.exit_code == 0
    assert all(name in shown.output for name in ("own", "ours", "theirs"))
