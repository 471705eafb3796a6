"""Bounds of a web server that uvicorn does not set, for adapters: connections, heads, bodies, open files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot.lazy import lazy_face

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

__all__ = [
    "BodyRefused",
    "BoundedProtocol",
    "RequestBodies",
    "accept_backlog",
    "open_listening_socket",
    "raise_open_files",
]

__getattr__, __dir__ = lazy_face(globals(), _HOMES)
