"""Processes that share a store: a second one serves at once, also after a kill and with a new key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.several import (
    KEY,
    OTHER_KEY,
    Several,
    new_channel,
    write_base,
    write_settings,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.slack.fake.server import FakeSlack

_CODE = "what is the code of the door?"


async def test_processes_share_workspaces(
    runner: asyncio.Runner, slack: FakeSlack, postgresql: str, tmp_path: Path
) -> None:
    """One installs, another answers; after a kill and a new key, the next start goes on."""
    del runner
    base, settings = write_base(tmp_path, "general", "GENERAL"), write_settings(tmp_path, "T1ACME")
    flags = ("--kb", base, "--settings", settings)
    started = []

    async def start(keys: str) -> Several:
        folder = tmp_path / f"process{len(started)}"
        folder.mkdir()
        more = {"FAQBOT_STORE": postgresql, "FAQBOT_SLACK_KEYS": keys}
        started.append(Several.prepared(slack, folder, *flags, **more))
        return await started[-1].start()

    try:
        first = await start(KEY)
        assert (await first.install("T1ACME", name="Acme")).status == 200
        second = await start(f"{OTHER_KEY},{KEY}")
        assert "It is installed in the workspace Acme (T1ACME)." in second.bot.log
        assert "T1ACME" in (await second.ask("T1ACME", _CODE)).shown
        channel = new_channel()
        asked = payloads.of_team(
            payloads.mention(f"<@{payloads.BOT}> {_CODE}", channel=channel), "T1ACME"
        )
        await asyncio.gather(*(each.send("events_api", asked) for each in (first, second)))
        await second.post_in(channel)
        await first.bot.kill()

        third = await start(OTHER_KEY)
        write_base(tmp_path, "T1ACME", "EDITED")
        third.bot.hang_up()
        async with asyncio.timeout(30):
            while "changed" not in third.bot.log:  # noqa: ASYNC110 - a log tells nobody
                await asyncio.sleep(0.05)
        assert "EDITED" in (await third.ask("T1ACME", _CODE)).shown
        assert await third.bot.stop() == 0
        assert await second.bot.stop() == 0
        assert len(slack.posts(channel)) == 1
    finally:
        for each in started:
            await each.bot.kill()
            assert "Traceback" not in each.bot.log, each.bot.log
