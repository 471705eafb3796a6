"""Questions of a replica that ended are answered by another, in their own workspace."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")

from faqbot_slack.events.payloads import read_request
from faqbot_slack.events.stored import request_key
from faqbot_slack.installations.workspace import identity_of, service_name
from faqbot_slack.settings import SlackSettings, WorkspaceSettings
from faqbot_slack.transport.request_ledger import ReplyProgress, RequestLedger
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.several import new_channel, write_base

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeReplica
    from replica import Replica

_CODE = "what is the code of the door?"


async def _leave_question(replica: Replica, team: str, channel: str) -> None:
    """Accept a question of *team* in *channel* as a process does that then ends at SIGTERM."""
    installation = replica.installations.find(team)
    assert installation is not None
    asked = payloads.mention(f"<@{payloads.BOT}> {_CODE}", channel=channel)
    payload = replica.slack.prepared(payloads.of_team(asked, team))
    request = read_request(payload, identity_of(installation))
    ledger = RequestLedger(replica.store.for_tenant(team), service_name(installation))
    assert await ledger.accept(request, ReplyProgress(request_key(request)))
    assert await ledger.release() == 1


async def test_another_replica_answers_in_the_same_workspace(
    runner: asyncio.Runner, make_replica: MakeReplica, tmp_path: Path
) -> None:
    """Neither workspace is open there; each is answered once, by its token and from its base."""
    del runner
    own = WorkspaceSettings(SlackSettings(), str(write_base(tmp_path, "acme", "ACME")))
    settings = SlackSettings(workspaces={"T1ACME": own})
    one, other = [await make_replica(settings=settings) for _ in range(2)]
    channels = {team: new_channel() for team in ("T1ACME", "T2BETA")}
    for team, channel in channels.items():
        one.install(team)
        await _leave_question(one, team, channel)

    for replica in (other, one, other):
        await replica.workspaces.take_over()
        await replica.idle()
    posts = {post.params["channel"]: post for post in one.slack.posts()}
    assert len(one.slack.posts()) == 2
    for team, secret in (("T1ACME", "ACME"), ("T2BETA", "GENERAL")):
        post = posts[channels[team]]
        assert (post.team, f"It is {secret}" in post.shown) == (team, True)


async def test_questions_of_a_removed_workspace_are_left(
    runner: asyncio.Runner, make_replica: MakeReplica, caplog: pytest.LogCaptureFixture
) -> None:
    """The app is gone there: nothing is posted, the log says so, and others are answered."""
    del runner
    replica = await make_replica()
    for team in ("T1ACME", "T2BETA"):
        replica.install(team)
    channel = new_channel()
    await _leave_question(replica, "T1ACME", new_channel())
    await _leave_question(replica, "T2BETA", channel)
    replica.installations.delete("T1ACME")

    await replica.workspaces.take_over()
    await replica.idle()
    assert [post.params["channel"] for post in replica.slack.posts()] == [channel]
    assert "Traceback" not in caplog.text


async def test_one_reply_by_two_replicas(runner: asyncio.Runner, make_replica: MakeReplica) -> None:
    """Slack delivers an event to two replicas at once, and people see one reply."""
    del runner
    one, other = await make_replica(), await make_replica()
    one.install("T1ACME")
    channel = new_channel()
    asked = payloads.mention(f"<@{payloads.BOT}> {_CODE}", channel=channel)
    event = payloads.of_team(asked, "T1ACME")
    await asyncio.gather(one.send(event), other.send(event))
    for replica in (one, other):
        await replica.idle()

    assert len(one.slack.posts(channel)) == 1
