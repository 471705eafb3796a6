"""The bot: public interface that answers from one knowledge base."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

from faqbot.dialogue.conversation import Conversation
from faqbot.dialogue.pipeline import answer_turn, take_pick, take_turn
from faqbot.dialogue.policy import Engine
from faqbot.dialogue.turn import Turn
from faqbot.errors import InvalidQuestion
from faqbot.kb import check_models, load_knowledge_base
from faqbot.models import Answer, Entry, KnowledgeBase, Match, Outcome, Question, Reason
from faqbot.retrieval import Encoder, Retrieval, Retriever, Thresholds, language_of, open_retriever


@dataclass(frozen=True, slots=True)
class Explanation:
    """Explanation of an answer: the question as it was matched, and the reason in sentences.

    *words* are the words of the question as they were matched. *corrections* and *synonyms* are pairs
    (typed, replaced by). *reason* names the deciding rule, and the thresholds at which the outcome
    would differ.
    """

    answer: Answer
    words: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...]
    synonyms: tuple[tuple[str, str], ...]
    thresholds: Thresholds
    reason: str


class Bot:
    """Bot of one knowledge base. Thread-safe.

    Make it with `Bot.from_file` or `Bot.from_knowledge_base`.
    """

    def __init__(self, kb: KnowledgeBase, retriever: Retriever) -> None:
        """Serve *kb* with the *retriever* opened on its served entries."""
        self._engine = Engine.of(kb, retriever)
        self._outdated = ""

    @classmethod
    def from_file(
        cls, path: str | Path, encoder: str | Encoder = "auto", *, cache: bool | Path = True
    ) -> Self:
        """Make a bot of the knowledge base at *path*, a YAML file or a folder of them.

        *encoder* is "auto", "none", "wordllama", "multilingual", "wordllama+multilingual",
        "fastembed" (which may name a model or a folder, as in "fastembed:FOLDER"), or any object of
        the `Encoder` protocol. *cache* keeps the built index on disk for the next start; a path is a folder
        for the indexes of this knowledge base alone. Raises
        KnowledgeBaseError with every fault found, EncoderError for an unknown encoder, and
        MissingDependency when its library is not installed.
        """
        return cls.from_knowledge_base(load_knowledge_base(path), encoder, cache=cache)

    @classmethod
    def from_knowledge_base(
        cls, kb: KnowledgeBase, encoder: str | Encoder = "auto", *, cache: bool | Path = True
    ) -> Self:
        """Make a bot of *kb*; arguments and errors as for `from_file`.

        Raises InvalidEntry for a *kb* made in Python with wrong types, or with an id that is taken or
        badly formed.
        """
        check_models(kb)
        language = language_of(kb.language)
        opened = open_retriever(kb.served, kb.synonyms, encoder, cache=cache, language=language)
        return cls(kb, opened)

    @property
    def kb(self) -> KnowledgeBase:
        """The knowledge base that answers come from."""
        return self._engine.kb

    @property
    def thresholds(self) -> Thresholds:
        """The confidences, 0 to 1, from which the bot answers and offers choices."""
        return self._engine.thresholds

    @property
    def encoder(self) -> Encoder | None:
        """The encoder that compares meanings; None without an encoder."""
        return self._engine.retriever.encoder

    @property
    def encoder_name(self) -> str:
        """The name of the encoder, "none" without an encoder."""
        return self._engine.retriever.encoder_name

    @property
    def encoder_note(self) -> str:
        """The choice that the encoder "auto" made, with its reason.

        The result is empty for a named encoder.
        """
        return self._engine.retriever.encoder_note

    @property
    def phrasing_count(self) -> int:
        """The number of phrasings of the served entries."""
        return self._engine.kb.phrasing_count

    @property
    def cache_state(self) -> str:
        """The state of the cached index: "read", "written", "off", or "unavailable: " with a reason."""
        return self._engine.retriever.cache_state

    @property
    def cache_path(self) -> Path | None:
        """The file of the cached index; None without a cache."""
        return self._engine.retriever.cache_path

    @property
    def declining_label(self) -> str:
        """The label that declines all choices, in the language of the knowledge base; "" if removed."""
        return self._engine.manners.label("none-of-these")

    @property
    def outdated(self) -> str:
        """The reason why a newer published version is not served.

        The result is empty if none is known.
        """
        return self._outdated

    def mark_outdated(self, reason: str) -> None:
        """Keep *reason*, a sentence, until it is "" or another knowledge base is adopted.

        A `Reloader` calls this when a published version cannot be read. Readiness checks tell it.
        """
        self._outdated = reason

    def adopt(self, other: Bot) -> None:
        """Serve the knowledge base of *other* from now on.

        A question in progress keeps the knowledge base that it started with. Two attributes that are
        read one after the other may belong to different knowledge bases.
        """
        self._engine = other._engine
        self._outdated = ""

    def ask(
        self,
        question: str | Question,
        conversation: Conversation | None = None,
        *,
        limit: int = 5,
    ) -> Answer:
        """Answer *question*, as a turn of *conversation* if given.

        *limit* is the most matches that the answer lists, at least 5. It changes nothing else of the
        answer. Never raises for its text. Raises InvalidQuestion for a question that is no text, and
        EncoderError if an encoder of the caller fails.
        """
        return take_turn(self._engine, _question(question), conversation, limit)

    async def aask(
        self,
        question: str | Question,
        conversation: Conversation | None = None,
        *,
        limit: int = 5,
    ) -> Answer:
        """Answer *question* as `ask` does, on a thread, so that the event loop stays free."""
        import asyncio  # slow to import, and loaded already where there is an event loop

        return await asyncio.to_thread(self.ask, question, conversation, limit=limit)

    def picks(self, question: str | Question, conversation: Conversation) -> bool:
        """Return True if *question* picks or declines entries that *conversation* offers.

        Places such as "2" and "the second one" are read in the language of the knowledge base.
        """
        asked, language = _question(question), self._engine.retriever.language
        with conversation:
            picked = conversation.picked(asked, language)
            return bool(picked) or conversation.declines(asked, language)

    def warm_up(self) -> None:
        """Compute the data of the first declined choice, so that no person waits for it.

        It takes about half a second with 500 phrasings. `run_adapter` calls it for a service.
        """
        entries = self.kb.served
        if entries:  # a text that is no phrasing, as a phrasing is answered without a ranking
            asked = Question(f"{entries[-1].question} {entries[0].question}")
            self._engine.retrieve(asked, without=(entries[0].id,))

    def retrieve(self, text: str | Question, limit: int = 5) -> list[Match]:
        """Return at most *limit* matches of *text*, best first.

        Confidences are those of `ask`: if it would not answer, they stay below its threshold.
        """
        return list(self._engine.retrieve(_question(text), limit=limit).matches)

    def complete(self, beginning: str | Question, limit: int = 5) -> list[Entry]:
        """Return at most *limit* entries with a phrasing that completes *beginning*, best first.

        A phrasing that begins with it goes before one that holds its words. Only entries for the
        audience of the question are returned.
        """
        asked = _question(beginning)
        return self._engine.completions.complete(asked.text, limit, asked.audience)

    def answer_with(
        self,
        entry: Entry | str,
        conversation: Conversation | None = None,
        *,
        question: Question | None = None,
    ) -> Answer:
        """Answer with *entry*, or the entry of that id, which a person picked.

        The entry is looked up by its id, as an edit may have replaced it. *question* is by default
        that of the entry. Raises KeyError if the id is unknown or that of a draft.
        """
        return take_pick(self._engine, entry, conversation, question)

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied or pickled: threads share a bot, and each process makes its own."""
        raise TypeError(
            "a Bot cannot be copied or pickled: threads may share it, and another process makes its own "
            "with Bot.from_file, which reads the cached index"
        )

    def explain(self, question: str | Question) -> Explanation:
        """Answer *question*, and explain the answer. The question is retrieved once."""
        turn = Turn(self._engine, _question(question))
        answer = answer_turn(turn)
        reading, limits = turn.found.reading, turn.engine.thresholds
        return Explanation(
            answer,
            reading.words,
            reading.corrections,
            reading.synonyms,
            limits,
            _reason(limits, answer, turn.found),
        )


