"""One bot at work in one workspace, and short ways to ask it and to see what it does."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.calls import Call
from tests.adapters.slack.fake.links import Delivery
from tests.adapters.slack.fake.server import FakeSlack

AMBIENT, OWNER = "C5AMBIENT", "U5OWNER"
Json = Mapping[str, Any]
_numbers = itertools.count(1)


@dataclass(slots=True)
class Scene:
    """A fake Slack with a bot that is connected to it."""

    slack: FakeSlack
    bot: BotProcess
    deliveries: list[Delivery] = field(default_factory=list)

    def channel(self) -> str:
        """Return a channel in which nothing was said yet."""
        return f"C7{next(_numbers):06d}"

    def person(self) -> str:
        """Return a person who has not said anything yet."""
        return f"U7{next(_numbers):06d}"

    async def event(self, payload: Json, **options: object) -> Delivery:
        """Deliver an event, which is to be acknowledged at its first sending."""
        return await self._deliver("events_api", payload, **options)

    async def command(self, text: str, **fields: object) -> Delivery:
        """Deliver `/ask` with *text*."""
        command = payloads.slash(text, **{"user_id": self.person(), **fields})
        return await self._deliver("slash_commands", command)

    async def interact(self, payload: Json) -> Delivery:
        """Deliver a press, a shortcut or a submission."""
        return await self._deliver("interactive", payload)

    async def _deliver(self, kind: str, payload: Json, **options: object) -> Delivery:
        delivery = await self.slack.deliver(kind, payload, **options)
        self.deliveries.append(delivery)
        assert delivery.acked, f"{kind} was not acknowledged; the log:\n{self.bot.log}"
        assert delivery.problems == []
        return delivery

    async def ask(self, text: str, **fields: object) -> Call:
        """Mention the bot with *text* in a new channel; return its one post there."""
        where = {"channel": self.channel(), "user": self.person(), **fields}
        asked = payloads.mention(f"<@{payloads.BOT}> {text}", **where)
        await self.event(asked)
        return await self.post_in(str(where["channel"]))

    async def post_in(self, channel: str, count: int = 1, timeout: float = 5.0) -> Call:  # noqa: ASYNC109
        """Return the post number *count* in *channel*, once it is there, as the only one of its kind."""
        posts = await self.slack.wait_call(
            "chat.postMessage",
            count,
            where=lambda call: call.params.get("channel") == channel,
            timeout=timeout,
        )
        assert len(posts) == count
        check_post(posts[-1])
        return posts[-1]

    async def quiet(self, channel: str, posts: int = 0) -> None:
        """Check that so many *posts* are made in *channel*, and no more."""
        await self.slack.wait(lambda: len(self.slack.posts(channel)) >= posts)
        await settle(self)
        assert len(self.slack.posts(channel)) == posts


def check_post(call: Call) -> None:
    """Check that a post is as Slack and its readers want it."""
    assert call.ok, call.response
    assert call.problems == []
    assert call.params["text"].strip()
    assert call.params["unfurl_links"] is False


async def settle(scene: Scene) -> None:
    """Return once a question was answered that came after all that was sent before."""
    channel = f"D7{next(_numbers):06d}"
    asked = payloads.direct_message("office hours", channel=channel, user=scene.person())
    await scene.slack.deliver("events_api", asked)
    await scene.slack.wait_call(
        "chat.postMessage", where=lambda call: call.params.get("channel") == channel
    )
