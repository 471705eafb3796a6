"""Proxy in front of a server, which a test freezes: it takes bytes and passes nothing on."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import psycopg
from sqlalchemy import make_url


@dataclass
class FreezingProxy:
    """Address of the proxy; while *frozen* is set, nothing passes, also on new connections."""

    url: str
    frozen: Event = field(default_factory=Event)


@contextmanager
def freezing_proxy(url: str) -> Iterator[FreezingProxy]:
    """Serve a proxy in front of the server of PostgreSQL at *url*, an SQLAlchemy URL."""
    server = _address(url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        through = make_url(url).set(host=host, port=port, username=_user(url))
        proxy = FreezingProxy(through.render_as_string(hide_password=False))
        thread = Thread(target=_serve, args=(listening, server, proxy.frozen), daemon=True)
        thread.start()
        yield proxy
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False))


def _user(url: str) -> str:
    with _connect(url) as connection:
        return connection.info.user


def _address(url: str) -> str | tuple[str, int]:
    """Return the path of the server's socket, or its host and port."""
    with _connect(url) as connection:
        host, port = connection.info.host, connection.info.port
    return f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)


def _serve(listening: socket.socket, server: str | tuple[str, int], frozen: Event) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:  # shut down
            return
        family = socket.AF_UNIX if isinstance(server, str) else socket.AF_INET
        behind = socket.socket(family)
        behind.connect(server)
        Thread(target=_forward, args=(client, behind, frozen), daemon=True).start()


def _forward(client: socket.socket, server: socket.socket, frozen: Event) -> None:
    """Pass bytes both ways until one side ends; frozen, take them and keep them."""
    other = {client: server, server: client}
    with closing(client), closing(server):
        while True:
            readable, _, _ = select.select([*other], [], [], 0.05)
            for each in readable:
                data = each.recv(65_536)
                if not data:
                    return
                if not frozen.is_set():
                    other[each].sendall(data)
