"""Knowledge bases of workspaces: by path, by id in a folder, published, and the default one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")

from faqbot import Bot, KnowledgeBaseError, publish_knowledge_base
from faqbot.tenancy import tenants as tenants_module
from faqbot_slack.installations import workspace as workspace_module
from faqbot_slack.installations import workspaces as workspaces_module
from faqbot_slack.installations.knowledge_bases import KnowledgeBases
from faqbot_slack.settings import SlackSettings, WorkspaceSettings
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.several import write_base

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeReplica

_CODE = "what is the code of the door?"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Return a store on SQLite: the knowledge bases do not depend on it."""
    return str(tmp_path / "store.db")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at installations and at bases at every question."""
    monkeypatch.setattr(workspace_module, "CHECK_SECONDS", -1.0)
    monkeypatch.setattr(workspaces_module, "FAULT_SECONDS", -1.0)
    monkeypatch.setattr(tenants_module, "CHECK_SECONDS", -1.0)


async def test_a_folder_has_a_base_for_each_id(
    runner: asyncio.Runner, make_replica: MakeReplica, tmp_path: Path
) -> None:
    """A workspace is answered from its file; one without a file from the default base."""
    del runner
    folder = tmp_path / "bases"
    folder.mkdir()
    for name in ("T1ACME", "E1ORG"):
        write_base(folder, name, name)
    replica = await make_replica(settings=SlackSettings(tenants=str(folder)))
    replica.install("T1ACME")
    replica.install("T2BETA")
    replica.install("T3ORG", enterprise="E1ORG", org=True)

    assert "T1ACME" in (await replica.ask("T1ACME", _CODE)).shown
    assert "GENERAL" in (await replica.ask("T2BETA", _CODE)).shown
    of_org = await replica.ask("T3ORG", _CODE, enterprise="E1ORG", org=True)
    assert "E1ORG" in of_org.shown


async def test_an_edited_base_is_picked_up(
    runner: asyncio.Runner, make_replica: MakeReplica, tmp_path: Path
) -> None:
    """A changed, a new and a broken base each count for their workspace, and for no other."""
    del runner
    folder = tmp_path / "bases"
    folder.mkdir()
    write_base(folder, "T1ACME", "FIRST")
    replica = await make_replica(settings=SlackSettings(tenants=str(folder)))
    for team in ("T1ACME", "T2BETA"):
        replica.install(team)
        await replica.ask(team, _CODE)

    write_base(folder, "T1ACME", "SECOND VERSION")
    write_base(folder, "T2BETA", "OWN")
    assert "SECOND VERSION" in (await replica.ask("T1ACME", _CODE)).shown
    assert "OWN" in (await replica.ask("T2BETA", _CODE)).shown
    (folder / "T1ACME.yaml").write_text("entries: [", encoding="utf-8")
    assert "SECOND VERSION" in (await replica.ask("T1ACME", _CODE)).shown
    (folder / "T2BETA.yaml").unlink()
    assert "GENERAL" in (await replica.ask("T2BETA", _CODE)).shown


async def test_a_broken_base_is_no_reason_for_the_default(
    runner: asyncio.Runner, make_replica: MakeReplica, tmp_path: Path
) -> None:
    """A workspace whose own base has faults gets a sentence, and not the answers of another base."""
    del runner
    folder = tmp_path / "bases"
    folder.mkdir()
    (folder / "T1ACME.yaml").write_text("entries: [", encoding="utf-8")
    replica = await make_replica(settings=SlackSettings(tenants=str(folder)))
    replica.install("T1ACME")

    reply = await replica.send(payloads.of_team(payloads.slash(_CODE), "T1ACME"))
    assert "cannot answer in this workspace" in reply


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """A wrong place of all bases ends the start, with a sentence."""
    default = Bot.from_file(write_base(tmp_path, "general", "GENERAL"), "none", cache=False)
    with pytest.raises(KnowledgeBaseError, match="this is no folder"):
        KnowledgeBases(default, str(tmp_path / "missing"))


@pytest.mark.parametrize("by_id", [True, False], ids=["by id", "by address"])
async def test_a_published_base_answers(
    runner: asyncio.Runner, make_replica: MakeReplica, tmp_path: Path, *, by_id: bool
) -> None:
    """A base that was published for the workspace is read from the database."""
    del runner
    url = f"sqlite:///{tmp_path / 'bases.db'}"
    publish_knowledge_base(write_base(tmp_path, "acme", "PUBLISHED"), url, tenant="T1ACME")
    table = WorkspaceSettings(SlackSettings(), f"{url}?tenant=T1ACME")
    settings = SlackSettings(tenants=url) if by_id else SlackSettings(workspaces={"T1ACME": table})
    replica = await make_replica(settings=settings)
    for team in ("T1ACME", "T2BETA"):
        replica.install(team)

    assert "PUBLISHED" in (await replica.ask("T1ACME", _CODE)).shown
    assert "GENERAL" in (await replica.ask("T2BETA", _CODE)).shown


async def test_a_published_base_is_followed(
    runner: asyncio.Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace names it by its URL, and gets its new versions; a file is another bot."""
    del runner
    monkeypatch.setattr("faqbot.publishing.following.POLL_ALONE_SECONDS", 0.05)
    path, url = write_base(tmp_path, "acme", "FIRST"), f"sqlite:///{tmp_path / 'published.db'}"
    publish_knowledge_base(path, url, encoders=("none",))
    async with KnowledgeBases(Bot.from_file(path, "none")) as bases:
        bot = await bases.of("T1ACME", url)
        assert await bases.of("T2BETA", url) is bot
        assert await bases.of("T1ACME", str(path)) is not bot
        write_base(tmp_path, "acme", "SECOND")
        publish_knowledge_base(path, url, encoders=("none",))
        async with asyncio.timeout(30):
            while bot.kb.published_version != 2:  # noqa: ASYNC110  a bot tells nobody
                await asyncio.sleep(0.01)
        assert "SECOND" in bot.ask(_CODE).text
