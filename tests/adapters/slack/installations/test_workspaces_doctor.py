"""The doctor of several workspaces names each fault with its remedy, and changes nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")

from faqbot_slack.installations.workspaces_doctor import examine_workspaces
from faqbot_slack.manifest import needed_scopes
from tests.adapters.slack.fake.several import KEY, OTHER_KEY, write_settings

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeReplica
    from replica import Replica

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Return a store on SQLite only: the doctor's questions are those of the other tests."""
    return str(tmp_path / "store.db")


async def _examine(
    replica: Replica, monkeypatch: pytest.MonkeyPatch, settings: str = "", **environment: str
) -> list[str]:
    """Return the lines of the doctor for the store of *replica*."""
    monkeypatch.setenv("FAQBOT_STORE", replica.store.name)
    given = {
        "SLACK_API_URL": replica.slack.base_url,
        "SLACK_SIGNING_SECRET": "secret",
        "SLACK_CLIENT_ID": replica.slack.oauth.client_id,
        "SLACK_CLIENT_SECRET": replica.slack.oauth.client_secret,
        "FAQBOT_SLACK_KEYS": KEY,
        **environment,
    }
    wanted = {"http": "1", "settings": settings}
    return [str(each) for each in await asyncio.to_thread(examine_workspaces, wanted, given)]


def _faults(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("FAULT")]


async def test_all_is_well(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Each installation and each base has a line; nothing is posted, and no token is renewed."""
    del runner
    replica = await make_replica()
    replica.install("T1ACME", name="Acme")
    replica.install("T2ORG", enterprise="E1ORG", org=True)
    replica.slack.oauth.rotates, replica.slack.oauth.token_seconds = True, 0
    replica.install("T3LATE", name="Late")
    settings = str(write_settings(tmp_path, "T1ACME"))

    lines = await _examine(replica, monkeypatch, settings)

    assert _faults(lines) == []
    for said in (
        "ok     The settings are correct: 1 owner, settings for 1 workspace.",
        "ok     The bot answers in the workspace Acme (T1ACME).",
        "ok     The bot answers in the organisation (E1ORG).",
        "ok     The token of the workspace Late (T3LATE) has expired; the bot renews it at the next request.",
        f"ok     The knowledge base {tmp_path / 'T1ACME.yaml'} has 2 entries.",
        "ok     FAQBOT_SLACK_KEYS has 1 key.",
        "ok     Slack knows the client 111.222 and its secret.",
    ):
        assert said in lines
    assert {call.method for call in replica.slack.calls} == {"oauth.v2.access", "auth.test"}
    assert replica.slack.oauth.refreshed == 0


@pytest.mark.parametrize("reads", [True, False])
async def test_scopes_that_find_a_lost_post_are_named(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    reads: bool,
) -> None:
    """One line for all workspaces, as the settings decide which scopes an installation asks for."""
    del runner
    replica = await make_replica()
    path = tmp_path / "slack.toml"
    path.write_text(f"read_along = {str(reads).lower()}\n", encoding="utf-8")
    lines = await _examine(replica, monkeypatch, str(path))

    told = [line for line in lines if "a reply in a channel may come twice" in line]
    assert len(told) == (not reads)
    assert all(line.startswith("ok     ") and "read_along = true" in line for line in told)


async def test_every_fault_has_its_remedy(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A token without key, a removed app, missing scopes, a broken base and a wrong secret."""
    del runner
    (await make_replica(keys=(OTHER_KEY,))).install("T1ACME")
    replica = await make_replica()
    for team in ("T2GONE", "T3LESS"):
        replica.install(team, name=team.title())
    replica.slack.oauth.uninstall("T2GONE")
    less = frozenset(needed_scopes()) - {"commands"}
    replica.slack.oauth.grants["T3LESS"].scopes = less
    settings = write_settings(tmp_path, "T4NEW")
    (tmp_path / "T4NEW.yaml").unlink()

    lines = await _examine(replica, monkeypatch, str(settings), SLACK_CLIENT_SECRET="wrong")  # noqa: S106

    faults = "\n".join(_faults(lines))
    for said in (
        "The tokens of T1ACME cannot be decrypted: add the key that encrypted them",
        "refuses the token of the workspace T2Gone (T2GONE) (account_inactive): install the app there",
        "In the workspace T3Less (T3LESS): The app lacks the scope commands",
        "A knowledge base cannot be used",
        "SLACK_CLIENT_SECRET is wrong: copy the Client Secret again.",
    ):
        assert said in faults
    assert len(_faults(lines)) == 5
    assert "ok     The app is not installed yet in T4NEW." in lines


async def test_older_keys_are_counted(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator sees when an older key can go."""
    del runner
    replica = await make_replica()
    assert "ok     The app is installed nowhere yet: open /slack/install." in await _examine(
        replica, monkeypatch
    )
    replica.install("T1ACME")

    both = {"FAQBOT_SLACK_KEYS": f"{OTHER_KEY},{KEY}"}
    lines = await _examine(replica, monkeypatch, **both)
    assert any("an older one encrypts 1 tokens until the next start" in line for line in lines)
    (await make_replica(keys=(OTHER_KEY, KEY))).installations.renew_encryption()
    lines = await _examine(replica, monkeypatch, **both)
    assert any("encrypts every token, so the others can go" in line for line in lines)
