"""Slack's Web API over one shared session: what is worth trying again is, and within a time limit.

One message a second to each channel, which is what Slack allows; channels do not wait for others.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from aiohttp import (
    ClientError,
    ClientOSError,
    ClientSession,
    ClientTimeout,
    ServerConnectionError,
    ServerDisconnectedError,
)
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
    from slack_sdk.http_retry.async_handler import AsyncRetryHandler

    from faqbot_slack.credentials import Access

_log = logging.getLogger("faqbot.slack.web")

_CALL_SECONDS = 10
_LONGEST_WAIT = 60
_DEADLINE = 120.0
_RESPOND_PAUSES = (1.0, 3.0)
_SERVERS_FAULT = 500
_PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
_REASON = re.compile(r"[a-z][a-z_]{2,60}")


class Pace:
    """Hands out turns, first come, first served, and *seconds* apart within a channel."""

    def __init__(
        self, seconds: float = 1.0, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Keep *seconds* from the end of one turn to the start of the next."""
        self._seconds = seconds
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Wait for a turn in *channel* and keep it for the block."""
        lane = self._lanes.setdefault(channel, _Lane())
        lane.waiting += 1
        try:
            async with lane.lock:
                await self._sleep(max(0.0, lane.free_at - _now()))
                try:
                    yield
                finally:
                    lane.free_at = _now() + self._seconds
        finally:
            lane.waiting -= 1
            self._forget_idle()

    def hurry(self) -> None:
        """Keep no pace from now on: there is no time left, and Slack lets a short burst pass."""
        self._seconds = 0.0

    def _forget_idle(self) -> None:
        """Drop the channels that nobody waits for and that are free, so that a long life costs nothing."""
        now = _now()
        idle = [
            name for name, lane in self._lanes.items() if not lane.waiting and lane.free_at <= now
        ]
        for name in idle:
            del self._lanes[name]


class _Lane:
    """One channel: who has the turn, how many want it, and from when on it is free."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.free_at = 0.0


def _now() -> float:
    return asyncio.get_running_loop().time()


class CallFailed(Exception):
    """A call that failed for good; *reason* is Slack's name of the error, or ours in two words."""

    def __init__(self, reason: str) -> None:
        """Keep *reason*, which never holds a text of a person or a token."""
        super().__init__(reason)
        self.reason = reason


class _Pressure(AsyncRateLimitErrorRetryHandler):
    """Waits as long as Slack says, unless that is longer than anybody would wait for an answer."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:  # noqa: PLR2004 - Too Many Requests
            return False
        del state, request, error
        named = {name.lower(): value for name, value in response.headers.items()}
        seconds = str(next(iter(named.get("retry-after", ["1"])), "1"))
        return seconds.isdecimal() and int(seconds) <= _LONGEST_WAIT


class _Trouble(AsyncServerErrorRetryHandler):
    """Takes what Slack reports of itself with status 200 for a server's error too."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        del state, request, error
        if response is None:
            return False
        body = response.body if isinstance(response.body, dict) else {}
        return response.status_code >= _SERVERS_FAULT or body.get("error") in _PASSING


def _retries() -> list[AsyncRetryHandler]:
    # When a connection breaks, nobody can know whether the call arrived. It is made again: an
    # answer given twice, which is rare, is better than one that is lost.
    broken = [ServerConnectionError, ServerDisconnectedError, ClientOSError, TimeoutError]
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=2, error_types=broken),
        _Pressure(max_retry_count=5),
        _Trouble(max_retry_count=2),
    ]


class Web:
    """Calls Slack's Web API and posts to response_urls. Made by `open_web`."""

    def __init__(self, client: AsyncWebClient, session: ClientSession, proxy: str | None) -> None:
        """Use *client* for methods, and *session* for what is not one."""
        self.client = client
        self._session = session
        self._proxy = proxy

    async def call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Call *method* and return what Slack answers; raises CallFailed."""
        given = {name: value for name, value in arguments.items() if value is not None}
        async with _in_time():
            response = await self.client.api_call(method, json=given)
        return _data(response.data)

    async def respond(self, url: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post *body* to a response_url; raises CallFailed."""
        hook = AsyncWebhookClient(
            url, session=self._session, retry_handlers=_retries(), logger=_quiet()
        )
        hook.proxy = self._proxy
        async with _in_time():
            response = await hook.send_dict(dict(body))
            for pause in _RESPOND_PAUSES:
                if response.status_code < _SERVERS_FAULT:
                    break
                await asyncio.sleep(pause)  # the SDK's client tries again after 429 only
                response = await hook.send_dict(dict(body))
        if response.status_code == 200:  # noqa: PLR2004 - OK
            return {}
        raise CallFailed(_named(response.body) or f"status {response.status_code}")

    async def authenticate(self) -> tuple[dict[str, Any], frozenset[str]]:
        """Return who the bot is, from one auth.test, and the scopes it was given; raises CallFailed."""
        async with _in_time():
            response = await self.client.api_call("auth.test")
        named = {name.lower(): value for name, value in response.headers.items()}
        scopes = named.get("x-oauth-scopes", "")
        return _data(response.data), frozenset(filter(None, re.split(r"[,\s]+", str(scopes))))

    async def open_connection(self, app_token: str) -> str:
        """Return the address of a new Socket Mode connection; raises CallFailed."""
        async with _in_time():
            response = await self.client.apps_connections_open(app_token=app_token)
        return str(_data(response.data).get("url", ""))


@asynccontextmanager
async def open_web(access: Access) -> AsyncIterator[Web]:
    """Open a session with the bot's token and close it at the end of the block."""
    timeout = ClientTimeout(total=_CALL_SECONDS)
    async with ClientSession(timeout=timeout) as session:
        client = AsyncWebClient(
            token=access.bot_token,
            base_url=access.api_url,
            timeout=_CALL_SECONDS,
            session=session,
            retry_handlers=_retries(),
            logger=_quiet(),
        )
        client.proxy = access.proxy  # what the SDK took from the environment does not heed NO_PROXY
        yield Web(client, session, access.proxy)


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Turn every way in which a call fails into CallFailed, and end it after a time."""
    try:
        async with asyncio.timeout(_DEADLINE):
            yield
    except SlackApiError as error:
        raise CallFailed(_reason(error)) from None
    except TimeoutError:
        raise CallFailed("no answer in time") from None
    except (ClientError, SlackClientError, OSError, ValueError) as error:
        raise CallFailed(f"no connection ({type(error).__name__})") from None


def _reason(error: SlackApiError) -> str:
    response = error.response
    data = getattr(response, "data", None)
    named = data.get("error") if isinstance(data, dict) else None
    if isinstance(named, str) and _REASON.fullmatch(named):
        return named
    status = getattr(response, "status_code", None) or getattr(response, "status", "unknown")
    return f"status {status}"


def _named(body: object) -> str:
    """Return the error that the body of a response_url's answer names, bare or as JSON; "" for none."""
    said = body.strip() if isinstance(body, str) else ""
    with suppress(ValueError, RecursionError):
        said = str(_data(json.loads(said)).get("error", ""))
    return said if _REASON.fullmatch(said) else ""


def _data(data: object) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _quiet() -> logging.Logger:
    """Return the SDK's logger at WARNING: below that it writes what people said."""
    log = logging.getLogger("slack_sdk")
    log.setLevel(logging.WARNING)
    return log
