"""Listening socket of a server, and the number of connections that its open files allow."""

from __future__ import annotations

import socket
from contextlib import suppress

from faqbot.errors import AdapterSettingsError

# Connections that wait to be accepted. The default of uvicorn.
_BACKLOG = 2_048
# Share of the open files for those that wait. asyncio accepts all of them before it closes one.
_BACKLOG_SHARE = 8
# Share of the open files for connections; the rest is for answers.
_CONNECTION_SHARE = 2
# Open files: one for each connection, and as many for everything else.
_MIN_OPEN_FILES = 16_384


def raise_open_files() -> None:
    """Allow as many open files as the system grants, up to 16,384: each connection is one."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _MIN_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _MIN_OPEN_FILES)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _open_files() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return _MIN_OPEN_FILES
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MIN_OPEN_FILES if soft == resource.RLIM_INFINITY else soft


def connection_limit(most: int) -> int:
    """Return the number of connections to hold: *most*, or half of the open files if that is less."""
    return min(most, _open_files() // _CONNECTION_SHARE)


def accept_backlog() -> int:
    """Return the number of connections that may wait, so that accepting them leaves files to open."""
    return min(_BACKLOG, max(_open_files() // _BACKLOG_SHARE, 1))


def open_listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens at *host* and *port*; port 0 takes a free one.

    The protocol is named, as asyncio sets TCP_NODELAY only then: without it a request takes 40 ms more.
    Raises AdapterSettingsError if the address cannot be used.
    """
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, address = found[0]
        bound = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise _cannot_listen(host, port, error) from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.bind(address)
        bound.listen(accept_backlog())
    except OSError as error:
        bound.close()
        raise _cannot_listen(host, port, error) from None
    return bound


def _cannot_listen(host: str, port: int, error: Exception) -> AdapterSettingsError:
    reason = getattr(error, "strerror", None) or str(error)
    return AdapterSettingsError(f"cannot listen on {host}, port {port}: {reason}")
