"""A replica of the bot for several workspaces, in the process of the test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from slack_sdk.oauth.installation_store import Bot as Installation

from faqbot import Bot, open_store
from faqbot_slack.credentials import Credentials
from faqbot_slack.installations.installation_store import InstallationStore, name_of
from faqbot_slack.installations.knowledge_bases import KnowledgeBases
from faqbot_slack.installations.token_rotation import TokenRotation
from faqbot_slack.installations.workspace import WorkspaceFactory
from faqbot_slack.installations.workspaces import Workspaces
from faqbot_slack.oauth_app import OAuthApp
from faqbot_slack.settings import SlackSettings
from faqbot_slack.transport.web_api import open_web_api
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.calls import Call
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.several import KEY, new_channel, write_base


class Replica:
    """Parts of one process that serves several workspaces, without its web server."""

    def __init__(
        self,
        slack: FakeSlack,
        store_url: str,
        folder: Path,
        *,
        keys: tuple[str, ...] = (KEY,),
        settings: SlackSettings | None = None,
    ) -> None:
        """Prepare a replica that decrypts with *keys*."""
        self.slack = slack
        self.app = OAuthApp(slack.oauth.client_id, slack.oauth.client_secret, keys)
        self.credentials = Credentials("", api_url=slack.base_url, http=True, oauth=self.app)
        self.store = open_store(store_url)
        self.installations = InstallationStore(self.store, self.app)
        self.rotation = TokenRotation(self.installations, self.credentials, self.app)
        self._settings = settings or SlackSettings()
        self._base = write_base(folder, "general", "GENERAL")
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        """Open the session and the knowledge base."""
        web = await self._stack.enter_async_context(open_web_api(self.credentials))
        default = Bot.from_file(self._base, "none", cache=False)
        bases = await self._stack.enter_async_context(
            KnowledgeBases(default, self._settings.tenants)
        )
        factory = WorkspaceFactory(web, self.store, self._settings, bases)
        self.workspaces = Workspaces(self.installations, self.rotation, factory)

    async def close(self) -> None:
        """Finish requests under way, and close the store."""
        await self.workspaces.close(5.0)
        await self._stack.aclose()
        self.store.close()

    def install(self, team: str, **how: Any) -> Installation:  # noqa: ANN401 - those of OAuth.install
        """Install the app in *team*, and keep its token; return the installation."""
        granted = self.slack.oauth.install(team, **how)
        place, enterprise = granted["team"] or {}, granted["enterprise"] or {}
        installation = Installation(
            app_id=granted["app_id"],
            enterprise_id=enterprise.get("id"),
            team_id=place.get("id"),
            team_name=place.get("name"),
            bot_token=granted["access_token"],
            bot_id="B0BOT",
            bot_user_id=granted["bot_user_id"],
            bot_refresh_token=granted.get("refresh_token"),
            bot_token_expires_in=granted.get("expires_in"),
            is_enterprise_install=granted["is_enterprise_install"],
            installed_at=0.0,
        )
        self.installations.put(installation)
        self.workspaces.note_change(name_of(installation))  # as the pages do
        return installation

    async def idle(self) -> None:
        """Return once no request and no renewal is under way."""
        async with asyncio.timeout(10):
            while self.workspaces.pending or self.workspaces._beside:  # noqa: ASYNC110 - no event tells it
                await asyncio.sleep(0.005)

    async def send(self, payload: Mapping[str, Any]) -> str:
        """Give the replica a verified body; return its acknowledgement."""
        return await self.workspaces.dispatch(self.slack.prepared(payload))

    async def ask(self, team: str, text: str, **of_team: Any) -> Call:  # noqa: ANN401 - of payloads
        """Mention the bot with *text* in a new channel of *team*; return its one post there."""
        channel = new_channel()
        asked = payloads.mention(f"<@{payloads.BOT}> {text}", channel=channel)
        await self.send(payloads.of_team(asked, team, **of_team))
        (post,) = await self.slack.wait_call(
            "chat.postMessage", where=lambda call: call.params.get("channel") == channel
        )
        assert post.ok, post.response
        return post
