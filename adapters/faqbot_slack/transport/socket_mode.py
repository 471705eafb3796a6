"""The connection by Socket Mode, for as long as the bot lives: watched, and made anew when it dies."""

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
from slack_sdk.socket_mode.response import SocketModeResponse

from faqbot import AdapterError
from faqbot_slack.transport.app import UNREADABLE
from faqbot_slack.transport.web_api import CallFailed

if TYPE_CHECKING:
    from aiohttp import WSMessage
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    from faqbot_slack.credentials import Access
    from faqbot_slack.transport.http import Health
    from faqbot_slack.transport.web_api import Web

__all__ = ["FINAL", "Socket", "pause_after"]

_log = logging.getLogger("faqbot.slack.socket")

_PING_SECONDS = 5.0
_LOOK_SECONDS = 0.5
_SILENCE_SECONDS = 4 * _PING_SECONDS
_DOWN_SECONDS = 10.0  # what the SDK is given to connect again by itself
_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 1.5
_BACKOFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_STEADY_SECONDS = 60.0

FINAL = {
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
"""What Slack says when trying again cannot help."""


class Socket:
    """Keeps *app* connected. `health` says whether it is."""

    def __init__(self, app: AsyncApp, web: Web, access: Access, health: Health) -> None:
        """Connect *app* with the tokens of *access*."""
        self._app = app
        self._web = web
        self._access = access
        self._health = health
        self._handler: AsyncSocketModeHandler | None = None
        self._told_to_leave = ""

    async def serve(self, address: str = "") -> None:
        """Stay connected until cancelled; raises AdapterError when Slack refuses for good.

        *address* is that of a connection which was opened already. Whatever else happens is tried
        again, after a pause that grows from a second to a minute.
        """
        failures = 0
        while True:
            begun = _now()
            try:
                await self._connect(
                    address or await self._web.open_connection(self._access.app_token)
                )
                await self._watch()
            except CallFailed as failure:
                _raise_if_final(failure.reason)
                why = f"apps.connections.open failed with {failure.reason}"
            except TimeoutError:
                why = "the WebSocket does not open: a firewall or a proxy may not let it through"
            except (ClientError, OSError) as error:
                why = type(error).__name__
            else:
                why = self._told_to_leave or "it was lost"
                _raise_if_final(self._told_to_leave)
            address = ""
            self._health.is_down(why)
            await self.close()
            failures = 1 if _now() - begun > _STEADY_SECONDS else failures + 1
            pause = pause_after(failures)
            _log.warning("No connection to Slack (%s). The next try is in %.0f s.", why, pause)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Leave: nothing is received any more. Takes two seconds at most."""
        handler, self._handler = self._handler, None
        if handler is None:
            return
        with suppress(TimeoutError, ClientError, OSError, RuntimeError):
            await asyncio.wait_for(_untyped(handler.client).close(), _CLOSE_SECONDS)

    async def _connect(self, address: str) -> None:
        self._told_to_leave = ""
        self._handler = handler = _Handler(
            self._app, self._access.app_token, logger=_silent(), ping_interval=_PING_SECONDS
        )
        handler.client.proxy = self._access.proxy
        handler.client.on_message_listeners.append(self._listen_for_leave)
        handler.client.wss_uri = address
        await asyncio.wait_for(_untyped(handler.client).connect(), _CONNECT_SECONDS)

    async def _watch(self) -> None:
        """Return when the connection is lost and the SDK does not get it back."""
        last_up = _now()
        while not self._told_to_leave and _now() - last_up < _DOWN_SECONDS:
            if await self._is_up():
                last_up = _now()
                self._health.is_up()
            else:
                self._health.is_down("connecting to Slack again")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _is_up(self) -> bool:
        """Tell whether the connection is up. The SDK's word alone can be wrong: it counts pongs too."""
        client = self._handler.client if self._handler is not None else None
        if client is None or not await client.is_connected():
            return False
        pong = client.last_ping_pong_time
        return pong is None or time.time() - pong < _SILENCE_SECONDS

    async def _listen_for_leave(self, message: WSMessage) -> None:
        """Note why Slack sends the bot away, where connecting again at once would be wrong.

        The SDK answers every "disconnect" by connecting again. That is right for a refresh.
        """
        if '"disconnect"' not in message.data[:200]:
            return
        with suppress(ValueError, AttributeError):
            said = json.loads(message.data)
            reason = said.get("reason") if said.get("type") == "disconnect" else ""
            if reason in {"link_disabled", "too_many_websockets"}:
                self._told_to_leave = reason


class _Handler(AsyncSocketModeHandler):
    """Acknowledges also what Bolt cannot read, which Slack would only send again."""

    async def handle(  # type: ignore[override]  # as Bolt narrows it too
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        try:
            await super().handle(client, req)
        except UNREADABLE as error:
            _log.warning("Bolt cannot read what came, for a %s.", type(error).__name__)
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


def _raise_if_final(reason: str) -> None:
    if reason in FINAL:
        raise AdapterError(
            f"Slack does not let the bot connect ({reason}): run  faqbot slack doctor  to see what to change"
        )


def pause_after(failures: int) -> float:
    """Return the seconds to wait after so many failures, spread so that bots do not come in herds."""
    longest = _BACKOFF_SECONDS[min(failures, len(_BACKOFF_SECONDS)) - 1]
    return longest * random.uniform(0.75, 1.0)


def _silent() -> logging.Logger:
    """Return a logger for the SDK that writes nothing: `Socket` tells all that anybody can act on."""
    log = logging.getLogger("faqbot.slack.sdk")
    log.setLevel(logging.CRITICAL)
    return log


def _untyped(client: object) -> Any:  # noqa: ANN401 - the SDK leaves these methods without types
    return client


def _now() -> float:
    return asyncio.get_running_loop().time()
