"""Live reload: a running bot adopts its edited or published knowledge base, at once or at SIGHUP."""

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
from typing import TYPE_CHECKING, Protocol, Self

from faqbot.bot import Bot
from faqbot.database_urls import is_address
from faqbot.errors import FaqbotError, KnowledgeBaseError, StoreError
from faqbot.kb import load_knowledge_base
from faqbot.publishing.address import PublishedAddress
from faqbot.watching import require_watchfiles, watch_base

if TYPE_CHECKING:
    from faqbot.models import KnowledgeBase
    from faqbot.retrieval import Encoder
    from faqbot.watching import StopEvent

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
    """Handler of SIGHUP that calls *then*, then the earlier handler."""

    def __init__(self, then: Callable[[], None]) -> None:
        """Keep *then*; `install` takes the signal over."""
        self._then = then
        self._number = getattr(signal, "SIGHUP", None)  # Windows has no such signal
        self._before: Callable[[int, FrameType | None], object] | int | None = None

    def install(self) -> None:
        """Handle SIGHUP; raises ValueError outside the main thread."""
        if self._number is not None:
            self._before = signal.signal(self._number, self._handle)

    def restore(self) -> None:
        """Restore the earlier handler; does nothing outside the main thread."""
        if self._number is not None:
            with suppress(ValueError):
                signal.signal(self._number, self._before or signal.SIG_DFL)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._then()
        if callable(self._before):
            self._before(number, frame)


