"""Slack service: start, serve until a stop signal, and finish requests under way."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
from contextlib import AsyncExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from faqbot import AdapterError, open_store
from faqbot_slack.events.types import Identity
from faqbot_slack.handlers.answering import ADAPTER
from faqbot_slack.handlers.audiences import audience_notes
from faqbot_slack.handlers.state import State
from faqbot_slack.router import find_handler, register_listeners
from faqbot_slack.transport.app import dispatch, make_app
from faqbot_slack.transport.dispatcher import Dispatcher
from faqbot_slack.transport.executor import Executor
from faqbot_slack.transport.http import Health
from faqbot_slack.transport.request_ledger import RequestLedger
from faqbot_slack.transport.socket_mode import FATAL_ERRORS, SocketConnection, backoff_seconds
from faqbot_slack.transport.store_probe import StoreProbe
from faqbot_slack.transport.web_api import CallFailed, open_web_api

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping

    from slack_bolt.async_app import AsyncApp

    from faqbot import Bot, KnowledgeBase
    from faqbot_slack.credentials import Credentials
    from faqbot_slack.settings import SlackSettings
    from faqbot_slack.transport.web_api import WebApi

_log = logging.getLogger("faqbot.slack")

_Result = TypeVar("_Result")

# Seconds from the signal until requests are left in the store. Docker and others kill a process after ten,
# and a busy machine needs a second or two to end it.
STOP_SECONDS = 7.0
STOPPING = "stopping"
# Seconds between two looks for requests of processes that ended: a third of a lease.
TAKE_OVER_SECONDS = 5.0


def serve(bot: Bot, credentials: Credentials, settings: SlackSettings) -> None:
    """Answer with *bot* until SIGTERM or SIGINT, and finish requests under way.

    Raises AdapterError if Slack refuses the tokens, and AdapterSettingsError if the port cannot be
    opened.
    """
    asyncio.run(_Service(bot, credentials, settings).run())


class _Service:
    """One run of the service."""

    def __init__(self, bot: Bot, credentials: Credentials, settings: SlackSettings) -> None:
        self._bot = bot
        self._access = credentials
        self._settings = settings
        self._health = Health(on_change=self._log_readiness)
        self._app: AsyncApp | None = None

    def _log_readiness(self, ready: bool) -> None:  # noqa: FBT001 - called by Health
        if ready:
            _log.info("Ready: questions from Slack are answered.")
        elif self._health.reason != STOPPING:
            _log.warning("Not ready: %s.", self._health.reason)

    async def run(self) -> None:
        """Serve until a signal comes."""
        async with AsyncExitStack() as stack:
            web = await stack.enter_async_context(open_web_api(self._access))
            if self._access.http or self._access.port:
                await self._listen(stack)
            with stop_signal() as stopped:
                await first_of(self._serve(web), stopped.wait())

    async def _listen(self, stack: AsyncExitStack) -> None:
        from faqbot_slack.transport.http import listening, make_site

        site = make_site(self._access, self._health, self._dispatch)
        where = listening(site, self._access.host, self._access.port)
        host, port = await stack.enter_async_context(where)
        _log.info("Listening on %s, port %d.", host, port)

    async def _dispatch(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        return await dispatch(self._app, body, headers) if self._app is not None else ""

    async def _serve(self, web: WebApi) -> None:
        """Serve until cancelled, and finish requests under way."""
        identity, name = await _identify(web)
        connect = partial(web.open_connection, self._access.app_token)
        address = "" if self._access.http else await retry_call(connect, "SLACK_APP_TOKEN")
        _log.info("This is %s.", name)
        warn_of_mismatches(self._settings, self._bot.kb)
        with open_store() as store:
            await asyncio.to_thread(
                store.prepare
            )  # faults of the store are logged now, not at the first question
            self._health.probe = StoreProbe(store, self._bot)
            ledger = RequestLedger(store, f"{ADAPTER}:{identity.team}:{identity.user}")
            dispatcher = Dispatcher(Executor(web, health=self._health, ledger=ledger), ledger)
            state = State(self._bot, self._settings, store, identity, reload=reload_signal())
            self._app = make_app(identity, dispatcher, web.client)
            register_listeners(self._app, state, dispatcher)
            socket = SocketConnection(self._app, web, self._access, self._health)
            take_over = partial(dispatcher.take_over, partial(find_handler, state))
            taking_over = asyncio.create_task(repeat(take_over))
            try:
                await self._stay(socket, address)
            finally:
                self._health.is_down(STOPPING)
                taking_over.cancel()
                await _finish(dispatcher, socket, ledger)

    async def _stay(self, socket: SocketConnection, address: str) -> None:
        if self._access.http:
            self._health.is_up()
            await asyncio.Event().wait()
        else:
            await socket.serve(address)


def warn_of_mismatches(settings: SlackSettings, kb: KnowledgeBase) -> None:
    """Log each label and section that only *settings* or only *kb* has."""
    for note in audience_notes(settings, kb):
        _log.warning("The settings and the knowledge base do not fit: %s.", note)


async def _identify(web: WebApi) -> tuple[Identity, str]:
    """Return the bot's identity, and its name for the log."""
    response, _ = await retry_call(web.authenticate, "SLACK_BOT_TOKEN")
    identity = Identity(
        user=str(response.get("user_id") or ""),
        bot=str(response.get("bot_id") or ""),
        team=str(response.get("team_id") or ""),
        enterprise=str(response.get("enterprise_id") or ""),
    )
    return identity, f"{response.get('user')} in the workspace {response.get('team')}"


