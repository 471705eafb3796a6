"""The bot: answers a question, offers choices, or says that it does not know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from faqbot.conversation import Conversation
from faqbot.kb import load_knowledge_base
from faqbot.models import Answer, Entry, KnowledgeBase, Match, Outcome, Question
from faqbot.retrieval import Opened, open_retriever
from faqbot.retrieval.calibration import Thresholds, thresholds
from faqbot.retrieval.encoders import Encoder
from faqbot.retrieval.retriever import Retrieval, Retriever

__all__ = ["Bot", "Explanation", "Thresholds"]

_MOST_MATCHES = 5
_MOST_CHOICES = 3
_LEAST_CHOICE = 0.02
_FALLBACK = "I do not know the answer to that."


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question got its answer.

    *words* are the question's words as they were matched, *corrections* and *synonyms* pairs
    (typed, read as), and *reason* says in sentences what decided, and what would have changed it.
    """

    answer: Answer
    words: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...]
    synonyms: tuple[tuple[str, str], ...]
    thresholds: Thresholds
    reason: str


class Bot:
    """Answers questions from one knowledge base. May be shared by threads.

    Make it with `Bot.from_file` or `Bot.from_knowledge_base`.
    """

    def __init__(self, kb: KnowledgeBase, opened: Opened) -> None:
        """Serve *kb* through a retriever that was *opened* on its served entries."""
        phrasing_count = sum(len(entry.phrasings) for entry in kb.served)
        self._knowledge = _Knowledge(kb, thresholds(kb.caution), opened, phrasing_count)

    @classmethod
    def from_file(
        cls, path: str | Path, encoder: str | Encoder = "auto", *, cache: bool = True
    ) -> Self:
        """Make a bot of the knowledge base at *path*, a YAML file or a folder of them.

        *encoder* is "auto", "none", "wordllama", "fastembed" (which may name a model or a folder, as in
        "fastembed:FOLDER"), or any object of the `Encoder` protocol. *cache* keeps the built index on
        disk for the next start. Raises KnowledgeBaseError with every fault found,
        EncoderError for an unknown encoder, and MissingDependency when its library is not installed.
        """
        return cls.from_knowledge_base(load_knowledge_base(path), encoder, cache=cache)

    @classmethod
    def from_knowledge_base(
        cls, kb: KnowledgeBase, encoder: str | Encoder = "auto", *, cache: bool = True
    ) -> Self:
        """Make a bot of *kb*; arguments and errors as for `from_file`."""
        return cls(kb, open_retriever(kb.served, kb.synonyms, encoder, cache=cache))

    @property
    def kb(self) -> KnowledgeBase:
        """The knowledge base it answers from."""
        return self._knowledge.kb

    @property
    def thresholds(self) -> Thresholds:
        """The confidences from which it answers and offers choices."""
        return self._knowledge.thresholds

    @property
    def encoder(self) -> Encoder | None:
        """The encoder that compares meanings; None without one."""
        return self._knowledge.opened.encoder

    @property
    def encoder_name(self) -> str:
        """The encoder that compares meanings; "none" without one."""
        return self._knowledge.opened.encoder_name

    @property
    def encoder_note(self) -> str:
        """What the encoder "auto" took, and why; empty when the encoder was named."""
        return self._knowledge.opened.encoder_note

    @property
    def phrasing_count(self) -> int:
        """How many phrasings the served entries have."""
        return self._knowledge.phrasing_count

    @property
    def cache_state(self) -> str:
        """What became of the cached index: "read", "written", "off", or "unavailable: " and why."""
        return self._knowledge.opened.cache_state

    @property
    def cache_path(self) -> Path | None:
        """The file of the cached index; None without one."""
        return self._knowledge.opened.cache_path

    def adopt(self, other: Bot) -> None:
        """Serve what *other* serves from now on; a question being answered keeps what it started with.

        Attributes read one after the other may stand on either side of this.
        """
        self._knowledge = other._knowledge

    def ask(self, question: str | Question, conversation: Conversation | None = None) -> Answer:
        """Answer *question*, in the light of *conversation* if there is one; never raises for its text."""
        knowledge = self._knowledge
        asked = _question(question)
        picked = None if conversation is None else conversation.picked(asked)
        if picked is not None and knowledge.offers(asked, picked):
            answer = knowledge.answered(asked, (knowledge.pick(picked),))
        else:
            answer = knowledge.decide(asked, knowledge.retriever.retrieve(asked, _MOST_MATCHES))
        if conversation is not None:
            conversation.remember(answer)
        return answer

    def retrieve(self, text: str | Question, limit: int = 5) -> list[Match]:
        """Return the entries that *text* may mean, best first, *limit* at most."""
        return list(self._knowledge.retriever.retrieve(_question(text), limit).matches)

    def answer_with(
        self,
        entry: Entry | str,
        conversation: Conversation | None = None,
        *,
        question: Question | None = None,
    ) -> Answer:
        """Answer with a known *entry* (or its id): one a person picked.

        It is looked up by its id, since the base may have changed after it was shown. Raises
        KeyError for an id that is unknown or a draft's.
        """
        knowledge = self._knowledge
        match = knowledge.pick(entry)
        asked = question or Question(match.entry.question)
        answer = knowledge.answered(asked, (match,))
        if conversation is not None:
            conversation.remember(answer)
        return answer

    def explain(self, question: str | Question) -> Explanation:
        """Answer *question* and say why: what it was read as, what matched, and what decided."""
        knowledge = self._knowledge
        asked = _question(question)
        found = knowledge.retriever.retrieve(asked, _MOST_MATCHES)
        answer = knowledge.decide(asked, found)
        reading = found.reading
        return Explanation(
            answer,
            reading.words,
            reading.corrections,
            reading.synonyms,
            knowledge.thresholds,
            knowledge.reason(answer, found),
        )


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """All that answers come from: read once for each question, and replaced as a whole."""

    kb: KnowledgeBase
    thresholds: Thresholds
    opened: Opened
    phrasing_count: int

    @property
    def retriever(self) -> Retriever:
        """What finds the entries that a question may mean."""
        return self.opened.retriever

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
            return self._unanswered(question, ())
        confidence = found.matches[0].confidence
        sure = confidence >= self.thresholds.answer and not found.exact and not found.doubt
        if sure or len(found.exact) == 1:
            return self.answered(question, found.matches)
        if found.exact or confidence >= self.thresholds.suggest:
            return self._ambiguous(question, found.matches)
        return self._unanswered(question, found.matches)

    def answered(self, question: Question, matches: tuple[Match, ...]) -> Answer:
        """Answer *question* with the first of *matches*."""
        entry = matches[0].entry
        follow_ups = (self.kb.by_id.get(follow_up) for follow_up in entry.follow_ups)
        return Answer(
            question,
            Outcome.ANSWERED,
            matches[0].confidence,
            entry.answer,
            matches,
            follow_ups=tuple(
                entry for entry in follow_ups if entry is not None and _may_see(question, entry)
            ),
        )

    def _ambiguous(self, question: Question, matches: tuple[Match, ...]) -> Answer:
        least = min(_LEAST_CHOICE, matches[0].confidence)
        choices = tuple(
            match.entry for match in matches[:_MOST_CHOICES] if match.confidence >= least
        )
        lines = (f"{number}. {entry.question}" for number, entry in enumerate(choices, 1))
        text = "Did you mean:\n\n" + "\n".join(lines)
        return Answer(question, Outcome.AMBIGUOUS, matches[0].confidence, text, matches, choices)

    def _unanswered(self, question: Question, matches: tuple[Match, ...]) -> Answer:
        text = "\n\n".join(
            part for part in (self.kb.fallback or _FALLBACK, self.kb.contact) if part
        )
        confidence = matches[0].confidence if matches else 0.0
        return Answer(question, Outcome.UNANSWERED, confidence, text, matches)

    def reason(self, answer: Answer, found: Retrieval) -> str:
        """Say in sentences why *found* led to *answer*, and what would have changed it."""
        limits, percent = self.thresholds, f"{answer.confidence:.0%}"
        if not found.matches:
            return "Nothing in the question could be matched."
        if found.exact:
            return _exact_reason(len(found.exact))
        if found.doubt and answer.outcome is Outcome.AMBIGUOUS:
            return f"{found.doubt} So choices are offered, whatever the confidence ({percent})."
        if answer.outcome is Outcome.ANSWERED:
            return (
                f"The confidence, {percent}, is at or above {limits.answer:.0%}, from where the bot answers; "
                f"below that it would have offered choices, and below {limits.suggest:.0%} declined."
            )
        if answer.outcome is Outcome.AMBIGUOUS:
            return (
                f"The confidence, {percent}, is below {limits.answer:.0%}, from where the bot answers, and "
                f"not below {limits.suggest:.0%}, under which it would have declined."
            )
        return f"The confidence, {percent}, is below {limits.suggest:.0%}, from where the bot offers choices."


def _exact_reason(count: int) -> str:
    if count == 1:
        return "The question is a phrasing of this entry, which always answers it."
    return f"The question is a phrasing of {count} entries, so they are offered."


def _question(question: str | Question) -> Question:
    return Question(question) if isinstance(question, str) else question


def _may_see(question: Question, entry: Entry) -> bool:
    return not entry.draft and entry.is_for(question.audience)
