"""Slack's Web API over one session: retries, time and rate limits."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from aiohttp import (
    ClientConnectorError,
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

    from faqbot_slack.credentials import Credentials

_log = logging.getLogger("faqbot.slack.web")

# Seconds that one HTTP request may take. Chosen by hand.
REQUEST_SECONDS = 10
# Longest Retry-After, in seconds, that is waited for. Chosen by hand: an answer after five minutes is
# better than none, as the person left the question to the bot.
MAX_RETRY_AFTER = 300
# Seconds that a call may take with all its retries: three of the longest waits.
CALL_SECONDS = 900.0
# Tries of a call that meets the rate limit. Chosen by hand.
MAX_RATE_LIMITED_TRIES = 6
# Pauses before the second and the third post to a response_url, in seconds. Chosen by hand.
RESPOND_PAUSES = (1.0, 3.0)
# Seconds between two messages to one channel: Slack's documented limit of chat.postMessage.
CHANNEL_PAUSE = 1.0
# HTTP statuses: success, rate limit, and the first of the server's errors.
OK, TOO_MANY_REQUESTS, SERVER_ERROR = 200, 429, 500
# Rate limit with status 200, in both of Slack's spellings.
RATE_LIMIT_ERRORS = {"rate_limited", "ratelimited"}
# Errors of Slack's servers that come with status 200.
TRANSIENT_ERRORS = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
_ERROR_NAME = re.compile(r"[a-z][a-z_]{2,60}")


class ChannelRateLimiter:
    """Turns in order of arrival, *seconds* apart within a channel."""

    def __init__(
        self,
        seconds: float = CHANNEL_PAUSE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Keep *seconds* between the end of a turn and the next."""
        self._seconds = seconds
        self._sleep = sleep
        self._channels: dict[str, _ChannelQueue] = {}

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Wait for a turn in *channel* and keep it during the block."""
        queue = self._channels.setdefault(channel, _ChannelQueue())
        queue.waiting += 1
        try:
            async with queue.lock:
                await self._sleep(max(0.0, queue.free_at - _now()))
                try:
                    yield
                finally:
                    queue.free_at = _now() + self._seconds
        finally:
            queue.waiting -= 1
            self._forget_idle()

    def disable(self) -> None:
        """Give turns without pauses; Slack accepts a short burst."""
        self._seconds = 0.0

    def _forget_idle(self) -> None:
        """Remove the channels that are free, without waiters."""
        now = _now()
        idle = [
            name
            for name, queue in self._channels.items()
            if not queue.waiting and queue.free_at <= now
        ]
        for name in idle:
            del self._channels[name]


class _ChannelQueue:
    """Queue of one channel: lock, number of waiters, time when free."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.free_at = 0.0


def _now() -> float:
    return asyncio.get_running_loop().time()


class CallFailed(Exception):
    """Failure of a call after all retries; *reason* is Slack's error name or a few words.

    *is_passing* means that a later try may succeed. *is_unknown* means that Slack may have carried out
    the call all the same: its response was lost.
    """

    def __init__(self, reason: str, *, is_passing: bool = False, is_unknown: bool = False) -> None:
        """Keep *reason*; it never holds a token or text of a person."""
        super().__init__(reason)
        self.reason = reason
        self.is_passing = is_passing
        self.is_unknown = is_unknown


class _RateLimitRetry(AsyncRateLimitErrorRetryHandler):
    """Retry after the pause that Slack asks for, if short."""

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
        headers = {name: next(iter(values), "1") for name, values in response.headers.items()}
        return _rate_limit_pause(response.status_code, _error_in(response), headers) is not None


class _ServerErrorRetry(AsyncServerErrorRetryHandler):
    """Retry after a server error, also with status 200."""

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
        is_passing = _error_in(response) in TRANSIENT_ERRORS
        return response.status_code >= SERVER_ERROR or is_passing


