"""Ledger of accepted requests, stored until their replies were sent."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from faqbot import AcceptedRequest
from faqbot_slack.events.stored import request_key, request_to_json
from faqbot_slack.rendering.calls import Call

if TYPE_CHECKING:
    from faqbot import Store
    from faqbot_slack.events.types import Request

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

# Seconds that a request's keys stay known. Slack redelivers for at most five minutes.
CLAIM_SECONDS = 15 * 60.0
# Seconds that an acknowledgement waits for the store. Slack waits three seconds in all.
ACCEPT_SECONDS = 2.0
# Seconds that it waits for the reply afterwards, if the store does not answer. Chosen by hand: both fit
# Slack's three seconds. A later copy is not acknowledged before its time, so Slack delivers it again.
REPLY_SECONDS = 0.7
# Seconds after the first failure in which a database is taken to restart, and seconds between two tries.
# Chosen by hand: later, no acknowledgement waits for it.
RESTART_SECONDS = 10.0
RETRY_SECONDS = 0.1
# Seconds until a reply that Slack did not take is tried again. Chosen by hand: with five tries, a failure
# of some minutes is waited out.
POSTPONED_SECONDS = 30.0
# Shares of a lease: for its confirmation, and for the try of a post after that. Chosen by hand: both end
# well before the lease does, so no post begins without it.
CONFIRMATION_SHARE, POST_SHARE = 0.3, 0.5
# Confirmations of a lease that come too late, until the store counts as out of order. Chosen by hand.
MAX_CONFIRMATIONS = 3
# Characters of a payload with its calls, at most: some databases keep 65,535 bytes in a text.
MAX_PAYLOAD = 60_000
# Requests that are written in one transaction. Chosen by hand: some hundredths of a second.
MAX_BATCH = 200


@dataclass(slots=True)
class ReplyProgress:
    """Progress of the reply to one request, which *key* names.

    *posts* are the timestamps of the messages that were posted, by an earlier process too. *made* is
    the number of posts in this process. *uncertain* means that one more may have been posted.
    *unconfirmed* means that the store could not tell if another process answers, too. *leased_at* is
    the moment, in seconds of the ledger's clock, at which the lease was last asked for. *repeated* are
    the messages that may be there twice, with the timestamp from which to search.

    *kept* means that the request stands in the ledger until it is finished. *late* means that it was
    acknowledged before it was answered. *left* means that another process finishes it. *postponed*
    means that Slack was out of reach, and that it is tried again later, unless this is the *last* try.
    """

    key: str = ""
    posts: list[str] = field(default_factory=list)
    made: int = 0
    uncertain: bool = False
    unconfirmed: bool = False
    leased_at: float | None = None
    repeated: list[tuple[Mapping[str, Any], str]] = field(default_factory=list)
    kept: bool = False
    late: bool = False
    left: bool = False
    postponed: bool = False
    last: bool = False


class RequestLedger:
    """Accepted requests of this process, written to the store in batches.

    While the store is out of order, requests are answered from memory, and are written as soon as it
    is back. Never raises.
    """

    def __init__(
        self, store: Store, service: str, clock: Callable[[], float] | None = None
    ) -> None:
        """Keep the requests of *service* in *store*; *clock* returns seconds."""
        self._store = store
        self._clock = clock or _clock()
        self._queue = store.request_queue(service, secrets.token_hex(16))
        self._unwritten: dict[str, AcceptedRequest] = {}
        self._unsafe: dict[str, asyncio.Event] = {}
        self._endings: dict[str, asyncio.Event] = {}
        self._unfinished: set[str] = set()
        self._held: set[str] = set()
        self._lost_at: float | None = None
        self._accepting = _Batches(self._accept_all)
        self._retrying = _Batches(partial(self._accept_all, is_retried=True))
        self._beginning = _Batches(self._begin_all)
        self._finishing = _Batches(self._finish_all)
        self._noting = _Batches(self._note_all)

    @property
    def is_busy(self) -> bool:
        """Return True if this process holds requests with leases."""
        return bool(self._held or self._unfinished)

    @property
    def post_seconds(self) -> float:
        """Seconds that the try of a post may take."""
        return self._queue.lease_seconds * POST_SHARE

    def has_lease(self, reply: ReplyProgress) -> bool:
        """Return False if the lease of *reply* may have run out."""
        if reply.leased_at is None:
            return True
        return self._clock() - reply.leased_at < self._queue.lease_seconds

    def claim(self, request: Request) -> bool:
        """Take the keys of a request that is not kept; return False if another process has them.

        Called in a thread.
        """
        return all(self._store.claim(key, seconds=CLAIM_SECONDS) for key in request.keys)

    async def is_safe(self, request: Request) -> bool:
        """Return False if *request* is still neither written nor answered after a moment.

        A copy that comes while the first one is being written waits as well.
        """
        safe = self._unsafe.get(request_key(request))
        if safe is None:
            return True
        with suppress(TimeoutError):
            await asyncio.wait_for(safe.wait(), REPLY_SECONDS)
        return safe.is_set()

    async def accept(self, request: Request, reply: ReplyProgress) -> bool:
        """Keep *request* until `finish`; return False if another process has it.

        Returns after two seconds at most, whatever the database does.
        """
        accepted = AcceptedRequest(request_key(request), request_to_json(request), request.person)
        reply.kept = True
        self._held.add(accepted.key)
        self._unsafe.setdefault(accepted.key, asyncio.Event())
        writing = asyncio.ensure_future(self._written(accepted))
        done, _ = await asyncio.wait({writing}, timeout=ACCEPT_SECONDS)
        is_new = writing.result() if done else None
        if is_new is None:
            self._unwritten[accepted.key] = accepted
            reply.unconfirmed = True
            writing.add_done_callback(partial(self._note_late, accepted.key))
        else:
            self._note_safe(accepted.key)
        if is_new is False:
            self._held.discard(accepted.key)
        return is_new is not False

    def _note_late(self, key: str, writing: asyncio.Future[bool | None]) -> None:
        """Let the store decide about a request that was written after its acknowledgement."""
        if not writing.cancelled() and writing.result() is not None:
            self._note_safe(key)

    def _note_safe(self, key: str) -> None:
        """Note that the request *key* is written or answered."""
        self._unwritten.pop(key, None)
        if safe := self._unsafe.pop(key, None):
            safe.set()

    def _note_end(self, key: str) -> None:
        """Note that the request *key* ended, or belongs to another process."""
        if ending := self._endings.pop(key, None):
            ending.set()

    async def ended(self, reply: ReplyProgress) -> None:
        """Return once no other process can answer the request of *reply*."""
        if reply.kept:
            await self._endings.setdefault(reply.key, asyncio.Event()).wait()

    async def _written(self, accepted: AcceptedRequest) -> bool | None:
        """Write *accepted*; return False if another process has it, None while the store is out of order.

        A database that restarts is waited for: without it, two processes would answer the same request.
        """
        is_new = await self._accepting.put(accepted)
        while is_new is None and self._may_restart():
            await asyncio.sleep(RETRY_SECONDS)
            is_new = await self._retrying.put(accepted)
        if is_new is not None:
            self._lost_at = None
        return is_new

    def _may_restart(self) -> bool:
        """Return True if the store failed a moment ago."""
        now = asyncio.get_running_loop().time()
        self._lost_at = now if self._lost_at is None else self._lost_at
        return now - self._lost_at < RESTART_SECONDS

    async def note_calls(
        self, request: Request, reply: ReplyProgress, calls: Sequence[Call]
    ) -> None:
        """Keep the *calls* that answer *request*, so that its handler need not run again.

        The handler has changed the conversation already. Calls that are too long are not kept.
        """
        if not reply.kept or reply.key in self._unwritten:
            return
        stored = {
            **json.loads(request_to_json(request)),
            "calls": [asdict(_plain(e)) for e in calls],
        }
        payload = json.dumps(stored)
        if len(payload) <= MAX_PAYLOAD:
            await self._noting.put(AcceptedRequest(reply.key, payload))

    async def begin_post(self, reply: ReplyProgress) -> bool:
        """Note that the next post of *reply* begins; return False if another process has it.

        Its lease is new. A confirmation that takes too long is asked for again: this process may have
        stood still. A store that is out of order confirms nothing, which *reply* notes.
        """
        if not reply.kept:
            return True
        for _ in range(MAX_CONFIRMATIONS if reply.key not in self._unwritten else 0):
            asked = self._clock()
            begun = AcceptedRequest(reply.key, posts=tuple(reply.posts))
            is_held = await self._beginning.put(begun)
            if is_held is False:
                return False
            if is_held is None:
                break
            reply.leased_at = asked
            if self._clock() - asked < self._queue.lease_seconds * CONFIRMATION_SHARE:
                return True
        reply.unconfirmed = True
        return True

    async def end(self, reply: ReplyProgress) -> None:
        """Note that *reply* is sent, left to another process or postponed.

        A postponed reply that the store cannot keep is not left: this process tries it again.
        """
        if reply.postponed and reply.key not in self._unwritten:
            is_written = await asyncio.to_thread(
                self._queue.postpone, [reply.key], POSTPONED_SECONDS
            )
            reply.left = is_written
        if reply.left:
            self._held.discard(reply.key)
            self._note_end(reply.key)
        elif not reply.postponed:
            await self.finish(reply)

    async def finish(self, reply: ReplyProgress) -> None:
        """Delete the text of the request that *reply* answers."""
        if not reply.kept:
            return
        self._note_safe(reply.key)
        if await self._finishing.put(reply.key):
            self._note_end(reply.key)
        else:
            self._unfinished.add(reply.key)
        self._held.discard(reply.key)

    async def tend(self, most: int) -> list[AcceptedRequest]:
        """Renew the leases, and return at most *most* abandoned requests.

        Writes that failed before are made up for.
        """
        await self._make_up()
        if self._held:
            await asyncio.to_thread(self._queue.renew, [*self._held])
        taken = await asyncio.to_thread(self._queue.take_over, most) if most > 0 else []
        self._held.update(each.key for each in taken)
        return taken

    async def _make_up(self) -> None:
        """Write what could not be written before."""
        if finished := [*self._unfinished]:
            is_written = await asyncio.to_thread(self._queue.finish, finished)
            for key in finished if is_written else ():
                self._unfinished.discard(key)
                self._note_end(key)
        if unwritten := [*self._unwritten.values()]:
            is_new = await asyncio.to_thread(self._queue.accept, unwritten)
            for each in unwritten if is_new is not None else ():
                self._note_safe(each.key)

    async def release(self) -> int:
        """Leave the requests to other processes, and return their number."""
        return await asyncio.to_thread(self._queue.release)

    def _accept_all(
        self, accepted: Sequence[AcceptedRequest], *, is_retried: bool = False
    ) -> Sequence[bool | None]:
        return self._queue.accept(accepted, is_retried=is_retried) or [None] * len(accepted)

    def _begin_all(self, begun: Sequence[AcceptedRequest]) -> Sequence[bool | None]:
        return self._queue.begin_posts(begun) or [None] * len(begun)

    def _note_all(self, noted: Sequence[AcceptedRequest]) -> Sequence[bool]:
        return [self._queue.replace_payloads(noted)] * len(noted)

    def _finish_all(self, keys: Sequence[str]) -> Sequence[bool]:
        return [self._queue.finish(keys)] * len(keys)


def noted_calls(payload: str) -> tuple[Call, ...] | None:
    """Return the calls that `RequestLedger.note_calls` kept, None if missing."""
    try:
        calls = json.loads(payload)["calls"]
        return tuple(_call(each) for each in calls)
    except (KeyError, TypeError, ValueError):
        return None


def _plain(call: Call) -> Call:
    """Return *call* without its callbacks."""
    return replace(call, on_success=None, instead=tuple(_plain(each) for each in call.instead))


def _call(stored: dict[str, Any]) -> Call:
    """Return the call that *stored* holds."""
    instead = tuple(_call(each) for each in stored["instead"])
    return Call(**stored | {"simpler": tuple(stored["simpler"]), "instead": instead})


def _clock() -> Callable[[], float]:
    """Return a clock that also counts suspended time, where available."""
    number = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic if number is None else partial(time.clock_gettime, number)


class _Batches(Generic[_Item, _Result]):
    """Items that are written together: those that come while a batch is written form the next."""

    def __init__(self, write: Callable[[Sequence[_Item]], Sequence[_Result]]) -> None:
        """Write each batch by *write* in a thread; it returns a result for each item."""
        self._write = write
        self._waiting: list[tuple[_Item, asyncio.Future[_Result]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, item: _Item) -> _Result:
        """Write *item* with the next batch, and return its result."""
        written: asyncio.Future[_Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, written))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await written

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            items = [item for item, _ in batch]
            results = await asyncio.to_thread(self._write, items)
            for (_, written), result in zip(batch, results, strict=True):
                if not written.done():
                    written.set_result(result)
        self._writer = None
