"""The bot as a web server: what Slack posts is met, and what somebody else posts is turned away."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from aiohttp import ClientConnectionError, ClientSession

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.http_mode import JSON_TYPE, encoded, signed
from tests.adapters.slack.fake.knowledge import write_knowledge
from tests.adapters.slack.fake.scene import Scene
from tests.adapters.slack.fake.server import FakeSlack, Reply, post

if TYPE_CHECKING:
    from pathlib import Path

_PASSWORD = "Settings &amp; Security"  # noqa: S105 - how Slack is to be told the answer's "&"


@dataclass(slots=True)
class Site:
    """A bot that listens at *origin*."""

    scene: Scene
    origin: str

    @property
    def url(self) -> str:
        """Where Slack posts to."""
        return f"{self.origin}/slack/events"

    async def send(self, kind: str, payload: Mapping[str, Any], **headers: str) -> Reply:
        """Post what Slack would; it is to be taken."""
        reply = await self.scene.slack.deliver_http(self.url, kind, payload, headers)
        assert (reply.status, reply.problems) == (200, ())
        return reply

    async def raw(self, body: bytes, **headers: str) -> int:
        """Post *body* with a true signature, unless *headers* say otherwise; return the status."""
        proof = signed(body, self.scene.slack.signing_secret)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return (await post(self.url, body, {"Content-Type": JSON_TYPE, **proof, **named})).status

    async def status(self, path: str) -> int:
        """Return the status of a page."""
        try:
            async with ClientSession() as session, session.get(self.origin + path) as response:
                return response.status
        except ClientConnectionError:
            return 0


@pytest.fixture(scope="module")
def site(
    runner: asyncio.Runner, needs_slack: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Return a bot in HTTP mode that is ready."""
    del needs_slack
    folder: Path = tmp_path_factory.mktemp("http")
    port = free_port_number()
    slack = FakeSlack()
    kb = ("--kb", write_knowledge(folder), "--encoder", "none")
    bot = BotProcess(slack, folder, *kb, "--http", "--host", "127.0.0.1", "--port", str(port))
    site = Site(Scene(slack, bot), f"http://127.0.0.1:{port}")

    async def start() -> None:
        await slack.__aenter__()
        bot.environment.pop("SLACK_APP_TOKEN")
        await bot.start()
        async with asyncio.timeout(60):
            while await site.status("/readyz") != 200 and bot.running:  # noqa: ASYNC110 - as a proxy does
                await asyncio.sleep(0.05)
        assert bot.running, bot.log

    async def stop() -> None:
        code = await bot.stop()
        await slack.__aexit__(None, None, None)
        assert (code, "Traceback" in bot.log) == (0, False), bot.log

    runner.run(start())
    yield site
    runner.run(stop())


def free_port_number() -> int:
    """Return a port of loopback at which nothing listens."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def test_a_mention_is_answered(site: Site) -> None:
    """The event is taken at once, and answered by the Web API; its repetition is taken, and no more."""
    channel = site.scene.channel()
    asked = payloads.mention("<@U0BOT> how do i reset my pasword", channel=channel)
    await site.send("events_api", asked)
    assert _PASSWORD in (await site.scene.post_in(channel)).shown
    await site.send("events_api", asked, **{"X-Slack-Retry-Num": "1"})
    other = site.scene.channel()
    await site.send("events_api", payloads.mention("<@U0BOT> hours", channel=other))
    await site.scene.post_in(other)

    assert len(site.scene.slack.posts(channel)) == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [("office hours", "nine"), ("what is the payload limit?", "megabyte"), ("payload=%7B%7D", "")],
)
async def test_08_a_command_is_answered_whatever_it_asks(
    site: Site, text: str, answer: str
) -> None:
    """Also with the word that Bolt's own adapters stumble over."""
    reply = await site.send("slash_commands", payloads.slash(text, user_id=site.scene.person()))

    assert reply.json["response_type"] == "ephemeral"
    assert answer in reply.text


async def test_interactions_are_met(site: Site) -> None:
    """A shortcut opens the form, and a press is acknowledged."""
    await site.send("interactive", payloads.shortcut())
    (call,) = await site.scene.slack.wait_call("views.open")
    assert call.ok
    reply = await site.send("interactive", payloads.block_action("faq_choice_1", "nonsense"))
    assert reply.text in {"", "{}"}


