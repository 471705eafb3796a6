"""From what was found to what is said: answer, offer choices, or decline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from faqbot.dialogue.manners import Manners
from faqbot.models import Answer, Entry, KnowledgeBase, Match, Outcome, Question, Reason
from faqbot.retrieval import Opened
from faqbot.retrieval.calibration import Thresholds
from faqbot.retrieval.retriever import Retrieval

__all__ = ["MOST_MATCHES", "Knowledge"]

MOST_MATCHES = 5
_MOST_CHOICES = 3
_LEAST_CHOICE = 0.02
_BELOW = 0.01
"""What misses a threshold stays so far below it, as a probability, also when shown as a whole per cent."""


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

    def find(
        self, question: Question, without: Collection[str] = (), limit: int = MOST_MATCHES
    ) -> Retrieval:
        """Return what *question* may mean, of the entries whose ids are not among *without*.

        Of at most *limit* matches none is as sure as a threshold that the best one is held below.
        """
        found = self.opened.retriever.retrieve(question, limit, without)
        return replace(found, matches=_held(found.matches, self._most(found)))

    def _most(self, found: Retrieval) -> float:
        """Return the confidence, 0 to 1, that no match of *found* may exceed."""
        if not found.matches or len(found.exact) == 1:
            return 1.0
        best = found.matches[0].confidence
        if found.exact or self.thresholds.suggest <= best < self.thresholds.answer:
            return self._most_of_choices
        if best < self.thresholds.suggest:
            return self.thresholds.suggest - _BELOW
        return 1.0 if found.doubt is None else self._most_of_choices

    @property
    def _most_of_choices(self) -> float:
        return self.thresholds.answer - _BELOW

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
            return self.unanswered(question, (), Reason.NO_MATCH)
        if found.exact:
            return self._stored(question, found)
        confidence = found.matches[0].confidence
        if confidence < self.thresholds.suggest:
            return self.unanswered(question, found.matches, Reason.UNLIKELY)
        if found.doubt is not None:
            return self.ambiguous(question, found.matches, found.doubt.reason)
        if confidence < self.thresholds.answer:
            return self.ambiguous(question, found.matches, Reason.UNSURE)
        return self.answered(question, found.matches, Reason.SURE)

    def _stored(self, question: Question, found: Retrieval) -> Answer:
        """Answer *question*, a phrasing of one entry, or offer the entries that share it."""
        if len(found.exact) == 1:
            return self.answered(question, found.matches, Reason.EXACT)
        return self.ambiguous(question, found.matches, Reason.SHARED)

    def answered(self, question: Question, matches: tuple[Match, ...], reason: Reason) -> Answer:
        """Answer *question* with the first of *matches*, for that *reason*."""
        entry = matches[0].entry
        return Answer(
            question,
            Outcome.ANSWERED,
            matches[0].confidence,
            entry.answer,
            matches,
            follow_ups=self.follow_ups(question, entry),
            reason=reason,
        )

    def follow_ups(self, question: Question, entry: Entry) -> tuple[Entry, ...]:
        """Return the entries to offer after that of *entry* to who asks *question*."""
        if not entry.follow_ups:
            return ()
        found = (self.kb.by_id.get(follow_up) for follow_up in entry.follow_ups)
        return tuple(each for each in found if each is not None and _may_see(question, each))

    def ambiguous(
        self, question: Question, matches: tuple[Match, ...], reason: Reason, words: str = "choices"
    ) -> Answer:
        """Offer the first of *matches* as choices, below the bot's own *words* of that id.

        None of them is then as sure as an answer.
        """
        held = _held(matches, self._most_of_choices)
        confidence = held[0].confidence
        least = min(_LEAST_CHOICE, confidence)
        choices = tuple(match.entry for match in held[:_MOST_CHOICES] if match.confidence >= least)
        text = self._listed(choices, words)
        return Answer(question, Outcome.AMBIGUOUS, confidence, text, held, choices, reason=reason)

    def related(self, question: Question, entries: tuple[Entry, ...]) -> Answer:
        """Offer *entries*, which tell more, as choices; nothing was asked that they match."""
        picked = (self.pick(entry) for entry in entries[:_MOST_CHOICES])
        matches = tuple(replace(match, confidence=0.0) for match in picked)
        return self.ambiguous(question, matches, Reason.RELATED, "related")

    def _listed(self, choices: tuple[Entry, ...], words: str) -> str:
        lines = [entry.question for entry in choices]
        if none := self.manners.label("none-of-these"):
            lines.append(none)
        numbered = (f"{number}. {line}" for number, line in enumerate(lines, 1))
        return f"{self.manners.words(words)}\n\n" + "\n".join(numbered)

    def unanswered(self, question: Question, matches: tuple[Match, ...], reason: Reason) -> Answer:
        """Say that *question* has no answer, for that *reason*, and whom to ask instead."""
        fallback = self.kb.fallback or self.manners.words("fallback")
        text = "\n\n".join(part for part in (fallback, self.kb.contact) if part)
        confidence = matches[0].confidence if matches else 0.0
        return Answer(question, Outcome.UNANSWERED, confidence, text, matches, reason=reason)

    def mannerly(self, question: Question, entry: Entry) -> Answer:
        """Say what the manners of *entry* are to *question*."""
        match = Match(entry, score=1.0, confidence=1.0, phrasing=entry.question)
        text = self.manners.words(entry.id) or entry.question
        return Answer(
            question,
            Outcome.ANSWERED,
            1.0,
            text,
            (match,),
            manners=True,
            reason=Reason.COURTESY,
        )


def _held(matches: tuple[Match, ...], most: float) -> tuple[Match, ...]:
    """Return *matches*, best first, with no confidence above *most*."""
    if not matches or matches[0].confidence <= most:
        return matches
    return tuple(
        replace(match, confidence=most) if match.confidence > most else match for match in matches
    )


def _may_see(question: Question, entry: Entry) -> bool:
    return not entry.draft and entry.is_for(question.audience)
