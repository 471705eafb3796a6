"""The client of several workspaces: chosen by the environment, and every fault is a sentence."""

from __future__ import annotations

import pytest

from faqbot import AdapterSettingsError, MissingDependency
from faqbot_slack import SlackAdapter
from faqbot_slack.credentials import Credentials
from faqbot_slack.oauth_app import new_key

_KEY = new_key()
_APP = {
    "SLACK_CLIENT_ID": "111.222",
    "SLACK_CLIENT_SECRET": "hush-hush",
    "SLACK_SIGNING_SECRET": "hush",
    "FAQBOT_SLACK_KEYS": _KEY,
}
_HTTP = {"http": "1"}


def test_a_client_serves_several_workspaces() -> None:
    """No bot token is needed; several keys may be given, the first of which encrypts."""
    other = new_key()
    credentials = Credentials.read(_HTTP, _APP | {"FAQBOT_SLACK_KEYS": f"{_KEY}, {other}"})

    assert credentials.oauth is not None
    assert credentials.oauth.keys == (_KEY, other)
    assert (credentials.bot_token, credentials.app_token, credentials.port) == ("", "", 3000)


def test_the_repr_has_no_secret() -> None:
    """A log of the credentials gives neither the secret nor a key away."""
    shown = repr(Credentials.read(_HTTP, _APP))

    assert [secret for secret in ("hush", _KEY) if secret in shown] == []


@pytest.mark.parametrize(
    ("settings", "environment", "said"),
    [
        ({}, _APP, "several workspaces need --http"),
        (_HTTP, _APP | {"SLACK_CLIENT_ID": ""}, "SLACK_CLIENT_ID is not set"),
        (_HTTP, _APP | {"SLACK_CLIENT_ID": "a&b"}, "SLACK_CLIENT_ID is not a client id"),
        (_HTTP, _APP | {"SLACK_CLIENT_SECRET": " "}, "SLACK_CLIENT_SECRET is not set"),
        (_HTTP, _APP | {"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is not set"),
        (_HTTP, _APP | {"FAQBOT_SLACK_KEYS": ""}, "tokens are kept encrypted only: make a key"),
        (_HTTP, _APP | {"FAQBOT_SLACK_KEYS": f"{_KEY},abc"}, "no valid key at place 2: make a key"),
        (_HTTP, _APP | {"FAQBOT_SLACK_KEYS": "ü"}, "no valid key at place 1"),
        (_HTTP, _APP | {"SLACK_REDIRECT_URI": "http://x/"}, "SLACK_REDIRECT_URI is not an address"),
        (_HTTP, _APP | {"SLACK_REDIRECT_URI": "https://["}, "SLACK_REDIRECT_URI is not an address"),
    ],
)
def test_faults_are_sentences(
    settings: dict[str, str], environment: dict[str, str], said: str
) -> None:
    """The message says what to do, and holds no secret."""
    with pytest.raises(AdapterSettingsError) as caught:
        Credentials.read(settings, environment)

    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert "hush" not in str(caught.value)


def _environ(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name in (*_APP, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "FAQBOT_SLACK_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("needs_slack")
def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without cryptography the message names the extra; one workspace does not need it."""
    _environ(monkeypatch, _APP)
    monkeypatch.setattr(
        "faqbot_slack.find_spec", lambda name: None if name == "cryptography" else object()
    )
    with pytest.raises(MissingDependency, match="slack-oauth"):
        SlackAdapter(_HTTP)

    _environ(monkeypatch, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "hush"})
    SlackAdapter(_HTTP)


@pytest.mark.usefixtures("needs_slack")
def test_one_workspace_has_no_table_of_workspaces(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    """Settings of several workspaces with a bot token are a mistake: one of them is meant."""
    path = f"{tmp_path}/slack.toml"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - the folder is a string here
        file.write("[workspaces.T1ACME]\n")
    _environ(monkeypatch, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "hush"})

    with pytest.raises(AdapterSettingsError, match=r"SLACK_BOT_TOKEN serves one workspace"):
        SlackAdapter({"http": "1", "settings": path})