@dataclass(frozen=True, slots=True)
class Reload:
    """Result of a reload; `str` gives it in sentences.

    *added*, *removed* and *changed* are ids of entries, drafts included. *error* is the reason to keep
    the old knowledge base, None if the bot serves the newest one. *version* is the number of a published
    version, 0 for files.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    error: Exception | None = None
    version: int = 0

    def __str__(self) -> str:
        """Return counts of changes, or faults with file and line."""
        if isinstance(self.error, KnowledgeBaseError):
            return f"The edited knowledge base cannot be used, so the old one stays:\n{self.error}"
        if self.error is not None:
            kind = "" if isinstance(self.error, FaqbotError) else f"{type(self.error).__name__}: "
            stays = f"version {self.version}" if self.version else "the old one"
            return f"Reading the knowledge base again failed, so {stays} stays: {kind}{self.error}"
        which = f", version {self.version}" if self.version else ""
        return f"The knowledge base was read again{which}: {self._count()}."

    def _count(self) -> str:
        counts = ((self.added, "added"), (self.removed, "removed"), (self.changed, "changed"))
        told = [
            f"{len(ids)} {'entry' if len(ids) == 1 else 'entries'} {change}"
            for ids, change in counts
            if ids
        ]
        return ", ".join(told) or "the entries are as before"


class BotSource(Protocol):
    """Source of bots of one knowledge base, which may change."""

    def newest(self, bot: Bot) -> Bot | None:
        """Return a bot of the newest knowledge base, None if unchanged."""

    def changes(self, stop: StopEvent) -> Iterator[None]:
        """Yield when the knowledge base may have changed, until *stop* is set."""

    def close(self) -> None:
        """Close connections; `newest` opens them again."""


class FileSource:
    """Source of bots of the knowledge base at *path*."""

    def __init__(self, path: Path, encoder: str | Encoder, *, watch: bool) -> None:
        """Prepare; raise MissingDependency if edits are to be watched without watchfiles."""
        if watch:
            require_watchfiles()
        self._path = path
        self._encoder = encoder
        self._watch = watch

    def newest(self, bot: Bot) -> Bot | None:
        """Return a bot of the files, None if unchanged."""
        kb = load_knowledge_base(self._path)
        if (kb.digest, kb.paths) == (bot.kb.digest, bot.kb.paths):
            return None
        return Bot.from_knowledge_base(kb, self._encoder, cache=bot.cache_state != "off")

    def changes(self, stop: StopEvent) -> Iterator[None]:
        """Yield at each edit, or only wait for *stop*."""
        if self._watch:
            yield from watch_base(self._path, stop)
        else:
            stop.wait()

    def close(self) -> None:
        """Do nothing: there is no connection."""


class Reloader:
    """Thread that keeps a bot up to date with its knowledge base, in files or published.

    A context manager: it starts on entering, and has ended on leaving. An edited knowledge base is
    built beside the old one and adopted at once; if it has faults, the bot keeps the old one. Each
    reload is logged under ``faqbot.reload``: as INFO, or as WARNING with the file and line of every
    fault. `Bot.outdated` tells why a published version was not adopted.
    """

    def __init__(
        self,
        bot: Bot,
        path: str | Path | PublishedAddress,
        encoder: str | Encoder = "auto",
        *,
        watch: bool = True,
        hangup: bool = False,
        on_reload: Callable[[Reload], None] | None = None,
    ) -> None:
        """Reload *bot* from *path* with *encoder*, the arguments that `Bot.from_file` had.

        *path* may be the address of a published knowledge base, as a `PublishedAddress` or a URL. Its
        versions are always picked up. With *watch*, edits of files are picked up as they happen; raises
        MissingDependency if watchfiles is not installed. With *hangup*, SIGHUP reloads too where the system has it; start in the main
        thread then. *on_reload* is called, in the reloading thread, with each `Reload` that is logged.
        """
        self._bot = bot
        self._source = _source_of(path, encoder, watch=watch)
        self._on_reload = on_reload
        self._reported: Exception | None = None
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
            reload, adopted = self._renew()
            self._report(reload)
            if adopted:
                self._warm_up()
            if self._thread is None:  # else the thread does it at its end
                self._source.close()
            return reload

    def _run(self) -> None:
        while not self._stopping:
            for _ in self._source.changes(self._wake):
                self._reload_if_edited()
            self._wake.clear()
            if not self._stopping:
                self.reload()
        with self._reloading:
            self._source.close()

    def _reload_if_edited(self) -> None:
        """Reload; report it unless nothing changed, or the same error was reported last."""
        with self._reloading:
            reload, adopted = self._renew()
            recovered = self._reported is not None and reload.error is None
            if adopted or recovered or self._is_news(reload.error):
                self._report(reload)
            if adopted:
                self._warm_up()

    def _is_news(self, error: Exception | None) -> bool:
        """Return True for an *error* that was not reported last; a database that is gone is one error."""
        if error is None or (
            isinstance(error, StoreError) and isinstance(self._reported, StoreError)
        ):
            return False
        return str(error) != str(self._reported)

    def _renew(self) -> tuple[Reload, bool]:
        """Read the newest knowledge base; return the result, and True if the bot adopted it."""
        old = self._bot.kb
        try:
            renewed = self._source.newest(self._bot)
            if renewed is None:
                self._bot.mark_outdated("")
                return Reload(version=old.published_version), False
            self._bot.adopt(renewed)
        except Exception as error:  # noqa: BLE001 - the bot goes on whatever the error
            reload = Reload(error=error, version=old.published_version)
            if old.published_version and not isinstance(error, StoreError):
                self._bot.mark_outdated(
                    f"another version cannot be used, so version {old.published_version} is served: the "
                    "log tells why"
                )
            return reload, False
        return _difference(old, renewed.kb), True

    def _warm_up(self) -> None:
        """Compute the data of the first declined choice here, as this thread answers nobody.

        It takes a second for some hundred entries, so the knowledge base was adopted before.
        """
        try:
            self._bot.warm_up()
        except Exception:  # noqa: BLE001 - an encoder of a caller; the first question tells it too
            _log.exception("The knowledge base was adopted, but nothing could be computed ahead.")

    def _report(self, reload: Reload) -> None:
        self._reported = reload.error
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
        version=new.published_version,
    )


def _source_of(
    path: str | Path | PublishedAddress, encoder: str | Encoder, *, watch: bool
) -> BotSource:
    if isinstance(path, str) and is_address(path):
        path = PublishedAddress.parse(path)
    if not isinstance(path, PublishedAddress):
        return FileSource(Path(path), encoder, watch=watch)
    from faqbot.publishing.following import PublishedSource

    return PublishedSource(path, encoder)


def _sorted(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))
