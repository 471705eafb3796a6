"""One bot that several workspaces install, and short ways to install it and to ask it."""

from __future__ import annotations

import asyncio
import html
import itertools
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Self

import yaml
from aiohttp import ClientConnectionError, ClientSession, ClientTimeout
from yarl import URL

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.calls import Call
from tests.adapters.slack.fake.scene import check_post
from tests.adapters.slack.fake.server import FakeSlack, Reply

# Keys of Fernet, made for the tests.
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
_numbers = itertools.count(1)
# Addresses of a network for tests (RFC 2544).
_FIRST_VISITOR = IPv4Address("198.18.0.0")


def write_base(folder: Path, name: str, secret: str) -> Path:
    """Write a knowledge base whose answers hold *secret*; every base has the same questions."""
    entries = [
        {"id": "code", "question": "What is the code of the door?", "answer": f"It is {secret}."},
        {"id": "lunch", "question": "Where do we have lunch?", "answer": f"In the {secret} room."},
    ]
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "entries": entries}), encoding="utf-8")
    return path


def write_settings(folder: Path, *names: str) -> Path:
    """Write settings with a base for each of *names*, whose secret is its id."""
    lines = []
    for name in names:
        write_base(folder, name, name)
        lines.append(f'[workspaces.{name}]\nknowledge = "{name}.yaml"\nowners = ["U5OWNER"]\n')
    path = folder / "slack.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def new_channel() -> str:
    """Return a channel in which nothing was said yet."""
    return f"C8{next(_numbers):06d}"


@dataclass(slots=True)
class Page:
    """Page that a browser got: its *status*, *text*, *location*, and the *cookie* to send from now on."""

    status: int
    text: str
    location: str = ""
    cookie: str = ""

    @property
    def link(self) -> str:
        """The first address on the page."""
        found = re.search(r'href="(http[^"]*)"', self.text)
        return html.unescape(found[1]) if found else ""


async def browse(url: str, cookie: str = "") -> Page:
    """Return the page at *url*, asked for with *cookie* from an address of its own, as by a proxy."""
    headers = {"X-Forwarded-For": str(_FIRST_VISITOR + next(_numbers))}
    headers |= {"Cookie": cookie} if cookie else {}
    async with (
        ClientSession(timeout=ClientTimeout(total=15)) as session,
        session.get(URL(url, encoded=True), headers=headers, allow_redirects=False) as response,
    ):
        text = await response.text()
        set_cookie = response.headers.get("Set-Cookie", "").partition(";")[0]
        return Page(response.status, text, response.headers.get("Location", ""), set_cookie)


@dataclass(slots=True)
class Several:
    """A bot in HTTP mode that workspaces of *slack* install."""

    slack: FakeSlack
    bot: BotProcess
    origin: str

    @classmethod
    def prepared(cls, slack: FakeSlack, folder: Path, *arguments: str | Path, **more: str) -> Self:
        """Prepare a process with *arguments* and *more* in its environment, at a free port."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        flags = ("--encoder", "none", "--http", "--host", "127.0.0.1", "--port", str(port))
        bot = BotProcess(slack, folder, *arguments, *flags)
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
            del bot.environment[name]
        bot.environment |= {
            "SLACK_CLIENT_ID": slack.oauth.client_id,
            "SLACK_CLIENT_SECRET": slack.oauth.client_secret,
            "FAQBOT_SLACK_KEYS": KEY,
            **more,
        }
        slack.oauth.redirect_url = slack.oauth.redirect_url or (
            f"http://127.0.0.1:{port}/slack/oauth_redirect"
        )
        return cls(slack, bot, f"http://127.0.0.1:{port}")

    async def start(self) -> Self:
        """Start the process, and return once it is ready."""
        await self.bot.start()
        async with asyncio.timeout(60):
            while await self.status("/readyz") != 200 and self.bot.running:  # noqa: ASYNC110 - as a proxy
                await asyncio.sleep(0.05)
        assert self.bot.running, self.bot.log
        return self

    async def status(self, path: str) -> int:
        """Return the status of a page, 0 without a server."""
        try:
            return (await browse(self.origin + path)).status
        except ClientConnectionError:
            return 0

    async def install(self, team: str, **how: Any) -> Page:  # noqa: ANN401 - those of OAuth.agree
        """Install the app in *team* as its admin does in a browser; return the last page."""
        first = await browse(f"{self.origin}/slack/install")
        assert first.status == 200
        back = self.slack.oauth.agree(first.link, team, **how)
        address = back.replace(self.slack.oauth.redirect_url, f"{self.origin}/slack/oauth_redirect")
        return await browse(address, first.cookie)

    async def send(self, kind: str, payload: Mapping[str, Any]) -> Reply:
        """Post a payload as Slack does."""
        return await self.slack.deliver_http(f"{self.origin}/slack/events", kind, payload)

    async def mention(self, team: str, text: str, **of_team: Any) -> str:  # noqa: ANN401 - of payloads
        """Send a mention with *text* in a new channel of *team*; return the channel."""
        channel = new_channel()
        asked = payloads.mention(f"<@{payloads.BOT}> {text}", channel=channel)
        reply = await self.send("events_api", payloads.of_team(asked, team, **of_team))
        assert (reply.status, reply.problems) == (200, ())
        return channel

    async def ask(self, team: str, text: str, **of_team: Any) -> Call:  # noqa: ANN401 - of payloads
        """Mention the bot with *text* in *team*; return its one post."""
        return await self.post_in(await self.mention(team, text, **of_team))

    async def post_in(self, channel: str, timeout: float = 10.0) -> Call:  # noqa: ASYNC109
        """Return the one post in *channel*."""
        try:
            (post,) = await self.slack.wait_call(
                "chat.postMessage",
                where=lambda call: call.params.get("channel") == channel,
                timeout=timeout,
            )
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.bot.log}") from None
        check_post(post)
        return post
