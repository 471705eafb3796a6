"""Conversations of clients that send the whole history of a chat with each question.

A conversation is kept as a snapshot after each history, and copied on use. So "regenerate" and branches
start where they should, and two people with equal histories share nothing that changes. A history
without a snapshot is replayed, after a restart for instance.
"""

from __future__ import annotations

import copy
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from faqbot import Conversation
from faqbot_web.conversations import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faqbot import Bot, Question
    from faqbot_web.conversations import Binding
    from faqbot_web.web_service import WebService

_Value = TypeVar("_Value")

# Earlier questions that are replayed. Chosen by hand: follow-ups and picks look one or two back.
MAX_REPLAYED = 8
# Snapshots in memory, a few kilobytes each. Chosen by hand.
MAX_SNAPSHOTS = 5_000


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """Turn of a chat: the *session* that answers it, and the *key* of its end.

    *chat* is the key of the chat by the client's id, "" without one. *start* is the conversation before
    the turn, and *text* the question.
    """

    session: Session
    key: str
    chat: str
    start: Conversation
    text: str


@dataclass(frozen=True, slots=True)
class _ChatEnd:
    """Last turn of a chat with an id: the conversation before and after it."""

    text: str
    start: Conversation
    end: Conversation


class Histories:
    """Snapshots of conversations by history. Not thread-safe: the event loop is its only user."""

    def __init__(self, limit: int = MAX_SNAPSHOTS) -> None:
        """Keep at most *limit* snapshots, and as many chat ends."""
        self._limit = limit
        self._snapshots: OrderedDict[str, Conversation] = OrderedDict()
        self._ends: OrderedDict[str, _ChatEnd] = OrderedDict()

    async def begin(
        self, service: WebService, binding: Binding, asked: Sequence[Question], chat: str
    ) -> ChatTurn:
        """Return the turn of the last of the questions *asked*, the others being its history.

        *chat* is the client's id of the chat, "" without one. It finds the conversation of a client
        that sends no history.
        """
        *earlier, last = asked
        history = [question.text for question in earlier]
        who = (*binding, last.user, *sorted(last.audience))
        of_chat = _key(who, chat, []) if chat else ""
        if earlier or not chat:
            found = self._snapshots.get(_key(who, "", history))
            if found is None or found.has_expired():
                found = await service.run(lambda: _replay(service.bot, earlier))
        else:
            found = self._continue(of_chat, last.text)
        key = _key(who, "", [*history, last.text])
        session = Session(of_chat or key, binding, conversation=copy.copy(found))
        return ChatTurn(session, key, of_chat, found, last.text)

    def keep(self, turn: ChatTurn) -> None:
        """Keep the conversation after *turn*."""
        end = copy.copy(turn.session.conversation)
        _put(self._snapshots, turn.key, end, self._limit)
        if turn.chat:
            _put(self._ends, turn.chat, _ChatEnd(turn.text, turn.start, end), self._limit)

    def __len__(self) -> int:
        """Return the number of snapshots in memory."""
        return len(self._snapshots)

    def drop_oldest(self, count: int) -> None:
        """Forget *count* snapshots and ends of chats, or all."""
        for kept in (self._snapshots, self._ends):
            for _ in range(min(count, len(kept))):
                kept.popitem(last=False)

    def _continue(self, chat: str, text: str) -> Conversation:
        """Return the conversation of *chat*; a repeated *text* starts where it started before."""
        known = self._ends.get(chat)
        if known is None:
            return Conversation()
        return known.start if known.text == text else known.end


def _replay(bot: Bot, earlier: Sequence[Question]) -> Conversation:
    conversation = Conversation()
    for question in earlier[-MAX_REPLAYED:]:
        bot.ask(question, conversation)
    return conversation


def _key(who: Sequence[str], chat: str, texts: Sequence[str]) -> str:
    """Return a key of the texts, without a way back to them; each person has other keys.

    *who* are the binding, the id and the labels of the person.
    """
    hashed = hashlib.sha256()
    for part in (str(len(who)), *who, chat, *texts):
        data = part.encode("utf-8", "replace")
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()


def _put(kept: OrderedDict[str, _Value], key: str, value: _Value, limit: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > limit:
        kept.popitem(last=False)
