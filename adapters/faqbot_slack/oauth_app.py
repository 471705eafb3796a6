"""Credentials of an app that several workspaces install: client id, client secret, token keys."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from faqbot import AdapterSettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT_ID, CLIENT_SECRET, KEYS = "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "FAQBOT_SLACK_KEYS"
REDIRECT_URI = "SLACK_REDIRECT_URI"
_PLACE = "under Basic Information in the settings of your Slack app"
_NEW_KEY = "make a key with  faqbot slack new-key"
# Bytes of a key of Fernet: 16 to sign and 16 to encrypt.
_KEY_BYTES = 32
_CLIENT_ID = re.compile(r"[0-9A-Za-z.]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """App that workspaces install by OAuth; the repr holds no secret.

    *keys* encrypt the tokens in the store: the first one encrypts, all of them decrypt. *redirect_uri*
    is the address that Slack sends people back to, "" for the one in the settings of the app.
    """

    client_id: str
    client_secret: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    redirect_uri: str = ""


def new_key() -> str:
    """Return a new random key for *keys*, in the form of Fernet."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def serves_several(environment: Mapping[str, str]) -> bool:
    """Return True if *environment* asks for several workspaces: it has a client, and no bot token."""
    has_client = any(environment.get(name, "").strip() for name in (CLIENT_ID, CLIENT_SECRET))
    return has_client and not environment.get("SLACK_BOT_TOKEN", "").strip()


def read_app(environment: Mapping[str, str], *, http: bool) -> OAuthApp:
    """Return the app that *environment* names; *http* says if Slack posts to a web server.

    Raises AdapterSettingsError with a line for each fault. No message holds a secret.
    """
    app = OAuthApp(
        client_id=environment.get(CLIENT_ID, "").strip(),
        client_secret=environment.get(CLIENT_SECRET, "").strip(),
        keys=tuple(environment.get(KEYS, "").replace(",", " ").split()),
        redirect_uri=environment.get(REDIRECT_URI, "").strip(),
    )
    faults = [] if http else ["several workspaces need --http: Socket Mode serves one workspace"]
    faults += _faults_of_client(app) + _faults_of_keys(app.keys) + _faults_of_address(app)
    if faults:
        raise AdapterSettingsError("\n".join(faults))
    return app


def _faults_of_client(app: OAuthApp) -> list[str]:
    faults = []
    if not app.client_id:
        faults.append(f"{CLIENT_ID} is not set: it is the Client ID, {_PLACE}")
    elif not _CLIENT_ID.fullmatch(app.client_id):
        faults.append(f"{CLIENT_ID} is not a client id: copy the Client ID again, {_PLACE}")
    if not app.client_secret:
        faults.append(f"{CLIENT_SECRET} is not set: it is the Client Secret, {_PLACE}")
    return faults


def _faults_of_keys(keys: tuple[str, ...]) -> list[str]:
    if not keys:
        return [f"{KEYS} is not set, and tokens are kept encrypted only: {_NEW_KEY}"]
    wrong = [place for place, key in enumerate(keys, 1) if not _is_key(key)]
    return [f"{KEYS} has no valid key at place {place}: {_NEW_KEY}" for place in wrong]


def _is_key(key: str) -> bool:
    """Return True if *key* is a key of Fernet: 32 bytes as base64 for URLs."""
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _faults_of_address(app: OAuthApp) -> list[str]:
    if not app.redirect_uri:
        return []
    try:
        parts = urlsplit(app.redirect_uri)
        is_address = parts.scheme == "https" and parts.hostname and not parts.fragment
    except ValueError:  # brackets that do not match
        is_address = False
    if is_address:
        return []
    wanted = "use one such as https://faq.example.org/slack/oauth_redirect"
    return [f"{REDIRECT_URI} is not an address that Slack redirects to: {wanted}"]
