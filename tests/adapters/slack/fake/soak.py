"""Many events over connections that come and go, with repetitions and faults: what becomes of them."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.calls import Call
from tests.adapters.slack.fake.faults import Fault
from tests.adapters.slack.fake.links import Delivery
from tests.adapters.slack.fake.scene import Scene

_AT_ONCE = 50
_CHANNELS = 500
_FAULTS = (
    Fault(status=500),
    Fault(status=429, retry_after=1),
    Fault(error="invalid_blocks"),
    Fault(drop="before"),
    Fault(delay=0.2),
)


@dataclass(slots=True)
class Soak:
    """What became of so many *events*, of which so many were *questions*.

    *replies* counts the posts by how many a question got; *megabytes* is the memory after each tenth,
    *files* how many files and connections were open before and after.
    """

    events: int
    questions: int = 0
    acked_at_once: int = 0
    redelivered: int = 0
    connections: int = 0
    faults: int = 0
    seconds: float = 0.0
    replies: Counter[int] = field(default_factory=Counter)
    megabytes: list[float] = field(default_factory=list)
    files: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Burst:
    """Seconds to the acknowledgements and to the replies, sorted, and how long it took in all."""

    acks: list[float]
    replies: list[float]
    seconds: float


async def soak(scene: Scene, events: int, *, reconnects: int = 6, seed: int = 1) -> Soak:
    """Deliver so many *events*, most of them questions, and wait for the replies."""
    found, chance = Soak(events), random.Random(seed)
    asked: list[str] = []
    room = asyncio.Semaphore(_AT_ONCE)
    opened, started = scene.slack.links.opened, time.monotonic()
    files = scene.bot.open_files()
    breaks = {events * n // (reconnects + 1) for n in range(1, reconnects + 1)}
    tenths = {events * n // 10 for n in range(1, 11)}
    sent = 0
    async with asyncio.TaskGroup() as tasks:
        while sent < events:
            payloads_, question = _next(chance)
            asked.extend(question)
            for payload in payloads_[: events - sent]:
                await room.acquire()
                tasks.create_task(_send(scene, payload, found, room))
                sent += 1
                if sent in breaks:
                    await _break(scene, chance)
                if sent in tenths:
                    await _replies(scene, asked)  # so that what waits for its turn is no growth
                    found.megabytes.append(scene.bot.resident_megabytes())
                if chance.random() < 0.01:
                    scene.slack.fail("chat.postMessage", chance.choice(_FAULTS))
                    found.faults += 1
    await _replies(scene, asked)
    found.questions, found.seconds = len(asked), time.monotonic() - started
    found.connections = scene.slack.links.opened - opened
    found.replies, found.files = _count(scene, asked), (files, scene.bot.open_files())
    return found


def _next(chance: random.Random) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Return the next events, and the timestamps of the questions among them."""
    draw = chance.random()
    if draw < 0.1:
        return [payloads.message_changed(payloads.message("hi"), "hello")], []
    if draw < 0.15:
        return [payloads.bot_message("<@U0BOT> office hours", type="app_mention")], []
    number = chance.randrange(10**9)
    channel = f"C6{number % _CHANNELS:04d}" if draw < 0.85 else f"D6{number % _CHANNELS:04d}"
    fields = {"channel": channel, "user": f"U6{number:09d}"}
    kind = payloads.mention if channel.startswith("C") else payloads.direct_message
    asked = kind("<@U0BOT> office hours", **fields)
    more = []
    if draw < 0.3:
        more = [payloads.twin(asked)]
    elif draw < 0.4:
        more = [asked]
    return [asked, *more], [asked["event"]["ts"]]


async def _send(
    scene: Scene, payload: Mapping[str, Any], found: Soak, room: asyncio.Semaphore
) -> None:
    try:
        delivery: Delivery = await scene.slack.deliver("events_api", payload)
        assert delivery.acked, scene.bot.log[-2000:]
        found.acked_at_once += delivery.attempts == 1
        found.redelivered += delivery.attempts > 1
    finally:
        room.release()


async def _break(scene: Scene, chance: random.Random) -> None:
    """End the connection in one of three ways; what comes next waits for another."""
    links = scene.slack.links
    how = chance.randrange(3)
    if how == 0:
        await links.disconnect("refresh_requested")
    elif how == 1:
        await links.close()
    else:
        links.abort()


async def _replies(scene: Scene, asked: list[str]) -> None:
    """Wait until each question has a reply, as long as replies keep coming."""
    waiting, seen = set(asked), 0
    while waiting:
        posts = scene.slack.posts()
        waiting -= {post.params.get("thread_ts") for post in posts[seen:]}
        seen = len(posts)
        if waiting:
            try:
                await scene.slack.wait(lambda n=seen: len(scene.slack.posts()) > n, 20)
            except AssertionError:
                return


def _count(scene: Scene, asked: list[str]) -> Counter[int]:
    posts = Counter(post.params.get("thread_ts") for post in scene.slack.posts())
    return Counter(posts[ts] for ts in asked)


async def burst(scene: Scene, questions: int, channels: int = 0) -> Burst:
    """Ask so many questions at once, each in a channel of its own or in so many *channels*."""
    return await _asked(scene, [0.0] * questions, channels)


async def flood(scene: Scene, questions: int, others: int = 8) -> tuple[Burst, list[float]]:
    """Ask so many questions at once in one channel, and *others* in channels of their own meanwhile.

    Returns how the others fared, and the seconds to the acknowledgements of the flood.
    """
    channel = scene.channel()
    asked = [
        payloads.mention("<@U0BOT> office hours", channel=channel, user=scene.person())
        for _ in range(questions)
    ]
    sending = [asyncio.create_task(scene.slack.deliver("events_api", each)) for each in asked]
    answered = await _asked(scene, [0.25 * number for number in range(others)])
    deliveries = await asyncio.gather(*sending)
    assert all(each.acked for each in deliveries)
    return answered, sorted(each.seconds for each in deliveries)


async def steady(scene: Scene, questions: int, a_second: float) -> Burst:
    """Ask so many questions one after the other, *a_second* of them each second."""
    return await _asked(scene, [number / a_second for number in range(questions)])


async def _asked(scene: Scene, at: list[float], channels: int = 0) -> Burst:
    started, sent, acks = time.monotonic(), {}, []
    called = len(scene.slack.calls)
    places = [scene.channel() for _ in range(channels or len(at))]

    async def ask(number: int, moment: float) -> None:
        await asyncio.sleep(moment - (time.monotonic() - started))
        where = {"channel": places[number % len(places)], "user": scene.person()}
        asked = payloads.mention("<@U0BOT> how do i reset my pasword", **where)
        sent[asked["event"]["ts"]] = time.monotonic()
        delivery = await scene.slack.deliver("events_api", asked)
        assert delivery.acked
        acks.append(delivery.seconds)

    async with asyncio.TaskGroup() as tasks:
        for number, moment in enumerate(at):
            tasks.create_task(ask(number, moment))
    enough = called + len(sent)  # looked at first, as the fake shares the machine with the bot
    await scene.slack.wait(
        lambda: len(scene.slack.calls) >= enough and sent.keys() <= _threads(scene).keys(), 60
    )
    calls = _threads(scene)
    replies = [calls[thread].at - moment for thread, moment in sent.items()]
    last = max(calls[thread].done for thread in sent)
    return Burst(sorted(acks), sorted(replies), last - started)


def _threads(scene: Scene) -> dict[object, Call]:
    return {post.params.get("thread_ts"): post for post in scene.slack.posts()}
