"""Bodies of requests: read as they were sent, or refused with a status and a sentence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot import BodyRefused, RequestBodies
from faqbot.bounded_http import request_bodies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import Message


class Sender:
    """Client that sends *parts*, and then waits for ever if it is not the *end*."""

    def __init__(self, parts: Sequence[bytes], *, end: bool = True) -> None:
        """Send nothing yet."""
        self._parts = list(parts)
        self._end = end

    async def receive(self) -> Message:
        """Return the next part."""
        if not self._parts and not self._end:
            await asyncio.Event().wait()
        body = self._parts.pop(0) if self._parts else b""
        more = bool(self._parts) or not self._end
        return {"type": "http.request", "body": body, "more_body": more}


def _read(
    parts: Sequence[bytes],
    most: int,
    headers: Mapping[str, str] | None = None,
    *,
    end: bool = True,
    bodies: RequestBodies | None = None,
) -> bytes:
    reader, sender = bodies or RequestBodies(), Sender(parts, end=end)
    return asyncio.run(reader.read(headers or {}, sender.receive, most))


@given(st.lists(st.binary(max_size=20), max_size=8), st.integers(0, 100))
def test_any_body_is_read_whole_or_refused(parts: list[bytes], most: int) -> None:
    """However it is cut, it is what was sent, or it was too long; nothing counts afterwards."""
    bodies, whole = RequestBodies(), b"".join(parts)
    if len(whole) > most:
        with pytest.raises(BodyRefused, match="too long"):
            _read(parts, most, bodies=bodies)
    else:
        assert _read(parts, most, bodies=bodies) == whole
    assert bodies._together == 0


@pytest.mark.parametrize("length", ["5", "9" * 5000, "-1", "²", ""])
def test_a_declared_length_is_only_a_hint(length: str) -> None:
    """A length that is too long is refused; one that is no number is not believed."""
    headers = {"content-length": length}
    if length.isdecimal() and int(length[:20]) > 3:
        with pytest.raises(BodyRefused, match="at most 3 bytes"):
            _read([b"abc"], 3, headers)
    else:
        assert _read([b"abc"], 3, headers) == b"abc"


def test_a_slow_body_and_one_that_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is refused in time, and leaves no bytes behind."""
    monkeypatch.setattr(request_bodies, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(request_bodies, "DISCARD_SECONDS", 0.05)
    bodies = RequestBodies()
    with pytest.raises(BodyRefused) as slow:
        _read([b"a"], 100, end=False, bodies=bodies)
    with pytest.raises(BodyRefused) as long:  # the rest that never comes is not waited for
        _read([b"a" * 200], 100, end=False, bodies=bodies)

    async def leave() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    with pytest.raises(BodyRefused) as cut:
        asyncio.run(bodies.read({}, leave, 100))

    assert [each.value.status for each in (slow, long, cut)] == [408, 413, 400]
    assert bodies._together == 0


def test_many_large_bodies_share_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it a large one is refused, and a small one is read."""
    monkeypatch.setattr(request_bodies, "BODY_SECONDS", 5.0)
    bodies = RequestBodies(max_together=50_000)
    large = [b"x" * 30_000]

    async def read_all() -> list[object]:
        first = asyncio.create_task(bodies.read({}, Sender(large, end=False).receive, 10**6))
        await asyncio.sleep(0)
        second = asyncio.create_task(bodies.read({}, Sender(large, end=False).receive, 10**6))
        (result,) = await asyncio.gather(second, return_exceptions=True)
        small = await bodies.read({}, Sender([b"x" * 9_000, b"y"]).receive, 10**6)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return [result, len(small)]

    refused, small = asyncio.run(read_all())

    assert isinstance(refused, BodyRefused)
    assert refused.status == 503
    assert small == 9_001
    assert bodies._together == 0
