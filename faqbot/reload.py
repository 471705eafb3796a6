"""Live reload: a running bot picks up the edits of its knowledge base.

SIGHUP, with which a service is told to read its files again.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Self

from faqbot.bot import Bot
from faqbot.errors import FaqbotError, KnowledgeBaseError
from faqbot.kb import load_knowledge_base
from faqbot.watching import require_watchfiles, watch_base

if TYPE_CHECKING:
    from faqbot.models import KnowledgeBase
    from faqbot.retrieval import Encoder

_log = logging.getLogger(__name__)


class Bell:
    """What `threading.Event` is, but a signal handler may set it.

    A handler runs in the middle of anything, also of an event's own `set`, and would then wait for
    ever for the lock of that event; a `SimpleQueue` is made to be re-entered.
    """

    def __init__(self) -> None:
        """Start unset."""
        self._rings: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Set it, and let go whoever waits."""
        self._rings.put(None)

    def is_set(self) -> bool:
        """Tell whether it is set."""
        return not self._rings.empty()

    def clear(self) -> None:
        """Unset it."""
        with suppress(Empty):
            while True:
                self._rings.get_nowait()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, *timeout* seconds at most; tell whether it is. For one thread."""
        with suppress(Empty):
            self._rings.get(timeout=timeout)
            self.set()
        return self.is_set()


class Hangup:
    """Calls *then* at each SIGHUP while it is installed, and what was called before as well."""

    def __init__(self, then: Callable[[], None]) -> None:
        """Install nothing yet."""
        self._then = then
        self._number = getattr(signal, "SIGHUP", None)  # Windows has no such signal
        self._before: Callable[[int, FrameType | None], object] | int | None = None

    def install(self) -> None:
        """Take the signal over; raises ValueError outside the main thread."""
        if self._number is not None:
            self._before = signal.signal(self._number, self._handle)

    def restore(self) -> None:
        """Give the signal back to what had it; does nothing outside the main thread."""
        if self._number is not None:
            with suppress(ValueError):
                signal.signal(self._number, self._before or signal.SIG_DFL)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._then()
        if callable(self._before):
            self._before(number, frame)


@dataclass(frozen=True, slots=True)
class Reload:
    """What came of reading a knowledge base again; as text, the sentences that tell it.

    *added*, *removed* and *changed* are ids of entries, drafts included. *error* is why the bot
    keeps what it had, None when it serves what is on disk.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    error: Exception | None = None

    def __str__(self) -> str:
        """Say what changed, or list every fault with its file and line."""
        if isinstance(self.error, KnowledgeBaseError):
            return f"The edited knowledge base cannot be used, so the old one stays:\n{self.error}"
        if self.error is not None:
            kind = "" if isinstance(self.error, FaqbotError) else f"{type(self.error).__name__}: "
            return (
                f"Reading the knowledge base again failed, so the old one stays: {kind}{self.error}"
            )
        return f"The knowledge base was read again: {self._count()}."

    def _count(self) -> str:
        counts = ((self.added, "added"), (self.removed, "removed"), (self.changed, "changed"))
        told = [
            f"{len(ids)} {'entry' if len(ids) == 1 else 'entries'} {what}"
            for ids, what in counts
            if ids
        ]
        return ", ".join(told) or "the entries are as before"


class Reloader:
    """Keeps a bot at what its knowledge base says on disk, in a thread of its own.

    A context manager: it starts on entering and has ended on leaving. What was edited is built
    beside the old and adopted at once; with faults in it the bot keeps what it has. Each reload is
    logged under ``faqbot.reload``, as INFO or, with every fault's file and line, as one WARNING.
    """

    def __init__(
        self,
        bot: Bot,
        path: str | Path,
        encoder: str | Encoder = "auto",
        *,
        watch: bool = True,
        hangup: bool = False,
        on_reload: Callable[[Reload], None] | None = None,
    ) -> None:
        """Reload *bot* from *path* with *encoder*: what it was made of by `Bot.from_file`.

        With *watch*, an edit is picked up by itself; raises MissingDependency if watchfiles is not
        installed. With *hangup*, SIGHUP reloads too, where there is such a signal; start it in the
        main thread then. *on_reload* is called, in the reloading thread, with what was logged.
        """
        if watch:
            require_watchfiles()
        self._bot = bot
        self._path = Path(path)
        self._encoder = encoder
        self._watch = watch
        self._on_reload = on_reload
        self._told = ""
        self._reloading = threading.RLock()
        self._wake = Bell()
        self._hangup = Hangup(self._wake.set) if hangup else None
        self._stopping = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Start the thread; does nothing while it runs.

        Raises ValueError outside the main thread if SIGHUP is to reload.
        """
        if self._thread is not None:
            return
        if self._hangup is not None:
            self._hangup.install()
        self._stopping = False
        self._wake.clear()
        self._thread = threading.Thread(target=self._run, name="faqbot-reload", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, after a reload that is under way; does nothing when it does not run."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._hangup is not None:
            self._hangup.restore()
        self._stopping = True
        self._wake.set()
        if thread is not threading.current_thread():
            thread.join()

    def reload(self) -> Reload:
        """Read the knowledge base again, now and in this thread, and return what came of it.

        Never raises for what is on disk. It is logged and reported, also when nothing changed.
        """
        with self._reloading:
            reload, _ = self._renew()
            self._tell(reload)
            return reload

    def _run(self) -> None:
        while not self._stopping:
            for _ in self._edits():
                self._reload_if_edited()
            self._wake.clear()
            if not self._stopping:
                self.reload()

    def _edits(self) -> Iterator[None]:
        if self._watch:
            yield from watch_base(self._path, self._wake)
        else:
            self._wake.wait()

    def _reload_if_edited(self) -> None:
        """Reload; tell of it unless it left all as it was, or failed as it did the last time."""
        with self._reloading:
            reload, adopted = self._renew()
            mended = bool(self._told) and reload.error is None
            if adopted or mended or (reload.error is not None and str(reload) != self._told):
                self._tell(reload)

    def _renew(self) -> tuple[Reload, bool]:
        """Bring the bot to what is on disk; return what came of it, and whether it adopted anything."""
        try:
            kb, old = load_knowledge_base(self._path), self._bot.kb
            if (kb.digest, kb.paths) == (old.digest, old.paths):
                return Reload(), False
            cache = self._bot.cache_state != "off"
            self._bot.adopt(Bot.from_knowledge_base(kb, self._encoder, cache=cache))
        except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on with what it has
            return Reload(error=error), False
        return _difference(old, kb), True

    def _tell(self, reload: Reload) -> None:
        self._told = "" if reload.error is None else str(reload)
        unexpected = None if isinstance(reload.error, FaqbotError) else reload.error
        level = logging.INFO if reload.error is None else logging.WARNING
        _log.log(level, "%s", reload, exc_info=unexpected)
        if self._on_reload is not None:
            try:
                self._on_reload(reload)
            except Exception:  # noqa: BLE001 - not ours, and the next edit is still to be picked up
                _log.exception("What was to be called after a reload failed.")


def _difference(old: KnowledgeBase, new: KnowledgeBase) -> Reload:
    before, after = old.by_id, new.by_id
    return Reload(
        added=_sorted(after.keys() - before.keys()),
        removed=_sorted(before.keys() - after.keys()),
        changed=_sorted(
            name for name in before.keys() & after.keys() if before[name] != after[name]
        ),
    )


def _sorted(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))
