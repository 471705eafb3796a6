"""Several workspaces install one bot, and each is answered with its own token and base."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.faults import Fault
from tests.adapters.slack.fake.several import browse, new_channel

if TYPE_CHECKING:
    from tests.adapters.slack.fake.several import Several

_CODE = "what is the code of the door?"
_numbers = itertools.count(1)


def _new_team() -> str:
    return f"T9{next(_numbers):06d}"


async def test_each_workspace_has_its_own_token_and_base(
    runner: asyncio.Runner, several: Several
) -> None:
    """Equal questions from equal ids get the answers of their workspace, by its token."""
    del runner
    secrets = {"T1ACME": "T1ACME", _new_team(): "GENERAL"}
    for team in secrets:
        page = await several.install(team, name=f"Firm {team}")
        assert (page.status, f"Firm {team}" in page.text) == (200, True)

    for team, secret in secrets.items():
        post = await several.ask(team, _CODE)
        assert post.team == team
        assert [other for other in secrets.values() if other in post.shown] == [secret]


async def test_a_command_and_a_button_reach_their_workspace(
    runner: asyncio.Runner, several: Several
) -> None:
    """A command is answered from its base; a verdict finds the record of its workspace only."""
    del runner
    other = _new_team()
    for team in ("T1ACME", other):
        await several.install(team)
    told = {}
    for team in ("T1ACME", other):
        command = payloads.of_team(payloads.slash(_CODE), team)
        told[team] = (await several.send("slash_commands", command)).text
    assert ("T1ACME" in told["T1ACME"], "GENERAL" in told["T1ACME"]) == (True, False)
    assert ("T1ACME" in told[other], "GENERAL" in told[other]) == (False, True)

    post = await several.ask("T1ACME", _CODE)
    vote = next(value for value in _values(post.params["blocks"]) if value.startswith("up:"))
    for team, thanks in ((other, "too long ago"), ("T1ACME", "Thank")):
        channel = new_channel()
        press = payloads.block_action("faq_feedback", vote, channel=channel, response_url=None)
        await several.send("interactive", payloads.of_team(press, team))
        (note,) = await several.slack.wait_call(
            "chat.postEphemeral",
            where=lambda call, channel=channel: call.params.get("channel") == channel,
        )
        assert (note.team, thanks in note.shown) == (team, True)


def _values(value: object) -> list[str]:
    """Return every "value" of the buttons in *value*."""
    if isinstance(value, dict):
        own = [value["value"]] if isinstance(value.get("value"), str) else []
        return own + [text for each in value.values() for text in _values(each)]
    return [text for each in value for text in _values(each)] if isinstance(value, list) else []


async def test_an_equal_message_of_another_workspace_is_no_repetition(
    runner: asyncio.Runner, several: Several
) -> None:
    """Channel, timestamp, person and bot are the same: only the workspace differs."""
    del runner
    teams = [_new_team(), _new_team()]
    channel, ts = new_channel(), payloads.new_ts()
    for team in teams:
        await several.install(team)
        asked = payloads.mention(f"<@{payloads.BOT}> {_CODE}", channel=channel, ts=ts)
        await several.send("events_api", payloads.of_team(asked, team))
        await several.send("events_api", payloads.of_team(asked, team))

    posts = await several.slack.wait_call(
        "chat.postMessage", 2, where=lambda call: call.params.get("channel") == channel
    )
    assert sorted(post.team for post in posts) == sorted(teams)


async def test_a_mute_holds_in_its_workspace(runner: asyncio.Runner, several: Several) -> None:
    """An owner mutes a channel; the channel with the same id in another workspace goes on."""
    del runner
    other = _new_team()
    for team in ("T1ACME", other):
        await several.install(team)
    muted, spoken = new_channel(), new_channel()
    order = payloads.slash("admin mute", channel_id=muted, user_id="U5OWNER")
    refused = await several.send("slash_commands", payloads.of_team(order, other))
    assert "owner" in refused.text.lower()
    done = await several.send("slash_commands", payloads.of_team(order, "T1ACME"))
    assert "mute" in done.text, done.text
    for team in ("T1ACME", other):
        for channel in (muted, spoken):
            asked = payloads.mention(f"<@{payloads.BOT}> {_CODE}", channel=channel)
            await several.send("events_api", payloads.of_team(asked, team))
    posts = await several.slack.wait_call(
        "chat.postMessage", 3, where=lambda call: call.params.get("channel") in {muted, spoken}
    )

    said = sorted((post.team, post.params["channel"]) for post in posts)
    assert said == sorted([("T1ACME", spoken), (other, muted), (other, spoken)])
    await several.send(
        "slash_commands", payloads.of_team(order | {"text": "admin unmute"}, "T1ACME")
    )


async def test_an_organisation_installs_for_all_its_workspaces(
    runner: asyncio.Runner, several: Several
) -> None:
    """Its workspaces share its base and token, except one that the settings name."""
    del runner
    page = await several.install("T2ORG", enterprise="E1ORG", org=True)
    assert (page.status, "Org" in page.text) == (200, True)

    for team, secret in (("T2ORG", "E1ORG"), ("T4ORG", "E1ORG"), ("T3ORG", "T3ORG")):
        post = await several.ask(team, _CODE, enterprise="E1ORG", org=True)
        assert (post.team, f"It is {secret}" in post.shown) == ("E1ORG", True)
    command = payloads.of_team(payloads.slash(_CODE), "T2ORG", enterprise="E1ORG", org=True)
    assert "E1ORG" in (await several.send("slash_commands", command)).text
    press = payloads.of_team(payloads.shortcut(), "T3ORG", enterprise="E1ORG", org=True)
    await several.send("interactive", press)
    (opened,) = await several.slack.wait_call("views.open")
    assert (opened.ok, opened.team) == (True, "E1ORG")


async def test_an_unknown_workspace_is_told_nothing(
    runner: asyncio.Runner, several: Several
) -> None:
    """Its events are taken and not answered; a command gets a sentence, and no answer of anybody."""
    del runner
    team, before = _new_team(), len(several.slack.calls)
    asked = payloads.of_team(payloads.mention(f"<@{payloads.BOT}> {_CODE}"), team)
    assert (await several.send("events_api", asked)).status == 200
    reply = await several.send("slash_commands", payloads.of_team(payloads.slash(_CODE), team))

    assert "cannot answer in this workspace" in reply.json["text"]
    assert len(several.slack.calls) == before
    assert several.bot.log.count(f"The workspace {team} gets no answers") == 1


@pytest.mark.parametrize(
    "payload", [payloads.app_uninstalled(), payloads.tokens_revoked(bot=True)], ids=["app", "token"]
)
async def test_a_removed_app_leaves_no_token(
    runner: asyncio.Runner, several: Several, payload: payloads.Payload
) -> None:
    """After the removal nothing is answered there; a new installation is served again."""
    del runner
    team, other = _new_team(), _new_team()
    for each in (team, other):
        await several.install(each)
        await several.ask(each, _CODE)
    several.slack.oauth.uninstall(team)
    assert (await several.send("events_api", payloads.of_team(payload, team))).status == 200

    reply = await several.send("slash_commands", payloads.of_team(payloads.slash(_CODE), team))
    assert "cannot answer in this workspace" in reply.json["text"]
    assert (await several.ask(other, _CODE)).team == other
    await several.install(team)
    assert (await several.ask(team, _CODE)).team == team


@pytest.mark.parametrize(
    "payload",
    [
        payloads.app_uninstalled(),
        payloads.tokens_revoked(bot=True),
        payloads.tokens_revoked(bot=False),
    ],
    ids=["late", "late token", "token of a person"],
)
async def test_a_token_that_works_is_kept(
    runner: asyncio.Runner, several: Several, payload: payloads.Payload
) -> None:
    """A late copy of a removal, or the end of a person's token, removes nothing."""
    del runner
    team = _new_team()
    await several.install(team)
    assert (await several.send("events_api", payloads.of_team(payload, team))).status == 200

    assert (await several.ask(team, _CODE)).team == team


