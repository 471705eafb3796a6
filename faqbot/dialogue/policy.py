"""Decision policy: from the matches of a question to an answer, choices or a fallback."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from faqbot.dialogue.manners import Manners
from faqbot.kb import shipped_manners
from faqbot.models import Answer, Entry, KnowledgeBase, Match, Outcome, Question, Reason
from faqbot.retrieval import (
    CompletionIndex,
    Language,
    Retrieval,
    Retriever,
    Thresholds,
    normalize,
    thresholds,
)

# Matches that an answer lists. Chosen by hand: as many as an explanation shows.
MAX_MATCHES = 5
# Choices that are offered at once. Chosen by hand: three questions fit on a phone.
MAX_CHOICES = 3
# Questions of entries whose words are cached, about 2 MB. Chosen by hand.
MAX_CACHED_QUESTIONS = 2_000
# Smallest confidence of a choice, as a probability. Chosen by hand: below it, choices only distract.
MIN_CHOICE_CONFIDENCE = 0.02
# Share of the way from offering to answering, below which choices need a word of the question. Chosen by
# hand: a third of the doubtful confidences.
HOPELESS_SHARE = 1 / 3
# Distance, as a probability, that a confidence below a threshold keeps from it. One per cent, so that
# whole per cents show the difference.
THRESHOLD_MARGIN = 0.01


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything that answers are made from.

    A reload replaces it as a whole.
    """

    kb: KnowledgeBase
    thresholds: Thresholds
    retriever: Retriever
    manners: Manners
    completions: CompletionIndex

    @classmethod
    def of(cls, kb: KnowledgeBase, retriever: Retriever) -> Self:
        """Make the engine of *kb* and the *retriever* of its served entries."""
        return cls(
            kb,
            thresholds(kb.caution),
            retriever,
            Manners(kb, retriever.has_word),
            CompletionIndex(kb.served),
        )

    def retrieve(
        self,
        question: Question,
        without: Collection[str] = (),
        limit: int = MAX_MATCHES,
        least: float = 0.0,
    ) -> Retrieval:
        """Return the *limit* best matches of *question*, without the entries of the ids *without*.

        Below the confidence *least*, the best match is not compared with the question.

        Confidences are those that are published: where the best match is not answered with, they stay
        THRESHOLD_MARGIN below the threshold that it misses.
        """
        found = self.retriever.retrieve(question, limit, without, least)
        matches = _capped(found.matches, self._max_confidence(found))
        return found if matches is found.matches else replace(found, matches=matches)

    def _max_confidence(self, found: Retrieval) -> float:
        """Return the largest published confidence, 0 to 1, for matches of *found*."""
        if not found.matches or len(found.exact) == 1:
            return 1.0
        best = found.matches[0].confidence
        if not found.exact and (best < self.thresholds.suggest or self._is_hopeless(found)):
            return self.thresholds.suggest - THRESHOLD_MARGIN
        if found.exact or best < self.thresholds.answer:
            return self._max_choice_confidence
        return 1.0 if found.abstention is None else self._max_choice_confidence

    def _is_hopeless(self, found: Retrieval) -> bool:
        """Return True if the matches of *found* are unlikely and have nothing of its subject.

        A question in another language shares no words with the entries that it means.
        """
        if found.reading.language:
            return False
        suggest, answer = self.thresholds.suggest, self.thresholds.answer
        if found.matches[0].confidence >= suggest + HOPELESS_SHARE * (answer - suggest):
            return False
        entries = [match.entry for match in found.matches[:MAX_CHOICES]]
        return not self.retriever.shares_subject(found.reading, entries)

    @property
    def _max_choice_confidence(self) -> float:
        return self.thresholds.answer - THRESHOLD_MARGIN

    def pick(self, entry: Entry | str) -> Match:
        """Return a match of *entry*, or of that id, with confidence 1.

        The entry is looked up by its id, as an edit may have replaced it. Raises KeyError if it is
        unknown or a draft.
        """
        picked = self.kb.by_id[entry if isinstance(entry, str) else entry.id]
        if picked.draft:
            raise KeyError(picked.id)
        return Match(picked, score=1.0, confidence=1.0, phrasing=picked.question)

    def may_show(self, entry: Entry, audience: Collection[str]) -> bool:
        """Return True if *entry* is still served to the labels *audience*."""
        found = self.kb.by_id.get(entry.id)
        return found is not None and _is_visible(found, audience)

    def follow_ups(self, entry: Entry, audience: Collection[str]) -> tuple[Entry, ...]:
        """Return the follow-ups of *entry* that the labels *audience* may see."""
        found = (self.kb.by_id.get(name) for name in entry.follow_ups)
        return tuple(each for each in found if each is not None and _is_visible(each, audience))

    def decide(self, question: Question, found: Retrieval) -> Answer:
        """Answer *question*, offer choices, or decline, by the matches *found* for it.

        Answers and choices to a question in another language begin with a sentence that says so.
        """
        answer = self._decided(question, found)
        language = found.reading.language
        if not language or found.exact or answer.outcome is Outcome.UNANSWERED:
            return answer
        note = self.manners.translated("other-language", language)
        return replace(answer, text=f"{note}\n\n{answer.text}") if note else answer

    def _decided(self, question: Question, found: Retrieval) -> Answer:
        if reason := self._reason_to_decline(found):
            return self.unanswered(question, found.matches, reason, found.reading.language)
        if found.exact:
            return self._decide_exact(question, found)
        if found.abstention is not None:
            return self.ambiguous(question, found.matches, found.abstention.reason)
        if found.matches[0].confidence < self.thresholds.answer:
            return self.ambiguous(question, found.matches, Reason.UNSURE)
        return self.answered(question, found.matches, Reason.SURE)

    def _reason_to_decline(self, found: Retrieval) -> Reason | None:
        """Return the reason to decline a question with the matches *found*.

        The result is None without one.
        """
        if found.exact:
            return None
        if found.reading.language and not self.may_answer(found.reading.language):
            return Reason.OTHER_LANGUAGE
        if not found.matches:
            return Reason.NO_MATCH
        unlikely = found.matches[0].confidence < self.thresholds.suggest
        return Reason.UNLIKELY if unlikely else None

    def _decide_exact(self, question: Question, found: Retrieval) -> Answer:
        """Answer a phrasing of one entry.

        Offer the entries of a shared phrasing as choices.
        """
        if len(found.exact) == 1:
            return self.answered(question, found.matches, Reason.EXACT)
        return self.ambiguous(question, found.matches, Reason.SHARED)

    def answered(self, question: Question, matches: tuple[Match, ...], reason: Reason) -> Answer:
        """Answer *question* with the entry of the first of *matches*."""
        best = matches[0]
        follow_ups = self.follow_ups(best.entry, question.audience)
        return Answer(
            question,
            Outcome.ANSWERED,
            best.confidence,
            best.entry.answer,
            matches,
            follow_ups=follow_ups,
            reason=reason,
            heading=self._heading(question.text, best.entry),
            lead=self.manners.words("follow-ups") if follow_ups else "",
        )

    def _heading(self, asked: str, entry: Entry) -> str:
        """Return the question of *entry*.

        The result is "" if *asked* is that question, case and punctuation aside.
        """
        words = self.manners.words_of(asked) or tuple(asked.split())
        stored = _question_words(entry.question, self.manners.language)
        return "" if words == stored else entry.question

    def ambiguous(
        self, question: Question, matches: tuple[Match, ...], reason: Reason, words: str = "choices"
    ) -> Answer:
        """Offer the first of *matches* as choices, below the bot's own text of the id *words*.

        All confidences are capped below the answering threshold.
        """
        capped = _capped(matches, self._max_choice_confidence)
        confidence = capped[0].confidence
        least = min(MIN_CHOICE_CONFIDENCE, confidence)
        choices = tuple(match.entry for match in capped[:MAX_CHOICES] if match.confidence >= least)
        text = self._numbered(choices, words)
        return Answer(question, Outcome.AMBIGUOUS, confidence, text, capped, choices, reason=reason)

    def related(self, question: Question, entries: tuple[Entry, ...]) -> Answer:
        """Offer *entries*, which *question* does not match, as further reading."""
        picked = (self.pick(entry) for entry in entries[:MAX_CHOICES])
        matches = tuple(replace(match, confidence=0.0) for match in picked)
        return self.ambiguous(question, matches, Reason.RELATED, "related")

    def _numbered(self, choices: tuple[Entry, ...], words: str) -> str:
        """Return *choices* as a Markdown list, then the line that declines them."""
        lines = [entry.question for entry in choices]
        if declining := self.manners.label("none-of-these"):
            lines.append(declining)
        numbered = (f"{number}. {line}" for number, line in enumerate(lines, 1))
        return f"{self.manners.words(words)}\n\n" + "\n".join(numbered)

    def may_answer(self, language: str) -> bool:
        """Return True if the knowledge base answers questions in *language*, an ISO 639-1 code."""
        allowed = self.kb.languages
        return not allowed or language in {tag.partition("-")[0].lower() for tag in allowed}

    def unanswered(
        self, question: Question, matches: tuple[Match, ...], reason: Reason, language: str = ""
    ) -> Answer:
        """Decline *question* with the fallback text and the contact of the knowledge base.

        *language* is the code of the language of the question if it is another one; the fallback is then
        said in both, if faqbot has it in that language.
        """
        fallback = self.kb.fallback or self.manners.words("fallback")
        translated = shipped_manners(language) if language else None
        other = ""
        if translated is not None and translated.language == language:
            other = translated.by_id["fallback"].answer
        text = "\n\n".join(part for part in (fallback, other, self.kb.contact) if part)
        confidence = matches[0].confidence if matches else 0.0
        lead = self.manners.words("nearest")
        return Answer(
            question, Outcome.UNANSWERED, confidence, text, matches, reason=reason, lead=lead
        )

    def small_talk(self, question: Question, entry: Entry) -> Answer:
        """Answer *question* with *entry*, a courtesy or a move."""
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


def _capped(matches: tuple[Match, ...], most: float) -> tuple[Match, ...]:
    """Return *matches*, best first, with no confidence above *most*."""
    if not matches or matches[0].confidence <= most:
        return matches
    return tuple(
        replace(match, confidence=most) if match.confidence > most else match for match in matches
    )


@lru_cache(maxsize=MAX_CACHED_QUESTIONS)
def _question_words(question: str, language: Language) -> tuple[str, ...]:
    return tuple(language.tokenize(normalize(question)) or question.split())


def _is_visible(entry: Entry, audience: Collection[str]) -> bool:
    return not entry.draft and (not entry.audience or entry.is_for(frozenset(audience)))
