"""The rules of the house, checked on all that the shared bot did in this run: the last of its scenarios."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.scene import OWNER, settle
from tests.adapters.slack.fake.web_api import SCOPES

if TYPE_CHECKING:
    from conftest import RunFaqbot

    from tests.adapters.slack.fake.scene import Scene

_ROOT = Path(__file__).parents[3]
_METHODS = {
    "auth.test",
    "apps.connections.open",
    "chat.postMessage",
    "chat.postEphemeral",
    "chat.update",
    "chat.delete",
    "conversations.replies",
    "views.open",
    "views.update",
    "views.publish",
    "assistant.threads.setStatus",
    "assistant.threads.setSuggestedPrompts",
    "reactions.add",
    "reactions.remove",
}
_WORKPLACES = {"C5TRIAGE", "C5HELP"}  # where the bot speaks first, so in no thread


async def _tour(scene: Scene) -> None:
    """Let the bot do a little of everything, for when this file runs alone."""
    channel, person = scene.channel(), scene.person()
    for text in ("how do I reset my password?", "where is the frobnitz?", ""):
        await scene.ask(text, channel=scene.channel(), user=person)
    await scene.command("office hours", channel_id=channel, user_id=person)
    await scene.event(payloads.app_home_opened("home", person))
    await scene.event(payloads.app_home_opened("messages", person))
    await scene.interact(payloads.shortcut(user=person))
    await settle(scene)


async def test_43_every_post_is_a_quiet_one(scene: Scene) -> None:
    """Every post has text, unfurls nothing, stands in a thread, and pings nobody but an owner."""
    await _tour(scene)
    shared = {
        delivery.payload["channel"]["id"]
        for delivery in scene.deliveries
        if delivery.payload.get("type") == "block_actions"
        and delivery.payload["actions"][0]["action_id"] == "faq_share"
    }
    for call in scene.slack.calls:
        if call.method != "chat.postMessage":
            continue
        assert call.params["text"].strip()
        assert call.params["unfurl_links"] is False
        assert call.params["unfurl_media"] is False
        assert not {"reply_broadcast", "as_user", "link_names", "parse"} & call.params.keys()
        assert set(call.pings) <= {f"<@{OWNER}>"}
        if call.params["channel"] not in shared | _WORKPLACES:
            assert call.params["thread_ts"]


async def test_44_few_methods_are_called(scene: Scene) -> None:
    """No method but those of the list; one call for an answered question."""
    await _tour(scene)
    before = len(scene.slack.calls)
    await scene.ask("office hours")
    await settle(scene)

    assert {call.method for call in scene.slack.calls} <= _METHODS
    assert [call.method for call in scene.slack.calls[before:]] == ["chat.postMessage"] * 2


async def test_45_the_manifest_asks_for_what_is_needed(scene: Scene, run_faqbot: RunFaqbot) -> None:
    """What was called is covered by the scopes that the printed manifest asks for."""
    await _tour(scene)
    printed = run_faqbot("slack", "manifest", "--ambient", "--agent")
    assert printed.returncode == 0, printed.stderr
    manifest = yaml.safe_load(printed.stdout)
    scopes = manifest["oauth_config"]["scopes"]
    granted = {*scopes["bot"], *scopes.get("bot_optional", ()), "connections:write", ""}

    assert {SCOPES[call.method] for call in scene.slack.calls} <= granted
    assert {"app_home_opened", "app_mention", "message.channels", "message.im"} <= {
        *manifest["settings"]["event_subscriptions"]["bot_events"]
    }


async def test_46_the_log_keeps_secrets(scene: Scene) -> None:
    """No token, no secret, and nothing that anybody asked stands in the log."""
    await _tour(scene)
    for hidden in (
        "xoxb-",
        "xapp-",
        scene.slack.signing_secret,
        "pasword",
        "password",
        "frobnitz",
        "office hours",
        "combination",
        "Traceback",
        "Warning",
    ):
        assert hidden not in scene.bot.log


def test_47_help_loads_no_bolt() -> None:
    """`faqbot --help` and the help of the command stay quick."""
    for arguments in (("--help",), ("slack", "--help")):
        run = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "faqbot", *arguments],
            capture_output=True,
            text=True,
            check=True,
            cwd=_ROOT,
        )
        for library in ("slack_bolt", "slack_sdk", "aiohttp", "starlette", "sqlalchemy"):
            assert library not in run.stderr
