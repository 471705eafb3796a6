"""Trial of replicas of the bot: questions and duplicates, while the faults of a schedule happen."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faqbot import publish_knowledge_base
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.replicas.faults import Faults
from tests.adapters.slack.replicas.schedule import FaultKind, Schedule

_CHANNELS = 500
# Seconds for which a question holds its place among those that wait.
_REPLY_SECONDS = 60.0
# Seconds without a new reply after which nothing more is expected: leases run out before.
_QUIET_SECONDS = 100.0
_VERSION = re.compile(r"[Vv]ersion (\d+)")
_LOST = "SELECT count(*) FROM faqbot_requests WHERE payload IS NOT NULL"


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
    faults: Counter[FaultKind] = field(default_factory=Counter)
    exit_codes: Counter[int] = field(default_factory=Counter)
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

    def __init__(self, slack: FakeSlack, faults: Faults, folder: Path) -> None:
        """Prepare for the replicas of *faults*, which serve the knowledge base and the store at its address."""
        self._slack = slack
        self._faults = faults
        self._folder = folder
        self._found = Trial(faults=faults.happened, exit_codes=faults.exit_codes)
        self._asked: dict[str, float] = {}
        self._answered: dict[object, float] = {}  # thread and moment of its first reply
        self._posts_seen = 0

    async def run(self, schedule: Schedule) -> Trial:
        """Deliver all events while faults happen; return the outcome once all is quiet."""
        started = time.monotonic()
        publishing = asyncio.create_task(self._publish_every(schedule.publishes))
        await self._deliver_all(schedule)
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
        await self._settle()
        await asyncio.sleep(schedule.late_seconds)
        self._found.seconds = time.monotonic() - started
        self._count()
        return self._found

    async def publish(self) -> None:
        """Publish the next version of the knowledge base, if the store is a database of PostgreSQL."""
        if not self._faults.url:
            return
        path = write_version(self._folder, self._found.published + 1)
        try:
            await asyncio.to_thread(
                publish_knowledge_base, path, self._faults.url, encoders=("none",)
            )
        except Exception:  # noqa: BLE001  its connection may be cut: a publisher would try again
            return
        self._found.published += 1

    async def _publish_every(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self.publish()

    async def _deliver_all(self, schedule: Schedule) -> None:
        room = asyncio.Semaphore(schedule.at_once)
        draw, faults = random.Random(schedule.seed), [*reversed(schedule.faults())]
        async with asyncio.TaskGroup() as tasks:
            while self._found.events < schedule.events:
                question, duplicates = _question(draw)
                self._found.events += 1 + len(duplicates)
                await room.acquire()
                while faults and faults[-1].before < self._found.events:
                    tasks.create_task(self._faults.bring_about(faults.pop()))
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
            left = await asyncio.to_thread(self._left)
            self._found.left = self._found.left if left is None else left
            if not waiting and left == 0:
                return
            if self._posts_seen != seen:
                seen, since = self._posts_seen, time.monotonic()
            await asyncio.sleep(0.5)

    def _left(self) -> int | None:
        """Return the number of accepted requests that wait, None while the store is away."""
        return self._faults.query(_LOST)

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


def _question(draw: random.Random) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    """Return a question, and its duplicates: the same event again, or its twin of another type."""
    number = draw.randrange(10**9)
    fields = {"channel": f"C6{number % _CHANNELS:04d}", "user": f"U6{number:09d}"}
    asked = payloads.mention("<@U0BOT> office hours", **fields)
    kinds = draw.choice(((), (), (asked,), (asked, asked), (payloads.twin(asked),)))
    return asked, [*kinds]
