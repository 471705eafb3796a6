"""Token rotation: one thread of one process renews an expiring token.

Slack accepts each refresh token once. Two processes that refresh at the same time would leave a token
that no process can renew. So a process locks the installation, and reads it again under the lock.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.token_rotation import TokenRotator
from slack_sdk.web.client import WebClient

from faqbot import StoreError
from faqbot_slack.expiring import ExpiringMap
from faqbot_slack.installations.installation_store import title_of

if TYPE_CHECKING:
    from slack_sdk.oauth.installation_store import Bot as Installation

    from faqbot_slack.credentials import Credentials
    from faqbot_slack.installations.installation_store import InstallationStore
    from faqbot_slack.oauth_app import OAuthApp

_log = logging.getLogger("faqbot.slack")

# Minutes before its end from which a token is renewed: the default of Slack's SDK. Tokens live 12 hours.
RENEW_MINUTES = 120
# Seconds before its end from which a token is not used any more. Chosen by hand: a few calls of Slack.
UNUSABLE_SECONDS = 30.0
# Seconds that a request for a new token may take. Chosen by hand, far below the time of the lock.
REQUEST_SECONDS = 5
# Pauses before further tries to keep a new token, in seconds. Chosen by hand, below the time of the lock.
_KEEP_PAUSES = (0.5, 2.0, 5.0)
# Renewals at a time, each with a connection to the store. Chosen by hand.
MAX_RENEWALS = 4
# Seconds between two tries after a failure that is final, until the app is installed again. Chosen by hand.
FINAL_PAUSE_SECONDS = 60.0
# Installations whose final failure is remembered. Chosen by hand.
_MAX_FAILURES = 1_000
# Errors of Slack after which a refresh token never works again.
FINAL_REASONS = {"account_inactive", "app_uninstalled", "invalid_refresh_token", "token_revoked"}


class RefreshFailed(Exception):
    """Refresh that did not work; *reason* is Slack's error name or a few words.

    With *final*, no other try can help: the app must be installed again.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        """Keep *reason*, which holds no token."""
        super().__init__(reason)
        self.reason = reason
        self.final = final


def is_due(bot: Installation) -> bool:
    """Return True if *bot*'s token should be renewed now."""
    return _seconds_left(bot) < RENEW_MINUTES * 60


def is_unusable(bot: Installation) -> bool:
    """Return True if the token of *bot* has expired, or is about to."""
    return _seconds_left(bot) < UNUSABLE_SECONDS


def _seconds_left(bot: Installation) -> float:
    """Return the seconds until the token of *bot* expires; infinite without rotation."""
    if bot.bot_token_expires_at is None or not bot.bot_refresh_token:
        return math.inf
    return bot.bot_token_expires_at - time.time()


class TokenRotation:
    """Renews tokens. Thread-safe, also among processes with one store."""

    def __init__(
        self, installations: InstallationStore, credentials: Credentials, app: OAuthApp
    ) -> None:
        """Renew the tokens in *installations* with the client of *app*."""
        self._installations = installations
        client = WebClient(
            base_url=credentials.api_url,
            timeout=REQUEST_SECONDS,
            logger=_silent(),
            retry_handlers=[],
        )
        client.proxy = credentials.proxy  # the SDK itself ignores NO_PROXY
        self._rotator = TokenRotator(
            client_id=app.client_id, client_secret=app.client_secret, client=client
        )

    def renew(self, name: str) -> Installation | None:
        """Return the installation *name* with a fresh token, None if removed.

        Raises RefreshFailed if Slack gives no new token, and StoreError and UnreadableInstallation as
        the store does.
        """
        with self._installations.lock(name):
            sealed = self._installations.sealed(name)
            if sealed is None:
                return None
            bot = self._installations.unseal(name, sealed)
            if not is_due(bot):
                return bot  # another process was faster
            fresh = self._refresh(bot)
            if self._keep(sealed, fresh):
                return fresh
            return self._installations.find(name)  # removed or installed again meanwhile

    def _refresh(self, bot: Installation) -> Installation:
        try:
            fresh = self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=RENEW_MINUTES
            )
        except SlackTokenRotationError as error:
            raise _failure(error) from None
        except (KeyError, OSError, TypeError, ValueError) as error:
            raise RefreshFailed(f"no connection ({type(error).__name__})") from None
        if fresh is None or not fresh.bot_token:
            raise RefreshFailed("Slack gave no new token")
        return fresh

    def _keep(self, sealed: str, fresh: Installation) -> bool:
        """Store *fresh* in place of *sealed*, with further tries.

        Its refresh token exists only here.
        """
        for pause in (*_KEEP_PAUSES, None):
            try:
                return self._installations.replace(sealed, fresh)
            except StoreError as error:
                if pause is None:
                    _log.error(
                        "The new token of %s was not kept: %s. If the bot stops there, install the "
                        "app again.",
                        title_of(fresh),
                        error,
                    )
                    return True  # it works in this process
                time.sleep(pause)
        return False


class Renewals:
    """Renewals of tokens for an event loop, in threads of their own.

    One renewal of an installation runs at a time. After a final failure the next try waits.
    """

    def __init__(self, rotation: TokenRotation) -> None:
        """Renew by *rotation*."""
        self._rotation = rotation
        self._threads = ThreadPoolExecutor(MAX_RENEWALS, "faqbot-slack-rotation")
        self._running: dict[str, asyncio.Future[Installation | None]] = {}
        self._failures: ExpiringMap[str, RefreshFailed] = ExpiringMap(
            _MAX_FAILURES, FINAL_PAUSE_SECONDS
        )

    @property
    def running(self) -> frozenset[str]:
        """Names of the installations whose tokens are renewed now."""
        return frozenset(self._running)

    async def renew(self, name: str) -> Installation | None:
        """Return the result of `TokenRotation.renew`; raises its errors."""
        if failure := self._failures.get(name):
            raise failure
        if name not in self._running:
            loop = asyncio.get_running_loop()
            self._running[name] = loop.run_in_executor(self._threads, self._rotation.renew, name)
            self._running[name].add_done_callback(partial(self._end, name))
        return await asyncio.shield(self._running[name])

    async def close(self, seconds: float) -> None:
        """Stop renewals, and wait *seconds* for those under way.

        Slack may have given a token already, which would be lost.
        """
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._running:
            await asyncio.wait({*self._running.values()}, timeout=seconds)

    def _end(self, name: str, done: asyncio.Future[Installation | None]) -> None:
        del self._running[name]
        self._failures.take(name)
        error = None if done.cancelled() else done.exception()
        if isinstance(error, RefreshFailed) and error.final:
            self._failures.put(name, error)


def _failure(error: SlackTokenRotationError) -> RefreshFailed:
    """Return the failure that *error* stands for.

    Only a sentence of Slack itself is final.
    """
    cause = error.api_error
    response = cause.response if isinstance(cause, SlackApiError) else {}
    reason = str(response.get("error", "")) if response else ""
    return RefreshFailed(reason or "no answer of Slack", final=reason in FINAL_REASONS)


def _silent() -> logging.Logger:
    """Return a logger that writes nothing: the SDK's messages may hold tokens."""
    log = logging.getLogger("faqbot.slack.sdk")
    log.setLevel(logging.CRITICAL)
    return log
