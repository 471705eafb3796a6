"""Bodies of requests, bounded in size, time and total."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Receive

# Seconds in which a body must arrive. Chosen by hand: 64 kB take five at 100 kbit a second.
BODY_SECONDS = 10.0
# Seconds and bytes for which a body that is too long is read on and thrown away, so that the client reads the
# refusal: a connection that is closed while the client sends is reset. Chosen by hand.
DISCARD_SECONDS = 1.0
DISCARD_BYTES = 16_000_000
# Bytes of bodies that are arriving, all together, and the size of a body that always finds room. Chosen by
# hand: a question and an event are shorter, and thousands of them together are no more.
MAX_TOGETHER = 64_000_000
ALWAYS_FITS = 16_384


class BodyRefused(Exception):
    """Body that is not read; *status* is that of HTTP, and the message a sentence for the sender.

    The connection must be closed after the response, unless the body was read to its end.
    """

    def __init__(self, status: int, detail: str) -> None:
        """Keep *status* and the sentence *detail*."""
        super().__init__(detail)
        self.status = status
        self.detail = detail


class RequestBodies:
    """Bodies that one server is reading. Not thread-safe: the event loop is its only user."""

    def __init__(self, max_together: int | None = None) -> None:
        """Hold at most *max_together* bytes of bodies that are arriving, by default 64 million."""
        self._max_together = MAX_TOGETHER if max_together is None else max_together
        self._together = 0

    async def read(self, headers: Mapping[str, str], receive: Receive, max_bytes: int) -> bytes:
        """Return the body that *receive* brings; *headers* have small names.

        Raises BodyRefused if it has more than *max_bytes*, is too slow, is cut off, or finds no room.
        """
        length = headers.get("content-length", "0")
        fits = not length.isdecimal() or int(length[:20]) <= max_bytes
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                if fits and await self._gather(body, receive, max_bytes):
                    return bytes(body)
        except TimeoutError:
            raise BodyRefused(
                408, f"The body did not arrive within {BODY_SECONDS:.0f} seconds: send it at once."
            ) from None
        finally:
            self._together -= len(body)
        await _discard(receive)
        raise BodyRefused(413, f"The body is too long: send at most {max_bytes} bytes.")

    async def _gather(self, body: bytearray, receive: Receive, max_bytes: int) -> bool:
        """Append what arrives to *body*; return False once it is too long.

        The caller takes it off the sum in the end.
        """
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BodyRefused(400, "The body was cut off.")
            part = message.get("body", b"")
            if len(body) + len(part) > max_bytes:
                return False
            body += part
            self._together += len(part)
            more = message.get("more_body", False)
            if more and len(body) > ALWAYS_FITS and self._together > self._max_together:
                raise BodyRefused(503, "The service is busy. Try again in a minute.")
        return True


async def _discard(receive: Receive) -> None:
    """Take the rest of a body, or some of it."""
    left = DISCARD_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
