"""Credentials: tokens from the environment, and the address of either side."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from faqbot import AdapterSettingsError
from faqbot_slack.oauth_app import CLIENT_ID, CLIENT_SECRET, OAuthApp, read_app, serves_several

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_Value = TypeVar("_Value")

SLACK_API = "https://slack.com/api/"

# Host and port of the web server; 3000 is also the port of Bolt's own server.
_HOST, _DEFAULT_PORT = "127.0.0.1", 3000
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_TRUTH = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
_BOT_TOKEN = (
    "SLACK_BOT_TOKEN",
    "xoxb-",
    "the Bot User OAuth Token, under Install App in the settings of your Slack app",
)
_APP_TOKEN = (
    "SLACK_APP_TOKEN",
    "xapp-",
    "an App-Level Token with connections:write, under Basic Information in the settings of your Slack app",
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Well-formed tokens and addresses; the repr holds no secret.

    With *http*, Slack posts to *host* and *port* and signs with *signing_secret*. Otherwise the bot
    connects by Socket Mode with *app_token*, and a *port* other than 0 serves only health checks.
    *proxy* is the URL of the proxy for *api_url*, None for a direct connection. With *oauth*, several
    workspaces install the app, and each has a bot token in the store; *bot_token* is "".
    """

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = field(default=SLACK_API, repr=False)
    http: bool = False
    host: str = _HOST
    port: int = 0
    proxy: str | None = field(default=None, repr=False)
    oauth: OAuthApp | None = None

    @classmethod
    def read(cls, settings: Mapping[str, str], environment: Mapping[str, str]) -> Self:
        """Read the settings ``http``, ``host`` and ``port``, and the secrets from *environment*.

        Raises AdapterSettingsError with a line for each value that is missing or malformed. No
        message holds a secret.
        """
        faults: list[str] = []

        def checked(read: Callable[[], _Value], otherwise: _Value) -> _Value:
            try:
                return read()
            except AdapterSettingsError as fault:
                faults.append(str(fault))
                return otherwise

        several = serves_several(environment)
        http = checked(lambda: _truth(settings, "http"), otherwise=False)
        api_url = checked(lambda: _api_url(environment.get("SLACK_API_URL", "").strip()), SLACK_API)
        checked(lambda: _refuse_oauth(environment), None)
        credentials = cls(
            bot_token="" if several else checked(lambda: _token(environment, *_BOT_TOKEN), ""),
            app_token=(
                "" if http or several else checked(lambda: _token(environment, *_APP_TOKEN), "")
            ),
            signing_secret=checked(lambda: _signing_secret(environment), "") if http else "",
            api_url=api_url,
            http=http,
            host=settings.get("host", "") or _HOST,
            port=checked(lambda: _port(settings.get("port", ""), _DEFAULT_PORT if http else 0), 0),
            proxy=_proxy(api_url),
            oauth=checked(lambda: read_app(environment, http=http), None) if several else None,
        )
        if faults:
            raise AdapterSettingsError("\n".join(faults))
        return credentials


def _refuse_oauth(environment: Mapping[str, str]) -> None:
    """Raise AdapterSettingsError for a client beside a bot token: Bolt would drop the token."""
    for name in (CLIENT_ID, CLIENT_SECRET):
        if environment.get(name) and not serves_several(environment):
            raise AdapterSettingsError(
                f"{name} is set, but faqbot serves one workspace with SLACK_BOT_TOKEN: remove {name} "
                "from the environment, or SLACK_BOT_TOKEN to serve several workspaces"
            )


def _token(environment: Mapping[str, str], name: str, prefix: str, source: str) -> str:
    token = environment.get(name, "").strip()
    if not token:
        raise AdapterSettingsError(f"{name} is not set: it is {source}")
    if not token.startswith(prefix):
        raise AdapterSettingsError(f"{name} does not begin with {prefix!r}: it must be {source}")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise AdapterSettingsError(f"{name} has characters that tokens never have: copy it again")
    return token


def _signing_secret(environment: Mapping[str, str]) -> str:
    secret = environment.get("SLACK_SIGNING_SECRET", "").strip()
    if not secret:
        raise AdapterSettingsError(
            "SLACK_SIGNING_SECRET is not set, and without it anybody could post to the bot: it is "
            "the Signing Secret, under Basic Information in the settings of your Slack app"
        )
    return secret


def _api_url(given: str) -> str:
    url = given or SLACK_API
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # brackets that do not match, or a port that is not a number
        is_address = False
    if not is_address:
        shown = shown_url(url)
        raise AdapterSettingsError(
            f"SLACK_API_URL is {shown!r}: it must be a URL such as {SLACK_API}"
        )
    return url if url.endswith("/") else f"{url}/"


def shown_url(url: str) -> str:
    """Return *url* for a message, without user name, password, query and fragment."""
    address = re.sub(r"^([a-zA-Z][\w+.-]*://|//)?.*@", r"\1***@", url, flags=re.DOTALL)
    return re.split("[?#]", address, maxsplit=1)[0]


def _port(given: str, default: int) -> int:
    if not given:
        return default
    if not (given.isascii() and given.isdecimal()) or not 0 <= int(given) < 1 << 16:
        raise AdapterSettingsError(f"the port is {given!r}: use a number from 0 to 65535")
    return int(given)


def _truth(settings: Mapping[str, str], name: str) -> bool:
    given = settings.get(name, "").lower()
    if given not in _TRUTH:
        raise AdapterSettingsError(f"the setting {name!r} is {given!r}: use 1 or 0")
    return _TRUTH[given]


def _proxy(api_url: str) -> str | None:
    """Return the environment's proxy for *api_url*; unlike the SDK, respect NO_PROXY."""
    parts = urlsplit(api_url)
    host = parts.hostname or ""
    if host in _LOCAL or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme) or None
