"""What Slack sends twice, late, or not to be answered; and what it refuses, delays or limits."""

from __future__ import annotations

import asyncio
import math
import sqlite3
import time
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.faults import Fault
from tests.adapters.slack.fake.scene import AMBIENT, settle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tests.adapters.slack.fake.calls import Call
    from tests.adapters.slack.fake.scene import Scene

_ASKED = "<@U0BOT> how do i reset my pasword"


def _mention(scene: Scene, channel: str = "", **fields: object) -> dict[str, Any]:
    where = {"channel": channel or scene.channel(), "user": scene.person(), **fields}
    return payloads.mention(_ASKED, **where)


def _attempts(scene: Scene, channel: str) -> list[Call]:
    calls = [call for call in scene.slack.calls if call.method == "chat.postMessage"]
    return [call for call in calls if call.params.get("channel") == channel]


async def test_15_an_event_that_comes_again_is_answered_once(scene: Scene) -> None:
    """A redelivery is acknowledged, and that is all."""
    asked = _mention(scene, channel := scene.channel())
    await scene.event(asked)
    await scene.post_in(channel)
    again = await scene.event(asked, attempt=1)

    assert again.attempts == 1
    await scene.quiet(channel, posts=1)


@pytest.mark.parametrize("mention_first", [True, False])
async def test_16_twins_are_answered_once(scene: Scene, *, mention_first: bool) -> None:
    """A mention arrives as two events with ids of their own; it is one question."""
    asked = _mention(scene, channel := scene.channel())
    both = [asked, payloads.twin(asked)]
    for payload in both if mention_first else reversed(both):
        await scene.event(payload)

    await scene.quiet(channel, posts=1)


async def test_16b_twins_at_once_are_answered_once(scene: Scene) -> None:
    """The same when both arrive at the same moment, and in a channel where it reads along."""
    for channel in (scene.channel(), AMBIENT):
        before = len(scene.slack.posts(channel))
        asked = _mention(scene, channel)
        await asyncio.gather(scene.event(asked), scene.event(payloads.twin(asked)))
        await scene.quiet(channel, posts=before + 1)


async def test_17_a_retry_of_what_never_came_is_answered(scene: Scene) -> None:
    """Slack's first try may have been lost on the way: its number says nothing."""
    await scene.event(_mention(scene, channel := scene.channel()), attempt=1)

    await scene.post_in(channel)


_ASIDE = {
    "unknown": payloads.event_callback({"type": "moon_landing", "event_ts": "1.2"}),
    "no event": {"type": "event_callback", "event_id": "Ev0NONE"},
    "no type": {"hello": "there"},
    "edit": payloads.message_changed(payloads.message("hi", channel="C8ASIDE"), _ASKED),
    "join": payloads.channel_join(),
    "context": payloads.event_callback({"type": "app_context_changed", "user": "U1"}),
    "team": payloads.event_callback({"type": "team_join", "user": {"id": "U3"}}),
    "deleted": payloads.message_deleted(payloads.message("hi", channel="C8ASIDE")),
}


@pytest.mark.parametrize("payload", _ASIDE.values(), ids=_ASIDE)
async def test_18_what_is_no_question_is_acknowledged(
    scene: Scene, payload: Mapping[str, Any]
) -> None:
    """Every other event is acknowledged at the first sending, and leaves the log alone."""
    log, posts = len(scene.bot.log), len(scene.slack.posts())
    delivery = await scene.event(payload)
    await settle(scene)

    assert delivery.attempts == 1
    assert len(scene.slack.posts()) == posts + 1  # that of the settling
    assert "WARNING" not in scene.bot.log[log:]
    assert "Traceback" not in scene.bot.log[log:]


_OTHERS = {
    "own": {"user": payloads.BOT, "bot_id": "B0BOT"},
    "own by user": {"user": payloads.BOT},
    "slackbot": {"user": "USLACKBOT"},
}


@pytest.mark.parametrize("kind", ["mention", "message", "direct"])
@pytest.mark.parametrize("sender", ["own", "own by user", "slackbot", "bot", "classic"])
async def test_19_bots_are_not_answered(scene: Scene, kind: str, sender: str) -> None:
    """Not the bot's own words, not Slackbot's, and not those of any other bot."""
    channel = {"mention": scene.channel(), "message": AMBIENT, "direct": "D9BOT"}[kind]
    before = len(scene.slack.posts(channel))
    kinds = {
        "mention": {"type": "app_mention", "channel_type": None},
        "message": {"channel_type": "channel"},
        "direct": {"channel_type": "im"},
    }
    text = _ASKED if kind == "mention" else "how do I reset my password?"
    fields = {"channel": channel, **kinds[kind], **_OTHERS.get(sender, {})}
    if sender in _OTHERS:
        payload = payloads.message(text, **fields)
    else:
        payload = payloads.bot_message(text, classic=sender == "classic", **fields)
    await scene.event(payload)

    await scene.quiet(channel, posts=before)


async def test_20_two_bots_do_not_talk_to_each_other(scene: Scene) -> None:
    """A bot that answers every post with a mention gets nowhere, thirty times over."""
    channel = scene.channel()
    await scene.event(_mention(scene, channel))
    post = await scene.post_in(channel)
    for _ in range(30):
        reply = payloads.bot_message(
            _ASKED, type="app_mention", channel=channel, thread_ts=post.params["thread_ts"]
        )
        await scene.event(reply)

    await scene.quiet(channel, posts=1)


