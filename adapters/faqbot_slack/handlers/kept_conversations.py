"""Conversations of the people who ask, which replicas share where the store is a server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from faqbot import Conversation, ConversationError, Conversations, SharedConversations

if TYPE_CHECKING:
    from faqbot import Bot, Store
    from faqbot_slack.handlers.asker import Asker

_Result = TypeVar("_Result")


class KeptConversations:
    """Conversations by key, each in the newest version of all processes. Thread-safe."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        """Keep them in *store* as well; *clock* returns seconds."""
        self._here = Conversations(clock=clock)
        self._shared = SharedConversations(store)
        # Last turns of other processes: their request, and the conversation before.
        self._foreign_turns: WeakKeyDictionary[Conversation, dict[str, object]] = (
            WeakKeyDictionary()
        )

    def find(self, key: str, bot: Bot) -> Conversation:
        """Return the conversation of *key* in its newest version."""
        found = self._here.of(key)
        extra = self._shared.refresh(key, found, bot.kb)
        if extra is not None:
            self._foreign_turns[found] = extra
        return found

    def undo_turn(self, conversation: Conversation, name: str, bot: Bot) -> None:
        """Undo the last turn of *conversation* if a process that ended took it for the request *name*.

        It may not have posted the answer. Without this, a "1" would pick from that answer.
        """
        turn = self._foreign_turns.get(conversation, {})
        before = turn.get("before")
        if name and turn.get("request") == name and isinstance(before, dict):
            with suppress(ConversationError):  # it is of a newer faqbot
                conversation.restore(before, bot.kb)

    def take_turn(self, asker: Asker, turn: Callable[[], _Result]) -> _Result:
        """Return the result of *turn*, a turn of the asker's conversation, and keep the conversation.

        *turn* is called again if another process took a turn of it meanwhile.
        """
        if not asker.key:
            return turn()

        def noted(_: object) -> tuple[_Result, dict[str, object]]:
            if not self._shared.is_active:
                return turn(), {}
            before = asker.conversation.to_dict()
            return turn(), {"request": asker.request, "before": before}

        return self._shared.take_turn(
            asker.key, asker.conversation, asker.bot.kb, noted, person=asker.person
        )

    def __len__(self) -> int:
        """Return the number of conversations in this process's memory."""
        return len(self._here)

    def has_turn(self, key: str, bot: Bot) -> bool:
        """Return True if *bot* answered in the conversation of *key*, in any process."""
        if self._shared.is_active:
            self.find(key, bot)
        return key in self._here and self._here.of(key).last is not None
