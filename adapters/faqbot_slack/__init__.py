"""Slack adapter: answers questions in a workspace."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from faqbot import AdapterSettingsError, Capabilities, MissingDependency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot import Bot
    from faqbot_slack.credentials import Credentials
    from faqbot_slack.settings import SlackSettings

__all__ = ["SlackAdapter", "require_libraries"]

_KNOWN = ("host", "http", "port", "settings")
_LIBRARIES = (
    "slack_bolt",
    "aiohttp",
    "httptools",
    "markdown_it",
    "sqlalchemy",
    "starlette",
    "uvicorn",
)


def require_libraries() -> None:
    """Raise MissingDependency if the extra "slack" is not installed."""
    if not all(map(find_spec, _LIBRARIES)):
        raise MissingDependency("the Slack adapter", "slack")


def require_encryption() -> None:
    """Raise MissingDependency if the extra "slack-oauth" is not installed."""
    if find_spec("cryptography") is None:
        raise MissingDependency("Slack for several workspaces", "slack-oauth")


def check_mode(credentials: Credentials, settings: SlackSettings) -> None:
    """Raise AdapterSettingsError for settings of several workspaces where one is served."""
    name = "[workspaces]" if settings.workspaces else "tenants"
    if (settings.workspaces or settings.tenants) and credentials.oauth is None:
        raise AdapterSettingsError(
            f"the settings have {name}, but SLACK_BOT_TOKEN serves one workspace: remove the token and "
            f"set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, or remove {name}"
        )


class SlackAdapter:
    """Adapter for a Slack workspace, by Socket Mode or as a web server.

    The tokens come from the environment: ``SLACK_BOT_TOKEN``, ``SLACK_APP_TOKEN`` for Socket Mode
    and ``SLACK_SIGNING_SECRET`` for the web server. With ``SLACK_CLIENT_ID`` and
    ``SLACK_CLIENT_SECRET`` instead of a bot token, several workspaces install the app. All settings are optional. ``http`` is "1" for
    the web server, ``host`` and ``port`` are its address and that of the health checks. ``settings``
    is a TOML file on channels, owners, audiences and limits.
    """

    capabilities = Capabilities(
        persons=True,
        threads=True,
        buttons=True,
        private_replies=True,
        feedback=True,
        redelivery=True,
        longest_message=4_000,  # Slack recommends at most so many characters
    )

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Read *settings*.

        Raises AdapterSettingsError for an unknown or malformed setting, and MissingDependency if the
        extra "slack" is not installed.
        """
        for name in settings:
            if name not in _KNOWN:
                raise AdapterSettingsError(
                    f"the Slack adapter knows no setting {name!r}; it knows {', '.join(_KNOWN)}"
                )
        require_libraries()
        from faqbot_slack.credentials import Credentials
        from faqbot_slack.settings import read_settings

        self._credentials = Credentials.read(settings, os.environ)
        self._settings = read_settings(settings.get("settings", ""), os.environ)
        check_mode(self._credentials, self._settings)
        if self._credentials.oauth is not None:
            require_encryption()

    def run(self, bot: Bot) -> None:
        """Answer with *bot* until SIGTERM or SIGINT; raises AdapterError if Slack refuses the tokens."""
        if self._credentials.oauth is not None:
            from faqbot_slack.installations.workspaces_service import serve_workspaces

            serve_workspaces(bot, self._credentials, self._credentials.oauth, self._settings)
        else:
            from faqbot_slack.service import serve

            serve(bot, self._credentials, self._settings)
