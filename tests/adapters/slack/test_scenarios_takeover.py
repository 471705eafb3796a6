"""Processes that die or stop with questions under way: each question still gets one reply."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from sqlalchemy import create_engine, text

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.faults import Fault
from tests.adapters.slack.fake.knowledge import write_knowledge
from tests.adapters.slack.fake.scene import Scene
from tests.adapters.slack.fake.server import FakeSlack

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

# The same bot with shorter times, so that the tests need not wait for a lease.
_FAST = """\
import sys
from faqbot.store import request_queue
from faqbot_slack import service
from faqbot_slack.transport import dispatcher, reply_posts
from faqbot.cli import main

request_queue.LEASE_SECONDS = 2.0
service.TAKE_OVER_SECONDS = 0.3
dispatcher.POSTING_SECONDS = 0.5
reply_posts.LATE_SECONDS = 0.3
service.STOP_SECONDS = 1.0
sys.exit(main())
"""
# Seed of the faults: another one gives other moments and other lost responses.
_SEED = 1
_ASKED = "<@U0BOT> how do i reset my pasword"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path, runner: asyncio.Runner) -> str:
    """Return the address of a store of the test's own; coroutine tests run on the shared loop."""
    del runner
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shared.db'}"
    return str(request.getfixturevalue("postgresql"))


@asynccontextmanager
async def _workspace(
    folder: Path, store_url: str, *, bots: int = 1, scopes: frozenset[str] | None = None
) -> AsyncIterator[list[Scene]]:
    """Yield a fake with so many connected bots, which share a store."""
    kb = ("--kb", write_knowledge(folder), "--encoder", "none")
    async with FakeSlack(scopes=scopes) as slack:
        processes = []
        for number in range(bots):
            (own := folder / f"bot{number}").mkdir()
            processes.append(BotProcess(slack, own, *kb, FAQBOT_STORE=store_url))
            processes[-1].program = ("-c", _FAST)
        try:
            yield [Scene(slack, await each.connected()) for each in processes]
        finally:
            for each in processes:
                await each.kill()


async def _ask(scene: Scene, channel: str, count: int = 1, **options: object) -> list[str]:
    """Ask so many questions in *channel* at once; return the timestamps."""
    asked = [payloads.mention(_ASKED, channel=channel, user=scene.person()) for _ in range(count)]
    await asyncio.gather(*(scene.event(payload, **options) for payload in asked))
    return [payload["event"]["ts"] for payload in asked]


def _replies(scene: Scene, channel: str) -> Counter[Any]:
    return Counter(post.params["thread_ts"] for post in scene.slack.posts(channel))


async def _answered(scene: Scene, channel: str, asked: list[str], seconds: float = 60) -> None:
    """Check that each of *asked* gets one reply."""
    await scene.slack.wait(lambda: len(_replies(scene, channel)) == len(asked), seconds)
    assert _replies(scene, channel) == Counter(asked)


def _left_texts(url: str) -> list[str]:
    """Return the payloads that stand in the store."""
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text("SELECT payload FROM faqbot_requests WHERE payload IS NOT NULL")
        found = [str(row[0]) for row in connection.execute(query)]
    engine.dispose()
    return found


async def test_a_killed_process_loses_no_question(tmp_path: Path, store_url: str) -> None:
    """After kill -9, the next start answers what was acknowledged; the texts are gone then.

    A post that Slack had taken, and whose response was lost, is found and not repeated.
    """
    async with _workspace(tmp_path, store_url) as (scene,):
        channel, lost = scene.channel(), scene.channel()
        scene.slack.fail("chat.postMessage", Fault(drop="after", channel=lost))
        asked = await _ask(scene, channel, 4)
        asked_too = await _ask(scene, lost, 2)
        await scene.slack.wait(lambda: scene.slack.posts(channel) and scene.slack.posts(lost))
        await scene.bot.kill()
        assert "reset my pasword" in "".join(_left_texts(store_url))
        await scene.bot.connected()
        await _answered(scene, channel, asked)
        await _answered(scene, lost, asked_too)
        await _settled(store_url)

        assert _replies(scene, lost) == Counter(asked_too)


async def _settled(url: str) -> None:
    """Return once no text stands in the store."""
    async with asyncio.timeout(5):
        while await asyncio.to_thread(_left_texts, url):
            pass


async def test_a_stopped_process_leaves_its_questions_to_the_next(
    tmp_path: Path, store_url: str
) -> None:
    """At SIGTERM with a long queue the bot ends in time, and the next start answers the rest."""
    async with _workspace(tmp_path, store_url) as (scene,):
        channels = [scene.channel() for _ in range(4)]
        scene.slack.fail("chat.postMessage", Fault(delay=0.4), times=12)
        asked = {channel: await _ask(scene, channel, 5) for channel in channels}
        assert await scene.bot.stop() == 0
        assert "left in the store" in scene.bot.log
        assert sum(len(scene.slack.posts(channel)) for channel in channels) < 20
        scene.slack.faults.clear()
        await scene.bot.connected()
        for channel in channels:
            await _answered(scene, channel, asked[channel])


async def test_another_process_answers_for_a_dead_one(tmp_path: Path, store_url: str) -> None:
    """The questions of a killed process are answered by one that still runs."""
    async with _workspace(tmp_path, store_url, bots=2) as (scene, other):
        asked = await _ask(scene, channel := scene.channel(), 5, link=0)
        await scene.slack.wait(lambda: scene.slack.posts(channel))
        await scene.bot.kill()
        await _answered(other, channel, asked)


async def test_duplicates_at_two_processes_get_one_reply(tmp_path: Path, store_url: str) -> None:
    """The same event at both at once, and its twin, is one question."""
    async with _workspace(tmp_path, store_url, bots=2) as (scene, _):
        await scene.slack.wait_connected(2)
        channels = [scene.channel() for _ in range(10)]
        asked = [payloads.mention(_ASKED, channel=each, user=scene.person()) for each in channels]
        twins = [payloads.twin(each) for each in asked]
        await asyncio.gather(
            *(scene.event(payload, link=place) for payload in (*asked, *twins) for place in (0, 1))
        )
        await scene.slack.wait(lambda: all(scene.slack.posts(each) for each in channels), 20)
        await _settled(store_url)

        assert [len(scene.slack.posts(each)) for each in channels] == [1] * 10


async def test_random_kills_leave_one_reply_to_each_question(
    tmp_path: Path, store_url: str
) -> None:
    """Two processes are killed, stopped and started at moments of a seed, with lost responses."""
    chance = random.Random(_SEED)
    async with _workspace(tmp_path, store_url, bots=2) as scenes:
        asked: dict[str, list[str]] = {}
        for _ in range(2):
            for _ in range(4):
                channel = scenes[0].channel()
                if chance.random() < 0.5:
                    lost = Fault(drop="after", channel=channel)
                    scenes[0].slack.fail("chat.postMessage", lost)
                asked[channel] = await _ask(scenes[0], channel, chance.randint(1, 3))
            await asyncio.sleep(chance.random() / 2)
            scene = chance.choice(scenes)
            await (scene.bot.kill() if chance.random() < 0.7 else scene.bot.stop())
            await scene.bot.connected()
        for channel, each in asked.items():
            await _answered(scenes[0], channel, each)
        await _settled(store_url)

        assert {c: _replies(scenes[0], c) for c in asked} == {
            c: Counter(each) for c, each in asked.items()
        }
