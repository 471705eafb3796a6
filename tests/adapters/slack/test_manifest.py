"""The manifest asks for what is switched on and no more, and Slack would take it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from faqbot import AdapterSettingsError
from faqbot_slack.manifest import (
    for_several_workspaces,
    make_manifest,
    manifest_text,
    needed_events,
    needed_scopes,
    redirect_url,
    request_url,
)

# Slack's names of scopes and events that a bot of this kind could ask for, and what each event needs.
_SCOPES = {
    *("app_mentions:read", "assistant:write", "chat:write", "commands", "im:history", "im:write"),
    *("channels:history", "groups:history", "mpim:history", "reactions:read", "reactions:write"),
    *("users:read", "links:read", "links:write", "usergroups:read"),
}
_EVENTS = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
}
_URL = "https://faq.example.org/slack/events"
_ALL = [
    {"url": url, "ambient": ambient, "agent": agent}
    for url in ("", _URL)
    for ambient in (False, True)
    for agent in (False, True)
]


def _texts(value: object, name: str) -> list[str]:
    """Return every text under the key *name* in *value*."""
    if isinstance(value, dict):
        here = [value[name]] if isinstance(value.get(name), str) else []
        return here + [text for each in value.values() for text in _texts(each, name)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each, name)]
    return []


@pytest.mark.parametrize("switched_on", _ALL)
def test_slack_would_take_it(switched_on: dict[str, Any]) -> None:
    """Every name is one that Slack knows, and every text has the length that Slack allows."""
    manifest = make_manifest(**switched_on)
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    events = manifest["settings"]["event_subscriptions"]["bot_events"]

    assert scopes <= _SCOPES
    assert {needed for event in events if (needed := _EVENTS[event])} <= scopes
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert all(len(text) <= 300 for text in _texts(manifest, "agent_description"))
    assert all(len(text) <= 24 for text in _texts(manifest["features"]["shortcuts"], "name"))
    assert all(
        len(text) <= 150 for text in _texts(manifest["features"]["shortcuts"], "description")
    )
    assert not {"agent_view", "assistant_view"} <= manifest["features"].keys()


@pytest.mark.parametrize("switched_on", _ALL)
def test_text_is_the_manifest(switched_on: dict[str, Any]) -> None:
    """What is printed is YAML that says the same."""
    manifest = make_manifest(**switched_on)

    assert yaml.safe_load(manifest_text(manifest)) == manifest


def test_socket_mode_names_no_address() -> None:
    """Without a URL the app uses Socket Mode, and posts nowhere."""
    manifest = make_manifest()

    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in manifest_text(manifest)
    assert "url:" not in manifest_text(manifest)


def test_http_mode_names_its_address_everywhere() -> None:
    """With a URL events, buttons and the command all go to it."""
    manifest = make_manifest(url=_URL)

    assert manifest["settings"]["socket_mode_enabled"] is False
    assert _texts(manifest, "request_url") == [_URL, _URL]
    assert _texts(manifest, "url") == [_URL]


def test_only_what_is_switched_on() -> None:
    """Reading along and the agent view are asked for only when they are wanted."""
    assert not {"channels:history", "groups:history", "assistant:write"} & set(needed_scopes())
    assert {"channels:history", "groups:history"} <= set(needed_scopes(ambient=True))
    assert set(needed_scopes(agent=True)) - set(needed_scopes()) == {"assistant:write"}
    assert set(needed_events(ambient=True)) - set(needed_events()) == {
        "message.channels",
        "message.groups",
    }
    assert ("agent_view" in make_manifest()["features"]) is False


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://faq.example.org", _URL),
        ("https://faq.example.org/", _URL),
        (" https://faq.example.org/slack/events ", _URL),
        ("https://example.org/faq", "https://example.org/faq"),
    ],
)
def test_address_is_completed(given: str, address: str) -> None:
    """The address of the site is enough; one with a path, as a proxy may have it, stays."""
    assert request_url(given) == address


@pytest.mark.parametrize(
    "given", ["", "faq.example.org", "http://faq.example.org", "https://", f"{_URL}?a=1"]
)
def test_address_that_slack_refuses(given: str) -> None:
    """Slack posts to https only."""
    with pytest.raises(AdapterSettingsError, match=r"use one such as https://"):
        request_url(given)


def test_the_manifest_has_the_scopes_that_the_default_settings_use() -> None:
    """The bot shows its status by default; settings without it need no scope for it."""
    assert "assistant:write" in make_manifest()["oauth_config"]["scopes"]["bot"]
    assert "agent_view" not in make_manifest()["features"]
    assert "assistant:write" not in make_manifest(status=False)["oauth_config"]["scopes"]["bot"]
    assert (
        "assistant:write"
        in make_manifest(agent=True, status=False)["oauth_config"]["scopes"]["bot"]
    )


def test_several_workspaces_are_redirected_and_removed() -> None:
    """Slack redirects after an installation, tells of removals, and may rotate tokens."""
    one = make_manifest(url=_URL)
    several = for_several_workspaces(one, _URL)

    assert several["oauth_config"] == {
        "redirect_urls": ["https://faq.example.org/slack/oauth_redirect"],
        **one["oauth_config"],
    }
    before = one["settings"]["event_subscriptions"]["bot_events"]
    after = several["settings"]["event_subscriptions"]["bot_events"]
    assert sorted({*after} - {*before}) == [
        "app_uninstalled",
        "team_access_granted",
        "team_access_revoked",
        "tokens_revoked",
    ]
    changed = {
        name for name, value in several["settings"].items() if one["settings"][name] != value
    }
    assert changed == {"event_subscriptions", "org_deploy_enabled", "token_rotation_enabled"}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (_URL, "https://faq.example.org/slack/oauth_redirect"),
        ("https://a.example/bot/slack/events", "https://a.example/bot/slack/oauth_redirect"),
        ("https://a.example/faq", "https://a.example/slack/oauth_redirect"),
    ],
)
def test_the_redirect_stands_beside_the_events(url: str, address: str) -> None:
    """A prefix of a proxy stays."""
    assert redirect_url(url) == address
