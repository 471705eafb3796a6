"""Token rotation: one renewal of each token, however many replicas ask for it at once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")

from faqbot import StoreError
from faqbot_slack.installations import token_rotation, workspaces
from faqbot_slack.installations.token_rotation import RefreshFailed
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.faults import Fault
from tests.adapters.slack.fake.several import KEY

if TYPE_CHECKING:
    from conftest import MakeReplica
    from replica import Replica

_ROOT = Path(__file__).parents[4]
# A replica of its own that renews a token once and prints the new one.
_PROGRAM = """
import sys
from faqbot import open_store
from faqbot_slack.credentials import Credentials
from faqbot_slack.installations.installation_store import InstallationStore
from faqbot_slack.installations.token_rotation import TokenRotation
from faqbot_slack.oauth_app import OAuthApp
store_url, api_url, client, secret, key = sys.argv[1:]
app = OAuthApp(client, secret, (key,))
installations = InstallationStore(open_store(store_url), app)
rotation = TokenRotation(installations, Credentials("", api_url=api_url, http=True), app)
print(rotation.renew("T1ACME").bot_token)
"""


async def _expired(make_replica: MakeReplica, **how: object) -> Replica:
    """Return a replica in whose one workspace the token has expired."""
    replica = await make_replica(**how)
    oauth = replica.slack.oauth
    oauth.rotates, oauth.token_seconds = True, 0
    replica.install("T1ACME")
    oauth.token_seconds = 43_200
    return replica


async def test_threads_and_replicas_renew_once(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """Eight at once get one new token; no refresh token is used twice."""
    del runner
    replicas = [await _expired(make_replica), *[await make_replica() for _ in range(3)]]
    with ThreadPoolExecutor(8) as pool:
        loop = asyncio.get_running_loop()
        renewals = [
            loop.run_in_executor(pool, replica.rotation.renew, "T1ACME")
            for replica in [*replicas, *replicas]
        ]
        renewed = await asyncio.gather(*renewals)

    oauth = replicas[0].slack.oauth
    assert (oauth.refreshed, oauth.refused) == (1, 0)
    tokens = {each.bot_token for each in renewed if each is not None}
    assert len(tokens) == 1
    assert oauth.workspace_of(tokens.pop()) is not None


async def test_processes_renew_once(
    runner: asyncio.Runner, make_replica: MakeReplica, store_url: str
) -> None:
    """Two processes that start at once both print the one new token."""
    del runner
    oauth = (await _expired(make_replica)).slack.oauth
    base_url = (await make_replica()).slack.base_url
    arguments = (store_url, base_url, oauth.client_id, oauth.client_secret, KEY)
    started = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _PROGRAM, *arguments),
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": f"{_ROOT}{os.pathsep}{_ROOT / 'adapters'}"},
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    printed = {(await each.communicate())[0] for each in started}

    assert (oauth.refreshed, oauth.refused) == (1, 0)
    assert (len(printed), b"xoxe.xoxb-" in printed.pop()) == (1, True)


async def test_a_lost_answer_is_told(runner: asyncio.Runner, make_replica: MakeReplica) -> None:
    """A connection that breaks is no final end: the next try may work."""
    del runner
    replica = await _expired(make_replica)
    replica.slack.fail("oauth.v2.access", Fault(drop="before"))

    with pytest.raises(RefreshFailed) as failed:
        await asyncio.to_thread(replica.rotation.renew, "T1ACME")
    assert not failed.value.final
    assert await asyncio.to_thread(replica.rotation.renew, "T1ACME") is not None


async def test_a_dead_refresh_token_is_final(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """Slack's refusal is told with its name, and without the token."""
    del runner
    replica = await _expired(make_replica)
    replica.slack.oauth._refresh_tokens.clear()

    with pytest.raises(RefreshFailed, match=r"^invalid_refresh_token$") as failed:
        await asyncio.to_thread(replica.rotation.renew, "T1ACME")
    assert failed.value.final


