"""Connections that come and go, and processes that start, stop, and share a workspace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.faults import Fault
from tests.adapters.slack.fake.knowledge import write_knowledge, write_settings
from tests.adapters.slack.fake.scene import Scene
from tests.adapters.slack.fake.server import FakeSlack

_SLOW = """\
import sys
import time
from faqbot import Bot
from faqbot.cli import main

ask = Bot.ask

def slowly(self, question, *rest, **more):
    time.sleep(4 if "pasword" in str(question) else 0)
    return ask(self, question, *rest, **more)

Bot.ask = slowly
sys.exit(main())
"""


def _flags(folder: Path) -> tuple[str | Path, ...]:
    kb = ("--kb", write_knowledge(folder), "--encoder", "none")
    return (*kb, "--settings", write_settings(folder))


@pytest.fixture
def folder(runner: asyncio.Runner, tmp_path: Path) -> Path:
    """Return the folder of one process; coroutine tests of this file run on the shared loop."""
    del runner
    return tmp_path


@asynccontextmanager
async def _workspace(folder: Path, **environment: str) -> AsyncIterator[Scene]:
    """Yield a fake of its own with a bot of its own, not yet started."""
    async with FakeSlack() as slack:
        bot = BotProcess(slack, folder, *_flags(folder), **environment)
        try:
            yield Scene(slack, bot)
        finally:
            await bot.kill()


async def test_26_slow_answers_hold_up_no_command(folder: Path) -> None:
    """While five questions are being thought about, a command is acknowledged in time."""
    async with _workspace(folder) as scene:
        scene.bot.program = ("-c", _SLOW)
        await scene.bot.connected()
        for _ in range(5):
            asked = payloads.mention("<@U0BOT> how do i reset my pasword", user=scene.person())
            assert (await scene.event(asked)).attempts == 1
        command = await scene.command("office hours")  # acknowledged within 3 s, or this fails

        assert "nine" in str(command.ack)
        late = await scene.command("how do i reset my pasword")
        (response,) = await scene.slack.wait(lambda: scene.slack.responses)
        assert late.ack == {}
        assert response.url == late.payload["response_url"]
        assert (response.ok, response.params["response_type"]) == (True, "ephemeral")
        assert "Security" in response.shown


async def test_27_a_connection_that_is_to_be_renewed_is(folder: Path) -> None:
    """Asked to change to another connection, it does so at once and loses nothing on the way."""
    async with _workspace(folder) as scene:
        await scene.bot.connected()
        (old,) = scene.slack.links.open
        await scene.slack.links.disconnect("refresh_requested")
        during = asyncio.create_task(
            scene.event(payloads.mention("<@U0BOT> office hours", channel="C1DURING"))
        )
        await scene.slack.wait(lambda: scene.slack.links.opened == 2, 5)
        await scene.slack.wait(lambda: old not in scene.slack.links.open, 5)
        await during
        await scene.post_in("C1DURING")
        await scene.ask("office hours")


async def test_28_a_lost_connection_comes_back(folder: Path) -> None:
    """After the server closed, or the cable was cut, it connects again, and answers what came between."""
    for name in ("close", "abort"):
        (folder / name).mkdir()
    await asyncio.gather(_lose(folder / "close"), _lose(folder / "abort"))


async def _lose(folder: Path) -> None:
    async with _workspace(folder) as scene:
        await scene.bot.connected()
        if folder.name == "close":
            await scene.slack.links.close()
        else:
            scene.slack.links.abort()
        await scene.event(payloads.mention("<@U0BOT> office hours", channel="C1BETWEEN"))
        await scene.post_in("C1BETWEEN")
        assert scene.slack.links.opened == 2


async def test_28b_an_outage_is_sat_out(folder: Path, free_port: int) -> None:
    """While Slack opens no connection, the bot tries ever less often, says it is not ready, and recovers."""
    from aiohttp import ClientSession

    async with _workspace(folder) as scene, ClientSession() as session:
        scene.bot.arguments += ["--port", str(free_port)]

        async def status() -> int:
            async with session.get(f"http://127.0.0.1:{free_port}/readyz") as response:
                return response.status

        await scene.bot.connected()
        await _until(status, 200)
        scene.slack.fail("apps.connections.open", Fault(status=500), times=3)
        await scene.slack.links.close()
        await _until(status, 503)
        await scene.slack.wait_connected(timeout=30)
        await _until(status, 200)
        await scene.ask("office hours")


async def _until(look: Callable[[], Awaitable[int]], wanted: int) -> None:
    async with asyncio.timeout(20):
        while await look() != wanted:  # noqa: ASYNC110 - a supervisor looks; nothing tells it
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("token", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_29_a_wrong_token_ends_it_at_once(folder: Path, token: str) -> None:
    """Slack's refusal of a token is one line that names the variable and shows no token."""
    wrong = "xoxb-very-secret" if token == "SLACK_BOT_TOKEN" else "xapp-very-secret"  # noqa: S105
    async with _workspace(folder, **{token: wrong}) as scene:
        await scene.bot.start()
        code = await scene.bot.ended(60)
        lines = scene.bot.log.strip().splitlines()

        assert code != 0
        assert len(lines) == 1
        assert token in lines[0]
        assert "secret" not in scene.bot.log


async def test_30_what_was_begun_is_finished(folder: Path) -> None:
    """Told to stop, it delivers the answer that it owes, and ends well."""
    async with _workspace(folder) as scene:
        await scene.bot.connected()
        scene.slack.fail("chat.postMessage", Fault(delay=1))
        await scene.event(payloads.mention("<@U0BOT> office hours", channel="C1LAST"))
        started = time.monotonic()
        code = await scene.bot.stop()

        assert code == 0, scene.bot.log
        assert time.monotonic() - started < 10
        assert len(scene.slack.posts("C1LAST")) == 1
        assert "Traceback" not in scene.bot.log


async def test_31_two_processes_answer_once(folder: Path) -> None:
    """What one process took and another is given again is answered by one of them."""
    (other := folder / "other").mkdir()
    async with _workspace(folder) as scene:
        store = scene.bot.environment["FAQBOT_STORE"]
        second = BotProcess(scene.slack, other, *_flags(other), FAQBOT_STORE=store)
        try:
            await scene.bot.connected()
            await second.connected()
            for channel in ("C1FIRST", "C1SECOND"):
                asked = payloads.mention("<@U0BOT> office hours", channel=channel)
                await scene.event(asked, link=0)
                await scene.event(asked, link=1, attempt=1)
            both = payloads.mention("<@U0BOT> office hours", channel="C1BOTH")
            await asyncio.gather(
                scene.event(both, link=0), scene.event(payloads.twin(both), link=1)
            )
            for channel in ("C1FIRST", "C1SECOND", "C1BOTH"):
                await scene.post_in(channel)
            for process in (scene.bot, second):
                assert await process.stop() == 0
            assert len(scene.slack.posts()) == 3
        finally:
            await second.kill()
