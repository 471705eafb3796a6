"""Live reload: a running bot adopts its edited knowledge base, on an edit or at SIGHUP."""

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


class SignalEvent:
    """Event, as `threading.Event`, that a signal handler may set.

    A handler may interrupt `threading.Event.set` and would then deadlock on the lock of the event.
    `SimpleQueue` is reentrant.
    """

    def __init__(self) -> None:
        """Start with the event unset."""
        self._rings: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Set the event, and wake the thread that waits."""
        self._rings.put(None)

    def is_set(self) -> bool:
        """Return True if the event is set."""
        return not self._rings.empty()

    def clear(self) -> None:
        """Unset the event."""
        with suppress(Empty):
            while True:
                self._rings.get_nowait()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait *timeout* seconds at most.

        Return True if the event is set. Only one thread may wait.
        """
        with suppress(Empty):
            self._rings.get(timeout=timeout)
            self.set()
        return self.is_set()


class SighupHandler:
    """Handler of SIGHUP that calls *then*, and after it the handler installed before."""

    def __init__(self, then: Callable[[], None]) -> None:
        """Keep *then*; `install` takes the signal over."""
        self._then = then
        self._number = getattr(signal, "SIGHUP", None)  # Windows has no such signal
        self._before: Callable[[int, FrameType | None], object] | int | None = None

    def install(self) -> None:
        """Handle SIGHUP from now on; raises ValueError outside the main thread."""
        if self._number is not None:
            self._before = signal.signal(self._number, self._handle)

    def restore(self) -> None:
        """Restore the handler installed before; does nothing outside the main thread."""
        if self._number is not None:
            with suppress(ValueError):
                signal.signal(self._number, self._before or signal.SIG_DFL)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._then()
        if callable(self._before):
            self._before(number, frame)


@dataclass(frozen=True, slots=True)
class Reload:
    """Result of reading a knowledge base again; `str` gives it in sentences.

    *added*, *removed* and *changed* are ids of entries, drafts included. *error* is the reason to keep
    the old knowledge base, None if the bot serves the files on disk.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    error: Exception | None = None

    def __str__(self) -> str:
        """Return the counts of changes, or every fault with its file and line."""
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
            f"{len(ids)} {'entry' if len(ids) == 1 else 'entries'} {change}"
            for ids, change in counts
            if ids
        ]
        return ", ".join(told) or "the entries are as before"


class Reloader:
    """Thread that keeps a bot up to date with the files of its knowledge base.

    A context manager: it starts on entering, and has ended on leaving. An edited knowledge base is
    built beside the old one and adopted at once; if it has faults, the bot keeps the old one. Each
    reload is logged under ``faqbot.reload``: as INFO, or as WARNING with the file and line of every
    fault.
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
        """Reload *bot* from *path* with *encoder*, the arguments that `Bot.from_file` had.

        With *watch*, edits are picked up as they happen; raises MissingDependency if watchfiles is
        not installed. With *hangup*, SIGHUP reloads too where the system has it; start in the main
        thread then. *on_reload* is called, in the reloading thread, with each `Reload` that is logged.
        """
        if watch:
            require_watchfiles()
        self._bot = bot
        self._path = Path(path)
        self._encoder = encoder
        self._watch = watch
        self._on_reload = on_reload
        self._reported = ""
        self._reloading = threading.RLock()
        self._wake = SignalEvent()
        self._hangup = SighupHandler(self._wake.set) if hangup else None
        self._stopping = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start the thread."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the thread."""
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
        """End the thread after a reload in progress.

        Does nothing if it does not run.
        """
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
        """Read the knowledge base again, in the calling thread, and return the result.

        Never raises for the content of the files. The result is logged, also if nothing changed.
        """
        with self._reloading:
            reload, _ = self._renew()
            self._report(reload)
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
        """Reload; report it unless nothing changed, or the same error was reported last."""
        with self._reloading:
            reload, adopted = self._renew()
            recovered = bool(self._reported) and reload.error is None
            if adopted or recovered or (reload.error is not None and str(reload) != self._reported):
                self._report(reload)

    def _renew(self) -> tuple[Reload, bool]:
        """Read the files; return the result, and True if the bot adopted a new knowledge base."""
        try:
            kb, old = load_knowledge_base(self._path), self._bot.kb
            if (kb.digest, kb.paths) == (old.digest, old.paths):
                return Reload(), False
            cache = self._bot.cache_state != "off"
            renewed = Bot.from_knowledge_base(kb, self._encoder, cache=cache)
            renewed.warm_up()  # here, as this thread answers nobody
            self._bot.adopt(renewed)
        except Exception as error:  # noqa: BLE001 - the bot goes on whatever the error
            return Reload(error=error), False
        return _difference(old, kb), True

    def _report(self, reload: Reload) -> None:
        self._reported = "" if reload.error is None else str(reload)
        unexpected = None if isinstance(reload.error, FaqbotError) else reload.error
        level = logging.INFO if reload.error is None else logging.WARNING
        _log.log(level, "%s", reload, exc_info=unexpected)
        if self._on_reload is not None:
            try:
                self._on_reload(reload)
            except Exception:  # noqa: BLE001 - a fault of the caller; the next edit still counts
                _log.exception("The function that is called after a reload failed.")


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
