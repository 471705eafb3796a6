"""Asker: one person at one place, with what may be shown there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faqbot import Bot, Conversation, Entry


@dataclass(frozen=True, slots=True)
class Asker:
    """One person at one place: their *bot*, *audience* labels and *conversation*.

    *private* means that nobody else sees the answers, *outside* that people of another organisation
    do. *key* names the conversation in the store, "" for one that is not kept, and *request* the request.
    """

    bot: Bot
    audience: frozenset[str]
    conversation: Conversation
    person: str
    channel: str
    thread: str
    private: bool
    outside: bool = False
    key: str = ""
    request: str = ""

    def may_see(self, entry: Entry) -> bool:
        """Return True if *entry* may be shown here."""
        return not entry.draft and entry.is_for(self.audience)

    def find(self, name: str) -> Entry | None:
        """Return the entry with the id *name* if visible here, else None."""
        entry = self.bot.kb.by_id.get(name)
        return entry if entry is not None and self.may_see(entry) else None
