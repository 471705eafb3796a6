"""Bounds of a web server that uvicorn does not set, for adapters: connections, heads, bodies, open files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot.lazy import load_name

if TYPE_CHECKING:
    from faqbot.bounded_http.bounded_protocol import BoundedProtocol
    from faqbot.bounded_http.listening import (
        accept_backlog,
        open_listening_socket,
        raise_open_files,
    )
    from faqbot.bounded_http.request_bodies import BodyRefused, RequestBodies

# Settings need client_networks, and not uvicorn.
_HOMES = {
    "bounded_protocol": ("BoundedProtocol",),
    "listening": ("accept_backlog", "open_listening_socket", "raise_open_files"),
    "request_bodies": ("BodyRefused", "RequestBodies"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "BodyRefused",
    "BoundedProtocol",
    "RequestBodies",
    "accept_backlog",
    "open_listening_socket",
    "raise_open_files",
]


def __getattr__(name: str) -> object:
    """Import a name of the face from its module on first use (PEP 562)."""
    return load_name(name, _HOME_OF, globals())


def __dir__() -> list[str]:
    """List the names of the face."""
    return sorted(__all__)