async def test_a_removal_waits_for_slack(runner: asyncio.Runner, several: Several) -> None:
    """While Slack does not say if the token works, the event is to come again."""
    del runner
    team = _new_team()
    await several.install(team)
    several.slack.oauth.uninstall(team)
    several.slack.fail("auth.test", Fault(error="ekm_access_denied"))
    removal = payloads.of_team(payloads.app_uninstalled(), team)

    assert (await several.send("events_api", removal)).status == 503
    assert (await several.send("events_api", removal)).status == 200


async def test_a_state_is_for_one_browser_and_one_use(
    runner: asyncio.Runner, several: Several
) -> None:
    """Without the cookie, a second time, or with another state, nothing is installed."""
    del runner
    team = _new_team()
    first = await browse(f"{several.origin}/slack/install")
    other = await browse(f"{several.origin}/slack/install")
    assert first.cookie != other.cookie
    back = several.slack.oauth.agree(first.link, team)
    before = len(several.slack.calls)
    for cookie in ("", other.cookie, "slack-app-oauth-state=made-up"):
        page = await browse(back, cookie)
        assert (page.status, "another browser" in page.text) == (400, True)
    forged = await browse(
        f"{several.origin}/slack/oauth_redirect?code=c&state=made-up",
        "slack-app-oauth-state=made-up",
    )
    assert (forged.status, "more than ten minutes" in forged.text) == (401, True)
    assert len(several.slack.calls) == before

    assert (await browse(back, first.cookie)).status == 200
    again = await browse(back, first.cookie)
    assert (again.status, "ended before" in again.text) == (401, True)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("error=access_denied", 200, "cancelled"),
        ("error=%3Cscript%3Ealert(1)%3C/script%3E", 200, "&lt;script&gt;"),
        ("", 400, "another browser"),
    ],
)
async def test_every_end_is_a_page_with_a_sentence(
    runner: asyncio.Runner, several: Several, query: str, status: int, said: str
) -> None:
    """A page says what happened, keeps no address of Slack, and takes nothing from outside as HTML."""
    del runner
    page = await browse(f"{several.origin}/slack/oauth_redirect?{query}")

    assert (page.status, said in page.text, "<script" in page.text) == (status, True, False)


