"""Replicas of the bot on one PostgreSQL, which end and lose their connections at moments of a seed."""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from faqbot import publish_knowledge_base
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.server import FakeSlack

_CHANNELS = 500
# Seconds for which a question holds its place among those that wait.
_REPLY_SECONDS = 60.0
# Seconds without a new reply after which nothing more is expected: leases run out before.
_QUIET_SECONDS = 100.0
# Seconds that a replica stands still. Its leases run out after 15, and others take over every five.
_PAUSE_SECONDS = 25.0
_VERSION = re.compile(r"[Vv]ersion (\d+)")
# Ends the connections of everybody else to this database, as a restart of the server does.
_CUT = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_LOST = "SELECT count(*) FROM faqbot_requests WHERE payload IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Number of *events*, and of the faults among them, at places that *seed* draws.

    So many times, a replica ends (*ends*), all connections to the database are cut (*cuts*), and a replica
    stands still for longer than its leases (*pauses*). A version is published every *publishes* seconds. At
    most *at_once* questions wait for their reply at a time.
    """

    events: int
    ends: int
    cuts: int
    pauses: int = 0
    publishes: float = 5.0
    at_once: int = 50
    seed: int = 1


@dataclass(slots=True)
class Trial:
    """Outcome of a schedule.

    *replies* counts the questions by the number of their replies. *unacknowledged* questions are not
    among them: Slack gave up on them. *mixtures* are replies with texts of several versions of the knowledge base.
    *deleted* replies were a second one, which the bot found and deleted.
    *left* is the number of accepted requests that still wait in the end. *waits* are the seconds from
    delivery to reply, sorted, and *repeated_after* those from a first reply to any later one.
    """

    events: int = 0
    deliveries: int = 0
    unacknowledged: int = 0
    replies: Counter[int] = field(default_factory=Counter)
    versions: set[int] = field(default_factory=set)
    mixtures: int = 0
    deleted: int = 0
    kills: int = 0
    terms: int = 0
    exit_codes: Counter[int] = field(default_factory=Counter)
    cuts: int = 0
    pauses: int = 0
    published: int = 0
    left: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    repeated_after: list[float] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """True if each accepted question got one reply, from one version."""
        return set(self.replies) == {1} and not self.mixtures and not self.left


def write_version(folder: Path, number: int) -> Path:
    """Write a knowledge base whose texts all name its version."""
    path = folder / "versions.yaml"
    path.write_text(
        f"""\
version: 1
entries:
  - id: hours
    question: What are the opening hours of the office?
    alternates: [office hours, when is the office open]
    answer: From nine to five, says version {number}.
    follow_ups: [parking]
  - id: parking
    question: Where do I park, in version {number}?
    answer: Behind the house, says version {number}.