def _reason(limits: Thresholds, answer: Answer, found: Retrieval) -> str:
    """Return sentences that explain how *found* led to *answer*."""
    if answer.reason is Reason.COURTESY:
        return "This is a courtesy or a move in the conversation, which the bot's manners answer."
    if answer.reason is Reason.SEVERAL:
        return f"The message asks {len(answer.parts)} questions, which are answered one by one."
    if answer.reason is Reason.NO_MATCH:
        return "Nothing in the question could be matched."
    if found.exact:
        return _exact_reason(len(found.exact))
    if found.abstention is not None and answer.reason is found.abstention.reason:
        held = f"{answer.confidence:.0%}, is held below {limits.answer:.0%}"
        return (
            f"{found.abstention.text} So choices are offered: the confidence, {held}, from where the bot "
            "answers."
        )
    return _confidence_reason(limits, answer, found.reading.language)


def _confidence_reason(limits: Thresholds, answer: Answer, language: str) -> str:
    if answer.reason is Reason.OTHER_LANGUAGE:
        return f"The question is in a language ({language}) that `languages` in the header does not name."
    percent = f"{answer.confidence:.0%}"
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
    """Return *question* as a `Question`.

    Raise InvalidQuestion if it holds no text.
    """
    asked = Question(question) if isinstance(question, str) else question
    if isinstance(asked, Question) and isinstance(asked.text, str):
        return asked
    kind = type(asked.text if isinstance(asked, Question) else asked).__name__
    raise InvalidQuestion(f"a question is a str or a Question with a text of type str, not {kind}")
