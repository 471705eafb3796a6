"""Bots that several workspaces install, on each database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.adapters.slack.fake.several import Several

    StartBot = Callable[..., Several]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store on each database."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def start_bot(
    runner: asyncio.Runner, needs_slack: None, store_url: str, tmp_path: Path
) -> Iterator[StartBot]:
    """Return a function that starts a bot for several workspaces, all with one Slack and one store."""
    del needs_slack
    pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")
    from tests.adapters.slack.fake.server import FakeSlack
    from tests.adapters.slack.fake.several import Several, write_base

    slack, started = FakeSlack(), []
    runner.run(slack.__aenter__())
    base = write_base(tmp_path, "general", "GENERAL")

    def start(*arguments: str | Path, **environment: str) -> Several:
        environment = {"FAQBOT_STORE": store_url, **environment}
        folder = tmp_path / f"bot{len(started)}"
        folder.mkdir()
        several = Several.prepared(slack, folder, "--kb", base, *arguments, **environment)
        started.append(several)
        return several

    yield start
    for several in started:
        runner.run(several.bot.kill())
        assert "Traceback" not in several.bot.log, several.bot.log
    runner.run(slack.__aexit__(None, None, None))
