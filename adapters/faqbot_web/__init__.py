"""Web adapter: answers questions over HTTP, and on web pages.

`create_app` makes an ASGI app that any server can run or mount.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from faqbot import AdapterSettingsError, Capabilities, MissingDependency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fastapi import FastAPI

    from faqbot import Bot, Store, Tenants
    from faqbot_web.settings import WebSettings

__all__ = ["WebAdapter", "create_app", "read_settings", "require_libraries"]

_KNOWN = ("host", "port", "settings")
_LIBRARIES = (
    *("fastapi", "fastapi_offline", "httptools", "jwt", "markdown_it", "nh3"),
    *("prometheus_client", "sqlalchemy", "uvicorn"),
)
# Address of the service unless another is given: this machine only.
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8080
# Largest port of TCP: 16 bits.
_LARGEST_PORT = 65_535


def require_libraries() -> None:
    """Raise MissingDependency if the extra "web" is not installed."""
    if not all(map(find_spec, _LIBRARIES)):
        raise MissingDependency("the web adapter", "web")


def create_app(
    bot: Bot | Tenants, settings: WebSettings | None = None, *, store: Store | None = None
) -> FastAPI:
    """Return an ASGI app that answers with *bot*: the API, its reference, and pages.

    With the tenants of `faqbot.open_tenants`, each request asks the bot of one: that of its key, or
    ACME in an address such as ``/t/ACME/v1/ask``. Closing them is left to the caller.

    *settings* are those of `read_settings`, by default none. *store* records questions; by default it
    is that of `open_store`. Raises MissingDependency if the extra "web" is not installed.
    """
    require_libraries()
    from faqbot_web.asgi_app import make_app
    from faqbot_web.settings import WebSettings

    return make_app(bot, settings or WebSettings(), store)


def read_settings(path: str | Path) -> WebSettings:
    """Read the settings file at *path*, in TOML; "" stands for the defaults.

    Raises AdapterSettingsError with every fault of the file, each with its key.
    """
    require_libraries()
    from faqbot_web.settings import load_settings

    return load_settings(path)


class WebAdapter:
    """Adapter for HTTP. All settings are optional.

    ``host`` and ``port`` are the address to listen on; port 0 takes a free one. ``settings`` is a
    TOML file on keys, origins and limits.
    """

    capabilities = Capabilities(buttons=True, feedback=True, redelivery=True)

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Read *settings*.

        Raises AdapterSettingsError for an unknown or malformed setting, and MissingDependency if the
        extra "web" is not installed.
        """
        for name in settings:
            if name not in _KNOWN:
                raise AdapterSettingsError(
                    f"the web adapter knows no setting {name!r}; it knows {', '.join(_KNOWN)}"
                )
        self._settings = read_settings(settings.get("settings", ""))
        self._host = settings.get("host") or DEFAULT_HOST
        self._port = _port(settings.get("port") or str(DEFAULT_PORT))

    def run(self, bot: Bot) -> None:
        """Answer with *bot* until SIGTERM or SIGINT.

        Raises AdapterSettingsError if the address is taken, or would be open to everybody by mistake.
        """
        from faqbot_web.server import serve

        serve(bot, self._settings, self._host, self._port)

    def run_tenants(self, tenants: Tenants) -> None:
        """Answer with the bots of *tenants* until SIGTERM or SIGINT; raises the errors of `run`."""
        from faqbot_web.server import serve

        serve(tenants, self._settings, self._host, self._port)


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text[:9]) <= _LARGEST_PORT:
        return int(text)
    raise AdapterSettingsError(f"port is {text[:40]!r}: give a whole number from 0 to 65535")
