"""Suggested alternates for drafts, and near duplicates in a knowledge base.

Alternates are made by rule. A suggestion stays only if a bot answers it with its own entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from faqbot.bot import Bot
from faqbot.ingest.drafts import Draft
from faqbot.ingest.extraction.candidate_pairs import question_key
from faqbot.models import Entry, KnowledgeBase, Outcome
from faqbot.retrieval import content_words, tokenize

# Suggestions per question; more would not be read. Chosen by hand.
_MOST = 4
# Characters of a question that is put into other forms; chosen by hand.
_LONGEST = 120
# Words of a bare-keyword suggestion; chosen by hand.
_FEW_WORDS, _MANY_WORDS = 2, 6
# Patterns of questions, with equivalent forms.
_FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), forms)
    for pattern, forms in (
        (r"how (?:do|can|could|should|would) (?:i|we|you) (?P<x>.+)", ("How can I {x}?", "How to {x}", "What is the way to {x}?")),
        (r"how to (?P<x>.+)", ("How do I {x}?", "How can I {x}?")),
        (r"(?:can|could|may) (?:i|we|you) (?P<x>.+)", ("Is it possible to {x}?", "Am I able to {x}?")),
        (r"is it possible to (?P<x>.+)", ("Can I {x}?", "How can I {x}?")),
        (r"what(?: is|'s) (?P<x>(?!the best|wrong|new|next).+)", ("Tell me about {x}", "Explain {x}", "What does {x} mean?")),
        (r"what are (?P<x>.+)", ("Tell me about {x}", "Explain {x}")),
        (r"what does (?P<x>.+) mean", ("What is {x}?", "What is the meaning of {x}?")),
        (r"what is meant by (?P<x>.+)", ("What does {x} mean?", "What is {x}?")),
        (r"where (?:do|can|could|should) (?:i|we|you) (?P<x>.+)", ("Where can I {x}?", "Where to {x}", "What is the place to {x}?")),
        (r"why (?:does|is|are|do|did|was|were) (?P<x>.+)", ("What is the reason that {x}?", "How come {x}?")),
        (r"how much (?:does|do) (?P<x>.+) cost", ("What is the price of {x}?", "Price of {x}")),
        (r"how long (?:does|do) (?P<x>.+) take", ("What is the duration of {x}?", "When will {x} be done?")),
        (r"(?:who|whom) (?:do|can|should) (?:i|we) (?P<x>.+)", ("Who can I {x}?", "Which person do I {x}?")),
        (r"do (?:i|we) (?:need|have) (?P<x>.+)", ("Is it necessary to have {x}?",)),
        (r"do you (?P<x>.+)", ("Can you {x}?", "Is it true that you {x}?")),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    """Imported question that *entry* answers with *confidence*, 0 to 1."""

    question: str
    entry: Entry
    confidence: float


def near_duplicates(drafts: Sequence[Draft], kb: KnowledgeBase) -> Iterator[Near]:
    """Yield each question of *drafts* that a bot of *kb* would answer.

    Drafts of *kb* are included.
    """
    served = replace(kb, entries=tuple(replace(each, draft=False) for each in kb.entries))
    bot = Bot.from_knowledge_base(served, encoder="none", cache=False)
    for draft in drafts:
        answer = bot.ask(draft.entry.question)
        found = answer.entry
        if answer.outcome is Outcome.ANSWERED and found:
            yield Near(draft.entry.question, kb.by_id[found.id], answer.confidence)


def with_suggestions(
    drafts: Sequence[Draft],
    synonyms: Sequence[Sequence[str]],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Draft, ...]:
    """Return *drafts* with alternates from their questions and from *synonyms*.

    Each alternate is asked of a bot with all drafts. It stays only if the bot answers it with the entry
    it belongs to. *progress* is called with each question before it is tried.
    """
    served = tuple(replace(draft.entry, draft=False) for draft in drafts)
    groups = tuple(tuple(group) for group in synonyms)
    bot = Bot.from_knowledge_base(
        KnowledgeBase(served, synonyms=groups), encoder="none", cache=False
    )
    known = {question_key(said) for entry in served for said in entry.phrasings}
    made: list[Draft] = []
    for draft in drafts:
        progress(draft.entry.question)
        fitting = _fitting(bot, draft, groups, known)
        made.append(replace(draft, suggested=tuple(fitting)))
    return tuple(made)


def _fitting(
    bot: Bot, draft: Draft, synonyms: Sequence[Sequence[str]], known: set[str]
) -> Iterator[str]:
    count = 0
    for phrasing in phrasings_of(draft.entry.question, synonyms):
        if count == _MOST:
            return
        if question_key(phrasing) in known or not _finds(bot, phrasing, draft.entry.id):
            continue
        known.add(question_key(phrasing))
        count += 1
        yield phrasing


def _finds(bot: Bot, phrasing: str, entry_id: str) -> bool:
    answer = bot.ask(phrasing)
    return (
        answer.outcome is Outcome.ANSWERED
        and answer.entry is not None
        and answer.entry.id == entry_id
        and not answer.parts
    )


def phrasings_of(question: str, synonyms: Iterable[Sequence[str]] = ()) -> Iterator[str]:
    """Yield phrasings of *question*: other forms, synonyms, and bare keywords."""
    asked = question.rstrip("?!. ")
    for pattern, forms in _FORMS:
        found = pattern.fullmatch(asked)
        if found:
            yield from (form.format(x=found["x"]) for form in forms if len(question) <= _LONGEST)
            break
    for group in synonyms:
        for term in group:
            yield from _with_other_words(question, term, group)
    words = content_words(tokenize(asked))
    if _FEW_WORDS <= len(words) <= _MANY_WORDS:
        yield " ".join(words)


def _with_other_words(question: str, term: str, group: Sequence[str]) -> Iterator[str]:
    """Yield *question* with each synonym of *group* in place of *term*."""
    flags = 0 if term.isupper() else re.IGNORECASE
    parts = re.split(rf"(?<!\w){re.escape(term)}(?!\w)", question, flags=flags)
    if len(parts) > 1:
        yield from (other.join(parts) for other in group if other != term)
