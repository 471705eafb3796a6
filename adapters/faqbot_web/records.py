"""Write-behind of records: a thread writes them after the answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections import deque
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING

from faqbot import AnswerRecord, StoreError, open_store

if TYPE_CHECKING:
    from faqbot import Store
    from faqbot_web.conversations import Binding

_log = logging.getLogger("faqbot.web")

# Records that wait for the store, a few kilobytes each. Chosen by hand: an hour at 3 a second.
MAX_WAITING = 10_000
# Records of one transaction: as many as `Store.record_all` takes.
MAX_BATCH = 500
# Seconds for which records are gathered, so that many share a transaction. Measured: one transaction of 20
# records takes a third of the time of 20 transactions.
GATHER_SECONDS = 0.05
# Seconds between two tries while the store is out of order. Chosen by hand.
RETRY_SECONDS = 1.0
# Tries of a single record that a store in order refuses: its connection may be busy for a second at each.
# Chosen by hand.
TRIES = 3
# Seconds for the records that wait at a stop. Chosen by hand: Docker and others kill a process after ten.
CLOSE_SECONDS = 5.0
# Seconds that a check of the store may take. Chosen by hand: checks of a supervisor wait longer.
PROBE_SECONDS = 2.0
# Hexadecimal digits of a record's id that prove its key and origin: 40 bits, tried over the network.
_PROOF_DIGITS = 10


# Seconds that a start waits for the store. Chosen by hand: a database that is out of order takes longer.
OPEN_SECONDS = 2.0


class VerdictResult(Enum):
    """Result of a verdict; "not kept" if the store is out of order."""

    KEPT = "kept"
    UNKNOWN = "unknown"
    NOT_KEPT = "not kept"


@dataclass(frozen=True, slots=True)
class VerdictTask:
    """A verdict on *record* of *tenant*; *done* gets its result."""

    record: str
    helpful: bool
    reason: str
    tenant: str = ""
    done: Future[VerdictResult] = field(default_factory=Future)

    def write(self, store: Store) -> None:
        """Write the verdict, and tell its sender; it is never tried again."""
        if self.done.set_running_or_notify_cancel():
            own = store.for_tenant(self.tenant) if self.tenant else store
            self.done.set_result(self._result(own))

    def _result(self, store: Store) -> VerdictResult:
        # One verdict a record: a record belongs to one conversation, whatever the person.
        if store.record_feedback(
            self.record, person=self.record, helpful=self.helpful, reason=self.reason
        ):
            return VerdictResult.KEPT
        try:
            return VerdictResult.NOT_KEPT if store.question(self.record) else VerdictResult.UNKNOWN
        except StoreError:
            return VerdictResult.NOT_KEPT


@dataclass(frozen=True, slots=True)
class ProbeTask:
    """Use of the store after the records before it; *done* is set when it ended."""

    done: Future[None] = field(default_factory=Future)

    def write(self, store: Store) -> None:
        """Open the store, and set *done*."""
        store.prepare()
        if self.done.set_running_or_notify_cancel():
            self.done.set_result(None)


Task = AnswerRecord | VerdictTask | ProbeTask


class Recorder:
    """Thread that writes records in their order.

    While the store is out of order they wait, up to a limit; then the oldest is dropped. Thread-safe.
    """

    def __init__(self, store: Store | None = None, secret: bytes = b"") -> None:
        """Write to *store*, by default that of `open_store`, which `close` closes.

        *secret* proves whose a record is, by default that of the store, so that a record of an earlier
        process or another replica is known. Until the store is open it is a random one. Raises the
        errors of `open_store`.
        """
        self._given = store
        self.store = store or open_store()
        self.lost = 0
        self.is_writable = True
        self._secrets = [secret or secrets.token_bytes(32)]  # the last one makes ids
        self._has_own_secret = bool(secret)
        self._opened = Event()
        self._waiting: deque[Task] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._end: float | None = None
        self._urgent = False  # a verdict or a probe waits, and so does its sender

    def __len__(self) -> int:
        """Return the number of records that wait."""
        return len(self._waiting)

    def make_id(self, binding: Binding) -> str:
        """Return a new id of a record; its end proves that it belongs to *binding*."""
        stem = self.store.make_id()[:-_PROOF_DIGITS]
        return stem + _proof(self._secrets[-1], stem, binding)

    def owns(self, record: str, binding: Binding) -> bool:
        """Return True if a process of this service made the id *record* for *binding*."""
        stem, proof = record[:-_PROOF_DIGITS], record[-_PROOF_DIGITS:].encode("utf-8", "replace")
        own = (_proof(secret, stem, binding).encode() for secret in self._secrets)
        return any(hmac.compare_digest(each, proof) for each in own)

    def wait_until_open(self, seconds: float = OPEN_SECONDS) -> bool:
        """Wait until the store was opened, in order or not; return False after *seconds*.

        Ids made afterwards are known to other processes.
        """
        return self._opened.wait(seconds)

    def put(self, task: Task) -> None:
        """Write *task* soon; the first one starts the thread."""
        self.start()
        with self._changed:
            if len(self._waiting) >= MAX_WAITING:
                self._drop_oldest()
            self._waiting.append(task)
            if len(self._waiting) == 1 or not isinstance(task, AnswerRecord):
                self._urgent = self._urgent or not isinstance(task, AnswerRecord)
                self._changed.notify()  # else the thread waits for more records, or is busy

    def _drop_oldest(self) -> None:
        """Drop the task that waits longest; a verdict is reported as not kept."""
        task = self._waiting.popleft()
        if isinstance(task, VerdictTask):
            if task.done.set_running_or_notify_cancel():
                task.done.set_result(VerdictResult.NOT_KEPT)
        elif isinstance(task, ProbeTask):
            task.done.cancel()
        else:
            self._lose(1)

    def flush(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Wait until all records so far are written; return False after *seconds*."""
        try:
            self.probe().result(seconds)
        except (TimeoutError, CancelledError):
            return False
        return True

    def start(self) -> None:
        """Start the thread; does nothing while it runs. `put` starts it too."""
        with self._changed:
            if self._thread is None:
                self._end = None
                self._thread = Thread(target=self._run, name="faqbot-records", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Write the records that wait, for some seconds at most, and end the thread."""
        with self._changed:
            self._end = time.monotonic() + CLOSE_SECONDS
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS + RETRY_SECONDS)
        with self._changed:
            self._thread = None
            while self._waiting:
                self._drop_oldest()
        if self._given is None:
            self.store.close()
            self.store = open_store()  # for an app that starts again; it opens nothing yet

    async def store_is_writable(self) -> bool:
        """Return True if the store takes records now."""
        if self.is_writable:
            with suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(asyncio.wrap_future(self.probe()), PROBE_SECONDS)
        return self.is_writable

    def probe(self) -> Future[None]:
        """Let the thread use the store; then *is_writable* is up to date."""
        task = ProbeTask()
        self.put(task)
        return task.done

    def _lose(self, count: int) -> None:
        if count and not self.lost:
            _log.warning("Records are lost: the store did not take them. See faqbot_records_lost.")
        self.lost += count

    def _run(self) -> None:
        self.is_writable = self.store.prepare()  # a fault is logged now, not at the first question
        self._load_secret()
        self._opened.set()
        while tasks := self._next():
            records = [task for task in tasks if isinstance(task, AnswerRecord)]
            others = [task for task in tasks if not isinstance(task, AnswerRecord)]
            left = self._write(records) if records else []
            if left:
                self._put_back([*left, *others])
                continue
            for task in others:
                task.write(self.store)
                self.is_writable = self.store.is_in_order

    def _load_secret(self) -> None:
        """Use the secret of the store from now on; ids that were made before are still known."""
        if len(self._secrets) > 1 or self._has_own_secret:
            return
        found = self.store.shared.secret("web-records")
        if found is not None:
            self._secrets = [*self._secrets, found]

    def _next(self) -> list[Task]:
        """Wait for tasks and take them; return an empty list at the end.

        They are records, up to the next task of another kind, which is the last one taken.
        """
        with self._changed:
            while not self._waiting:
                if self._end is not None:
                    return []
                self._changed.wait()
            self._changed.wait_for(lambda: self._urgent or self._end is not None, GATHER_SECONDS)
            self._urgent = False
            if self._end is not None and time.monotonic() > self._end:
                return []
            taken: list[Task] = []
            while self._waiting and len(taken) < MAX_BATCH:
                taken.append(self._waiting.popleft())
                if not isinstance(taken[-1], AnswerRecord):
                    break
            return taken

    def _write(self, records: list[AnswerRecord]) -> list[AnswerRecord]:
        """Write *records*; return those to try again, as the store is out of order.

        If it is in order, one of them is at fault: then they are written one by one.
        """
        done = self.store.record_all(records)
        self.is_writable = self.store.is_in_order
        if done:
            self._load_secret()
            return []
        if not self.is_writable:
            return records
        if len(records) == 1:
            if not any(self.store.record_all(records) for _ in range(TRIES - 1)):
                self._lose(1)
            return []
        for place, each in enumerate(records):
            if self._write([each]):
                return records[place:]
        return []

    def _put_back(self, tasks: list[Task]) -> None:
        """Let *tasks* wait in front, and the thread for the next try."""
        with self._changed:
            self._waiting.extendleft(reversed(tasks))
            if self._end is None:
                self._changed.wait_for(lambda: self._end is not None, RETRY_SECONDS)
            else:
                time.sleep(min(RETRY_SECONDS, max(self._end - time.monotonic(), 0.0)))


def _proof(secret: bytes, stem: str, binding: Binding) -> str:
    """Return the end of the id with *stem*, which shows that it belongs to *binding*."""
    text = "\0".join((stem, *binding)).encode("utf-8", "replace")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:_PROOF_DIGITS]
