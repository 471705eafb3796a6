"""`faqbot slack`: its options reach the adapter, and every fault is a line and an exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from faqbot import AdapterSettingsError, MissingDependency, cli
from faqbot_slack import SlackAdapter

if TYPE_CHECKING:
    from conftest import RunFaqbot

    from faqbot import Bot

pytestmark = pytest.mark.usefixtures("needs_slack")

_VARIABLES = (
    *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"),
    *("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
    *("FAQBOT_SLACK_SETTINGS", "FAQBOT_HOST", "FAQBOT_PORT"),
)


@pytest.fixture(autouse=True)
def _no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what an adapter is made with, where none is run."""
    given: list[object] = []

    class Idle:
        def run(self, bot: Bot) -> None:
            """Return at once."""

    def load(name: str, settings: dict[str, str]) -> Idle:
        given.append((name, settings))
        return Idle()

    monkeypatch.setattr("faqbot.adapters.load_adapter", load)
    return given


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        ([], {}),
        (["--http"], {"http": "1"}),
        (["--port", "0"], {"port": "0"}),
        (
            ["--http", "--host", "0.0.0.0", "--port", "80"],  # noqa: S104 - an example
            {"http": "1", "host": "0.0.0.0", "port": "80"},  # noqa: S104
        ),
        (["--settings", "slack.toml"], {"settings": "slack.toml"}),
    ],
)
def test_options_reach_the_adapter(
    arguments: list[str], settings: dict[str, str], loaded: list[object], tmp_path: Path
) -> None:
    """`faqbot slack` serves through the adapter, with the settings of its options."""
    kb = tmp_path / "kb.yaml"
    kb.write_text("version: 1\nentries: [{id: a, question: What?, answer: That.}]\n")

    assert cli.main(["slack", "--kb", str(kb), "--encoder", "none", *arguments]) == 0
    assert loaded == [("slack", settings)]


def test_environment_stands_for_options(
    loaded: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container sets where to listen, and what to read, by its environment."""
    monkeypatch.setenv("FAQBOT_PORT", "3000")
    monkeypatch.setenv("FAQBOT_SLACK_SETTINGS", "slack.toml")

    assert cli.main(["slack", "--encoder", "none"]) == 0
    assert loaded == [("slack", {"port": "3000", "settings": "slack.toml"})]


def test_missing_token_is_a_line(run_faqbot: RunFaqbot) -> None:
    """Without tokens the exit code is 2, with a line for each, before anything is loaded."""
    done = run_faqbot("slack", "--kb", "nowhere.yaml")

    assert done.returncode == 2
    assert [line.split()[:3] for line in done.stderr.decode().splitlines()] == [
        ["Error:", "SLACK_BOT_TOKEN", "is"],
        ["SLACK_APP_TOKEN", "is", "not"],
    ]


def test_unknown_setting_is_named() -> None:
    """`faqbot run slack --set` takes the same settings, and no others."""
    with pytest.raises(AdapterSettingsError, match="knows no setting 'prot'; it knows host, http"):
        SlackAdapter({"prot": "80"})


def test_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra it says how to install it."""
    monkeypatch.setattr("faqbot_slack.find_spec", lambda _: None)

    with pytest.raises(MissingDependency, match=r"run  .* install .*\[slack\]'"):
        SlackAdapter({})


def test_manifest_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The manifest goes to standard output, ready to paste, and needs no token."""
    assert cli.main(["slack", "manifest", "--http", "https://faq.example.org", "--ambient"]) == 0

    manifest = yaml.safe_load(capsys.readouterr().out)
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert "message.channels" in manifest["settings"]["event_subscriptions"]["bot_events"]


def test_manifest_follows_the_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings with an ambient channel make the manifest ask for what that needs."""
    path = tmp_path / "slack.toml"
    path.write_text("[channels.C0123ABCD]\nambient = true\n", encoding="utf-8")

    assert cli.main(["slack", "manifest", "--settings", str(path)]) == 0
    assert "channels:history" in capsys.readouterr().out


def test_wrong_address_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """An address that Slack would not post to is bad usage."""
    assert cli.main(["slack", "manifest", "--http", "faq.example.org"]) == 2
    assert "use one such as https://faq.example.org" in capsys.readouterr().err


def test_manifest_of_several_workspaces(capsys: pytest.CaptureFixture[str]) -> None:
    """It needs an address; with one, Slack redirects there."""
    assert cli.main(["slack", "manifest", "--workspaces"]) == 2
    assert "add --http URL" in capsys.readouterr().err
    address = "https://faq.example.org"
    assert cli.main(["slack", "manifest", "--workspaces", "--http", address]) == 0
    manifest = yaml.safe_load(capsys.readouterr().out)
    assert manifest["oauth_config"]["redirect_urls"] == [f"{address}/slack/oauth_redirect"]


def test_a_new_key_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each call prints another key, on one line."""
    printed = []
    for _ in range(2):
        assert cli.main(["slack", "new-key"]) == 0
        printed.append(capsys.readouterr().out)
    assert len(set(printed)) == 2
    assert [len(each.strip()) for each in printed] == [44, 44]


def test_doctor_of_several_workspaces(run_faqbot: RunFaqbot) -> None:
    """A client instead of a bot token makes the doctor look for what several workspaces need."""
    app = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    done = run_faqbot("slack", "doctor", "--http", **app)

    assert done.returncode == 2
    assert b"FAULT  FAQBOT_SLACK_KEYS is not set" in done.stdout
    assert done.stderr == b""


def test_doctor_fails_with_a_fault(run_faqbot: RunFaqbot) -> None:
    """The doctor's exit code says that something is to be done."""
    done = run_faqbot("slack", "doctor")

    assert done.returncode == 2
    assert b"FAULT  SLACK_BOT_TOKEN is not set" in done.stdout
    assert done.stderr == b""


def test_manifest_and_help_load_no_library() -> None:
    """What needs no connection imports nothing of Slack's."""
    import subprocess

    script = (
        "import sys\nfrom faqbot.cli import main\nmain(['slack', '--help'])\n"
        "main(['slack', 'manifest'])\nprint(sorted(set(sys.modules) & "
        "{'slack_bolt', 'slack_sdk', 'aiohttp', 'starlette', 'uvicorn', 'numpy'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout.splitlines()[-1] == b"[]"
