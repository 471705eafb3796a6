"""The doctor names what is wrong, with its remedy, and posts nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.adapters.slack.fake.server import FakeSlack

pytestmark = pytest.mark.usefixtures("needs_slack")

_AMBIENT = "[channels.C0123ABCD]\nambient = true\n"


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQBOT_STORE", str(tmp_path / "store.db"))


async def _examine(
    scopes: Iterable[str] | None = None, settings: dict[str, str] | None = None, **environment: str
) -> tuple[list[str], FakeSlack]:
    """Return the lines of the doctor before a fake whose app has *scopes*."""
    from faqbot_slack.doctor import examine
    from tests.adapters.slack.fake.server import FakeSlack

    async with FakeSlack(scopes=scopes) as slack:
        given = {
            "SLACK_API_URL": slack.base_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            **environment,
        }
        diagnoses = await asyncio.to_thread(examine, settings or {}, given)
    return [str(diagnosis) for diagnosis in diagnoses], slack


def _faults(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("FAULT")]


async def test_all_is_well(runner: asyncio.Runner) -> None:
    """With everything in place there is no fault, and no message was made."""
    del runner
    from faqbot_slack.manifest import needed_scopes

    lines, slack = await _examine(needed_scopes(agent=True))

    assert _faults(lines) == []
    assert any("faqbot in the workspace Fake" in line for line in lines)
    assert any("every scope" in line for line in lines)
    assert [call.method for call in slack.calls] == ["auth.test", "apps.connections.open"]


async def test_the_tutorial_shows_its_output(tmp_path: Path, runner: asyncio.Runner) -> None:
    """The output in the tutorial is that of a set-up without faults, names and paths aside."""
    del runner
    from faqbot_slack.manifest import needed_scopes
    from tests.docs.pages import ROOT, read_blocks

    lines, slack = await _examine(needed_scopes(agent=True))

    (shown,) = [
        block.commands[0].output.splitlines()
        for block in read_blocks(ROOT / "docs" / "tutorial" / "slack.md")
        if block.text.startswith("$ faqbot slack doctor\nok")
    ]
    names = {
        slack.base_url: "https://slack.com/api/",
        "workspace Fake": "workspace Example",
        str(tmp_path): "/home/you/.local/share/faqbot",
    }
    for here, there in names.items():
        lines = [line.replace(here, there) for line in lines]
    assert lines == shown


async def test_missing_scope_has_its_remedy(runner: asyncio.Runner) -> None:
    """A scope that the app lacks is named, with where to add it."""
    del runner
    lines, _ = await _examine(["app_mentions:read", "chat:write", "commands"])

    (fault,) = _faults(lines)
    assert "lacks the scope im:history" in fault
    assert "install the app to the workspace again" in fault


async def test_reading_along_needs_more(tmp_path: Path, runner: asyncio.Runner) -> None:
    """Settings that switch ambient answers on ask for their scopes."""
    del runner
    from faqbot_slack.manifest import needed_scopes

    path = tmp_path / "slack.toml"
    path.write_text(_AMBIENT, encoding="utf-8")
    lines, _ = await _examine(needed_scopes(agent=True), {"settings": str(path)})

    (fault,) = _faults(lines)
    assert "channels:history, groups:history" in fault
    assert "manifest --ambient" in fault


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        ((), "Without the scopes channels:history, groups:history, a reply in a channel may come"),
        (("channels:history",), "Without the scope groups:history, a reply in a channel may come"),
        (("channels:history", "groups:history"), ""),
    ],
)
async def test_scopes_that_find_a_lost_post_are_named(
    scopes: tuple[str, ...], said: str, runner: asyncio.Runner
) -> None:
    """They are no fault: the operator knows what follows without them, and decides."""
    del runner
    from faqbot_slack.manifest import needed_scopes

    lines, _ = await _examine([*needed_scopes(agent=True), *scopes])

    assert _faults(lines) == []
    told = [line for line in lines if "a reply in a channel" in line]
    assert len(told) == bool(said)
    assert all(line.startswith(f"ok     {said}") and "manifest --ambient" in line for line in told)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (
            {"SLACK_BOT_TOKEN": "xoxb-wrong"},
            "refuses SLACK_BOT_TOKEN (invalid_auth): copy it again",
        ),
        (
            {"SLACK_APP_TOKEN": "xapp-wrong"},
            "refuses SLACK_APP_TOKEN (invalid_auth): copy it again",
        ),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_CLIENT_ID": "1"}, "remove SLACK_CLIENT_ID"),
    ],
)
async def test_token_has_its_remedy(
    environment: dict[str, str], said: str, runner: asyncio.Runner
) -> None:
    """A token that is missing or refused is named, with what to do."""
    del runner
    lines, _ = await _examine(None, None, **environment)

    (fault,) = _faults(lines)
    assert said in fault


async def test_http_mode_needs_no_app_token(runner: asyncio.Runner) -> None:
    """With --http the signing secret is looked for instead."""
    del runner
    tokens = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "hush"}
    lines, slack = await _examine(None, {"http": "1"}, **tokens)

    assert _faults(lines) == []
    assert [call.method for call in slack.calls] == ["auth.test"]
    assert not any("hush" in line for line in lines)


async def test_settings_and_store_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: asyncio.Runner
) -> None:
    """A fault of the settings does not hide one of the store."""
    del runner
    path = tmp_path / "slack.toml"
    path.write_text("owner = []\n", encoding="utf-8")
    monkeypatch.setenv("FAQBOT_STORE", "nosuchsql://")
    lines, _ = await _examine(None, {"settings": str(path)})

    assert len(_faults(lines)) == 2
    assert "slack.toml" in _faults(lines)[0]


async def test_password_of_the_address_is_not_shown(runner: asyncio.Runner) -> None:
    """The address of Slack's Web API is printed without its password."""
    del runner
    lines, _ = await _examine(SLACK_API_URL="http://bob:hunter2@127.0.0.1:1/api/?key=hunter2")

    assert any("http://***@127.0.0.1:1/api/." in line for line in lines)
    assert "hunter2" not in "".join(lines)
