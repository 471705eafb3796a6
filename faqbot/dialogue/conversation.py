"""Memory of a conversation: last answer, topic, open choices, given answers."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from threading import Lock, RLock
from typing import Any, NoReturn, Self

from faqbot.dialogue.places import names_other, places
from faqbot.dialogue.stored_conversation import (
    VERSION,
    StoredRecord,
    answer_data,
    digest,
    read_answer,
)
from faqbot.errors import ConversationError
from faqbot.models import Answer, Entry, KnowledgeBase, Outcome, Question, Reason
from faqbot.retrieval import ENGLISH, Language, loose_key

# Seconds without a turn after which a conversation ends. Half an hour, chosen by hand.
EXPIRES_AFTER = 1800.0
# Answers that a conversation remembers as given; the oldest is forgotten first. Chosen by hand.
MAX_GIVEN = 200
# Conversations that a service keeps, a few kilobytes each. Chosen by hand.
MAX_CONVERSATIONS = 10_000
# Courtesies after which the conversation starts empty.
_ENDING = frozenset({"never-mind", "start-over"})

# Attributes of a conversation that mean nothing in another process.
_OF_PROCESS = frozenset({"_lock", "_clock"})


class Conversation:
    """One person's exchange with a bot: last answer, and offered entries.

    Keep one for each person or thread, and pass it to each `Bot.ask`. It is a lock: two messages of
    one person are answered one after the other. After *expires_after* seconds without a turn, on
    *clock*, it starts empty. Only `Bot.ask` and `Bot.answer_with` write to it. To keep it in a database, or
    to move it to another process, use `to_dict` and `from_dict`. It can also be copied and pickled.
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
        *pending* that were declined. *listed* are the choices last shown, while only they are picked.
        """
        self.last: Answer | None = None
        self.topic: Entry | None = None
        self.pending: Question | None = None
        self.turned_down: tuple[str, ...] = ()
        self.listed: tuple[Entry, ...] = ()
        self._given: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._at = self._clock()

    @property
    def offered(self) -> tuple[Entry, ...]:
        """Entries behind the numbers 1, 2, 3: the choices or follow-ups last shown.

        After a pick without follow-ups, the choices that it was picked from.
        """
        if self.last is None or self.has_expired():
            return ()
        return self.last.choices or self.last.follow_ups or self.listed

    @property
    def choices(self) -> tuple[Entry, ...]:
        """Choices that the last answer left open; *pending* is their question."""
        return self.last.choices if self.last is not None else ()

    @property
    def asked(self) -> Question | None:
        """Question that the last answer was to: that of its choices, or its own as it was understood."""
        if self.pending is not None or self.last is None:
            return self.pending
        question = self.last.question
        return replace(question, text=self.last.read_as) if self.last.read_as else question

    @property
    def shown(self) -> tuple[str, ...]:
        """Ids of the choices, or of the entry, that the last answer showed."""
        entry = None if self.last is None else self.last.entry
        return tuple(each.id for each in (self.choices or (entry,)) if each is not None)

    def offers_choice(self, entry: Entry) -> bool:
        """Return True if *entry*, edited or not, is a choice."""
        return entry.id in [choice.id for choice in self.choices]

    def has_expired(self) -> bool:
        """Return True if the last turn is too long ago to continue."""
        return self._clock() - self._at > self._expires_after

    def picked(self, question: Question, language: Language = ENGLISH) -> tuple[Entry, ...]:
        """Return the entries that *question* names by place: "2", "1 and 3".

        Empty if *question* names no place, or a place that the list does not have.
        """
        offered = self.offered
        if self.listed and names_other(question.text, language):
            return self._not_picked()
        found = places(question.text, len(offered), language) if offered else ()
        fits = all(1 <= place <= len(offered) for place in found)
        return tuple(offered[place - 1] for place in dict.fromkeys(found)) if fits else ()

    def _not_picked(self) -> tuple[Entry, ...]:
        """Return the one of two listed choices that was not answered with; empty for any other list."""
        rest = [entry for entry in self.listed if self.topic is None or entry.id != self.topic.id]
        return tuple(rest) if len(rest) == 1 else ()

    def declines(self, question: Question, language: Language = ENGLISH) -> bool:
        """Return True if *question* is the number after the last choice."""
        count = len(self.choices)
        return bool(count) and places(question.text, count, language) == (count + 1,)

    def was_given(self, entry: Entry) -> bool:
        """Return True if the present answer of *entry* was given before."""
        given = self._given.get(entry.id)
        return given is not None and given[0] == digest(entry.answer)

    def was_given_for(self, entry: Entry, asked: str) -> bool:
        """Return True if *entry* last answered the same wording as *asked*."""
        return self._given.get(entry.id) == (digest(entry.answer), _wording(asked))

    def remember(self, answer: Answer) -> None:
        """Record *answer* as the last one.

        Small talk only keeps the conversation from expiring. After "never mind" and "start over" it
        starts empty.
        """
        self._at = self._clock()
        if answer.manners:
            if any(match.entry.id in _ENDING for match in answer.matches):
                self.forget()
            return
        self._update_pending(answer)
        self._update_listed(answer)
        self.last = answer
        for part in answer.parts or (answer,):
            if part.entry is not None:
                self.topic = part.entry
                self._mark_given(part.entry, part.question.text)

    def _update_pending(self, answer: Answer) -> None:
        """Update the question with open choices, and the declined ids."""
        if answer.outcome is not Outcome.AMBIGUOUS:
            self.pending, self.turned_down = None, ()
        elif answer.picked_for is None:
            self.pending, self.turned_down = answer.question, ()
        elif answer.reason is Reason.TURNED_DOWN:
            self.pending, self.turned_down = (
                answer.picked_for,
                (*self.turned_down, *self.shown),
            )

    def _update_listed(self, answer: Answer) -> None:
        """Keep the choices last shown while the answers are picked from them."""
        shown = {entry.id for entry in self.listed}
        answers = answer.parts or (answer,)
        if answer.choices:
            self.listed = answer.choices
        elif not all(part.entry is not None and part.entry.id in shown for part in answers):
            self.listed = ()

    def _mark_given(self, entry: Entry, asked: str) -> None:
        self._given[entry.id] = digest(entry.answer), _wording(asked)
        self._given.move_to_end(entry.id)
        while len(self._given) > MAX_GIVEN:
            self._given.popitem(last=False)

    def to_dict(self) -> dict[str, object]:
        """Return the conversation as plain data that `json.dumps` accepts.

        It names entries by id, and holds the last question and answer. Who asked, and the metadata of
        the question, are left out. Its time is that of the system clock, for another process.
        """
        with self._lock:
            return {
                "version": VERSION,
                "at": self._wall_time(),
                "last": None if self.last is None else answer_data(self.last),
                "topic": "" if self.topic is None else self.topic.id,
                "pending": None if self.pending is None else {"text": self.pending.text},
                "turned_down": list(self.turned_down),
                "listed": [entry.id for entry in self.listed],
                "given": [[name, *digests] for name, digests in self._given.items()],
            }

    @classmethod
    def from_dict(
        cls,
        data: dict[str, object],
        kb: KnowledgeBase,
        *,
        expires_after: float = EXPIRES_AFTER,
        clock: Callable[[], float] = time.monotonic,
    ) -> Self:
        """Restore the conversation that `to_dict` returned, with the entries of *kb*.

        Raises ConversationError if *data* is damaged, or of a newer faqbot. Entries that are gone are
        never answered with. Keep *data* on the side of the program: it says which entries were offered.
        """
        found = cls(expires_after=expires_after, clock=clock)
        found.restore(data, kb)
        return found

    def restore(self, data: dict[str, object], kb: KnowledgeBase) -> None:
        """Replace everything that was said by *data* of `to_dict`, as `from_dict` does.

        Raises the errors of `from_dict`; the conversation is then as before.
        """
        stored = StoredRecord.of(data)
        if stored.number("version") != VERSION:
            raise ConversationError(
                "the conversation was stored by a newer faqbot: begin a new one"
            )
        last, pending = stored.record("last"), stored.record("pending")
        restored = (
            None if last is None else read_answer(last, kb.by_id),
            kb.by_id.get(stored.text("topic")),
            None if pending is None else Question(pending.text("text")),
            stored.texts("turned_down"),
            _entries_of(stored, kb),
            OrderedDict(stored.triples("given")),
            self._clock() - max(time.time() - stored.number("at"), 0.0),
        )
        with self._lock:
            self.last, self.topic, self.pending, self.turned_down = restored[:4]
            self.listed, self._given, self._at = restored[4:]

    def _wall_time(self) -> float:
        """Return the time of the last turn, seconds since 1970."""
        return time.time() - (self._clock() - self._at)

    def __getstate__(self) -> dict[str, Any]:
        """Return the state for a copy or a pickle.

        The clock of a copy is `time.monotonic`.
        """
        with self._lock:
            state = {name: value for name, value in vars(self).items() if name not in _OF_PROCESS}
            return state | {"_given": self._given.copy(), "_at": self._wall_time()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Restore a copied or pickled conversation."""
        vars(self).update(state)
        self._lock, self._clock = RLock(), time.monotonic
        self._at = self._clock() - max(time.time() - state["_at"], 0.0)

    def __enter__(self) -> Self:
        """Wait for the turn before, and forget an expired conversation."""
        self._lock.acquire()
        if self.has_expired():
            self.forget()
        return self

    def __exit__(self, *_: object) -> None:
        """Let the next turn begin."""
        self._lock.release()


def _entries_of(stored: StoredRecord, kb: KnowledgeBase) -> tuple[Entry, ...]:
    """Return the listed entries of *stored* that *kb* still has; none of an earlier faqbot."""
    names = stored.texts("listed") if "listed" in stored.values else ()
    return tuple(kb.by_id[name] for name in names if name in kb.by_id)


def _wording(asked: str) -> str:
    """Return a digest of *asked* without case, spaces and punctuation."""
    return digest(loose_key(asked))


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
        """Return the conversation of *key*, new if expired or unknown."""
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

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied or pickled."""
        raise TypeError(
            "Conversations cannot be pickled: store Conversation.to_dict() of each instead"
        )

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
