"""Tokens and settings of the connection: what is wrong is said in a line, without the secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot import AdapterSettingsError
from faqbot_slack.credentials import SLACK_API, Credentials

_SOCKET = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
_HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "hush"}


def test_socket_mode_needs_two_tokens() -> None:
    """By default the bot connects itself, to Slack, and listens nowhere."""
    credentials = Credentials.read({}, _SOCKET)

    assert (credentials.bot_token, credentials.app_token) == ("xoxb-1", "xapp-1")
    assert (credentials.http, credentials.port, credentials.api_url) == (False, 0, SLACK_API)


def test_http_mode_needs_the_secret() -> None:
    """As a web server it needs no app token, and listens on this machine only unless told."""
    credentials = Credentials.read({"http": "1"}, _HTTP)

    assert (credentials.http, credentials.host, credentials.port) == (True, "127.0.0.1", 3000)
    assert credentials.signing_secret == "hush"  # noqa: S105 - what the test made up


@pytest.mark.parametrize(
    ("settings", "environment", "said"),
    [
        ({}, {"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is not set"),
        ({}, {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not set"),
        (
            {},
            _SOCKET | {"SLACK_BOT_TOKEN": "xapp-1"},
            "SLACK_BOT_TOKEN does not begin with 'xoxb-'",
        ),
        ({}, _SOCKET | {"SLACK_BOT_TOKEN": "xoxb-1 2"}, "SLACK_BOT_TOKEN has characters"),
        ({}, _SOCKET | {"SLACK_BOT_TOKEN": "xoxb-ü"}, "SLACK_BOT_TOKEN has characters"),
        ({}, _SOCKET | {"SLACK_CLIENT_ID": "1"}, "remove SLACK_CLIENT_ID from the environment"),
        ({}, _SOCKET | {"SLACK_CLIENT_SECRET": "1"}, "remove SLACK_CLIENT_SECRET"),
        ({}, _SOCKET | {"SLACK_API_URL": "slack.com"}, "SLACK_API_URL is 'slack.com'"),
        ({"http": "1"}, _SOCKET, "SLACK_SIGNING_SECRET is not set"),
        ({"http": "perhaps"}, _SOCKET, "'http' is 'perhaps': use 1 or 0"),
        ({"port": "70000"}, _SOCKET, "the port is '70000'"),
        ({"port": "http"}, _SOCKET, "the port is 'http'"),
    ],
)
def test_faults_are_sentences(
    settings: dict[str, str], environment: dict[str, str], said: str
) -> None:
    """What is missing or cannot be right is named, with what to do."""
    with pytest.raises(AdapterSettingsError) as caught:
        Credentials.read(settings, environment)

    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_all_faults_are_told_at_once() -> None:
    """A line for each: nobody wants to mend them one start at a time."""
    with pytest.raises(AdapterSettingsError) as caught:
        Credentials.read({"port": "x"}, {})

    assert len(str(caught.value).splitlines()) == 3


def test_no_secret_is_ever_shown() -> None:
    """Neither a fault nor the repr holds what was given as a token or secret."""
    secrets = {"SLACK_BOT_TOKEN": "xoxe-sesame", "SLACK_APP_TOKEN": "sesame"}
    with pytest.raises(AdapterSettingsError) as caught:
        Credentials.read({}, secrets)

    assert "sesame" not in str(caught.value)
    assert "hush" not in repr(Credentials.read({"http": "1"}, _HTTP))
    assert "xoxb-1" not in repr(Credentials.read({}, _SOCKET))


def test_space_around_a_token_is_forgiven() -> None:
    """A newline that came with the copying costs nothing."""
    assert Credentials.read({}, _SOCKET | {"SLACK_APP_TOKEN": " xapp-1\n"}).app_token == "xapp-1"  # noqa: S105 - what the test made up


@pytest.mark.parametrize(
    ("url", "spared", "proxy"),
    [
        ("https://slack.com/api", "", "http://proxy:8080"),
        ("https://slack.com/api", "slack.com", None),
        ("http://127.0.0.1:80/api", "", None),
        ("http://example.org/api", "", None),
    ],
)
def test_proxy_is_the_environments(
    url: str, spared: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTPS_PROXY is used for Slack unless NO_PROXY spares it, and never for this machine."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "no_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:8080")
    monkeypatch.setenv("NO_PROXY", spared)

    credentials = Credentials.read({}, _SOCKET | {"SLACK_API_URL": url})

    assert credentials.proxy == proxy
    assert credentials.api_url == f"{url}/"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://bob:hunter2@slack.example/",
        "http://bob:hunter2@[::1/",
        "http://bob:hunter2@slack.example:port/",
        "bob:hunter2@slack.example",
        "hunter2@slack.example/?hunter2",
        "ftp://slack.example/?key=hunter2",
    ],
)
def test_malformed_address_is_named_without_its_password(url: str) -> None:
    """SLACK_API_URL is refused with one sentence that holds neither password nor query."""
    environment = {**_SOCKET, "SLACK_API_URL": url}

    with pytest.raises(AdapterSettingsError, match=r"SLACK_API_URL is '.*': it must be") as caught:
        Credentials.read({}, environment)

    assert "hunter2" not in str(caught.value)
    assert "bob" not in str(caught.value)


def test_repr_holds_no_secret() -> None:
    """Neither tokens nor the passwords in addresses show in the repr."""
    secrets = {"SLACK_API_URL": "http://bob:hunter2@slack.example/api/"}

    assert "hunter2" not in repr(Credentials.read({}, {**_SOCKET, **secrets}))


@given(st.text(max_size=30))
def test_any_address_is_read_or_refused(url: str) -> None:
    """Any text in SLACK_API_URL is a URL or one sentence."""
    try:
        credentials = Credentials.read({}, {**_SOCKET, "SLACK_API_URL": url})
    except AdapterSettingsError:
        return
    assert credentials.api_url.startswith(("http", SLACK_API))
