"""Installations of the app with encrypted tokens, in faqbot's store.

Slack's SDK has stores for SQLAlchemy, too. They keep tokens unencrypted, in columns that are too short
for encrypted ones, and know no lock. So only the SDK's interface and its data class are used.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot as Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from faqbot import StoreError
from faqbot_slack.events.payloads import clean
from faqbot_slack.oauth_app import KEYS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from slack_sdk.oauth.installation_store import Installation as NewInstallation

    from faqbot import SealedTexts, Store
    from faqbot_slack.oauth_app import OAuthApp

_log = logging.getLogger("faqbot.slack")

# Seconds that a process may hold an installation, and others wait for it: a few calls of Slack.
LOCK_SECONDS = 60.0
# Characters of a workspace's title in a message. Chosen by hand.
_LONGEST_TITLE = 60
# Kind of the sealed texts, before the client id: two apps may share a store.
_KIND = "slack"


class UnreadableInstallation(Exception):
    """Installation *name* with undecryptable tokens or a newer format."""

    def __init__(self, name: str) -> None:
        """Keep the *name* of the workspace or organisation."""
        super().__init__(
            f"the tokens of {name} cannot be decrypted: add the key that encrypted them to {KEYS}, "
            "or install the app there again"
        )
        self.name = name


class NotOffered(BoltError):
    """Installation in a workspace that the settings do not list."""


class InstallationStore(AsyncInstallationStore):
    """Installations by the id of a workspace or organisation.

    An installation is the bot's token with its ids. Tokens of people are never kept. Thread-safe;
    replicas share a store.
    """

    def __init__(self, store: Store, app: OAuthApp, offered_to: Collection[str] = ()) -> None:
        """Keep the installations of *app* in *store*; only *offered_to* may install, () for all."""
        self._texts: SealedTexts = store.sealed_texts(f"{_KIND}:{app.client_id}")
        self._offered_to = offered_to
        self._newest = Fernet(app.keys[0])
        self._keys = MultiFernet([Fernet(key) for key in app.keys])

    async def async_save(self, installation: NewInstallation) -> None:
        """Keep a new *installation*; raises BoltError if that is impossible or not allowed."""
        bot = installation.to_bot()
        names = {bot.team_id, bot.enterprise_id} - {None}
        if self._offered_to and not names & {*self._offered_to}:
            raise NotOffered(f"the app is not offered to {name_of(bot)}")
        if not (bot.bot_token and bot.bot_user_id and name_of(bot)):
            raise BoltError("Slack gave no token for a bot")
        try:
            await asyncio.to_thread(self.put, bot)
        except StoreError as error:
            _log.error("An installation was not kept: %s.", error)
            raise BoltError(str(error)) from error
        _log.info("The app was installed in %s.", title_of(bot))

    def put(self, bot: Installation) -> None:
        """Keep *bot* in place of an earlier installation; raises StoreError."""
        self._texts.put(name_of(bot), self._seal(bot))

    def sealed(self, name: str) -> str | None:
        """Return the encrypted text of *name*, None if missing; raises StoreError."""
        return self._texts.get(name)

    def unseal(self, name: str, sealed: str) -> Installation:
        """Decrypt the text *sealed* of *name*; raises UnreadableInstallation."""
        try:
            fields = json.loads(self._keys.decrypt(sealed.encode()))
            return Installation(**fields)
        except (InvalidToken, TypeError, ValueError):
            raise UnreadableInstallation(name) from None

    def find(self, name: str) -> Installation | None:
        """Return the installation *name*, None if there is none.

        Raises StoreError and UnreadableInstallation.
        """
        sealed = self._texts.get(name)
        return None if sealed is None else self.unseal(name, sealed)

    def replace(self, sealed: str, bot: Installation) -> bool:
        """Keep *bot* if the text *sealed* is still there; return True if it was. Raises StoreError."""
        return self._texts.replace(name_of(bot), sealed, self._seal(bot))

    def delete(self, name: str) -> bool:
        """Delete the installation *name*; return False if there was none. Raises StoreError."""
        return self._texts.delete(name)

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Lock the installation *name* against other threads and replicas; raises StoreError."""
        return self._texts.lock(name, seconds=LOCK_SECONDS)

    def all(self) -> Iterator[Installation | UnreadableInstallation]:
        """Yield each installation, or its fault, by name; raises StoreError."""
        for name, sealed in self._texts.all().items():
            try:
                yield self.unseal(name, sealed)
            except UnreadableInstallation as fault:
                yield fault

    def renew_encryption(self) -> int:
        """Encrypt with the first key all that an older key encrypted; return the number.

        Raises StoreError.
        """
        older = [name for name in self.under_older_keys() if self._renew(name)]
        return len(older)

    def under_older_keys(self) -> list[str]:
        """Return the names whose tokens an older key encrypted; raises StoreError."""
        return [
            name for name, sealed in self._texts.all().items() if not self._is_newest(name, sealed)
        ]

    def _is_newest(self, name: str, sealed: str) -> bool:
        """Return True if the first key decrypts *sealed*, or no key does."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return not self._is_readable(name, sealed)
        return True

    def _is_readable(self, name: str, sealed: str) -> bool:
        try:
            self.unseal(name, sealed)
        except UnreadableInstallation:
            return False
        return True

    def _renew(self, name: str) -> bool:
        sealed = self._texts.get(name)
        if sealed is None or self._is_newest(name, sealed):
            return False  # another replica was faster
        return self._texts.replace(name, sealed, self._keys.rotate(sealed.encode()).decode())

    def _seal(self, bot: Installation) -> str:
        return self._keys.encrypt(json.dumps(_plain(bot)).encode()).decode()


def name_of(bot: Installation) -> str:
    """Return the name of an installation: of the organisation if it is installed for all of it."""
    return (bot.enterprise_id if bot.is_enterprise_install else bot.team_id) or ""


def title_of(bot: Installation) -> str:
    """Return the kind, title and id of an installation, for a message."""
    kind = "organisation" if bot.is_enterprise_install else "workspace"
    title = (bot.enterprise_name if bot.is_enterprise_install else bot.team_name) or ""
    shown = " ".join(clean(title).split())[:_LONGEST_TITLE]
    return " ".join(filter(None, (f"the {kind}", shown, f"({name_of(bot)})")))


def _plain(bot: Installation) -> Mapping[str, Any]:
    """Return the fields of *bot* as values for JSON."""
    return {
        **bot.to_dict_for_copying(),
        "bot_token_expires_at": bot.bot_token_expires_at,
        "installed_at": bot.installed_at,
    }
