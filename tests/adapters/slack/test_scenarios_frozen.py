"""A database that is frozen: it takes statements and answers none, while the bot serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.knowledge import write_knowledge
from tests.adapters.slack.fake.scene import Scene
from tests.adapters.slack.fake.server import FakeSlack
from tests.frozen_server import freezing_proxy

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path


def _where(scene: Scene) -> dict[str, str]:
    return {"channel": scene.channel(), "user": scene.person()}


@pytest.mark.usefixtures("needs_slack")
async def test_a_frozen_database_holds_neither_questions_nor_the_end(
    runner: asyncio.Runner, tmp_path: Path, postgresql: str
) -> None:
    """Every question is answered, and SIGTERM ends the bot as ever."""
    del runner
    flags = ("--kb", write_knowledge(tmp_path), "--encoder", "none")
    with freezing_proxy(postgresql) as proxy:
        async with FakeSlack() as slack:
            bot = BotProcess(slack, tmp_path, *flags, FAQBOT_STORE=proxy.url)
            try:
                scene = Scene(slack, await bot.connected())
                await scene.ask("how do i reset my password")
                proxy.frozen.set()
                for _ in range(2):
                    asked = payloads.mention("<@U0BOT> how do i reset my password", **_where(scene))
                    await scene.event(asked)
                    await scene.post_in(asked["event"]["channel"], timeout=20.0)
                assert await bot.stop() == 0
            finally:
                await bot.kill()
        assert "the server does not answer" in bot.log
