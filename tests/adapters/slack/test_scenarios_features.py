"""What else the bot does for a workspace: threads, audiences, owners, taking back, and what stays of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.knowledge import RESET
from tests.adapters.slack.fake.scene import AMBIENT, OWNER, settle

if TYPE_CHECKING:
    import asyncio

    from conftest import RunFaqbot

    from tests.adapters.slack.fake.calls import Call
    from tests.adapters.slack.fake.scene import Scene


def _value(call: Call, action: str) -> str:
    elements = [each for block in call.params["blocks"] for each in block.get("elements", ())]
    return next(str(each["value"]) for each in elements if each.get("action_id") == action)


async def _press(scene: Scene, call: Call, action: str, user: str) -> None:
    press = payloads.block_action(
        action,
        _value(call, action),
        on=call.response["message"],
        channel=call.response["channel"],
        user=user,
    )
    await scene.interact(press)


async def _to(scene: Scene, channel: str, where: str = "") -> list[Call]:
    """Return the posts in *channel* that have *where* in them, once there is one."""
    return await scene.slack.wait_call(
        "chat.postMessage", where=lambda c: c.params["channel"] == channel and where in c.shown
    )


async def test_a_thread_goes_on_without_a_mention(scene: Scene) -> None:
    """Where the bot answered, the one who asked need not name it again; in other threads it is silent."""
    channel, person = scene.channel(), scene.person()
    post = await scene.ask("office hours", channel=channel, user=person)
    more = payloads.message(
        "where can I park my car?", channel=channel, user=person, thread_ts=post.params["thread_ts"]
    )
    await scene.event(more)
    answer = await scene.post_in(channel, 2)

    assert "Behind the house" in answer.shown
    assert answer.params["thread_ts"] == post.params["thread_ts"]


@pytest.mark.parametrize(
    ("payload", "known"),
    [
        (payloads.direct_message, True),
        (payloads.mention, False),
        (payloads.message, False),
    ],
    ids=["direct", "mention", "ambient"],
)
async def test_who_may_see_an_entry_sees_it_alone(
    scene: Scene,
    payload: Callable[..., Mapping[str, Any]],
    *,
    known: bool,
) -> None:
    """A label of a person counts where only that person sees the answer."""
    channel = AMBIENT if payload is payloads.message else scene.channel()
    channel = f"D{channel[1:]}" if payload is payloads.direct_message else channel
    text = "<@U0BOT> what is the combination of the safe?"
    await scene.event(payload(text, channel=channel, user="U5STAFF"))
    await settle(scene)
    await scene.slack.wait(
        lambda: [c for c in scene.slack.calls if c.params.get("channel") == channel]
    )
    said = [call.shown for call in scene.slack.calls if call.params.get("channel") == channel]

    assert any("4711" in each for each in said) is known


async def test_a_label_of_a_channel_is_for_all_in_it(scene: Scene) -> None:
    """In a channel that holds the label, everybody gets the entry."""
    post = await scene.ask("what is the combination of the safe?", channel="C5STAFF")

    assert "4711" in post.shown


async def test_what_is_private_cannot_be_shared(scene: Scene) -> None:
    """A private answer has no button to share it, and one made up shares nothing."""
    channel = scene.channel()
    delivery = await scene.command(
        "what is the combination of the safe?", user_id="U5STAFF", channel_id=channel
    )
    assert "4711" in str(delivery.ack)
    assert "faq_share" not in str(delivery.ack)

    press = payloads.block_action("faq_share", "private", channel=channel, user="U5STAFF")
    await scene.interact(press)
    await scene.quiet(channel)


async def test_people_from_elsewhere_get_what_is_public(scene: Scene) -> None:
    """Through Slack Connect the public entries are answered."""
    channel = scene.channel()
    asked = payloads.mention("<@U0BOT> which products do you sell?", channel=channel)
    await scene.event(payloads.external(asked))

    assert "bicycles" in (await scene.post_in(channel)).shown


async def test_help_is_asked_for_once(scene: Scene) -> None:
    """Who wants a person gets the owner called, and nobody else, once, in the channel for that."""
    person = scene.person()
    post = await scene.ask("where is the whatsit of escalation?", user=person)
    for _ in range(2):
        await _press(scene, post, "faq_escalate", person)
    calls = await _to(scene, "C5HELP", "whatsit")
    await settle(scene)

    assert len(await _to(scene, "C5HELP", "whatsit")) == 1
    assert (calls[0].ok, calls[0].problems) == (True, [])
    assert set(calls[0].pings) == {f"<@{OWNER}>"}


async def _ambient(scene: Scene) -> tuple[Mapping[str, Any], Call]:
    before = len(scene.slack.posts(AMBIENT))
    asked = payloads.message("how do I reset my password?", channel=AMBIENT, user=scene.person())
    await scene.event(asked)
    return asked, await scene.post_in(AMBIENT, before + 1)


async def _deleted(scene: Scene, post: Call) -> None:
    (call,) = await scene.slack.wait_call(
        "chat.delete", where=lambda each: each.params["ts"] == post.response["ts"]
    )
    assert call.ok


async def test_an_answer_nobody_asked_for_goes_with_its_question(scene: Scene) -> None:
    """When the question is deleted, so is the answer that came unasked."""
    asked, post = await _ambient(scene)
    await scene.event(payloads.message_deleted(asked))

    await _deleted(scene, post)


async def test_an_answer_nobody_asked_for_can_be_taken_away(scene: Scene) -> None:
    """The one who is not helped by it takes it away with a press; nobody else can."""
    asked, post = await _ambient(scene)
    await _press(scene, post, "faq_remove", scene.person())
    await settle(scene)
    assert not [call for call in scene.slack.calls if call.params.get("ts") == post.response["ts"]]
    await _press(scene, post, "faq_remove", asked["event"]["user"])

    await _deleted(scene, post)


async def test_owners_mute_a_channel(scene: Scene) -> None:
    """An owner silences the bot in a channel and lets it speak again; others cannot."""
    channel = scene.channel()
    for user, silent in ((scene.person(), False), (OWNER, True)):
        await scene.command("admin mute", channel_id=channel, user_id=user)
        before = len(scene.slack.posts(channel))
        await scene.event(payloads.mention("<@U0BOT> office hours", channel=channel))
        await scene.quiet(channel, posts=before + (not silent))
    await scene.command("admin unmute", channel_id=channel, user_id=OWNER)
    await scene.event(payloads.mention("<@U0BOT> office hours", channel=channel))
    await scene.quiet(channel, posts=2)


async def test_what_was_asked_is_in_the_report(scene: Scene, run_faqbot: RunFaqbot) -> None:
    """What the bot could not answer in Slack shows up in `faqbot report`, as from everywhere else."""
    for text in ("how tall is the reportable giraffe?", "how tall would a reportable giraffe be?"):
        await scene.ask(text)
    await settle(scene)
    kb = scene.bot.arguments[scene.bot.arguments.index("--kb") + 1]
    store = scene.bot.environment["FAQBOT_STORE"]
    report = run_faqbot("report", "--kb", kb, FAQBOT_STORE=store)

    assert report.returncode == 0, report.stderr
    assert b"reportable giraffe" in report.stdout


async def test_an_edit_is_served_after_a_hangup(
    runner: asyncio.Runner, needs_slack: None, tmp_path: Path
) -> None:
    """A service reads its knowledge base again at SIGHUP, and goes on without a break."""
    del runner, needs_slack
    from tests.adapters.slack.fake.bot_process import BotProcess
    from tests.adapters.slack.fake.knowledge import write_knowledge
    from tests.adapters.slack.fake.scene import Scene
    from tests.adapters.slack.fake.server import FakeSlack

    if not hasattr(signal, "SIGHUP") or _has_terminal():
        pytest.skip("with a terminal, SIGHUP says that it was closed")
    async with FakeSlack() as slack:
        kb = write_knowledge(tmp_path)
        bot = await BotProcess(slack, tmp_path, "--kb", kb, "--encoder", "none").connected()
        try:
            scene = Scene(slack, bot)
            assert "Security" in (await scene.ask("how do I reset my password?")).shown
            kb.write_text(kb.read_text("utf-8").replace(RESET, "Ask the desk."), encoding="utf-8")
            bot.hang_up()
            while "Ask the desk" not in (await scene.ask("how do I reset my password?")).shown:
                pass
            assert slack.links.opened == 1
        finally:
            await bot.kill()


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
    except OSError:
        return False
    return True
