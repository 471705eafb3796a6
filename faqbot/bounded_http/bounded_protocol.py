"""HTTP/1.1 protocol of uvicorn with bounded time and size of heads."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from faqbot.bounded_http.listening import connection_limit

# Seconds in which a head must arrive, from the opening of the connection or its first byte. Chosen by
# hand: a slow phone needs less than one.
HEAD_SECONDS = 10.0
# Longest head, in bytes. Chosen by hand: as long as common servers take.
MAX_HEAD_BYTES = 32_768
# Connections at once. Chosen by hand: half of a usual limit of open files is left for answers.
MAX_CONNECTIONS = 8_000
# Seconds in which a client must take a part of a response, and the bytes of that part. Chosen by hand: a slow
# phone takes as much in two seconds.
SEND_SECONDS = 30.0
MIN_SENT_BYTES = 16_384
# Media type of a problem document (RFC 9457).
_MEDIA_TYPE = "application/problem+json"
# Connections of each server that have sent no whole request, the one that waits longest first.
_waiting: WeakKeyDictionary[ServerState, OrderedDict[BoundedProtocol, None]] = WeakKeyDictionary()


class BoundedProtocol(HttpToolsProtocol):
    """Connection whose heads are bounded in time and size, and whose responses are bounded in time.

    uvicorn bounds nothing: a client could hold a connection for ever, or fill the memory. Where there are
    too many connections, the one that waits longest without a whole request makes room: so a request finds
    its way among thousands that never end one.
    """

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Start without a head."""
        super().__init__(*args, **more)
        self._head_timer: asyncio.TimerHandle | None = None
        self._send_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect the first head; drop a connection beyond the limit."""
        super().connection_made(transport)
        waiting = _waiting.setdefault(self.server_state, OrderedDict())
        if len(self.connections) > connection_limit(MAX_CONNECTIONS):
            oldest = next(iter(waiting), self)
            oldest._refuse(  # noqa: SLF001  a connection of this class
                503, "Service Unavailable", "Too many connections: try again in a minute."
            )
        if not transport.is_closing():
            self._start_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the head."""
        self._stop_timer()
        self._stop_waiting()
        if self._send_timer is not None:
            self._send_timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Expect the client to take a part of the response."""
        super().pause_writing()
        self._watch_sending()

    def on_response_complete(self) -> None:
        """Expect the client to take the rest of the response."""
        super().on_response_complete()
        self._watch_sending()

    def _watch_sending(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting and self._send_timer is None:
            self._send_timer = self.loop.call_later(SEND_SECONDS, self._check_sent, waiting)

    def _check_sent(self, before: int) -> None:
        """Drop the connection if the client took too little since *before* bytes waited."""
        self._send_timer = None
        waiting = self.transport.get_write_buffer_size()
        if waiting and before - waiting < MIN_SENT_BYTES:
            self.transport.abort()
        else:
            self._watch_sending()

    def data_received(self, data: bytes) -> None:
        """Parse *data*, unless the head is too long."""
        if self._in_head:
            self._head_bytes += len(data)
            end = data.find(b"\r\n\r\n")
            too_long = end < 0 and self._head_bytes > MAX_HEAD_BYTES
            if too_long or (end > MAX_HEAD_BYTES):
                self._refuse(
                    431,
                    "Request Header Fields Too Large",
                    f"The head of the request is too long: send at most {MAX_HEAD_BYTES} bytes.",
                )
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Expect a head."""
        super().on_message_begin()
        if not self._in_head:
            self._start_head()
        self._head_bytes = max(self._head_bytes, 1)

    def on_headers_complete(self) -> None:
        """Note the end of the head."""
        self._stop_timer()
        self._in_head = False
        self._head_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note the end of the body."""
        self._stop_waiting()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that is not HTTP."""
        del msg
        self._refuse(400, "Bad Request", "This is not an HTTP request.")

    def _start_head(self) -> None:
        self._stop_timer()
        self._in_head, self._head_bytes = True, 0
        _waiting.setdefault(self.server_state, OrderedDict())[self] = None
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_is_late)

    def _stop_waiting(self) -> None:
        _waiting.get(self.server_state, OrderedDict()).pop(self, None)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self._head_bytes:
            text = f"The head did not arrive within {HEAD_SECONDS:.0f} seconds: send it at once."
            self._refuse(408, "Request Timeout", text)
        elif not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, status: int, title: str, detail: str) -> None:
        """Send a problem document, and close the connection."""
        self._stop_timer()
        self._stop_waiting()
        if self.transport.is_closing():
            return
        document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps(document).encode()
        head = (
            f"HTTP/1.1 {status} {title}\r\ncontent-type: {_MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