async def retry_call(call: Callable[[], Awaitable[_Result]], token: str) -> _Result:
    """Return the result of *call*, retried while Slack is unreachable; *token* names its variable."""
    failures = 0
    while True:
        try:
            return await call()
        except CallFailed as failure:
            if failure.reason in FATAL_ERRORS:
                raise AdapterError(
                    f"Slack refuses {token} ({failure.reason}): run  faqbot slack doctor  to see what to change"
                ) from None
            failures += 1
            pause = backoff_seconds(failures)
            _log.warning(
                "Slack cannot be reached (%s). The next try is in %.0f s.", failure.reason, pause
            )
        await asyncio.sleep(pause)


def reload_signal() -> Callable[[], None] | None:
    """Return a function that sends SIGHUP to this process, which reloads the knowledge base.

    Returns None if nothing handles the signal: in a terminal, and on Windows.
    """
    number = getattr(signal, "SIGHUP", None)
    if number is None or not callable(signal.getsignal(number)):
        return None
    return partial(os.kill, os.getpid(), number)


async def repeat(work: Callable[[], Awaitable[None]]) -> None:
    """Do *work* now and every few seconds, until cancelled."""
    while True:
        await work()
        await asyncio.sleep(TAKE_OVER_SECONDS * random.uniform(0.8, 1.2))


async def _finish(dispatcher: Dispatcher, socket: SocketConnection, ledger: RequestLedger) -> None:
    """Stop receiving and finish requests under way, within the time that supervisors grant.

    What is not finished stays in the store, for another process or the next start.
    """
    end = asyncio.get_running_loop().time() + STOP_SECONDS
    if dispatcher.pending:
        _log.info("Stopping: finishing requests under way.")
    await dispatcher.acknowledge_all()
    await socket.close()
    undone = await dispatcher.drain(end - asyncio.get_running_loop().time())
    if left := await ledger.release():
        _log.info("Stopped with %d questions left in the store: the next process answers.", left)
    elif undone:
        _log.warning("Stopped with %d replies not delivered: there was no time left.", undone)


async def first_of(life: Coroutine[Any, Any, None], stop: Coroutine[Any, Any, object]) -> None:
    """Run *life* until it or *stop* ends, cancel the other, and raise the error of *life*."""
    living, stopping = asyncio.create_task(life), asyncio.create_task(stop)
    try:
        await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        living.cancel()
        with suppress(asyncio.CancelledError):
            await living


@contextmanager
def stop_signal() -> Iterator[asyncio.Event]:
    """Yield an event that SIGTERM and SIGINT set."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    with suppress(
        NotImplementedError, RuntimeError
    ):  # Windows, or another thread than the main one
        for number in signals:
            loop.add_signal_handler(number, stopped.set)
    try:
        yield stopped
    finally:
        with suppress(NotImplementedError, RuntimeError):
            for number in signals:
                loop.remove_signal_handler(number)
