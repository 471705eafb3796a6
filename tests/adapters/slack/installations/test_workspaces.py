"""Workspaces in one process: opened once, changed by other replicas, and faults of one alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")

from hypothesis import given
from hypothesis import strategies as st

from faqbot import StoreError
from faqbot_slack.installations import workspace as workspace_module
from faqbot_slack.installations import workspaces as workspaces_module
from faqbot_slack.installations.request_origin import (
    RequestOrigin,
    is_removal,
    origin_of,
    team_access_of,
)
from faqbot_slack.settings import SlackSettings, WorkspaceSettings
from faqbot_slack.transport.http import BadRequest
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.faults import Fault
from tests.adapters.slack.fake.several import KEY, OTHER_KEY, write_base

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeReplica

_CODE = "what is the code of the door?"
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)
_KEYS = st.sampled_from(
    [
        "type",
        "event",
        "team_ids",
        "team",
        "team_id",
        "enterprise",
        "authorizations",
        "user",
        "view",
        "id",
    ]
)


@given(st.dictionaries(_KEYS, _JSON))
def test_any_body_has_an_origin(body: dict[str, object]) -> None:
    """A body of any form is read without an error, and names only ids of Slack."""
    origin = origin_of(body)

    assert all(name[:1] in {"T", "E"} for name in origin.names)
    assert is_removal(body) in {True, False}
    changed = team_access_of(body)
    assert changed is None or all(name[:1] == "T" for name in changed.teams)
    assert str(origin)


@given(_JSON, st.sampled_from(["granted", "revoked", "x"]))
def test_any_list_of_teams_is_read(teams: object, kind: str) -> None:
    """Only ids of workspaces count, whatever Slack sends."""
    event = {"type": f"team_access_{kind}", "team_ids": teams}
    changed = team_access_of({"type": "event_callback", "event": event})

    assert (changed is None) == (kind == "x")
    assert changed is None or changed.is_granted == (kind == "granted")


@pytest.mark.parametrize("make", [payloads.slash, payloads.message_action, payloads.mention])
def test_the_origin_is_the_workspace_of_the_app(make: object) -> None:
    """Every kind of request names its workspace; with an app for all, first its organisation."""
    payload = make("hi")  # type: ignore[operator]

    assert origin_of(payloads.of_team(payload, "T1")).names == ()  # too short for an id
    assert origin_of(payloads.of_team(payload, "T1ACME")).names == ("T1ACME",)
    several = payloads.of_team(payload, "T1ACME", enterprise="E1ORG", org=True)
    assert origin_of(several) == RequestOrigin("T1ACME", "E1ORG", is_org=True)
    assert origin_of(several).names == ("E1ORG", "T1ACME")


def test_a_shared_channel_is_answered_for_the_installed_workspace() -> None:
    """A message of another organisation comes with the ids of the workspace that has the app."""
    shared = payloads.external(payloads.of_team(payloads.mention("hi"), "T1ACME"), "T9OTHER")

    assert origin_of(shared).names == ("T1ACME",)


async def test_other_replicas_serve_a_new_workspace(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """A replica reads what another installed; requests at once open a workspace once."""
    del runner
    one, other = await make_replica(), await make_replica()
    one.install("T1ACME")

    posts = await asyncio.gather(*(other.ask("T1ACME", _CODE) for _ in range(5)))
    assert {post.team for post in posts} == {"T1ACME"}
    assert len(other.workspaces._open) == 1


async def test_a_new_installation_at_another_replica_is_adopted(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token that was replaced is not used any more."""
    del runner
    one, other = await make_replica(), await make_replica()
    one.install("T1ACME")
    await other.ask("T1ACME", _CODE)
    one.install("T1ACME")
    monkeypatch.setattr(workspace_module, "CHECK_SECONDS", -1.0)

    assert (await other.ask("T1ACME", _CODE)).team == "T1ACME"