async def test_the_url_is_verified(site: Site) -> None:
    """Slack's first request is answered with its challenge, if it is signed."""
    payload = {"type": "url_verification", "challenge": "c" * 40, "token": "verification"}
    reply = await site.scene.slack.deliver_http(site.url, "events_api", payload)
    assert (reply.status, "c" * 40 in reply.text) == (200, True)

    body, _ = encoded("events_api", payload)
    assert await site.raw(body, X_Slack_Signature="v0=0") == 401


_BODY = encoded("events_api", payloads.mention("<@U0BOT> hours", channel="C7FORGED"))[0]
_WRONG = {
    "no signature": {"X_Slack_Signature": ""},
    "wrong signature": {"X_Slack_Signature": "v0=" + "0" * 64},
    "signature of another version": {"X_Slack_Signature": "v1=" + "0" * 64},
    "another secret": signed(_BODY, "another"),
    "signature with odd letters": {"X_Slack_Signature": "v0=ü€"},
    "no time": {"X_Slack_Request_Timestamp": ""},
    "time in words": {"X_Slack_Request_Timestamp": "noon"},
    "time in other digits": {"X_Slack_Request_Timestamp": "١٢٣"},
    "endless time": {"X_Slack_Request_Timestamp": "9" * 400},
    "negative time": {"X_Slack_Request_Timestamp": "-1"},
}


@pytest.mark.parametrize("headers", _WRONG.values(), ids=_WRONG)
async def test_what_slack_did_not_sign_is_turned_away(site: Site, headers: dict[str, str]) -> None:
    """Without a true signature nothing is read."""
    assert await site.raw(_BODY, **headers) == 401
    assert site.scene.slack.posts("C7FORGED") == []


@pytest.mark.parametrize(("minutes", "status"), [(-6, 401), (6, 401), (-4, 200)])
async def test_a_replay_is_turned_away(site: Site, minutes: int, status: int) -> None:
    """A true signature is good for five minutes."""
    body = encoded("events_api", payloads.event_callback({"type": "team_join"}))[0]
    proof = signed(body, site.scene.slack.signing_secret, time.time() + 60 * minutes)

    assert await site.raw(body, **proof) == status


_ODD = {
    "nothing": b"",
    "broken json": b'{"type":',
    "a list": b"[1, 2]",
    "a number": b"1",
    "no utf-8": b'{"type": "\xff\xfe"}',
    "deep": b"[" * 100_000,
    "deep object": b'{"a":' * 50_000,
    "not a number": b'{"type": NaN}',
    "a number for an object": b'{"type": "event_callback", "event": {"type": "message", "user": 7}}',
    "a text for an object": b'{"type": "block_actions", "channel": "C1", "user": "U1"}',
}


@pytest.mark.parametrize(
    "content_type", [JSON_TYPE, "application/x-www-form-urlencoded", "", "a/b"]
)
@pytest.mark.parametrize("body", _ODD.values(), ids=_ODD)
async def test_odd_bodies_break_nothing(site: Site, body: bytes, content_type: str) -> None:
    """What is signed and still cannot be read is a bad request, never a failure of the server."""
    log = len(site.scene.bot.log)

    assert await site.raw(body, Content_Type=content_type) in {200, 400, 415}
    assert "Traceback" not in site.scene.bot.log[log:]


@pytest.mark.parametrize("payload", ["{", "[]", "null", '"x"', "1"])
async def test_odd_forms_break_nothing(site: Site, payload: str) -> None:
    """The same for what stands in a form's field."""
    body = b"payload=" + payload.encode()

    status = await site.raw(body, Content_Type="application/x-www-form-urlencoded")
    assert status in {200, 400}


async def test_a_huge_body_is_refused(site: Site) -> None:
    """More than Slack ever sends is not read to its end."""
    assert await site.raw(json.dumps({"type": "x", "text": "x" * 3_000_000}).encode()) == 413


async def test_other_pages_say_nothing(site: Site) -> None:
    """There are the health checks, and nothing to look at."""
    assert await site.status("/healthz") == 200
    assert await site.status("/slack/events") == 405
    for path in ("/", "/docs", "/openapi.json", "/metrics/../etc/passwd"):
        assert await site.status(path) == 404
