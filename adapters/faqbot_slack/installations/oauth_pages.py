"""Installation pages: start, return from Slack, and error sentences."""

from __future__ import annotations

import asyncio
import html
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

from aiohttp import ClientError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from starlette.responses import HTMLResponse
from starlette.routing import Route

from faqbot import network_of
from faqbot_slack.expiring import MINUTE
from faqbot_slack.handlers.limits import RateDecision, RateLimit
from faqbot_slack.installations.installation_store import NotOffered, name_of
from faqbot_slack.transport.app import MALFORMED_BODY_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_bolt.oauth.async_callback_options import AsyncFailureArgs, AsyncSuccessArgs
    from slack_bolt.request.async_request import AsyncBoltRequest
    from slack_sdk.oauth.installation_store import Installation
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse
    from starlette.requests import Request
    from starlette.responses import Response

    from faqbot import Store
    from faqbot_slack.installations.installation_store import InstallationStore
    from faqbot_slack.oauth_app import OAuthApp

_log = logging.getLogger("faqbot.slack")

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
# Seconds from the start of an installation to its end: the default of Slack's SDK.
STATE_SECONDS = 600
# Content of a state, so that no other encrypted text passes as one.
_STATE = b"installation"
# Installations that may end in a minute, in all and from one address. Each is a call of Slack and a key in
# the store. Chosen by hand: an office has one address, and floods have a few dozen at once.
MAX_PER_MINUTE, MAX_PER_ADDRESS = 300, 10
# Errors of a call that Slack did not answer, or refused.
_UNREACHABLE = (SlackClientError, ClientError, OSError)
# Characters of Slack's name of an error that a page shows. Chosen by hand.
_MAX_REASON = 40
_AGAIN = '<a href="install">Begin again</a>.'
_SENTENCES = {
    "access_denied": "The installation was cancelled, so nothing was installed.",
    "invalid_browser": f"The installation was begun in another browser, or its cookie is gone. {_AGAIN}",
    "invalid_state": f"The installation took more than ten minutes, or was ended before. {_AGAIN}",
    "missing_code": f"Slack sent no code to end the installation with. {_AGAIN}",
    "invalid_code": f"Slack did not accept the end of the installation. {_AGAIN}",
    "not_offered": "This bot is not offered to your workspace: ask whoever runs it.",
    "storage_error": f"The installation could not be kept. Try it again later. {_AGAIN}",
    "too_many": f"Too many installations end at the moment. Try it again in a minute. {_AGAIN}",
    "unreachable": f"Slack does not answer at the moment. Try it again in a minute. {_AGAIN}",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="icon" href="data:,">
</head>
<body>
<h1>{title}</h1>
<p>{sentence}</p>
</body>
</html>
"""
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src data:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds the code of Slack
    "X-Content-Type-Options": "nosniff",
}


class OneTimeStates(AsyncOAuthStateStore):
    """Encrypted states of installations, valid ten minutes, used once.

    Nothing is kept when a state is issued, so that visits to the first page fill no store. The state
    store of Slack's SDK that keeps nothing gives all visitors of a second the same state.
    """

    def __init__(self, store: Store, app: OAuthApp) -> None:
        """Encrypt with the keys of *app*, which replicas share; used states are keys in *store*."""
        self._store = store
        self._keys = MultiFernet([Fernet(key) for key in app.keys])

    async def async_issue(self, *_: object, **__: object) -> str:
        """Return a new state."""
        return self._keys.encrypt(_STATE).decode().rstrip("=")

    async def async_consume(self, state: str) -> bool:
        """Return True if *state* is ours, not older than ten minutes, and used for the first time."""
        padded = state + "=" * (-len(state) % 4)
        try:
            is_ours = self._keys.decrypt(padded.encode(), ttl=STATE_SECONDS) == _STATE
        except InvalidToken:
            return False
        key = f"installation:{state}"
        return is_ours and await asyncio.to_thread(self._store.claim, key, seconds=STATE_SECONDS)


def oauth_settings(
    app: OAuthApp, api_url: str, scopes: list[str], installations: InstallationStore, store: Store
) -> AsyncOAuthSettings:
    """Return Bolt's settings to install *app* with *scopes*, and to keep it in *installations*.

    *api_url* is the address of Slack's Web API, and *store* has the states that were used.
    """
    return AsyncOAuthSettings(
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=scopes,
        user_scopes=[],
        redirect_uri=app.redirect_uri or None,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=urljoin(api_url, "/oauth/v2/authorize"),
        installation_store=installations,
        state_store=OneTimeStates(store, app),
        state_expiration_seconds=STATE_SECONDS,
    )


class InstallPages:
    """Pages of an installation, which calls *on_installed* with its name in the end."""

    def __init__(
        self,
        settings: AsyncOAuthSettings,
        client: AsyncWebClient,
        on_installed: Callable[[str], None],
    ) -> None:
        """Install with *settings* of `oauth_settings`, and with calls of *client*."""
        self._on_installed = on_installed
        self._of_all = RateLimit(MAX_PER_MINUTE, MINUTE, keys=1)
        self._of_address = RateLimit(MAX_PER_ADDRESS, MINUTE)
        self._proxy_is_told = False
        settings.callback_options = AsyncCallbackOptions(self._succeed, self._fail)
        self._flow = _Flow(
            client=cast("AsyncWebClient", _LoggingClient(client)),
            logger=_silent(),
            settings=settings,
        )

    @property
    def routes(self) -> list[Route]:
        """Routes of the start and of the return from Slack."""
        return [Route(INSTALL_PATH, self._start), Route(REDIRECT_PATH, self._end)]

    async def _start(self, request: Request) -> Response:
        begun = await self._flow.handle_installation(to_async_bolt_request(request, b""))
        return to_starlette_response(begun)

    async def _end(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return HTMLResponse(_page_of("too_many"), 429, _HEADERS)
        try:
            ended = await self._flow.handle_callback(to_async_bolt_request(request, b""))
        except (*_UNREACHABLE, *MALFORMED_BODY_ERRORS, NameError) as error:
            # Bolt handles refusals of Slack only, and relies on the form of its answers.
            _log.warning(
                "An installation failed: Slack does not answer (%s).", type(error).__name__
            )
            return HTMLResponse(_page_of("unreachable"), 502, _HEADERS)
        return to_starlette_response(ended)

    def _is_allowed(self, request: Request) -> bool:
        """Return True within both limits; a visitor who is refused by the first uses up nothing."""
        address = request.client.host if request.client else ""
        self._tell_proxy(request, address)
        taken = self._of_address.take(network_of(address))
        return taken is RateDecision.ALLOWED and self._of_all.take("") is RateDecision.ALLOWED

    def _tell_proxy(self, request: Request, address: str) -> None:
        """Log once that *address* looks like an unnamed proxy."""
        forwarded = ", ".join(request.headers.getlist("x-forwarded-for"))
        if not self._proxy_is_told and forwarded and address not in forwarded:
            self._proxy_is_told = True
            _log.warning(
                "%s passes requests on. If it is your proxy, name it in the setting proxies: its "
                "visitors share the limit of one address.",
                address,
            )

    async def _succeed(self, args: AsyncSuccessArgs) -> BoltResponse:
        bot = args.installation.to_bot()
        self._on_installed(name_of(bot))
        where = html.escape(bot.enterprise_name or bot.team_name or "your workspace")
        sentence = (
            f"The bot is installed in {where}. Write to it in Slack, or mention it in a channel."
        )
        return self._response(200, _page("Installed", sentence))

    async def _fail(self, args: AsyncFailureArgs) -> BoltResponse:
        reason = "not_offered" if isinstance(args.error, NotOffered) else args.reason
        if reason not in {"access_denied", "invalid_code", "not_offered"}:
            _log.warning("An installation failed: %s.", ascii(reason[:_MAX_REASON]))
        status = 403 if reason == "not_offered" else args.suggested_status_code
        return self._response(status, _page_of(reason))

    def _response(self, status: int, page: str) -> BoltResponse:
        cookie = self._flow.settings.state_utils.build_set_cookie_for_deletion()
        kind = {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": cookie}
        headers: dict[str, str | Sequence[str]] = {**kind, **_HEADERS}
        return BoltResponse(status=status, body=page, headers=headers)


class _LoggingClient:
    """Client of the flow that logs the reason of a refusal."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    async def oauth_v2_access(self, **arguments: Any) -> AsyncSlackResponse:  # noqa: ANN401 - the SDK's
        """Exchange a code for a token; raises SlackApiError."""
        try:
            return await self._client.oauth_v2_access(**arguments)
        except SlackApiError as error:
            reason = ascii(error.response.get("error", ""))[:_MAX_REASON]
            _log.warning(
                "Slack refuses an installation: %s. See  faqbot slack doctor --http", reason
            )
            raise


class _Flow(AsyncOAuthFlow):
    """Bolt's flow, with our first page and no outside parameters."""

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        del request  # Bolt would put its parameter "team" into the address as it is
        return self.settings.authorize_url_generator.generate(state=state)

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        del request
        link = f'<a href="{html.escape(url)}">Add the bot to Slack</a>'
        return _page("Install the bot", f"{link}. Slack shows its rights before you agree.")

    async def store_installation(
        self, request: AsyncBoltRequest, installation: Installation
    ) -> None:
        try:
            await super().store_installation(request, installation)
        except NotOffered:
            with suppress(*_UNREACHABLE):
                await self.client.apps_uninstall(
                    client_id=self.client_id,
                    client_secret=self.settings.client_secret,
                    token=installation.bot_token,
                )
            raise

    async def append_set_cookie_headers(
        self, headers: dict[str, object], set_cookie_value: str | None
    ) -> dict[str, object]:
        return {**await super().append_set_cookie_headers(headers, set_cookie_value), **_HEADERS}


def _page_of(reason: str) -> str:
    """Return the page for the error name *reason*."""
    known = _SENTENCES.get(reason)
    sentence = known or f"Slack ended it ({html.escape(reason[:_MAX_REASON])}). {_AGAIN}"
    return _page("Not installed", sentence)


def _page(title: str, sentence: str) -> str:
    return _PAGE.format(title=title, sentence=sentence)


def _silent() -> logging.Logger:
    """Return a logger that writes nothing: Bolt's messages hold codes of Slack."""
    log = logging.getLogger("faqbot.slack.sdk")
    log.setLevel(logging.CRITICAL)
    return log
