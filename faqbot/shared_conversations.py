"""Conversations of a service, which any replica continues.

Each process keeps the conversations that it used last. If the store is a database that replicas share,
a turn begins with the newest version, and ends with saving its own. Two turns of one conversation in two
processes are taken one after the other: the one that is saved later is repeated on the newer version.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from faqbot.dialogue.conversation import EXPIRES_AFTER, Conversation
from faqbot.errors import ConversationError

if TYPE_CHECKING:
    from faqbot.models import KnowledgeBase
    from faqbot.store import Store

_Result = TypeVar("_Result")

# Times that a turn is taken while other processes save theirs. Chosen by hand: people type slower.
_TRIES = 3


class SharedConversations:
    """Versions of conversations in the store, beside those in the memory of this process.

    An *extra* of a method is plain data of the adapter, which is kept with the conversation. Keys name
    the adapter, the place and the person. Thread-safe. Never raises: while the store is out of order,
    a process goes on with its own memory.
    """

    def __init__(self, store: Store, *, expires_after: float = EXPIRES_AFTER) -> None:
        """Keep versions in *store* until *expires_after* seconds after the last turn."""
        self._store = store
        self._expires_after = expires_after
        self._versions: WeakKeyDictionary[Conversation, int] = WeakKeyDictionary()

    @property
    def is_active(self) -> bool:
        """True if the store is a database that replicas share."""
        return self._store.shared.is_active

    def refresh(
        self, key: str, conversation: Conversation, kb: KnowledgeBase
    ) -> dict[str, object] | None:
        """Bring *conversation* to the newest version of *key*, with the entries of *kb*.

        Returns its extra if another process saved it, else None. A conversation that was deleted, as by
        `faqbot forget`, or that has expired, starts empty.
        """
        if not self.is_active:
            return None
        known = self._versions.get(conversation, 0)
        found = self._store.shared.load_conversation(key, known)
        if found is None or found.version == known:
            return None
        with conversation:
            if self._versions.get(conversation, 0) != known:
                return None  # a turn in another thread was newer
            self._versions[conversation] = found.version
            return self._restore(conversation, found.data or {}, kb)

    def _restore(
        self, conversation: Conversation, data: dict[str, object], kb: KnowledgeBase
    ) -> dict[str, object]:
        state, extra = data.get("conversation"), data.get("extra")
        try:
            conversation.restore(state if isinstance(state, dict) else {}, kb)
        except ConversationError:  # there is none, or it is of a newer faqbot
            conversation.forget()
        return extra if isinstance(extra, dict) else {}

    def take_turn(
        self,
        key: str,
        conversation: Conversation,
        kb: KnowledgeBase,
        turn: Callable[[dict[str, object] | None], tuple[_Result, dict[str, object]]],
        *,
        person: str,
    ) -> _Result:
        """Return the result of *turn*, a turn of *conversation*, and save the conversation.

        *turn* also returns the extra to keep. It takes None, and is called again, with the extra found
        then, if another process saved a turn meanwhile. *person* is the id of the person, by which `Store.forget` finds the conversation.
        """
        found: dict[str, object] | None = None
        with conversation:
            for _ in range(_TRIES):
                done, extra = turn(found)
                if not self.is_active or self._save(key, conversation, extra, person):
                    break
                found = self.refresh(key, conversation, kb)
            return done

    def _save(
        self, key: str, conversation: Conversation, extra: dict[str, object], person: str
    ) -> bool:
        """Save *conversation*; return False if another process saved a newer version."""
        known = self._versions.get(conversation, 0)
        data: dict[str, object] = {"conversation": conversation.to_dict(), "extra": extra}
        saved = self._store.shared.save_conversation(
            key, data, known, person=person, seconds=self._expires_after
        )
        if saved:
            self._versions[conversation] = saved
        return saved != 0
