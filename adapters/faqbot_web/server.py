"""Server: a socket, printed addresses, and uvicorn until a stop signal."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import uvicorn

from faqbot import (
    AdapterSettingsError,
    BoundedProtocol,
    accept_backlog,
    open_listening_socket,
    raise_open_files,
)
from faqbot_web.asgi_app import make_app
from faqbot_web.rate_limits import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot import Bot, Tenants
    from faqbot_web.settings import WebSettings

_log = logging.getLogger("faqbot.web")

# Seconds for requests in progress at a stop. Chosen by hand: Docker and others kill a process after ten.
STOP_SECONDS = 3
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# Seconds for which a connection without a request stays open. Chosen by hand: a person reads an answer.
KEEP_ALIVE_SECONDS = 15


def serve(bot: Bot | Tenants, settings: WebSettings, host: str, port: int) -> None:
    """Serve *bot*, or the bots of tenants, at *host* and *port* until SIGTERM or SIGINT.

    Port 0 takes a free port. Raises AdapterSettingsError if the address is taken, or open to a
    network without a decision.
    """
    check_exposure(settings, host)
    app = make_app(bot, settings, None)
    raise_open_files()
    with open_listening_socket(host, port) as bound:
        port = bound.getsockname()[1]
        tenants = "" if app.state.tenants is None else app.state.tenants.tenants.name
        for line in describe_access(settings, host, port, app.state.interfaces, tenants):
            click.echo(line)
        config = uvicorn.Config(
            app,
            http=BoundedProtocol,
            ws="none",
            access_log=False,  # it would write the queries of addresses
            log_config=None,
            log_level=logging.ERROR,  # a request that is no HTTP is refused without a line
            server_header=False,
            proxy_headers=False,  # the app itself trusts the proxies of its settings
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
            backlog=accept_backlog(),
        )
        _GracefulServer(config).run(sockets=[bound])


class _GracefulServer(uvicorn.Server):
    """Server that SIGTERM and SIGINT stop without an error.

    uvicorn sends the signal to the process once more after a stop, which then ends with an error code.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the signals during the block; a second SIGINT stops at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {each: signal.signal(each, self.handle_exit) for each in _SIGNALS}
        try:
            yield
        finally:
            for each, handler in former.items():
                signal.signal(each, handler)


def check_exposure(settings: WebSettings, host: str) -> None:
    """Raise AdapterSettingsError if a network reaches *host* and nothing says who may ask."""
    if settings.keys or settings.public or host == "localhost" or is_loopback(host):
        return
    raise AdapterSettingsError(
        f"{host} can be reached over the network, and nothing says who may ask: add a key with"
        "  faqbot serve key add NAME --settings FILE  or set  public = true  in the settings"
    )


def describe_access(
    settings: WebSettings, host: str, port: int, interfaces: tuple[str, ...], tenants: str = ""
) -> Iterator[str]:
    """Yield the lines that tell the addresses, and who may ask.

    *tenants* is the place of the knowledge bases of tenants, "" for a single one.
    """
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    below = f"{address}/t/TENANT" if tenants else address
    yield f"Chat page:     {below}/chat"
    yield f"API reference: {address}/docs"
    yield f"Ask:           POST {below}/v1/ask"
    if interfaces:
        yield f"Interfaces:    {', '.join(interfaces)}"
    yield f"Open to:       {_audience(settings, host)}"
    if settings.all_origins:
        yield f"Pages of:      {', '.join(sorted(settings.all_origins))}"
    if tenants:
        yield f"Tenants of:    {tenants}"


def _audience(settings: WebSettings, host: str) -> str:
    keys = f"{len(settings.keys)} key{'s' if len(settings.keys) > 1 else ''}"
    if settings.keys and settings.public:
        return f"everybody for the entries without an audience, and {keys}"
    if settings.keys:
        return keys
    local = host == "localhost" or is_loopback(host)
    return "programs on this machine, without a key" if local else "everybody, without a key"