async def test_21_a_rate_limit_is_waited_out(scene: Scene) -> None:
    """A limited channel waits as long as it is told, and nobody else waits with it."""
    limited, free = scene.channel(), scene.channel()
    limit = Fault(status=429, retry_after=1, channel=limited)
    scene.slack.fail("chat.postMessage", limit, times=2)
    started = time.monotonic()
    await scene.event(_mention(scene, limited))
    await scene.slack.wait(lambda: _attempts(scene, limited))
    await scene.event(_mention(scene, free))
    await scene.post_in(free)
    await scene.command("office hours")
    assert scene.slack.posts(limited) == []
    await scene.slack.wait(lambda: scene.slack.posts(limited), 10)

    assert [call.status for call in _attempts(scene, limited)] == [429, 429, 200]
    assert time.monotonic() - started >= 2


async def test_22_a_failing_server_is_asked_again(scene: Scene) -> None:
    """One failure is made good; nothing but failure is one line in the log, and life goes on."""
    once, always = scene.channel(), scene.channel()
    scene.slack.fail("chat.postMessage", Fault(status=500, channel=once))
    await scene.event(_mention(scene, once))
    await scene.slack.wait(lambda: scene.slack.posts(once), 10)
    scene.slack.fail("chat.postMessage", Fault(status=500, channel=always), times=math.inf)
    log = len(scene.bot.log)
    await scene.event(_mention(scene, always))

    def errors() -> list[str]:
        return [line for line in scene.bot.log[log:].splitlines() if " ERROR " in line]

    async with asyncio.timeout(20):
        while not errors():
            await settle(scene)
    assert len(errors()) == 1
    assert "chat.postMessage" in errors()[0]
    assert scene.slack.posts(always) == []
    scene.slack.faults.clear()
    await scene.event(_mention(scene, channel := scene.channel()))
    await scene.post_in(channel)


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_23_what_is_refused_comes_simpler(scene: Scene, error: str) -> None:
    """Each refusal is met with a simpler form, and the last is nothing but text."""
    for refusals in (1, 2):
        fault = Fault(error=error, channel=(channel := scene.channel()))
        scene.slack.fail("chat.postMessage", fault, times=refusals)
        await scene.event(_mention(scene, channel))
        (post,) = await scene.slack.wait(lambda channel=channel: scene.slack.posts(channel), 10)
        attempts = _attempts(scene, channel)

        assert len(attempts) == refusals + 1
        assert "Settings &amp; Security" in post.params["text"]
        shown = [call.params.get("blocks") for call in attempts]
        assert all(one != other for one, other in pairwise(shown))
    assert not shown[-1]


@pytest.mark.parametrize(
    "error",
    ["channel_not_found", "not_in_channel", "is_archived", "restricted_action", "account_inactive"],
)
async def test_24_a_closed_door_is_knocked_at_no_more_than_twice(scene: Scene, error: str) -> None:
    """Where nothing can be posted, it is not tried for long."""
    scene.slack.workspace.closed[channel := scene.channel()] = error
    await scene.event(_mention(scene, channel))
    await scene.slack.wait(lambda: _attempts(scene, channel))
    await settle(scene)

    assert 1 <= len(_attempts(scene, channel)) <= 2


async def test_25_a_flood_is_answered_in_full(scene: Scene) -> None:
    """Many questions in a moment: each is acknowledged and answered once, at Slack's pace."""
    scene.slack.workspace.one_a_second = True
    channels, each = [scene.channel() for _ in range(20)], 3
    before = scene.bot.resident_megabytes()
    asked = [_mention(scene, channel) for channel in channels for _ in range(each)]
    deliveries = await asyncio.gather(*(scene.event(payload) for payload in asked))
    await scene.slack.wait(
        lambda: all(len(scene.slack.posts(channel)) == each for channel in channels), 15
    )

    assert all(delivery.attempts == 1 for delivery in deliveries)
    threads = sorted(post.params["thread_ts"] for c in channels for post in scene.slack.posts(c))
    assert threads == sorted(payload["event"]["ts"] for payload in asked)
    limited = [
        call
        for call in scene.slack.calls
        if call.status == 429 and call.params["channel"] in channels
    ]
    assert len(limited) <= len(channels)  # clocks differ by a hair; no storm
    assert scene.bot.resident_megabytes() - before < 30


async def test_a_dropped_connection_loses_nothing(scene: Scene) -> None:
    """A post whose connection broke is made again."""
    scene.slack.fail("chat.postMessage", Fault(drop="before", channel=(channel := scene.channel())))
    await scene.event(_mention(scene, channel))

    await scene.slack.wait(lambda: scene.slack.posts(channel), 10)


async def test_what_a_person_does_at_once_is_taken_in_order(scene: Scene) -> None:
    """Of many presses in a moment the last one sent counts, however many threads there are."""
    channel, person = scene.channel(), scene.person()
    post = await scene.ask("office hours", channel=channel, user=person)
    record = _verdict_value(post).partition(":")[2]
    verdicts = ["up", "down"] * 6 + ["up"]
    presses = [
        payloads.block_action(
            "faq_feedback",
            f"{verdict}:{record}",
            on=post.response["message"],
            channel=channel,
            user=person,
            kind="feedback_buttons",
        )
        for verdict in verdicts
    ]
    await asyncio.gather(*(scene.interact(press) for press in presses))
    await scene.command("office hours", user_id=person)  # answered behind the presses
    store = sqlite3.connect(scene.bot.environment["FAQBOT_STORE"])
    with closing(store):
        rows = store.execute(
            "select helpful from faqbot_verdicts where question = ?", (record,)
        ).fetchall()

    assert [bool(helpful) for (helpful,) in rows] == [True]


def _verdict_value(post: Call) -> str:
    """Return the value of the button that says that *post* helped."""
    elements = [each for block in post.params["blocks"] for each in block.get("elements", ())]
    (buttons,) = [each for each in elements if "positive_button" in each]
    return str(buttons["positive_button"]["value"])