def _error_in(response: HttpResponse) -> object:
    """Return Slack's error name in *response*, None without one."""
    return response.body.get("error") if isinstance(response.body, dict) else None


def _retries() -> list[AsyncRetryHandler]:
    # After a broken connection it is unknown if the call arrived. It is repeated, as a call that is
    # made twice does no harm. Posts are repeated by the executor, which looks for the first one.
    broken = [ServerConnectionError, ServerDisconnectedError, ClientOSError, TimeoutError]
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=2, error_types=broken),
        _RateLimitRetry(max_retry_count=MAX_RATE_LIMITED_TRIES - 1),
        _ServerErrorRetry(max_retry_count=2),
    ]


def _rate_limit_pause(status: object, error: object, headers: Mapping[str, object]) -> float | None:
    """Return the seconds that Slack asks to wait, None if too long or another error."""
    if status != TOO_MANY_REQUESTS and error not in RATE_LIMIT_ERRORS:
        return None
    named = {name.lower(): value for name, value in headers.items()}
    seconds = str(named.get("retry-after", "1"))
    is_short = seconds.isdecimal() and int(seconds) <= MAX_RETRY_AFTER
    return float(seconds) if is_short else None


class WebApi:
    """Client of the Web API and of response_urls. Made by `open_web_api`."""

    def __init__(self, client: AsyncWebClient, session: ClientSession, proxy: str | None) -> None:
        """Use *client* for methods and *session* for response_urls."""
        self.client = client
        self._session = session
        self._proxy = proxy
        base_url = str(client.base_url)
        self._poster = _make_client(client.token or "", base_url, session, proxy, [])
        self.scopes: frozenset[str] = frozenset()

    def with_token(self, token: str) -> WebApi:
        """Return a client with another *token*, over the same session."""
        client = _make_client(token, self.client.base_url, self._session, self._proxy)
        return WebApi(client, self._session, self._proxy)

    async def call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Call *method* and return Slack's response; raises CallFailed."""
        async with _time_limit():
            response = await self.client.api_call(method, json=_given(arguments))
        return _data(response.data)

    async def post(
        self,
        arguments: Mapping[str, Any],
        *,
        before: Callable[[], Awaitable[None]],
        seconds: float = REQUEST_SECONDS,
    ) -> dict[str, Any]:
        """Post a message and return Slack's response; raises CallFailed, and the errors of *before*.

        *before* is called right before each try, which ends after *seconds*. Only a rate limit is waited
        out. After any other failure the message may be there.
        """
        async with _time_limit():
            for number in range(MAX_RATE_LIMITED_TRIES):
                await before()
                try:
                    return await self._post_once(arguments, seconds)
                except SlackApiError as error:
                    headers = getattr(error.response, "headers", None) or {}
                    pause = _rate_limit_pause(_status(error), _reason(error), headers)
                    if pause is None or number == MAX_RATE_LIMITED_TRIES - 1:
                        raise
                await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _post_once(self, arguments: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        self._poster.token = self.client.token  # it may have been renewed
        async with asyncio.timeout(seconds):
            response = await self._poster.api_call("chat.postMessage", json=_given(arguments))
        return _data(response.data)

    async def read(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Call *method* without JSON, and return the response; raises CallFailed."""
        async with _time_limit():
            response = await self.client.api_call(method, http_verb="GET", params=dict(arguments))
        return _data(response.data)

    async def respond(self, url: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post *body* to a response_url; raises CallFailed."""
        hook = AsyncWebhookClient(
            url, session=self._session, retry_handlers=_retries(), logger=_quiet()
        )
        hook.proxy = self._proxy
        async with _time_limit():
            response = await hook.send_dict(dict(body))
            for pause in RESPOND_PAUSES:
                if response.status_code < SERVER_ERROR:
                    break
                await asyncio.sleep(pause)  # the SDK retries after status 429 only
                response = await hook.send_dict(dict(body))
        if response.status_code == OK:
            return {}
        raise CallFailed(_error_name(response.body) or f"status {response.status_code}")

    async def authenticate(self) -> tuple[dict[str, Any], frozenset[str]]:
        """Return the response of auth.test and the scopes of the token; raises CallFailed.

        The scopes are empty if Slack did not say. They are kept as *scopes*.
        """
        async with _time_limit():
            response = await self.client.api_call("auth.test")
        named = {name.lower(): value for name, value in response.headers.items()}
        scopes = named.get("x-oauth-scopes", "")
        self.scopes = frozenset(filter(None, re.split(r"[,\s]+", str(scopes))))
        return _data(response.data), self.scopes

    async def open_connection(self, app_token: str) -> str:
        """Return a new Socket Mode connection's URL; raises CallFailed."""
        async with _time_limit():
            response = await self.client.apps_connections_open(app_token=app_token)
        return str(_data(response.data).get("url", ""))


@asynccontextmanager
async def open_web_api(credentials: Credentials) -> AsyncIterator[WebApi]:
    """Open a session with the bot's token, "" for none, and close it after the block."""
    timeout = ClientTimeout(total=REQUEST_SECONDS)
    async with ClientSession(timeout=timeout) as session:
        proxy = credentials.proxy
        client = _make_client(credentials.bot_token, credentials.api_url, session, proxy)
        yield WebApi(client, session, proxy)


def _make_client(
    token: str,
    api_url: str,
    session: ClientSession,
    proxy: str | None,
    retries: list[AsyncRetryHandler] | None = None,
) -> AsyncWebClient:
    client = AsyncWebClient(
        token=token,
        base_url=api_url,
        timeout=REQUEST_SECONDS,
        session=session,
        retry_handlers=_retries() if retries is None else retries,
        logger=_quiet(),
    )
    client.proxy = proxy  # the SDK itself ignores NO_PROXY
    return client


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


@asynccontextmanager
async def _time_limit() -> AsyncIterator[None]:
    """Limit the time of a call, and raise CallFailed for its errors."""
    limit = asyncio.timeout(CALL_SECONDS)
    try:
        async with limit:
            yield
    except SlackApiError as error:
        reason, is_passing = _reason(error), _is_server_error(error)
        raise CallFailed(reason, is_passing=is_passing, is_unknown=is_passing) from None
    except TimeoutError:
        is_passing = not limit.expired()
        raise CallFailed("no answer in time", is_passing=is_passing, is_unknown=True) from None
    except ClientConnectorError as error:
        raise CallFailed(f"no connection ({type(error).__name__})", is_passing=True) from None
    except (ClientError, SlackClientError, OSError, ValueError) as error:
        reason = f"no connection ({type(error).__name__})"
        raise CallFailed(reason, is_passing=True, is_unknown=True) from None


def _is_server_error(error: SlackApiError) -> bool:
    """Return True if *error* is a failure of Slack's servers."""
    reason, status = _reason(error), _status(error)
    return reason in TRANSIENT_ERRORS or (isinstance(status, int) and status >= SERVER_ERROR)


def _status(error: SlackApiError) -> object:
    response = error.response
    return getattr(response, "status_code", None) or getattr(response, "status", "unknown")


def _reason(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    named = data.get("error") if isinstance(data, dict) else None
    if isinstance(named, str) and _ERROR_NAME.fullmatch(named):
        return named
    return f"status {_status(error)}"


def _error_name(body: object) -> str:
    """Return the error name in a response_url's *body*; "" if missing."""
    name = body.strip() if isinstance(body, str) else ""
    with suppress(ValueError, RecursionError):
        name = str(_data(json.loads(name)).get("error", ""))
    return name if _ERROR_NAME.fullmatch(name) else ""


def _data(data: object) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _quiet() -> logging.Logger:
    """Return the SDK's logger at WARNING, to hide message texts."""
    log = logging.getLogger("slack_sdk")
    log.setLevel(logging.WARNING)
    return log
