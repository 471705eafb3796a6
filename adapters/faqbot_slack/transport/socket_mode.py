"""Socket Mode connection, monitored and reopened with growing pauses."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.response import SocketModeResponse

from faqbot import AdapterError
from faqbot_slack.transport.app import MALFORMED_BODY_ERRORS, RETRY_HEADER, bolt_request, respond
from faqbot_slack.transport.web_api import CallFailed

if TYPE_CHECKING:
    from aiohttp import WSMessage
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    from faqbot_slack.credentials import Credentials
    from faqbot_slack.transport.http import Health
    from faqbot_slack.transport.web_api import WebApi

_log = logging.getLogger("faqbot.slack.socket")

# Seconds between pings of the SDK. Chosen by hand, half the SDK's default.
PING_SECONDS = 5.0
# Seconds between checks of the connection. Chosen by hand.
CHECK_SECONDS = 0.5
# Seconds without a pong until the connection counts as dead: four missed pings.
SILENCE_SECONDS = 4 * PING_SECONDS
# Seconds that the SDK gets to connect again by itself. Chosen by hand.
RECONNECT_SECONDS = 10.0
# Seconds that a WebSocket may take to open. Chosen by hand.
CONNECT_SECONDS = 10.0
# Seconds that closing may take: the whole stop must fit a supervisor's ten seconds.
CLOSE_SECONDS = 1.5
# Longest pause before the first, second, ... attempt, in seconds. Chosen by hand.
BACKOFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
# Seconds after which a connection counts as stable, and the pauses start again. Chosen by hand.
STABLE_SECONDS = 60.0

# Errors of Slack after which another attempt cannot help.
FATAL_ERRORS = {
    "account_inactive",
    "app_not_installed",
    "invalid_auth",
    "link_disabled",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
}


class SocketConnection:
    """Socket Mode connection of *app*, with its state in *health*."""

    def __init__(
        self, app: AsyncApp, web: WebApi, credentials: Credentials, health: Health
    ) -> None:
        """Connect *app* with the tokens of *credentials*."""
        self._app = app
        self._web = web
        self._credentials = credentials
        self._health = health
        self._handler: AsyncSocketModeHandler | None = None
        self._disconnect_reason = ""

    async def serve(self, address: str = "") -> None:
        """Stay connected until cancelled; raises AdapterError for a fatal error of Slack.

        *address* is the URL of a connection that is open already. Other errors are retried after a
        pause that grows from a second to a minute.
        """
        failures = 0
        while True:
            started = _now()
            reason = await self._connect_and_watch(address)
            address = ""
            self._health.is_down(reason)
            await self.close()
            failures = 1 if _now() - started > STABLE_SECONDS else failures + 1
            pause = backoff_seconds(failures)
            _log.warning("No connection to Slack (%s). The next try is in %.0f s.", reason, pause)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Close the connection within two seconds, and receive nothing more."""
        handler, self._handler = self._handler, None
        if handler is None:
            return
        with suppress(TimeoutError, ClientError, OSError, RuntimeError):
            await asyncio.wait_for(_untyped(handler.client).close(), CLOSE_SECONDS)

    async def _connect_and_watch(self, address: str) -> str:
        """Connect, stay connected, and return why the connection ended."""
        try:
            token = self._credentials.app_token
            await self._connect(address or await self._web.open_connection(token))
            await self._watch()
        except CallFailed as failure:
            _raise_if_fatal(failure.reason)
            return f"apps.connections.open failed with {failure.reason}"
        except TimeoutError:
            return "the WebSocket does not open: a firewall or a proxy may not let it through"
        except (ClientError, OSError) as error:
            return type(error).__name__
        _raise_if_fatal(self._disconnect_reason)
        return self._disconnect_reason or "it was lost"

    async def _connect(self, address: str) -> None:
        self._disconnect_reason = ""
        self._handler = handler = _Handler(
            self._app, self._credentials.app_token, logger=_silent(), ping_interval=PING_SECONDS
        )
        handler.client.proxy = self._credentials.proxy
        handler.client.on_message_listeners.append(self._note_disconnect)
        self._stop_reconnecting(_untyped(handler.client))
        handler.client.wss_uri = address
        await asyncio.wait_for(_untyped(handler.client).connect(), CONNECT_SECONDS)

    def _stop_reconnecting(self, client: Any) -> None:  # noqa: ANN401 - see `_untyped`
        """Stop the SDK from reconnecting after a reason for a pause."""
        connect = client.connect_to_new_endpoint

        async def connect_unless_ended(force: bool = False) -> None:  # noqa: FBT001, FBT002 - the SDK's
            if not self._disconnect_reason:
                await connect(force)

        client.connect_to_new_endpoint = connect_unless_ended

    async def _watch(self) -> None:
        """Return when the connection is lost and the SDK does not reconnect."""
        last_up = _now()
        while not self._disconnect_reason and _now() - last_up < RECONNECT_SECONDS:
            if await self._is_up():
                last_up = _now()
                self._health.is_up()
            else:
                self._health.is_down("connecting to Slack again")
            await asyncio.sleep(CHECK_SECONDS)

    async def _is_up(self) -> bool:
        """Return True if the connection is open and answers pings."""
        client = self._handler.client if self._handler is not None else None
        if client is None or not await client.is_connected():
            return False
        pong = client.last_ping_pong_time
        return pong is None or time.time() - pong < SILENCE_SECONDS

    async def _note_disconnect(self, message: WSMessage) -> None:
        """Note a "disconnect" that forbids an immediate connection.

        The SDK reconnects after every "disconnect", which is right for a refresh only.
        """
        if '"disconnect"' not in message.data[:200]:
            return
        with suppress(ValueError, AttributeError):
            data = json.loads(message.data)
            reason = data.get("reason") if data.get("type") == "disconnect" else ""
            if reason in {"link_disabled", "too_many_websockets"}:
                self._disconnect_reason = reason


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which also acknowledges requests that Bolt cannot read, and leaves some to Slack."""

    async def handle(  # type: ignore[override]  # as Bolt narrows it too
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        begun = time.time()
        try:
            again = {RETRY_HEADER: str(req.retry_attempt)} if req.retry_attempt else {}
            if response := await respond(self.app, bolt_request(req.payload, again)):
                await send_async_response(client, req, response, begun)
        except MALFORMED_BODY_ERRORS as error:
            _log.warning("Bolt cannot read the request: %s.", type(error).__name__)
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


def _raise_if_fatal(reason: str) -> None:
    if reason in FATAL_ERRORS:
        raise AdapterError(
            f"Slack does not let the bot connect ({reason}): run  faqbot slack doctor  to see what to change"
        )


def backoff_seconds(failures: int) -> float:
    """Return the pause after so many *failures*: exponential backoff with jitter."""
    longest = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1]
    return longest * random.uniform(0.75, 1.0)


def _silent() -> logging.Logger:
    """Return a logger that writes nothing: `SocketConnection` logs all that matters."""
    log = logging.getLogger("faqbot.slack.sdk")
    log.setLevel(logging.CRITICAL)
    return log


def _untyped(client: object) -> Any:  # noqa: ANN401 - the SDK leaves these methods without types
    return client


def _now() -> float:
    return asyncio.get_running_loop().time()
