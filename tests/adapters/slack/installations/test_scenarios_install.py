"""Several workspaces install one bot, and each is answered with its own token and base."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake.several import write_base

if TYPE_CHECKING:
    from conftest import StartBot

_CODE = "what is the code of the door?"


def _write_settings(folder: Path, *teams: str) -> Path:
    """Write settings with a base for each of *teams*, whose secret is its id."""
    lines = []
    for team in teams:
        write_base(folder, team, team)
        lines.append(f'[workspaces.{team}]\nknowledge = "{team}.yaml"\nowners = ["U5OWNER"]\n')
    path = folder / "slack.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


async def test_each_workspace_has_its_own_token_and_base(
    runner: asyncio.Runner, start_bot: StartBot, tmp_path: Path
) -> None:
    """Equal questions of equal ids get the answers of their workspace, by its token."""
    del runner
    settings = _write_settings(tmp_path, "T1ACME", "T2BETA")
    several = await start_bot("--settings", settings).start()
    for team in ("T1ACME", "T2BETA", "T3CITY"):
        page = await several.install(team, name=f"Firm {team}")
        assert (page.status, f"Firm {team}" in page.text) == (200, True)

    answers = {team: await several.ask(team, _CODE) for team in ("T1ACME", "T2BETA", "T3CITY")}

    secrets = {"T1ACME": "T1ACME", "T2BETA": "T2BETA", "T3CITY": "GENERAL"}
    for team, secret in secrets.items():
        assert answers[team].team == team
        assert [other for other in secrets.values() if other in answers[team].shown] == [secret]
    assert await several.bot.stop() == 0
