"""A small soak; `python -m benchmarks.slack` runs the large one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.knowledge import write_knowledge
from tests.adapters.slack.fake.scene import Scene
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.soak import soak


async def test_every_question_is_answered_once(runner: asyncio.Runner, tmp_path: Path) -> None:
    """Through lost connections, repetitions and faults, each question gets one reply."""
    del runner
    async with FakeSlack() as slack:
        kb = ("--kb", write_knowledge(tmp_path), "--encoder", "none")
        bot = await BotProcess(slack, tmp_path, *kb).connected()
        try:
            found = await soak(Scene(slack, bot), 200, reconnects=2)
            left = len(slack.links.open)
            code = await bot.stop()
        finally:
            await bot.kill()

    assert dict(found.replies) == {1: found.questions}
    assert found.questions > 100
    assert left == 1
    assert code == 0
    assert "not delivered" not in bot.log
    assert "Traceback" not in bot.log
