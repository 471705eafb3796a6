"""From what was found to what is said: answer, offer choices, or decline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from faqbot.manners import Manners
from faqbot.models import Answer, Entry, KnowledgeBase, Match, Outcome, Question
from faqbot.retrieval import Opened
from faqbot.retrieval.calibration import Thresholds
from faqbot.retrieval.retriever import Retrieval

__all__ = ["MOST_MATCHES", "Knowledge"]

MOST_MATCHES = 5
_MOST_CHOICES = 3
_LEAST_CHOICE = 0.02


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that answers come from: read once for each question, and replaced as a whole."""

    kb: KnowledgeBase
    thresholds: Thresholds
    opened: Opened
    manners: Manners = field(init=False)
    phrasing_count: int = field(init=False)

    def __post_init__(self) -> None:
        """Work out what the rest depends on."""
        object.__setattr__(self, "manners", Manners(self.kb, self.opened.retriever.speaks_of))
        count = sum(len(entry.phrasings) for entry in self.kb.served)
        object.__setattr__(self, "phrasing_count", count)

    def find(self, question: Question, without: Collection[str] = ()) -> Retrieval:
        """Return what *question* may mean, of the entries whose ids are not among *without*."""
        return self.opened.retriever.retrieve(question, MOST_MATCHES, without)

    def pick(self, entry: Entry | str) -> Match:
        """Return the match of *entry* (or of the entry of that id) as it stands here, certain.

        Raises KeyError for an entry that is not here, or is a draft.
        """
        picked = self.kb.by_id[entry if isinstance(entry, str) else entry.id]
        if picked.draft:
            raise KeyError(picked.id)
        return Match(picked, score=1.0, confidence=1.0, phrasing=picked.question)

    def offers(self, question: Question, entry: Entry) -> bool:
        """Tell whether *entry*, which was offered before, is still there for who asks *question*."""
        found = self.kb.by_id.get(entry.id)
        return found is not None and _may_see(question, found)

    def decide(self, question: Question, found: Retrieval) -> Answer:
        """Answer *question*, offer choices, or decline, by what was *found*."""
        if not found.matches:
            return self.unanswered(question, ())
        confidence = found.matches[0].confidence
        sure = confidence >= self.thresholds.answer and not found.exact and not found.doubt
        if sure or len(found.exact) == 1:
            return self.answered(question, found.matches)
        if found.exact or confidence >= self.thresholds.suggest:
            return self.ambiguous(question, found.matches)
        return self.unanswered(question, found.matches)

    def answered(self, question: Question, matches: tuple[Match, ...]) -> Answer:
        """Answer *question* with the first of *matches*."""
        entry = matches[0].entry
        return Answer(
            question,
            Outcome.ANSWERED,
            matches[0].confidence,
            entry.answer,
            matches,
            follow_ups=self.follow_ups(question, entry),
        )

    def follow_ups(self, question: Question, entry: Entry) -> tuple[Entry, ...]:
        """Return the entries to offer after that of *entry* to who asks *question*."""
        if not entry.follow_ups:
            return ()
        found = (self.kb.by_id.get(follow_up) for follow_up in entry.follow_ups)
        return tuple(each for each in found if each is not None and _may_see(question, each))

    def ambiguous(
        self, question: Question, matches: tuple[Match, ...], words: str = "choices"
    ) -> Answer:
        """Offer the first of *matches* as choices, below the bot's own *words* of that id."""
        least = min(_LEAST_CHOICE, matches[0].confidence)
        choices = tuple(
            match.entry for match in matches[:_MOST_CHOICES] if match.confidence >= least
        )
        text = self._listed(choices, words)
        return Answer(question, Outcome.AMBIGUOUS, matches[0].confidence, text, matches, choices)

    def related(self, question: Question, entries: tuple[Entry, ...]) -> Answer:
        """Offer *entries*, which tell more, as choices."""
        matches = tuple(self.pick(entry) for entry in entries[:_MOST_CHOICES])
        return replace(self.ambiguous(question, matches, "related"), confidence=0.0)

    def _listed(self, choices: tuple[Entry, ...], words: str) -> str:
        lines = [entry.question for entry in choices]
        if none := self.manners.label("none-of-these"):
            lines.append(none)
        numbered = (f"{number}. {line}" for number, line in enumerate(lines, 1))
        return f"{self.manners.words(words)}\n\n" + "\n".join(numbered)

    def unanswered(self, question: Question, matches: tuple[Match, ...]) -> Answer:
        """Say that *question* has no answer, and whom to ask instead."""
        fallback = self.kb.fallback or self.manners.words("fallback")
        text = "\n\n".join(part for part in (fallback, self.kb.contact) if part)
        confidence = matches[0].confidence if matches else 0.0
        return Answer(question, Outcome.UNANSWERED, confidence, text, matches)

    def mannerly(self, question: Question, entry: Entry) -> Answer:
        """Say what the manners of *entry* are to *question*."""
        match = Match(entry, score=1.0, confidence=1.0, phrasing=entry.question)
        text = self.manners.words(entry.id) or entry.question
        return Answer(question, Outcome.ANSWERED, 1.0, text, (match,), manners=True)


def _may_see(question: Question, entry: Entry) -> bool:
    return not entry.draft and entry.is_for(question.audience)
