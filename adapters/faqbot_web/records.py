"""Write-behind of records: an answer goes out first, and a thread writes its record to the store."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from threading import Condition, Thread
from typing import TYPE_CHECKING

from faqbot import StoreError

if TYPE_CHECKING:
    from faqbot import Answer, Store
    from faqbot_web.conversations import Binding

_log = logging.getLogger("faqbot.web")

# Records that wait for the store, a few kilobytes each. Chosen by hand: an hour at 3 a second.
MAX_WAITING = 10_000
# Seconds between two tries while the store is out of order. Chosen by hand.
RETRY_SECONDS = 1.0
# Seconds that the records still waiting get at the end. Docker and others kill after ten.
CLOSE_SECONDS = 5.0
# Hexadecimal digits of a record's id that prove its key and origin: 40 bits, tried over the network.
_PROOF_DIGITS = 10


class VerdictResult(Enum):
    """Result of a verdict: kept, on an unknown record, or not kept as the store is out of order."""

    KEPT = "kept"
    UNKNOWN = "unknown"
    NOT_KEPT = "not kept"


@dataclass(frozen=True, slots=True)
class RecordTask:
    """The *answer* to record under the id *record*, "" for small talk alone."""

    answer: Answer
    adapter: str
    person: str
    record: str

    def write(self, store: Store) -> bool:
        """Write the record; return False if the store did not take it."""
        made = store.record(
            self.answer, adapter=self.adapter, person=self.person, record=self.record
        )
        return made is not None or not self.record


@dataclass(frozen=True, slots=True)
class VerdictTask:
    """A verdict on *record*; *done* gets its result."""

    record: str
    helpful: bool
    reason: str
    done: Future[VerdictResult] = field(default_factory=Future)

    def write(self, store: Store) -> bool:
        """Write the verdict, and tell its sender; never has to be tried again."""
        if self.done.set_running_or_notify_cancel():
            self.done.set_result(self._result(store))
        return True

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
class FlushTask:
    """Mark between records; *done* is set when all records before it are written."""

    done: Future[None] = field(default_factory=Future)

    def write(self, store: Store) -> bool:
        """Set *done*."""
        del store
        self.done.set_result(None)
        return True


Task = RecordTask | VerdictTask | FlushTask


class Recorder:
    """Thread that writes records in their order.

    While the store is out of order they wait, up to a limit; then the oldest is dropped. Thread-safe.
    """

    def __init__(self, store: Store, secret: bytes = b"") -> None:
        """Write to *store*; *secret* proves whose a record is, by default a random one."""
        self.store = store
        self.lost = 0
        self.is_writable = True
        self._secret = secret or secrets.token_bytes(32)
        self._waiting: deque[Task] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._end: float | None = None

    def __len__(self) -> int:
        """Return the number of records that wait."""
        return len(self._waiting)

    def make_id(self, binding: Binding) -> str:
        """Return a new id of a record; its end proves that it belongs to *binding*."""
        stem = self.store.make_id()[:-_PROOF_DIGITS]
        return stem + self._proof(stem, binding)

    def owns(self, record: str, binding: Binding) -> bool:
        """Return True if this process made the id *record* for *binding*."""
        stem, proof = record[:-_PROOF_DIGITS], record[-_PROOF_DIGITS:]
        own = self._proof(stem, binding)
        return hmac.compare_digest(own.encode(), proof.encode("utf-8", "replace"))

    def _proof(self, stem: str, binding: Binding) -> str:
        text = "\0".join((stem, *binding)).encode("utf-8", "replace")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:_PROOF_DIGITS]

    def put(self, task: Task) -> None:
        """Write *task* soon; the first one starts the thread."""
        with self._changed:
            if self._thread is None and self._end is None:
                self._thread = Thread(target=self._run, name="faqbot-records", daemon=True)
                self._thread.start()
            self._waiting.append(task)
            if len(self._waiting) > MAX_WAITING:
                self._waiting.popleft()
                self._lose(1)
            self._changed.notify()

    def flush(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Wait until all records so far are written; return False after *seconds*."""
        mark = FlushTask()
        self.put(mark)
        try:
            mark.done.result(seconds)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Write the records that wait, for some seconds at most, and close the store."""
        with self._changed:
            self._end = time.monotonic() + CLOSE_SECONDS
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS + RETRY_SECONDS)
        if self._waiting:
            self._lose(len(self._waiting))
            _log.warning("%d records were not written: the store did not take them.", self.lost)
        self.store.close()

    def _lose(self, count: int) -> None:
        if not self.lost:
            _log.warning("The store takes no records, and too many wait: the oldest are dropped.")
        self.lost += count

    def _run(self) -> None:
        self.is_writable = self.store.prepare()
        while (task := self._next()) is not None:
            if not self._write(task):
                self._put_back(task)

    def _next(self) -> Task | None:
        """Wait for a task and take it; None at the end."""
        with self._changed:
            while not self._waiting:
                if self._end is not None:
                    return None
                self._changed.wait()
            if self._end is not None and time.monotonic() > self._end:
                return None
            return self._waiting.popleft()

    def _write(self, task: Task) -> bool:
        """Write *task*; return False if it has to be tried again."""
        if task.write(self.store):
            self.is_writable = True
            return True
        self.is_writable = self.store.prepare()
        if self.is_writable and not task.write(self.store):
            self._lose(1)  # the store takes other records, so that this one is at fault
            return True
        return self.is_writable

    def _put_back(self, task: Task) -> None:
        """Let *task* wait in front, and the thread for the next try."""
        with self._changed:
            self._waiting.appendleft(task)
            if self._end is None:
                self._changed.wait(RETRY_SECONDS)
            else:
                time.sleep(min(RETRY_SECONDS, max(self._end - time.monotonic(), 0.0)))
