"""Memory of a conversation: the last answer, its topic, open choices and given answers."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock, RLock
from types import TracebackType
from typing import Self

from faqbot.models import Answer, Entry, Outcome, Question, Reason

__all__ = ["Conversation", "Conversations"]

# Seconds without a turn after which a conversation ends. Half an hour, chosen by hand.
EXPIRES_AFTER = 1800.0
# Answers that a conversation remembers as given; the oldest is forgotten first. Chosen by hand.
MAX_GIVEN = 200
# Conversations that a service keeps, a few kilobytes each. Chosen by hand.
MAX_CONVERSATIONS = 10_000
_NUMBER = re.compile(
    r"\s*(?:(?:option|choice|number|answer|no\.?|the|i mean|i meant)\s+)*(?:#|\()?"
    r"(?:(\d{1,3})|(first|second|third|last|1st|2nd|3rd|one|two|three))(?:\s+(?:one|option|choice))?"
    r"[.)!]?\s*",
    re.IGNORECASE,
)
# Place of each ordinal word, from 1; -1 is the last.
_PLACES = {
    **dict.fromkeys(("first", "1st", "one"), 1),
    **dict.fromkeys(("second", "2nd", "two"), 2),
    **dict.fromkeys(("third", "3rd", "three"), 3),
    "last": -1,
}


class Conversation:
    """One person's exchange with a bot: the last answer, and the entries that it offered.

    Keep one for each person or thread, and pass it to each `Bot.ask`. It is a lock: two messages of
    one person are answered one after the other. After *expires_after* seconds without a turn, on
    *clock*, it starts empty. Only `Bot.ask` and `Bot.answer_with` write to it.
    """

    def __init__(
        self,
        *,
        expires_after: float = EXPIRES_AFTER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start an empty conversation."""
        self._expires_after = expires_after
        self._clock = clock
        self._lock = RLock()
        self.forget()

    def forget(self) -> None:
        """Forget everything that was said.

        *last* is the last answer that is not small talk, *topic* the entry last answered with,
        *pending* the question whose choices are open, and *turned_down* the ids of the choices of
        *pending* that were declined.
        """
        self.last: Answer | None = None
        self.topic: Entry | None = None
        self.pending: Question | None = None
        self.turned_down: tuple[str, ...] = ()
        self._given: OrderedDict[str, str] = OrderedDict()
        self._at = self._clock()

    @property
    def offered(self) -> tuple[Entry, ...]:
        """Entries behind the numbers 1, 2, 3: the choices or follow-ups last shown."""
        if self.last is None or self.has_expired():
            return ()
        return self.last.choices or self.last.follow_ups

    @property
    def choices(self) -> tuple[Entry, ...]:
        """Choices that the last answer left open; *pending* is their question."""
        return self.last.choices if self.last is not None else ()

    def offers_choice(self, entry: Entry) -> bool:
        """Return True if *entry*, edited or not, is one of the choices."""
        return entry.id in [choice.id for choice in self.choices]

    def has_expired(self) -> bool:
        """Return True if the last turn is too long ago for the next turn to continue from it."""
        return self._clock() - self._at > self._expires_after

    def picked(self, question: Question) -> Entry | None:
        """Return the offered entry that *question* names by its place ("2", "the second one")."""
        offered = self.offered
        place = _place(question.text, offered) if offered else 0
        return offered[place - 1] if 1 <= place <= len(offered) else None

    def declines(self, question: Question) -> bool:
        """Return True if *question* is the number after the last choice, which declines them all."""
        return bool(self.choices) and _place(question.text, self.choices) == len(self.choices) + 1

    def was_given(self, entry: Entry) -> bool:
        """Return True if this conversation has the answer of *entry* in its present wording."""
        return self._given.get(entry.id) == entry.answer

    def remember(self, answer: Answer) -> None:
        """Record *answer* as the last one.

        Small talk only keeps the conversation from expiring.
        """
        self._at = self._clock()
        if answer.manners:
            return
        self._update_pending(answer)
        self.last = answer
        for part in answer.parts or (answer,):
            if part.entry is not None:
                self.topic = part.entry
                self._mark_given(part.entry)

    def _update_pending(self, answer: Answer) -> None:
        """Update the question whose choices are open, and the ids of its declined choices."""
        if answer.outcome is not Outcome.AMBIGUOUS:
            self.pending, self.turned_down = None, ()
        elif answer.picked_for is None:
            self.pending, self.turned_down = answer.question, ()
        elif answer.reason is Reason.TURNED_DOWN:
            self.turned_down = (*self.turned_down, *(entry.id for entry in self.choices))

    def _mark_given(self, entry: Entry) -> None:
        self._given[entry.id] = entry.answer
        self._given.move_to_end(entry.id)
        while len(self._given) > MAX_GIVEN:
            self._given.popitem(last=False)

    def __enter__(self) -> Self:
        """Wait for the turn before to end, and forget a conversation that has expired."""
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
        """Let the next turn begin."""
        self._lock.release()


def _place(text: str, offered: tuple[Entry, ...]) -> int:
    """Return the place, from 1, that *text* names in *offered*.

    The result is 0 if it names no place.
    """
    named = _NUMBER.fullmatch(text)
    if named is None:
        return 0
    place = int(named[1]) if named[1] else _PLACES[named[2].lower()]
    return len(offered) if place < 0 else place


class Conversations:
    """Map from a key of the service, such as person and channel, to its conversation.

    Keeps the *limit* conversations used last; each expires after *expires_after* seconds without a
    turn. Thread-safe.
    """

    def __init__(
        self,
        *,
        limit: int = MAX_CONVERSATIONS,
        expires_after: float = EXPIRES_AFTER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start without conversations."""
        self._limit = max(limit, 1)
        self._expires_after = expires_after
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Conversation] = OrderedDict()

    def of(self, key: Hashable) -> Conversation:
        """Return the conversation of *key*, a new one if it has expired or is unknown."""
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
        """Return True if *key* has a conversation that has not expired."""
        with self._lock:
            found = self._kept.get(key)
            return found is not None and not found.has_expired()

    def __len__(self) -> int:
        """Return the number of conversations kept."""
        return len(self._kept)

    def _drop_expired(self) -> None:
        """Drop expired conversations from the front, where the least recently used are."""
        while self._kept:
            oldest = next(iter(self._kept))
            if not self._kept[oldest].has_expired():
                return
            del self._kept[oldest]
