"""What conversations remember between turns, and for how long."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock, RLock
from types import TracebackType
from typing import Self

from faqbot.models import Answer, Entry, Outcome, Question

__all__ = ["Conversation", "Conversations"]

_NUMBER = re.compile(
    r"\s*(?:(?:option|choice|number|answer|no\.?|the|i mean|i meant)\s+)*(?:#|\()?"
    r"(?:(\d{1,3})|(first|second|third|last|1st|2nd|3rd|one|two|three))(?:\s+(?:one|option|choice))?"
    r"[.)!]?\s*",
    re.IGNORECASE,
)
_PLACES = {
    **dict.fromkeys(("first", "1st", "one"), 1),
    **dict.fromkeys(("second", "2nd", "two"), 2),
    **dict.fromkeys(("third", "3rd", "three"), 3),
    "last": -1,
}
_EXPIRES_AFTER = 1800.0
_MOST_GIVEN = 200
_MOST_CONVERSATIONS = 10_000


class Conversation:
    """One person's exchange with a bot: what was said last, and what its numbers stand for.

    Keep one for each person or thread, and pass it to each `Bot.ask`. It is a lock: two messages of
    one person are answered one after the other. After *expires_after* seconds without a turn, on
    *clock*, it begins anew.
    """

    def __init__(
        self,
        *,
        expires_after: float = _EXPIRES_AFTER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with nothing said."""
        self._expires_after = expires_after
        self._clock = clock
        self._lock = RLock()
        self.forget()

    def forget(self) -> None:
        """Forget everything that was said."""
        self.last: Answer | None = None
        self.topic: Entry | None = None
        self.pending: Question | None = None
        self.turned_down: tuple[str, ...] = ()
        self._given: OrderedDict[str, str] = OrderedDict()
        self._at = self._clock()

    @property
    def offered(self) -> tuple[Entry, ...]:
        """The entries that the numbers 1, 2, 3 stand for: the choices or follow-ups last shown."""
        if self.last is None or self.has_expired():
            return ()
        return self.last.choices or self.last.follow_ups

    @property
    def choices(self) -> tuple[Entry, ...]:
        """The choices that the last answer left open; *pending* is the question they are for."""
        return self.last.choices if self.last is not None else ()

    def offers_choice(self, entry: Entry) -> bool:
        """Tell whether *entry*, as it is now or was before, is one of the choices."""
        return entry.id in [choice.id for choice in self.choices]

    def has_expired(self) -> bool:
        """Tell whether the last turn is so long ago that the next one begins anew."""
        return self._clock() - self._at > self._expires_after

    def picked(self, question: Question) -> Entry | None:
        """Return the offered entry that *question* picks by its place ("2", "the second one")."""
        offered = self.offered
        place = _place(question.text, offered) if offered else 0
        return offered[place - 1] if 1 <= place <= len(offered) else None

    def declines(self, question: Question) -> bool:
        """Tell whether *question* is the number after those of the choices: "none of these"."""
        return bool(self.choices) and _place(question.text, self.choices) == len(self.choices) + 1

    def was_given(self, entry: Entry) -> bool:
        """Tell whether the answer of *entry*, as it now stands, was given in this conversation."""
        return self._given.get(entry.id) == entry.answer

    def ask_again(self, entry: Entry) -> None:
        """Let the answer of *entry* be given once more, as a person asked for."""
        self._given.pop(entry.id, None)

    def remember(self, answer: Answer) -> None:
        """Make *answer* the last one, unless it was but manners."""
        self._at = self._clock()
        if answer.manners:
            return
        if answer.outcome is not Outcome.AMBIGUOUS:
            self.pending, self.turned_down = None, ()
        elif answer.picked_for is None:
            self.pending, self.turned_down = answer.question, ()
        self.last = answer
        for part in answer.parts or (answer,):
            if part.entry is not None:
                self.topic = part.entry
                self._give(part.entry)

    def _give(self, entry: Entry) -> None:
        self._given[entry.id] = entry.answer
        self._given.move_to_end(entry.id)
        while len(self._given) > _MOST_GIVEN:
            self._given.popitem(last=False)

    def __enter__(self) -> Self:
        """Take the turn, once no other has it; what has expired is forgotten."""
        self._lock.acquire()
        if self.has_expired():
            self.forget()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the next one have its turn."""
        self._lock.release()


def _place(text: str, offered: tuple[Entry, ...]) -> int:
    """Return the place from 1 that *text* names among those *offered*, 0 for none."""
    named = _NUMBER.fullmatch(text)
    if named is None:
        return 0
    place = int(named[1]) if named[1] else _PLACES[named[2].lower()]
    return len(offered) if place < 0 else place


class Conversations:
    """The conversations of a service, each under a key of its own: who asks, and where.

    At most *limit* are kept, those used last, and each expires after *expires_after* seconds without
    a turn. May be shared by threads.
    """

    def __init__(
        self,
        *,
        limit: int = _MOST_CONVERSATIONS,
        expires_after: float = _EXPIRES_AFTER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with none."""
        self._limit = max(limit, 1)
        self._expires_after = expires_after
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Conversation] = OrderedDict()

    def of(self, key: Hashable) -> Conversation:
        """Return the conversation under *key*, a new one if there is none or it has expired."""
        with self._lock:
            self._drop_expired()
            found = self._kept.get(key)
            if found is None:
                found = Conversation(expires_after=self._expires_after, clock=self._clock)
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
            return found

    def __contains__(self, key: Hashable) -> bool:
        """Tell whether there is a conversation under *key* that goes on."""
        with self._lock:
            found = self._kept.get(key)
            return found is not None and not found.has_expired()

    def __len__(self) -> int:
        """Count the conversations that are kept."""
        return len(self._kept)

    def _drop_expired(self) -> None:
        """Drop from the front, where those are that were asked for longest ago."""
        while self._kept:
            oldest = next(iter(self._kept))
            if not self._kept[oldest].has_expired():
                return
            del self._kept[oldest]
