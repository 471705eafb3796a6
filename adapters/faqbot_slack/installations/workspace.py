"""Workspace: the bot of one installation, with token, state and records."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from faqbot_slack.events.types import Identity
from faqbot_slack.handlers.answering import ADAPTER
from faqbot_slack.handlers.audiences import audience_notes
from faqbot_slack.handlers.state import State
from faqbot_slack.installations.installation_store import name_of, title_of
from faqbot_slack.router import find_handler, register_listeners
from faqbot_slack.settings import WorkspaceSettings
from faqbot_slack.transport.app import make_app
from faqbot_slack.transport.dispatcher import Dispatcher
from faqbot_slack.transport.executor import Executor
from faqbot_slack.transport.handler_threads import HandlerThreads
from faqbot_slack.transport.http import Health
from faqbot_slack.transport.request_ledger import RequestLedger

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.async_app import AsyncApp
    from slack_sdk.oauth.installation_store import Bot as Installation

    from faqbot import Bot, Store
    from faqbot_slack.installations.knowledge_bases import KnowledgeBases
    from faqbot_slack.settings import SlackSettings
    from faqbot_slack.transport.dispatcher import FindHandler
    from faqbot_slack.transport.web_api import WebApi

_log = logging.getLogger("faqbot.slack")

# Seconds after which an installation is read again: another replica may have changed it. Chosen by hand.
CHECK_SECONDS = 10.0


@dataclass(slots=True)
class Workspace:
    """Running bot of one workspace, or of one organisation.

    *installation* was read from the text *sealed*, at the time *checked_at* of the monotonic clock.
    *bot* answers its questions.
    """

    installation: Installation
    sealed: str
    web: WebApi
    health: Health
    dispatcher: Dispatcher
    ledger: RequestLedger
    app: AsyncApp
    find_handler: FindHandler
    bot: Bot
    checked_at: float = field(default_factory=time.monotonic)

    @property
    def name(self) -> str:
        """Name of its installation."""
        return name_of(self.installation)

    @property
    def is_stale(self) -> bool:
        """Whether its installation should be read again."""
        return not self.health.ready or time.monotonic() - self.checked_at > CHECK_SECONDS

    def is_same_bot(self, installation: Installation) -> bool:
        """Return True if *installation* is of the same bot, so that the state can be kept."""
        return identity_of(installation) == identity_of(self.installation)

    def adopt(self, installation: Installation, sealed: str) -> None:
        """Use the token of *installation* from now on."""
        if installation.bot_token != self.installation.bot_token:
            self.web.client.token = installation.bot_token
            self.health.is_accepted()
        self.installation, self.sealed = installation, sealed


@dataclass(frozen=True, slots=True)
class WorkspaceFactory:
    """Makes workspaces over one session of *web*, with records apart in *store*.

    *reload* requests a reload of the knowledge bases, None if impossible. The handlers of all workspaces
    share *threads*.
    """

    web: WebApi
    store: Store
    settings: SlackSettings
    bases: KnowledgeBases
    reload: Callable[[], None] | None = None
    threads: HandlerThreads = field(default_factory=HandlerThreads)

    def key(self, installation: str, team: str) -> str:
        """Return the key of the workspace *team* of an *installation*, both ids.

        The workspaces of an organisation share one, except those with settings of their own.
        """
        return team if team in self.settings.workspaces else installation

    async def bot_of(self, key: str, installation: Installation) -> Bot:
        """Return the bot of the newest base of *key*; raises the errors of `KnowledgeBases.of`."""
        return await self.bases.of(key, self._settings(key, installation).knowledge)

    def is_default(self, bot: Bot) -> bool:
        """Return True if *bot* answers workspaces without their own base."""
        return bot is self.bases.default

    def make(self, key: str, installation: Installation, sealed: str, bot: Bot) -> Workspace:
        """Return the workspace of *key*, whose questions *bot* answers."""
        settings = self._settings(key, installation).settings
        for note in audience_notes(settings, bot.kb):
            _log.warning("%s: %s.", title_of(installation), note)
        identity, web = identity_of(installation), self.web.with_token(installation.bot_token)
        health = Health(on_change=_Log(installation))
        store = self.store.for_tenant(key)
        ledger = RequestLedger(store, service_name(installation))
        dispatcher = Dispatcher(Executor(web, health=health, ledger=ledger), ledger, self.threads)
        app = make_app(identity, dispatcher, web.client)
        state = State(bot, settings, store, identity, reload=self.reload)
        register_listeners(app, state, dispatcher)
        health.is_up()
        find = partial(find_handler, state)
        return Workspace(installation, sealed, web, health, dispatcher, ledger, app, find, bot)

    def _settings(self, key: str, installation: Installation) -> WorkspaceSettings:
        """Return the settings of *key* or its organisation, else general ones."""
        named = self.settings.workspaces
        found = named.get(key) or named.get(installation.enterprise_id or "")
        return found or WorkspaceSettings(self.settings)


class _Log:
    """Log of the readiness of one workspace."""

    def __init__(self, installation: Installation) -> None:
        self._title = title_of(installation)

    def __call__(self, ready: bool) -> None:  # noqa: FBT001 - called by Health
        if ready:
            _log.info("Ready for %s.", self._title)
        else:
            _log.warning("Slack refuses the token of %s: nothing is answered there.", self._title)


def service_name(installation: Installation) -> str:
    """Return the name of the queue of accepted requests; `installation_in` reads it."""
    return f"{ADAPTER}:{name_of(installation)}:{installation.bot_user_id or ''}"


def installation_in(service: str) -> str:
    """Return the installation whose queue is *service*, else ""."""
    adapter, _, rest = service.partition(":")
    return rest.partition(":")[0] if adapter == ADAPTER else ""


def identity_of(installation: Installation) -> Identity:
    """Return the ids of the bot of *installation*."""
    return Identity(
        user=installation.bot_user_id or "",
        bot=installation.bot_id or "",
        team=installation.team_id or "",
        enterprise=installation.enterprise_id or "",
    )