async def test_slack_out_of_order_is_a_page(runner: asyncio.Runner, several: Several) -> None:
    """A code that Slack refuses, and a Slack that does not answer, end with a sentence."""
    del runner
    first = await browse(f"{several.origin}/slack/install")
    state = first.cookie.partition("=")[2].strip('"')
    wrong = await browse(
        f"{several.origin}/slack/oauth_redirect?code=wrong&state={state}", first.cookie
    )
    assert (wrong.status, "did not accept" in wrong.text) == (401, True)

    several.slack.fail("oauth.v2.access", Fault(drop="before"), 10)
    page = await several.install(_new_team())
    several.slack.faults.clear()
    assert (page.status, "does not answer" in page.text) == (502, True)


async def test_unsigned_requests_reach_nobody(runner: asyncio.Runner, several: Several) -> None:
    """Whoever has no signing secret cannot act for a workspace."""
    del runner
    from tests.adapters.slack.fake.server import post

    body = b'{"type": "event_callback", "event": {"type": "app_uninstalled"}, "team_id": "T1ACME"}'
    headers = {"Content-Type": "application/json"}
    assert (await post(f"{several.origin}/slack/events", body, headers)).status == 401


async def test_the_log_has_no_secret(runner: asyncio.Runner, several: Several) -> None:
    """Neither tokens nor the client secret, nor a code or text of a person."""
    del runner
    secrets = ("xoxb-", "xoxe", "code-", several.slack.oauth.client_secret, "the door")

    assert [secret for secret in secrets if secret in several.bot.log] == []