async def test_a_refused_token_is_read_again(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """Slack's refusal shows that another replica may have a newer token: the next answer has it."""
    del runner
    one, other = await make_replica(), await make_replica()
    one.install("T1ACME")
    await other.ask("T1ACME", _CODE)
    one.install("T1ACME")
    refused = payloads.mention(f"<@{payloads.BOT}> {_CODE}", channel="C1LOST")
    await other.send(payloads.of_team(refused, "T1ACME"))
    await other.idle()
    assert [call.error for call in one.slack.calls if call.error] == ["token_revoked"]
    assert not other.workspaces._open["T1ACME"].health.ready

    assert (await other.ask("T1ACME", _CODE)).team == "T1ACME"


async def test_a_removal_reaches_other_replicas(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica that knew the token forgets it when it looks again."""
    del runner
    one, other = await make_replica(), await make_replica()
    one.install("T1ACME")
    await other.ask("T1ACME", _CODE)
    one.slack.oauth.uninstall("T1ACME")
    await one.send(payloads.of_team(payloads.app_uninstalled(), "T1ACME"))
    monkeypatch.setattr(workspace_module, "CHECK_SECONDS", -1.0)

    reply = await other.send(payloads.of_team(payloads.slash(_CODE), "T1ACME"))
    assert "cannot answer in this workspace" in reply
    assert (other.workspaces._open, [*one.installations.all()]) == ({}, [])


def _organisation(folder: Path) -> SlackSettings:
    """Return settings in which two workspaces of an organisation have bases of their own."""
    bases = {name: str(write_base(folder, name, name)) for name in ("T1ACME", "T2BETA")}
    own = {name: WorkspaceSettings(SlackSettings(), base) for name, base in bases.items()}
    return SlackSettings(workspaces=own)


async def test_a_workspace_that_its_organisation_removes_is_closed(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The others stay open with the token, and a late event costs a new one nothing."""
    del runner
    caplog.set_level("INFO", "faqbot.slack")
    replica = await make_replica(settings=_organisation(tmp_path))
    replica.install("T1ACME", enterprise="E1ORG", org=True)
    org = {"enterprise": "E1ORG", "org": True}
    for team in ("T1ACME", "T2BETA", "T3MORE"):
        await replica.ask(team, _CODE, **org)
    await replica.idle()
    assert {*replica.workspaces._open} == {"T1ACME", "T2BETA", "E1ORG"}

    await replica.send(payloads.team_access("revoked", ["T1ACME"], "E9OTHER"))
    assert "T1ACME" in replica.workspaces._open
    teams = ["T1ACME", "T3MORE", "x", None]
    assert await replica.send(payloads.team_access("revoked", teams, "E1ORG")) == ""

    assert {*replica.workspaces._open} == {"T2BETA", "E1ORG"}
    assert "The app was removed from the workspaces T1ACME, T3MORE of E1ORG." in caplog.messages
    assert len([*replica.installations.all()]) == 1
    assert "T1ACME" in (await replica.ask("T1ACME", _CODE, **org)).params["text"]


async def test_a_workspace_that_its_organisation_adds_is_served_at_once(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A fault that was found before the event is not waited for."""
    del runner
    caplog.set_level("INFO", "faqbot.slack")
    replica = await make_replica(settings=_organisation(tmp_path))
    replica.install("T1ACME", enterprise="E1ORG", org=True)
    base = tmp_path / "T1ACME.yaml"
    ready = base.rename(tmp_path / "ready.yaml")
    early = payloads.of_team(payloads.slash(_CODE), "T1ACME", enterprise="E1ORG", org=True)
    assert "cannot answer in this workspace" in await replica.send(early)
    ready.rename(base)
    assert "cannot answer in this workspace" in await replica.send(early)
    await replica.send(payloads.team_access("granted", ["T1ACME"], "E1ORG"))

    assert (
        "T1ACME"
        in (await replica.ask("T1ACME", _CODE, enterprise="E1ORG", org=True)).params["text"]
    )
    assert "The app was added to the workspace T1ACME of E1ORG." in caplog.messages


async def test_a_token_without_its_key_stops_one_workspace(
    runner: asyncio.Runner, make_replica: MakeReplica, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named once in the log with what to do; the others are answered."""
    del runner
    (await make_replica(keys=(OTHER_KEY,))).install("T1ACME")
    replica = await make_replica(keys=(KEY,))
    replica.install("T2BETA")

    for _ in range(3):
        reply = await replica.send(payloads.of_team(payloads.slash(_CODE), "T1ACME"))
        assert "cannot answer" in reply
    assert (await replica.ask("T2BETA", _CODE)).team == "T2BETA"
    said = [record.message for record in caplog.records if "T1ACME" in record.message]
    assert len(said) == 1
    assert "cannot be decrypted: add the key" in said[0]


async def test_a_key_that_another_replica_has_first_stops_nobody(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A replica without the new key answers with the token that it knows, and says so."""
    del runner
    old = await make_replica(keys=(KEY,))
    old.install("T1ACME")
    await old.ask("T1ACME", _CODE)
    assert (await make_replica(keys=(OTHER_KEY, KEY))).installations.renew_encryption() == 1
    monkeypatch.setattr(workspace_module, "CHECK_SECONDS", -1.0)

    for _ in range(2):
        assert (await old.ask("T1ACME", _CODE)).team == "T1ACME"
    assert caplog.text.count("The token that is known works on") == 1


async def test_a_broken_base_stops_one_workspace(
    runner: asyncio.Runner, make_replica: MakeReplica, tmp_path: object
) -> None:
    """A workspace whose base has a fault gets no answer of another base."""
    del runner
    missing = WorkspaceSettings(SlackSettings(), f"{tmp_path}/missing.yaml")
    replica = await make_replica(settings=SlackSettings(workspaces={"T1ACME": missing}))
    for team in ("T1ACME", "T2BETA"):
        replica.install(team)

    reply = await replica.send(payloads.of_team(payloads.slash(_CODE), "T1ACME"))
    assert "cannot answer" in reply
    assert "GENERAL" in (await replica.ask("T2BETA", _CODE)).shown


async def test_a_broken_base_is_not_read_at_each_request(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A busy workspace with a fault costs the others nothing; a mended base is found soon."""
    del runner
    path = tmp_path / "acme.yaml"
    path.write_text("entries: [", encoding="utf-8")
    broken = WorkspaceSettings(SlackSettings(), str(path))
    replica = await make_replica(settings=SlackSettings(workspaces={"T1ACME": broken}))
    replica.install("T1ACME")
    reads = []
    bot_of = type(replica.workspaces._factory).bot_of
    monkeypatch.setattr(
        type(replica.workspaces._factory),
        "bot_of",
        lambda *arguments: reads.append(arguments) or bot_of(*arguments),
    )
    command = payloads.of_team(payloads.slash(_CODE), "T1ACME")
    for _ in range(5):
        assert "cannot answer" in await replica.send(command)
    assert len(reads) == 1

    write_base(tmp_path, "acme", "MENDED")
    replica.workspaces._faults.clear()  # some seconds later
    assert "MENDED" in await replica.send(command)


async def test_a_store_out_of_order_stops_nobody_who_is_known(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A known token works on; Slack is to deliver again for a workspace that is not known yet."""
    del runner
    replica = await make_replica()
    for team in ("T1ACME", "T2BETA"):
        replica.install(team)
    await replica.ask("T1ACME", _CODE)
    monkeypatch.setattr(workspace_module, "CHECK_SECONDS", -1.0)

    def fail(_: str) -> None:
        raise StoreError("out of order")

    with monkeypatch.context() as broken:
        broken.setattr(replica.installations, "sealed", fail)
        assert (await replica.ask("T1ACME", _CODE)).team == "T1ACME"
        with pytest.raises(BadRequest) as refused:
            await replica.ask("T2BETA", _CODE)
    assert refused.value.status == 503
    with pytest.raises(BadRequest):  # the store is not tried at each request
        await replica.ask("T2BETA", _CODE)
    monkeypatch.setattr(workspaces_module, "STORE_PAUSE_SECONDS", -1.0)
    assert (await replica.ask("T2BETA", _CODE)).team == "T2BETA"


async def test_an_expired_token_is_renewed_first(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """The first question after a long time waits for the new token; no post is refused."""
    del runner
    replica = await make_replica()
    replica.slack.oauth.rotates = True
    replica.slack.oauth.token_seconds = 0
    replica.install("T1ACME")
    replica.slack.oauth.token_seconds = 43_200

    assert (await replica.ask("T1ACME", _CODE)).team == "T1ACME"
    assert (replica.slack.oauth.refreshed, replica.slack.oauth.refused) == (1, 0)


async def test_a_token_is_renewed_before_it_expires(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """An hour before its end the answer has the old token, and later ones have the new one."""
    del runner
    replica = await make_replica()
    replica.slack.oauth.rotates = True
    replica.slack.oauth.token_seconds = 3_600
    before = replica.install("T1ACME").bot_token
    replica.slack.oauth.token_seconds = 43_200

    await replica.ask("T1ACME", _CODE)
    opened = replica.workspaces._open["T1ACME"]
    await replica.idle()
    assert opened.web.client.token != before
    replica.slack.oauth.expire("T1ACME")
    kept = replica.installations.find("T1ACME")
    assert kept is not None
    replica.slack.oauth.tokens[kept.bot_token] = (
        replica.slack.oauth.grants["T1ACME"],
        float("inf"),
    )
    assert (await replica.ask("T1ACME", _CODE)).team == "T1ACME"
    assert replica.slack.oauth.refreshed == 1


@pytest.mark.parametrize(("error", "again"), [("invalid_refresh_token", False), ("", True)])
async def test_a_token_that_is_not_renewed_is_told(
    runner: asyncio.Runner, make_replica: MakeReplica, error: str, *, again: bool
) -> None:
    """A dead refresh token is final; a Slack that does not answer is asked again."""
    del runner
    replica = await make_replica()
    replica.slack.oauth.rotates = True
    replica.slack.oauth.token_seconds = 0
    replica.install("T1ACME")
    replica.slack.oauth.token_seconds = 43_200
    fault = Fault(error=error) if error else Fault(status=500)
    replica.slack.fail("oauth.v2.access", fault)
    command = payloads.of_team(payloads.slash(_CODE), "T1ACME")

    if again:
        with pytest.raises(BadRequest):
            await replica.send(command)
        assert "GENERAL" in await replica.send(command)
    else:
        assert "cannot answer" in await replica.send(command)


async def test_idle_workspaces_are_closed(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The least recently used one goes, and is opened again at its next question."""
    del runner
    monkeypatch.setattr(workspaces_module, "MAX_OPEN", 2)
    replica = await make_replica()
    teams = ["T1ACME", "T2BETA", "T3CITY"]
    for team in teams:
        replica.install(team)
    for team in [*teams, "T1ACME"]:
        assert (await replica.ask(team, _CODE)).team == team
        await replica.idle()

    assert [*replica.workspaces._open] == ["T3CITY", "T1ACME"]


async def test_records_belong_to_their_workspace(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """A question is a record of the tenant that is its workspace."""
    del runner
    replica = await make_replica()
    for team in ("T1ACME", "T2BETA"):
        replica.install(team)
        await replica.ask(team, f"{_CODE} {team}")

    for team in ("T1ACME", "T2BETA"):
        asked = [each.text for each in replica.store.for_tenant(team).questions()]
        assert [each.endswith(team) for each in asked] == [True]
    assert [*replica.store.questions()] == []
