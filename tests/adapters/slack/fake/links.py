"""Socket Mode: connections by ticket, envelopes that wait for their acknowledgement, redelivery."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.adapters.slack.fake.acks import ack_problems
from tests.adapters.slack.fake.block_kit import pings
from tests.adapters.slack.fake.changes import Changes

Json = Mapping[str, Any]

_MOST_LINKS = 10
_ACK_SECONDS = 3.0
_RETRIES = 3
_GRACE_SECONDS = 10.0
_HELD_SECONDS = 60.0  # how long Slack holds what it has no connection for


@dataclass(slots=True)
class Delivery:
    """How one payload fared: whether and after how many *seconds* it was acknowledged, with what.

    *attempts* counts how often it was sent; *problems* are what Slack cannot use of the *ack*.
    """

    kind: str
    payload: Json
    acked: bool = False
    attempts: int = 0
    seconds: float = 0.0
    ack: Json = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def pings(self) -> list[str]:
        """Whom the message in the acknowledgement would notify."""
        return pings(str(self.ack.get("text") or ""), self.ack.get("blocks") or ())


@dataclass(slots=True, eq=False)
class Link:
    """One open connection; *leaving* once the bot was asked to change to another."""

    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)

    async def send(self, envelope: Json) -> asyncio.Future[Json | None]:
        """Send *envelope*; return what will be its acknowledgement, None if the link goes first."""
        future = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = future
        try:
            await self.socket.send_str(json.dumps(envelope))
        except ConnectionError:
            self.lose()
        return future

    def lose(self) -> None:
        """Give up all acknowledgements that are still out."""
        for future in self.waiting.values():
            if not future.done():
                future.set_result(None)
        self.waiting.clear()


class Links:
    """All connections of Socket Mode. *changes* hears when one opens, closes or acknowledges."""

    def __init__(self, changes: Changes) -> None:
        """Start without any."""
        self.open: list[Link] = []
        self.opened = 0
        self.unknown_acks: list[object] = []
        self._changes = changes
        self._tickets: set[str] = set()
        self._turn = 0

    def ticket(self) -> str:
        """Return a ticket, good for one connection."""
        self._tickets.add(ticket := uuid.uuid4().hex)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until either side ends it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="no such ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        if len(self.open) >= _MOST_LINKS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        await self._hold(Link(socket, request))
        return socket

    async def _hold(self, link: Link) -> None:
        self.open.append(link)
        self.opened += 1
        hello = {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {"host": "applink-fake", "approximate_connection_time": 18060},
            "connection_info": {"app_id": "A0APP"},
        }
        try:
            await link.socket.send_json(hello)
            self._changes.notify()
            async for message in link.socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(link, message.data)
        except ConnectionError:
            pass
        finally:
            self.open.remove(link)
            link.lose()
            self._changes.notify()

    def _acknowledged(self, link: Link, data: str) -> None:
        try:
            ack = json.loads(data)
            future = link.waiting.pop(ack["envelope_id"])
        except (ValueError, KeyError, TypeError):
            self.unknown_acks.append(data)
            return
        if not future.done():
            future.set_result(ack)
        self._changes.notify()

    async def deliver(
        self,
        kind: str,
        payload: Json,
        *,
        attempt: int = 0,
        retries: int = _RETRIES,
        ack_within: float = _ACK_SECONDS,
        link: int | None = None,
    ) -> Delivery:
        """Send *payload* until it is acknowledged, as often as Slack does; return how it fared.

        An event is sent again, at most *retries* times, when its acknowledgement is not there within
        *ack_within* seconds or its connection goes; anything else is sent once. *attempt* is the number
        that the first sending bears; *link* chooses a connection, else they take turns.
        """
        delivery = Delivery(kind, payload)
        last = retries if kind == "events_api" else attempt
        reason = "timeout" if attempt else ""
        for number in range(attempt, last + 1):
            envelope = _envelope(kind, payload, number, reason)
            started = time.perf_counter()
            delivery.attempts += 1
            ack, reason = await self._send(envelope, link, ack_within)
            delivery.seconds = time.perf_counter() - started
            if ack is not None:
                delivery.acked, delivery.ack = True, ack.get("payload") or {}
                delivery.problems.extend(ack_problems(kind, payload, delivery.ack))
                return delivery
        return delivery

    async def _send(
        self, envelope: Json, place: int | None, ack_within: float
    ) -> tuple[Json | None, str]:
        link = await self._link(place)
        future = await link.send(envelope)
        try:
            async with asyncio.timeout(ack_within):
                return await future, "connection_failed"
        except TimeoutError:
            link.waiting.pop(envelope["envelope_id"], None)
            return None, "timeout"

    async def _link(self, place: int | None) -> Link:
        links = await self._changes.wait(self._staying, _HELD_SECONDS)
        self._turn += 1
        return links[(self._turn if place is None else place) % len(links)]

    def _staying(self) -> list[Link]:
        return [each for each in self.open if not each.leaving]

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask each connection to make way for another, and close those that have not after a while."""
        links = list(self.open)
        for link in links:
            link.leaving = True
            await link.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}}
            )
        loop = asyncio.get_running_loop()
        for link in links:
            loop.call_later(_GRACE_SECONDS, link.lose)

    async def close(self) -> None:
        """Close every connection in order."""
        for link in list(self.open):
            link.leaving = True
            await link.socket.close()

    def abort(self) -> None:
        """Break every connection off, as a cut cable does."""
        for link in list(self.open):
            link.leaving = True
            if link.request.transport is not None:
                link.request.transport.abort()


def _envelope(kind: str, payload: Json, attempt: int, reason: str) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "envelope_id": str(uuid.uuid4()),
        "type": kind,
        "accepts_response_payload": kind != "events_api",
        "payload": payload,
    }
    if kind == "events_api":
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return envelope
