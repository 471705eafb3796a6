"""Service for several workspaces: install pages, and requests of each."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from faqbot import StoreError, open_store
from faqbot_slack.installations.installation_store import (
    InstallationStore,
    UnreadableInstallation,
    title_of,
)
from faqbot_slack.installations.knowledge_bases import KnowledgeBases
from faqbot_slack.installations.oauth_pages import InstallPages, oauth_settings
from faqbot_slack.installations.token_rotation import TokenRotation
from faqbot_slack.installations.workspace import WorkspaceFactory
from faqbot_slack.installations.workspaces import Workspaces
from faqbot_slack.manifest import needed_scopes
from faqbot_slack.service import (
    STOP_SECONDS,
    STOPPING,
    first_of,
    reload_signal,
    repeat,
    stop_signal,
)
from faqbot_slack.transport.http import BadRequest, Health, listening, make_site
from faqbot_slack.transport.socket_mode import backoff_seconds
from faqbot_slack.transport.store_probe import StoreProbe
from faqbot_slack.transport.web_api import open_web_api

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.routing import Route

    from faqbot import Bot, Store
    from faqbot_slack.credentials import Credentials
    from faqbot_slack.oauth_app import OAuthApp
    from faqbot_slack.settings import SlackSettings
    from faqbot_slack.transport.web_api import WebApi

_log = logging.getLogger("faqbot.slack")

# Installations that the log names at the start. Chosen by hand.
_MOST_LOGGED = 20


def serve_workspaces(
    bot: Bot, credentials: Credentials, app: OAuthApp, settings: SlackSettings
) -> None:
    """Serve every workspace that installs *app* until SIGTERM or SIGINT.

    *bot* answers where *settings* name no knowledge base. Raises AdapterSettingsError if the port cannot
    be opened, and StoreError for wrong settings of the store.
    """
    with open_store() as store:
        asyncio.run(_WorkspacesService(bot, credentials, app, settings, store).run())


class _WorkspacesService:
    """One run of the service for several workspaces."""

    def __init__(
        self,
        bot: Bot,
        credentials: Credentials,
        app: OAuthApp,
        settings: SlackSettings,
        store: Store,
    ) -> None:
        self._bot = bot
        self._access = credentials
        self._oauth_app = app
        self._settings = settings
        self._store = store
        offered_to = tuple(settings.workspaces) if settings.only_listed else ()
        self._installations = InstallationStore(store, app, offered_to)
        self._health = Health(on_change=self._log_readiness)
        self._workspaces: Workspaces | None = None

    async def run(self) -> None:
        """Serve until a signal comes."""
        async with AsyncExitStack() as stack:
            web = await stack.enter_async_context(open_web_api(self._access))
            site = make_site(self._access, self._health, self._dispatch, self._pages(web))
            place = self._access.host, self._access.port
            where = listening(site, *place, proxies=self._settings.proxies)
            host, port = await stack.enter_async_context(where)
            _log.info("Listening on %s, port %d.", host, port)
            bases = await stack.enter_async_context(
                KnowledgeBases(self._bot, self._settings.tenants)
            )
            with stop_signal() as stopped:
                await first_of(self._serve(web, bases), stopped.wait())

    def _log_readiness(self, ready: bool) -> None:  # noqa: FBT001 - called by Health
        if ready:
            _log.info("Ready: workspaces can install the app, and their questions are answered.")
        elif self._health.reason != STOPPING:
            _log.warning("Not ready: %s.", self._health.reason)

    def _pages(self, web: WebApi) -> list[Route]:
        scopes = needed_scopes(ambient=self._settings.ambient, agent=self._settings.agent)
        settings = oauth_settings(
            self._oauth_app, self._access.api_url, scopes, self._installations, self._store
        )
        return InstallPages(settings, web.client, self._note_installation).routes

    def _note_installation(self, name: str) -> None:
        if self._workspaces is not None:
            self._workspaces.note_change(name)

    async def _dispatch(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        if self._workspaces is None:
            raise BadRequest("the bot is not ready", status=503)
        return await self._workspaces.dispatch(body, headers)

    async def _serve(self, web: WebApi, bases: KnowledgeBases) -> None:
        """Serve until cancelled, and finish requests under way."""
        await asyncio.to_thread(self._store.prepare)  # faults of the store are logged now
        self._health.probe = StoreProbe(self._store, self._bot)
        await bases.open_named(each.knowledge for each in self._settings.workspaces.values())
        await self._read_installations()
        rotation = TokenRotation(self._installations, self._access, self._oauth_app)
        factory = WorkspaceFactory(web, self._store, self._settings, bases, reload_signal())
        self._workspaces = Workspaces(self._installations, rotation, factory)
        self._health.is_up()
        taking_over = asyncio.create_task(repeat(self._workspaces.take_over))
        try:
            await asyncio.Event().wait()
        finally:
            self._health.is_down(STOPPING)
            taking_over.cancel()
            await self._finish(self._workspaces)

    async def _read_installations(self) -> None:
        """Encrypt and log all installations, after waiting for the store."""
        failures = 0
        while True:
            try:
                await asyncio.to_thread(self._installations.renew_encryption)
                found = await asyncio.to_thread(lambda: [*self._installations.all()])
                break
            except StoreError as error:
                failures += 1
                pause = backoff_seconds(failures)
                self._health.is_down("the store cannot be read")
                _log.warning("%s. The next try is in %.0f s.", error, pause)
                await asyncio.sleep(pause)
        _log_installations(found)

    async def _finish(self, workspaces: Workspaces) -> None:
        """Finish requests under way, within the time that supervisors grant."""
        if workspaces.pending:
            _log.info("Stopping: finishing requests under way.")
        if undone := await workspaces.close(STOP_SECONDS):
            _log.warning("Stopped with %d replies not delivered: there was no time left.", undone)


def _log_installations(found: list[Any]) -> None:
    for each in found:
        if isinstance(each, UnreadableInstallation):
            _log.error("No answers there: %s.", each)
    readable = [each for each in found if not isinstance(each, UnreadableInstallation)]
    _log.info("The app is installed in %d workspaces or organisations.", len(readable))
    for each in readable[:_MOST_LOGGED]:
        _log.info("It is installed in %s.", title_of(each))
