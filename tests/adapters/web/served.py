"""A real server in a process of its own, and raw connections to it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

_ROOT = Path(__file__).parents[3]
# Limits of the tests: heads, bodies and readers are late after a second.
_START = """
import sys
from faqbot.bounded_http import bounded_protocol, request_bodies
request_bodies.BODY_SECONDS = bounded_protocol.HEAD_SECONDS = bounded_protocol.SEND_SECONDS = 1.0
bounded_protocol.MAX_CONNECTIONS = 60
sys.argv[0] = "faqbot"
from faqbot.cli import main
main()
"""


@dataclass
class Response:
    """A response as it came: its *status*, the raw *head* in small letters, and the *body*."""

    status: int
    head: str
    body: bytes

    def json(self) -> Any:  # noqa: ANN401  any JSON
        """Return the body as data."""
        return json.loads(self.body)


class ServedBot:
    """`faqbot serve` on a free port, until the end of the block."""

    def __init__(self, folder: Path, *arguments: str | Path, **environment: str) -> None:
        """Prepare to serve with *arguments*; output goes to a file of *folder*."""
        self.log = folder / "serve.log"
        self._arguments = [
            *(sys.executable, "-c", _START, "serve", "--port", "0", "--encoder", "none"),
            *map(str, arguments),
        ]
        store = {"FAQBOT_STORE": str(folder / "store.db"), "PYTHONPATH": f"{_ROOT}/adapters"}
        self._environment = {**os.environ, **store, **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        """Start, and wait for the address."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._arguments,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=_ROOT,
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(rb"://[^ ]+:(\d+)/docs", line):
                self.port = int(found[1])
                return self
        raise AssertionError(self.log.read_text())

    def __exit__(self, *_: object) -> None:
        """Stop as a supervisor does."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        if self._process is not None:
            assert self._process.stdout is not None
            self._process.wait(20)
            self._process.stdout.close()

    def signal(self, number: int) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    @property
    def exit_code(self) -> int | None:
        """The exit code after the end."""
        return None if self._process is None else self._process.poll()

    def ended(self, seconds: float) -> bool:
        """Return True if it ends by itself within *seconds*."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.poll() is not None

    def connect(self) -> socket.socket:
        """Return a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def send(self, *parts: bytes) -> Response:
        """Send raw bytes, and return the response."""
        with self.connect() as connection:
            for part in parts:
                try:
                    connection.sendall(part)
                except (BrokenPipeError, ConnectionResetError):
                    break  # refused before all was sent
            return read_response(connection)

    def post(self, path: str, data: object, **headers: str) -> Response:
        """Post *data* as JSON."""
        return self.send(request_bytes("POST", path, json.dumps(data).encode(), **headers))

    def get(self, path: str, **headers: str) -> Response:
        """Get *path*."""
        return self.send(request_bytes("GET", path, b"", **headers))


def request_bytes(method: str, path: str, body: bytes, **headers: str) -> bytes:
    """Return a request as bytes; names of headers have underscores."""
    known = {"Host": "localhost", "Content-Type": "application/json", "Connection": "close"}
    known |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        known.setdefault("Content-Length", str(len(body)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in known.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def read_response(connection: socket.socket) -> Response:
    """Read one response to its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return Response(0, "", data)
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    shown = head.decode("latin-1").lower()
    length = re.search(r"content-length: (\d+)", shown)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return Response(int(head.split()[1]), shown, body)