""",
        encoding="utf-8",
    )
    return path


class ReplicaTrial:
    """One run of a schedule with replicas of the bot, which are connected to *slack*."""

    def __init__(
        self, slack: FakeSlack, replicas: Sequence[BotProcess], url: str, folder: Path
    ) -> None:
        """Prepare for *replicas*, which serve the knowledge base and the store at *url*."""
        self._slack = slack
        self._replicas = replicas
        self._url = url
        self._folder = folder
        self._found = Trial()
        self._asked: dict[str, float] = {}
        self._answered: dict[object, float] = {}  # thread and moment of its first reply
        self._posts_seen = 0
        self._ending = asyncio.Lock()
        self._cutting = asyncio.Lock()  # a cut ends all connections but its own
        self._draw = random.Random()

    async def run(self, schedule: Schedule) -> Trial:
        """Deliver all events while faults happen; return the outcome once all is quiet."""
        self._draw.seed(schedule.seed)
        started = time.monotonic()
        publishing = asyncio.create_task(self._publish_every(schedule.publishes))
        await self._deliver_all(schedule)
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
        await self._settle()
        self._found.seconds = time.monotonic() - started
        self._count()
        return self._found

    async def publish(self) -> None:
        """Publish the next version of the knowledge base."""
        path = write_version(self._folder, self._found.published + 1)
        try:
            await asyncio.to_thread(publish_knowledge_base, path, self._url, encoders=("none",))
        except Exception:  # noqa: BLE001  its connection may be cut: a publisher would try again
            return
        self._found.published += 1

    async def _publish_every(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self.publish()

    def _faults(self, schedule: Schedule) -> list[tuple[int, Callable[[], Awaitable[None]]]]:
        """Return the faults with the number of events before each, the last one first."""
        ends = [
            (self._draw.randrange(schedule.events), self._end_one) for _ in range(schedule.ends)
        ]
        cuts = [(self._draw.randrange(schedule.events), self._cut) for _ in range(schedule.cuts)]
        pauses = [
            (self._draw.randrange(schedule.events), self._pause) for _ in range(schedule.pauses)
        ]
        return sorted([*ends, *cuts, *pauses], key=lambda fault: -fault[0])

    async def _end_one(self) -> None:
        """End a replica by SIGKILL or SIGTERM, and start it again; one at a time."""
        replica = self._draw.choice(self._replicas)
        is_killed = self._draw.random() < 0.6
        async with self._ending:
            if is_killed:
                await replica.kill()
                self._found.kills += 1
            else:
                self._found.exit_codes[await stop(replica)] += 1
                self._found.terms += 1
            await self._start(replica)

    async def _start(self, replica: BotProcess) -> None:
        """Start a replica, again if it does not connect in time, as a supervisor does."""
        while not replica.running:
            with suppress(AssertionError):
                await replica.connected()

    async def _pause(self) -> None:
        """Let a replica stand still until others have taken over what it holds."""
        replica = self._draw.choice(self._replicas)
        async with self._ending:
            await replica.pause(_PAUSE_SECONDS)
        self._found.pauses += 1

    async def _cut(self) -> None:
        async with self._cutting:
            await asyncio.to_thread(self._query, _CUT)
        self._found.cuts += 1

    def _query(self, statement: str) -> int:
        engine = create_engine(self._url)
        try:
            with engine.connect() as connection:
                return int(connection.scalar(text(statement)) or 0)
        finally:
            engine.dispose()

    async def _deliver_all(self, schedule: Schedule) -> None:
        room = asyncio.Semaphore(schedule.at_once)
        draw, faults = random.Random(schedule.seed), self._faults(schedule)
        async with asyncio.TaskGroup() as tasks:
            while self._found.events < schedule.events:
                question, duplicates = _question(draw)
                self._found.events += 1 + len(duplicates)
                await room.acquire()
                while faults and faults[-1][0] < self._found.events:
                    tasks.create_task(faults.pop()[1]())
                tasks.create_task(self._deliver([question, *duplicates], room))

    async def _deliver(self, copies: Sequence[Mapping[str, Any]], room: asyncio.Semaphore) -> None:
        """Deliver the copies of a question at once, each over another connection; await its reply."""
        ts = copies[0]["event"]["ts"]
        begun = time.monotonic()
        deliveries = await asyncio.gather(
            *(self._slack.deliver("events_api", copy) for copy in copies)
        )
        self._found.deliveries += sum(each.attempts for each in deliveries)
        if any(each.acked for each in deliveries):
            self._asked[ts] = begun
            with suppress(AssertionError):  # the next one shall not wait for ever
                await self._slack.wait(lambda: ts in self._see(), _REPLY_SECONDS)
        else:
            self._found.unacknowledged += 1
        room.release()

    def _see(self) -> Mapping[object, float]:
        """Return the threads with a reply."""
        posts = self._slack.posts()
        for post in posts[self._posts_seen :]:
            self._answered.setdefault(post.params.get("thread_ts"), post.done)
        self._posts_seen = len(posts)
        return self._answered

    async def _settle(self) -> None:
        """Wait until each question has a reply and no request waits, as long as there is progress."""
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < _QUIET_SECONDS:
            waiting = self._asked.keys() - self._see().keys()
            self._found.left = await asyncio.to_thread(self._query, _LOST)
            if not waiting and not self._found.left:
                return
            if self._posts_seen != seen:
                seen, since = self._posts_seen, time.monotonic()
            await asyncio.sleep(0.5)

    def _count(self) -> None:
        messages = self._slack.workspace.messages
        made = self._slack.posts()
        posts = [
            post
            for post in made
            if (post.params.get("channel"), post.response.get("ts")) in messages
        ]
        self._found.deleted = len(made) - len(posts)
        replies = Counter(post.params.get("thread_ts") for post in posts)
        self._found.replies = Counter(replies[ts] for ts in self._asked)
        for post in posts:
            named = {int(each) for each in _VERSION.findall(json.dumps(post.params))}
            self._found.versions |= named
            self._found.mixtures += len(named) > 1
        self._found.repeated_after = sorted(
            post.done - self._answered[ts]
            for post in posts
            if (ts := post.params.get("thread_ts")) in self._asked
            and post.done > self._answered[ts]
        )
        self._found.waits = sorted(
            self._answered[ts] - begun for ts, begun in self._asked.items() if ts in self._answered
        )


async def stop(replica: BotProcess) -> int:
    """Stop a replica as a supervisor does, which kills it if it takes too long; return the exit code."""
    try:
        return await replica.stop()
    except AssertionError:
        await replica.kill()
        return -signal.SIGKILL


def _question(draw: random.Random) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    """Return a question, and its duplicates: the same event again, or its twin of another type."""
    number = draw.randrange(10**9)
    fields = {"channel": f"C6{number % _CHANNELS:04d}", "user": f"U6{number:09d}"}
    asked = payloads.mention("<@U0BOT> office hours", **fields)
    kinds = draw.choice(((), (), (asked,), (asked, asked), (payloads.twin(asked),)))
    return asked, [*kinds]
