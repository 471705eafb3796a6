"""Manifest of the Slack app, with the scopes that the settings need and no others."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import yaml

from faqbot import AdapterSettingsError

# Each event with the scope that Slack requires for it, "" if it requires no scope.
_EVENTS = {"app_home_opened": "", "app_mention": "app_mentions:read", "message.im": "im:history"}
_AMBIENT_EVENTS = {"message.channels": "channels:history", "message.groups": "groups:history"}
# Events that change an installation: its token is deleted, or an organisation adds or removes a workspace. They
# need no scope.
_INSTALLATION_EVENTS = (
    "app_uninstalled",
    "team_access_granted",
    "team_access_revoked",
    "tokens_revoked",
)
_WRITING = ("chat:write", "commands")
_AGENT = "assistant:write"

_ABOUT = "Answers frequently asked questions from your team's knowledge base."
_AGENT_ABOUT = "Ask a question and get the answer your team has already written down."
_PROMPTS = (("What can you answer?", "What can you help me with?"),)


def needed_events(*, ambient: bool = False) -> list[str]:
    """Return the events to subscribe to; with *ambient*, all messages of the bot's channels."""
    return sorted(_EVENTS | (_AMBIENT_EVENTS if ambient else {}))


def needed_scopes(*, ambient: bool = False, agent: bool = False) -> list[str]:
    """Return the scopes of the bot's token; with *agent*, also the one for status and prompts."""
    events = _EVENTS | (_AMBIENT_EVENTS if ambient else {})
    scopes = {*_WRITING, *filter(None, events.values())}
    return sorted(scopes | {_AGENT} if agent else scopes)


def request_url(given: str) -> str:
    """Return the request URL for Slack, from the URL of the site or the full one.

    Raises AdapterSettingsError for a URL that Slack does not accept.
    """
    parts = urlsplit(given.strip())
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise AdapterSettingsError(
            f"{given!r} is not an address that Slack posts to: use one such as https://faq.example.org"
        )
    path = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=path or "/slack/events"))


def make_manifest(
    *, url: str = "", ambient: bool = False, agent: bool = False, status: bool = True
) -> dict[str, Any]:
    """Return the manifest of an app for Socket Mode, or for HTTP requests to *url*.

    *agent* shows the bot in the agent view. *status* adds the scope with which the bot shows that it is
    at work, as the default settings do.
    """
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": "FAQ Bot", "description": _ABOUT},
        "features": _features(url, agent=agent),
        "oauth_config": {"scopes": {"bot": needed_scopes(ambient=ambient, agent=agent or status)}},
        "settings": _settings(url, ambient=ambient),
    }


def for_several_workspaces(manifest: dict[str, Any], url: str) -> dict[str, Any]:
    """Return *manifest* of an app at the request *url* that several workspaces install.

    Slack redirects to the bot after an installation, tells it of its changes, and rotates its tokens. The
    app can be installed for a whole organisation.
    """
    settings = manifest["settings"]
    events = settings["event_subscriptions"]
    bot_events = sorted([*events["bot_events"], *_INSTALLATION_EVENTS])
    return {
        **manifest,
        "oauth_config": {"redirect_urls": [redirect_url(url)], **manifest["oauth_config"]},
        "settings": {
            **settings,
            "event_subscriptions": {**events, "bot_events": bot_events},
            "org_deploy_enabled": True,
            "token_rotation_enabled": True,
        },
    }


def redirect_url(url: str) -> str:
    """Return the address that Slack redirects to, beside the request *url*."""
    parts = urlsplit(url)
    prefix, found, _ = parts.path.rpartition("/slack/events")
    return urlunsplit(parts._replace(path=f"{prefix if found else ''}/slack/oauth_redirect"))


def manifest_text(manifest: dict[str, Any]) -> str:
    """Return *manifest* as YAML."""
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100)


def _features(url: str, *, agent: bool) -> dict[str, Any]:
    command = {
        "command": "/ask",
        "description": "Ask the FAQ (only you see the answer)",
        "usage_hint": "[your question]",
        "should_escape": True,
    }
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "faqbot", "always_online": True},
        "slash_commands": [command | ({"url": url} if url else {})],
        "shortcuts": [
            {
                "type": "message",
                "name": "Answer this",
                "callback_id": "faq_answer_message",
                "description": "Look this message up in the FAQ",
            },
            {
                "type": "global",
                "name": "Suggest an FAQ entry",
                "callback_id": "faq_suggest",
                "description": "Propose a new question and answer",
            },
        ],
    }
    if agent:
        features["agent_view"] = {
            "agent_description": _AGENT_ABOUT,
            "suggested_prompts": [{"title": t, "message": m} for t, m in _PROMPTS],
        }
    return features


def _settings(url: str, *, ambient: bool) -> dict[str, Any]:
    where = {"request_url": url} if url else {}
    return {
        "event_subscriptions": {**where, "bot_events": needed_events(ambient=ambient)},
        "interactivity": {"is_enabled": True, **where},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not url,
        "token_rotation_enabled": False,
    }
