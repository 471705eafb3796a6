"""Questions of an import that a knowledge base answers already, or nearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from faqbot.bot import Bot
from faqbot.ingest.drafts import Draft
from faqbot.models import Entry, KnowledgeBase, Outcome

__all__ = ["Near", "near_duplicates"]


@dataclass(frozen=True, slots=True)
class Near:
    """A *question* of an import that the *entry* of a knowledge base answers with *confidence*, 0 to 1."""

    question: str
    entry: Entry
    confidence: float


def near_duplicates(drafts: Sequence[Draft], kb: KnowledgeBase) -> Iterator[Near]:
    """Yield each question of *drafts* that a bot of *kb* would answer, drafts of it included."""
    served = replace(kb, entries=tuple(replace(each, draft=False) for each in kb.entries))
    bot = Bot.from_knowledge_base(served, encoder="none", cache=False)
    for draft in drafts:
        answer = bot.ask(draft.entry.question)
        found = answer.entry
        if answer.outcome is Outcome.ANSWERED and found:
            yield Near(draft.entry.question, kb.by_id[found.id], answer.confidence)
