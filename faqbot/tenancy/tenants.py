"""Bots of many tenants in one process, within a memory budget."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Self

from faqbot.errors import FaqbotError, Fault, KnowledgeBaseError, TenantError
from faqbot.kb import shipped_manners
from faqbot.retrieval import language_of
from faqbot.tenancy.footprint import measure_bytes
from faqbot.tenancy.sources import TenantSource, open_source
from faqbot.tenant_ids import check_tenant

if TYPE_CHECKING:
    from faqbot.bot import Bot
    from faqbot.retrieval import Encoder

_log = logging.getLogger(__name__)

# Bytes of all bots, unless another budget is given: 600 MB, about 300 tenants of 1,000 phrasings in use.
# The process takes up to twice as much, as Python frees closed bots later
# (benchmarks/README.md, "Many tenants").
DEFAULT_BYTES = 600_000_000
# Share of the budget that one tenant may take, so that others stay open beside it. Chosen by hand.
MAX_SHARE = 0.5
# Seconds for which a knowledge base is taken as current without a look at its stamp.
CHECK_SECONDS = 1.0
# Seconds that a question waits for an edited knowledge base, and then is answered by the old one.
# Chosen by hand: a person waits that long without a doubt.
EDIT_SECONDS = 1.0
# Seconds after which an opening that failed for a passing reason, such as a full disk, is tried again.
# Chosen by hand.
RETRY_SECONDS = 5.0
# Questions until the second measurement of a bot, whose caches grow with use, and between two later ones,
# at most. In between, each waits for four times as many questions. Measured: with 1,000 phrasings, caches
# take 1 MB after 10 questions, and 2 MB after 50.
FIRST_QUESTIONS, MAX_QUESTIONS = 4, 256
# Threads that open edited knowledge bases and measure bots, beside the threads that answer.
_THREADS = 2


@dataclass(slots=True)
class _Attempt:
    """Try to open a knowledge base of *stamp* at the time *at*; *done* is set at its end."""

    stamp: Hashable
    at: float
    done: Future[None] = field(default_factory=Future)
    error: Exception | None = None


@dataclass(slots=True)
class _Slot:
    """State of one tenant: its *bot* with the *size* in bytes, and the last *attempt* to open it.

    *checked* is the time of the last look at the stamp. *uses* counts questions, and at *measured_at* of
    them the bot is measured again.
    """

    tenant: str
    bot: Bot | None = None
    size: int = 0
    checked: float = float("-inf")
    uses: int = 0
    measured_at: int = FIRST_QUESTIONS
    attempt: _Attempt | None = None


class Tenants:
    """Bots of tenants, opened when they are asked, in least-recently-used order by bytes.

    Thread-safe. A bot that is closed for another one still answers the questions that it was given.
    """

    def __init__(
        self,
        source: TenantSource,
        encoder: str = "auto",
        *,
        max_bytes: int = DEFAULT_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the knowledge bases of *source* with *encoder*, the name of one.

        *max_bytes* is the memory of all bots together; an encoder, which they share, is not counted.
        *clock* returns seconds.
        """
        self._source = source
        self._encoder = encoder
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = Lock()
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._encoders: dict[str, Encoder] = {}  # kept while no bot is open
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="faqbot-tenants")

    @property
    def name(self) -> str:
        """The place of the knowledge bases, without a password."""
        return self._source.name

    @property
    def used_bytes(self) -> int:
        """The bytes of all open bots."""
        with self._lock:
            return sum(slot.size for slot in self._slots.values() if slot.bot is not None)

    @property
    def open_count(self) -> int:
        """The number of open bots."""
        with self._lock:
            return sum(slot.bot is not None for slot in self._slots.values())

    @property
    def faults(self) -> Mapping[str, str]:
        """The fault of each tenant whose newest knowledge base cannot be used, by its id.

        A tenant that had a usable one before is still answered by that one.
        """
        with self._lock:
            attempts = {name: slot.attempt for name, slot in self._slots.items()}
        return {
            name: str(attempt.error)
            for name, attempt in attempts.items()
            if attempt is not None and attempt.error is not None
        }

    def __enter__(self) -> Self:
        """Return the tenants; the end of the block closes them."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all bots."""
        self.close()

    def is_open(self, tenant: str) -> bool:
        """Return True if the bot of *tenant* is in memory.

        This is no use of it.
        """
        with self._lock:
            slot = self._slots.get(tenant)
            return slot is not None and slot.bot is not None

    def warm_up(self) -> None:
        """Open one tenant, so that the encoder and the libraries are loaded before the first question.

        `run_for_tenants` calls it in a thread. Never raises for a knowledge base that cannot be used.
        """
        for tenant in self._source.tenants():
            with suppress(FaqbotError, OSError):
                self.open(tenant).warm_up()
                return

    def get(self, tenant: str) -> Bot | None:
        """Return the bot of *tenant* if it is open and was found current within a second.

        It takes no time. Otherwise the result is None, and `open` has work to do.
        """
        with self._lock:
            slot = self._slots.get(tenant)
            if slot is None or slot.bot is None:
                return None
            if self._clock() - slot.checked >= CHECK_SECONDS:
                return None
            return self._use(slot, slot.bot)

    def open(self, tenant: str) -> Bot:
        """Return the bot of *tenant*, opened now unless it is open and current.

        Threads that ask at once wait for one opening. An edited knowledge base is opened beside the old
        one; if that takes more than a second, or if it cannot be used, the old one answers. Raises
        TenantError for an id that is malformed or unknown, and the errors of `Bot.from_file` if there
        is no usable knowledge base.
        """
        if (found := self.get(tenant)) is not None:
            return found
        stamp = self._source.stamp(tenant) if check_tenant(tenant) else None
        if stamp is None:
            self._forget(tenant)
            raise TenantError(f"there is no tenant {tenant!r} in {self._source.name}")
        slot, attempt, is_new = self._begin(tenant, stamp)
        if is_new and slot.bot is None:
            self._run(slot, attempt)
        elif is_new:
            self._pool.submit(self._run, slot, attempt)
        with suppress(TimeoutError):
            attempt.done.result(EDIT_SECONDS if slot.bot is not None else None)
        return self._result(slot, attempt)

    def close(self) -> None:
        """Close all bots, and the source.

        Threads in the middle of an answer may end it.
        """
        self._pool.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._slots.clear()
            self._encoders.clear()
        self._source.close()

    def _use(self, slot: _Slot, bot: Bot) -> Bot:
        """Note a use of *slot*; the lock is held."""
        self._slots[slot.tenant] = slot
        self._slots.move_to_end(slot.tenant)
        slot.uses += 1
        if slot.uses == slot.measured_at:
            slot.measured_at = min(slot.uses * FIRST_QUESTIONS, slot.uses + MAX_QUESTIONS)
            with suppress(RuntimeError):  # closed meanwhile
                self._pool.submit(self._measure, slot)
        return bot

    def _forget(self, tenant: str) -> None:
        with self._lock:
            self._slots.pop(tenant, None)

    def _begin(self, tenant: str, stamp: Hashable) -> tuple[_Slot, _Attempt, bool]:
        """Return the slot and the attempt at *stamp*, and True if the caller has to run it."""
        with self._lock:
            slot = self._slots.setdefault(tenant, _Slot(tenant))
            slot.checked = now = self._clock()
            last = slot.attempt
            if last is not None and last.stamp == stamp and not self._may_retry(last, now):
                return slot, last, False
            slot.attempt = attempt = _Attempt(stamp, now)
            return slot, attempt, True

    @staticmethod
    def _may_retry(attempt: _Attempt, now: float) -> bool:
        """Return True if the failure of *attempt* may have passed."""
        if attempt.error is None or isinstance(attempt.error, KnowledgeBaseError):
            return False
        return now - attempt.at >= RETRY_SECONDS

    def _run(self, slot: _Slot, attempt: _Attempt) -> None:
        """Open the knowledge base of *slot*.

        Keep its bot, or the fault.
        """
        try:
            bot = self._source.open(slot.tenant, self._encoder)
            size = _size(bot)
            self._check_size(slot.tenant, bot, size)
        except Exception as error:  # noqa: BLE001 - the fault is one tenant's; the others go on
            attempt.error = error
            self._report(slot.tenant, error)
        else:
            self._keep(slot, attempt, bot, size)
        finally:
            attempt.done.set_result(None)

    def _check_size(self, tenant: str, bot: Bot, size: int) -> None:
        most = int(self._max_bytes * MAX_SHARE)
        if size > most:
            message = (
                f"the knowledge base of the tenant {tenant} takes {size:,} bytes in memory, and a tenant "
                f"may take {most:,}, half of the memory of all: allow more memory, or make it smaller"
            )
            path = next(iter(bot.kb.paths), Path(self._source.name))
            raise KnowledgeBaseError([Fault(path, 0, message)])

    def _report(self, tenant: str, error: Exception) -> None:
        unexpected = None if isinstance(error, FaqbotError) else error
        _log.warning(
            "The knowledge base of the tenant %s cannot be used: %s",
            tenant,
            error if unexpected is None else f"{type(error).__name__}: {error}",
            exc_info=unexpected,
        )

    def _keep(self, slot: _Slot, attempt: _Attempt, bot: Bot, size: int) -> None:
        """Serve *bot*, and close the least recently used ones beyond the budget."""
        with self._lock:
            if slot.attempt is not attempt and slot.bot is not None:
                return  # a newer knowledge base is being opened, or is open
            slot.bot, slot.size = bot, size
            if bot.encoder is not None:
                self._encoders[bot.encoder_name] = bot.encoder
            self._use(slot, bot)
            self._evict()

    def _evict(self) -> None:
        """Close bots until the rest fits, the one used last excepted.

        The lock is held.
        """
        opened = [slot for slot in self._slots.values() if slot.bot is not None]
        used = sum(slot.size for slot in opened)
        for slot in opened[:-1]:
            if used <= self._max_bytes:
                return
            used -= slot.size
            slot.bot = None
            del self._slots[slot.tenant]

    def _result(self, slot: _Slot, attempt: _Attempt) -> Bot:
        with self._lock:
            if slot.bot is not None:
                return self._use(slot, slot.bot)
        if attempt.error is not None:
            raise attempt.error.with_traceback(None)
        return self.open(slot.tenant)  # it was closed for another one meanwhile

    def _measure(self, slot: _Slot) -> None:
        bot = slot.bot
        if bot is None:
            return
        size = _size(bot)
        with self._lock:
            if slot.bot is bot:
                slot.size = size
                self._evict()


def _size(bot: Bot) -> int:
    """Return the bytes of *bot*, without the encoder, the language and the manners that others share."""
    tag = bot.kb.language
    shared = [bot.encoder, language_of(tag), shipped_manners(tag), shipped_manners()]
    parts = [part for each in shared for part in getattr(each, "__dict__", {}).values()]
    return measure_bytes(bot, [*shared, *parts])


def open_tenants(
    place: str | Path, encoder: str = "auto", *, max_bytes: int = DEFAULT_BYTES
) -> Tenants:
    """Return the tenants at *place*: a folder, or the URL of a database of published knowledge bases.

    In a folder, a tenant is a file ``TENANT.yaml`` or a folder ``TENANT``. *encoder* is the name of an
    encoder, and *max_bytes* the memory of all bots together. Raises KnowledgeBaseNotFound if *place* is
    no folder, and StoreError, PublishError or MissingDependency if the database cannot be used.
    """
    return Tenants(open_source(place), encoder, max_bytes=max_bytes)
