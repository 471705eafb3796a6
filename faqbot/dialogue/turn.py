"""One turn of a conversation: a message, and the parts of a bot that its steps read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from rapidfuzz import fuzz

from faqbot.dialogue.conversation import Conversation
from faqbot.dialogue.message_text import Message, read_message
from faqbot.dialogue.places import place_mark, place_words
from faqbot.dialogue.policy import MAX_MATCHES, Engine
from faqbot.models import Answer, Entry, Question, Reason
from faqbot.retrieval import Language, Retrieval

# Answers of at most so many characters are given again when asked again. Chosen by hand: four lines.
MAX_REPEATED_CHARS = 300
# Similarity, 0 to 100, from which two words count as the same: one typo in six letters. Chosen by
# hand.
MIN_WORD_SIMILARITY = 85.0
# Longest courtesy in another language, in words. Chosen by hand: longer ones are often questions.
MAX_WORDS_OF_FOREIGN_COURTESY = 4
# Marks between the parts of a message.
_MARKS = (",", ".", "!", ";", "\n")
# Reasons of an answer that the person asked for by name: it is given again, whatever its length.
_ASKED_FOR = (Reason.PICKED, Reason.REPEATED)
# Conversation of a message without one: nothing was said before, and nothing is recorded in it.
_NOTHING_SAID = Conversation()


@dataclass(frozen=True)
class Turn:
    """One message, with the parts of a bot and the conversation that its steps read.

    *conversation* is not changed. *limit* is the most matches of an answer. The other attributes are
    computed on first use, once.
    """

    engine: Engine
    question: Question
    conversation: Conversation = field(default=_NOTHING_SAID)
    limit: int = MAX_MATCHES

    @property
    def language(self) -> Language:
        """Language of the knowledge base, by which the message is read."""
        return self.engine.retriever.language

    @cached_property
    def found(self) -> Retrieval:
        """Matches of the message on its own."""
        return self.engine.retrieve(self.question, limit=self.limit)

    @cached_property
    def plain(self) -> Answer:
        """Answer to the message alone: no small talk, no context."""
        return self.engine.decide(self.question, self.found)

    @property
    def courtesy(self) -> Entry | None:
        """Courtesy or move that the message is.

        The result is None for any other message.
        """
        return self._manners[0]

    @property
    def correction(self) -> str:
        """Question after words of correction, "" without them."""
        return self._manners[1]

    @cached_property
    def _manners(self) -> tuple[Entry | None, str]:
        return self.engine.manners.read(self.question.text)

    @cached_property
    def message(self) -> Message:
        """Message without the text around its question, in parts."""
        return read_message(self.question.text, self.language)

    def is_anything(self) -> bool:
        """Return True for every message."""
        return True

    def is_brief(self) -> bool:
        """Return True if the message has few enough words for a courtesy in another language."""
        return len(self.question.text.split()) <= MAX_WORDS_OF_FOREIGN_COURTESY

    def has_mark(self) -> bool:
        """Return True if a punctuation mark stands inside the message."""
        text = self.question.text
        return any(mark in text[:-1] for mark in _MARKS)

    def is_continued(self) -> bool:
        """Return True if the conversation has an answer already."""
        return self.conversation.last is not None

    def has_topic(self) -> bool:
        """Return True if the conversation has a last answered entry."""
        return self.conversation.topic is not None

    def is_courtesy(self) -> bool:
        """Return True if the message is a courtesy or move."""
        return self.courtesy is not None

    def may_name_place(self) -> bool:
        """Return True if the message has a number or place word."""
        bare = self.question.text.rstrip("?.!")
        if bare.isascii() and bare.replace(" ", "").isalpha():  # as most questions are typed
            return not place_words(self.language).isdisjoint(self._typed_words)
        return place_mark(self.language).search(bare) is not None

    def has_conjunction(self) -> bool:
        """Return True if the message has a conjunction or ampersand inside."""
        words, conjunctions = self._typed_words, self.language.dialogue.conjunctions
        return not words.isdisjoint(conjunctions) or "&" in words

    @cached_property
    def _typed_words(self) -> frozenset[str]:
        """Parts of the message between blanks, in small letters, without marks at its end."""
        return frozenset(self.question.text.rstrip("?.!").lower().split())

    def may_correct(self) -> bool:
        """Return True if the message begins with words of correction, or may replace words before it."""
        return self.has_topic() or bool(self.correction)

    def is_composed(self) -> bool:
        """Return True if the message has several parts, or text around its question."""
        found = self.message
        return len(found.fragments) > 1 or len(found.parts) > 1 or found.text != self.question.text

    @cached_property
    def cleaned(self) -> Turn:
        """Turn of the message without greeting, log, quotation and signature."""
        text = self.message.text
        return self if text == self.question.text else self.part(text)

    @cached_property
    def parts(self) -> Sequence[Turn]:
        """Turns of the sentences and items of the cleaned message."""
        texts = self.message.parts
        return [self.cleaned] if len(texts) <= 1 else [self.part(text) for text in texts]

    def part(self, text: str) -> Turn:
        """Return the turn of *text*, a part of the message.

        The same turn for the same text.
        """
        if text not in self._part_turns:
            self._part_turns[text] = replace(self, question=replace(self.question, text=text))
        return self._part_turns[text]

    def found_in_part(self, text: str, least: float) -> Retrieval:
        """Return the matches of *text*, a part of the message.

        Below the confidence *least*, the best match is not compared with it.
        """
        part = self.part(text)
        if least <= 0 or "found" in vars(part):
            return part.found
        return self.engine.retrieve(part.question, limit=self.limit, least=least)

    @cached_property
    def _part_turns(self) -> dict[str, Turn]:
        """Turns of parts, so that steps share their matches."""
        return {}


Step: TypeAlias = Callable[[Turn], Answer | None]
Condition: TypeAlias = Callable[[Turn], bool]


def exact(turn: Turn) -> Answer | None:
    """Answer a message that is a stored phrasing."""
    if turn.is_composed() and not turn.engine.retriever.stores(turn.question):
        return None  # its parts are looked up instead
    return turn.plain if turn.found.exact else None


def plain(turn: Turn) -> Answer:
    """Answer the message on its own: answer, choices or fallback."""
    return turn.plain


def refer_back(answer: Answer, turn: Turn) -> Answer:
    """Replace the text of *answer* by a reference if the same words were answered with it above.

    Short answers, and answers that the person picked or asked to repeat, are given again.
    """
    if answer.entry is None or answer.manners or answer.parts or answer.reason in _ASKED_FOR:
        return answer
    if len(answer.text) <= MAX_REPEATED_CHARS:
        return answer
    if not turn.conversation.was_given_for(answer.entry, answer.question.text):
        return answer
    text = turn.engine.manners.words("already-given", answer.entry.question)
    return replace(answer, text=text, heading="", repeated=True) if text else answer


def has_term(words: Sequence[str], term: str) -> bool:
    """Return True if one of *words* is *term*, typos aside."""
    return any(fuzz.ratio(word, term) >= MIN_WORD_SIMILARITY for word in words)