async def test_a_final_failure_is_not_repeated_at_once(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy workspace with a dead token asks Slack once a minute; a new installation is served."""
    del runner
    monkeypatch.setattr(workspaces, "FAULT_SECONDS", -1.0)
    replica = await _expired(make_replica)
    replica.slack.oauth._refresh_tokens.clear()
    command = payloads.of_team(payloads.slash("hi"), "T1ACME")
    for _ in range(3):
        assert "cannot answer" in await replica.send(command)
    assert replica.slack.oauth.refused == 1

    replica.workspaces._renewals._failures.clear()  # a minute later
    assert "cannot answer" in await replica.send(command)
    assert replica.slack.oauth.refused == 2
    replica.install("T1ACME")
    assert "cannot answer" not in await replica.send(command)


async def test_a_slow_renewal_holds_nobody_else_up(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More expired workspaces than threads wait for Slack; another workspace is answered meanwhile."""
    del runner
    replica = await _expired(make_replica)
    replica.slack.oauth.token_seconds = 0
    late = [f"T{number}LATE" for number in range(10, 22)]
    for team in late:
        replica.install(team)
    replica.slack.oauth.token_seconds = 43_200
    replica.install("T2BETA")
    renew, answers = replica.rotation.renew, Event()

    def renew_late(name: str) -> object:
        assert answers.wait(60)
        return renew(name)

    monkeypatch.setattr(replica.rotation, "renew", renew_late)
    waiting = [
        asyncio.create_task(replica.send(payloads.of_team(payloads.slash("hi"), team)))
        for team in late
    ]
    assert (await replica.ask("T2BETA", "what is the code of the door?")).team == "T2BETA"
    assert not any(each.done() for each in waiting)
    answers.set()
    await asyncio.gather(*waiting)
    assert (replica.slack.oauth.refreshed, replica.slack.oauth.refused) == (len(late), 0)


async def test_a_stop_waits_for_a_renewal(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that Slack gives while the process stops is kept for the next start."""
    del runner
    replica = await _expired(make_replica)
    refresh, begun, answers = replica.rotation._refresh, Event(), Event()

    def refresh_late(bot: object) -> object:
        begun.set()
        assert answers.wait(60)
        return refresh(bot)  # type: ignore[arg-type]

    monkeypatch.setattr(replica.rotation, "_refresh", refresh_late)
    command = payloads.of_team(payloads.slash("hi"), "T1ACME")
    asked = asyncio.create_task(replica.send(command))
    await asyncio.to_thread(begun.wait, 60)
    closing = asyncio.create_task(replica.workspaces.close(30.0))
    await asyncio.sleep(0)
    answers.set()
    await closing
    await asyncio.wait({asked})

    kept = replica.installations.find("T1ACME")
    assert kept is not None
    assert replica.slack.oauth.workspace_of(kept.bot_token) is not None
    assert replica.slack.oauth.refreshed == 1


@pytest.mark.parametrize("dead", [False, True])
async def test_a_removal_with_an_expired_token(
    runner: asyncio.Runner, make_replica: MakeReplica, *, dead: bool
) -> None:
    """A token that has only expired is renewed, and stays; without a renewal it is deleted."""
    del runner
    replica = await _expired(make_replica)
    if dead:
        replica.slack.oauth.uninstall("T1ACME")
        replica.slack.oauth.expire("T1ACME")
        replica.slack.fail("auth.test", Fault(error="token_expired"))
    await replica.send(payloads.of_team(payloads.app_uninstalled(), "T1ACME"))

    assert (replica.installations.sealed("T1ACME") is None) == dead
    assert replica.slack.oauth.refreshed == (0 if dead else 1)


async def test_a_removed_installation_stays_removed(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A removal while Slack answers is not undone by the new token."""
    del runner
    replica = await _expired(make_replica)
    refresh = replica.rotation._refresh

    def remove_meanwhile(bot: object) -> object:
        replica.installations.delete("T1ACME")
        return refresh(bot)  # type: ignore[arg-type]

    monkeypatch.setattr(replica.rotation, "_refresh", remove_meanwhile)
    assert await asyncio.to_thread(replica.rotation.renew, "T1ACME") is None
    assert replica.installations.sealed("T1ACME") is None


async def test_a_new_token_is_kept_after_a_fault(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that fails once gets the token at a further try."""
    del runner
    replica = await _expired(make_replica)
    replace, tries = replica.installations.replace, []

    def fail_first(*arguments: object) -> bool:
        tries.append(arguments)
        if len(tries) == 1:
            raise StoreError("out of order")
        return replace(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(token_rotation, "_KEEP_PAUSES", (0.0,))
    monkeypatch.setattr(replica.installations, "replace", fail_first)
    renewed = await asyncio.to_thread(replica.rotation.renew, "T1ACME")
    kept = replica.installations.find("T1ACME")
    assert renewed is not None
    assert kept is not None
    assert (len(tries), kept.bot_token) == (2, renewed.bot_token)


async def test_a_token_that_cannot_be_kept_works_on(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """This process answers with it, and the log says what a stop would cost."""
    del runner
    replica = await _expired(make_replica)

    def fail(*_: object) -> bool:
        raise StoreError("out of order")

    monkeypatch.setattr(token_rotation, "_KEEP_PAUSES", (0.0,))
    monkeypatch.setattr(replica.installations, "replace", fail)
    assert (await replica.ask("T1ACME", "what is the code of the door?")).team == "T1ACME"
    assert (
        "was not kept: out of order. If the bot stops there, install the app again" in caplog.text
    )
