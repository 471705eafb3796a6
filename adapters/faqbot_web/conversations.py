"""Conversations by id, bound to their first key and origin."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

from faqbot import Conversation

# Conversations in memory, a few kilobytes each. Chosen by hand: a day of 14 new ones a minute.
MAX_SESSIONS = 20_000
# Random bytes of an id: 128 bits, which nobody guesses.
ID_BYTES = 16

Binding = tuple[str, ...]
"""Name of a key and an origin, each "" without one, and the tenant if there is one."""


@dataclass(slots=True)
class Session:
    """A conversation under its *id*, usable with its *binding* only.

    *lock* lets one turn after the other run. *open_record* is the record of the question whose choices
    are open, "" without one. *is_kept* is False for one that the client sends with each question.
    """

    id: str
    binding: Binding
    conversation: Conversation = field(default_factory=Conversation)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    open_record: str = ""
    is_kept: bool = False

    @property
    def key(self) -> str:
        """Key of the conversation in the store: with another binding it is another one."""
        return "\0".join(("web", *self.binding, self.id))


class Sessions:
    """Sessions in memory: the ones used last, until they expire.

    Not thread-safe: the event loop is its only user.
    """

    def __init__(self, limit: int = MAX_SESSIONS) -> None:
        """Keep at most *limit* sessions."""
        self._limit = limit
        self._kept: OrderedDict[str, Session] = OrderedDict()

    def begin(self, binding: Binding) -> Session:
        """Return a new session under a random id."""
        return self.put(Session(secrets.token_urlsafe(ID_BYTES), binding))

    def find(self, name: str, binding: Binding) -> Session | None:
        """Return the session *name* of *binding*; None if unknown, expired or foreign."""
        found = self._kept.get(name)
        if found is None or found.binding != binding:
            return None
        if found.conversation.has_expired() and not found.lock.locked():
            del self._kept[name]
            return None
        self._kept.move_to_end(name)
        return found

    def put(self, session: Session) -> Session:
        """Keep *session*, or return the present one of its id."""
        known = self.find(session.id, session.binding)
        if known is not None:
            return known
        session.is_kept = True
        self._drop_expired()
        self._kept[session.id] = session
        self._kept.move_to_end(session.id)
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return session

    def _drop_expired(self) -> None:
        """Drop expired sessions from the front, where those are that were used longest ago."""
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if not oldest.conversation.has_expired() or oldest.lock.locked():
                return
            del self._kept[oldest.id]

    def __len__(self) -> int:
        """Return the number of sessions in memory."""
        return len(self._kept)

    def drop_oldest(self, count: int) -> None:
        """Forget *count* sessions, or all, those used longest ago first."""
        for _ in range(min(count, len(self._kept))):
            self._kept.popitem(last=False)


def id_of_name(name: str, binding: Binding, interface: str) -> str:
    """Return the id of the session of a client's own *name*.

    The name counts only together with *binding* and *interface*.
    """
    parts = "\0".join((interface, *binding, name))
    return f"{interface}:{hashlib.sha256(parts.encode('utf-8', 'replace')).hexdigest()}"
