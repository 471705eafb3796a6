"""Word classes of grammar: articles, pronouns, negators, connectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property


class GrammarWords(ABC):
    """Word classes of a question and phrasings, apart from subjects.

    Each is computed on first use.
    """

    @abstractmethod
    def _class(self, name: str) -> Sequence[str]:
        """Return the words of the class *name*; empty without it."""

    @cached_property
    def articles(self) -> frozenset[str]:
        """Articles, possessives, demonstratives and "please"."""
        return frozenset(self._class("articles"))

    @cached_property
    def indefinite_articles(self) -> frozenset[str]:
        """Articles before a thing of any kind: "a"."""
        return frozenset(self._class("indefinite"))

    @cached_property
    def action_starts(self) -> frozenset[str]:
        """First words of a question how or whether to do something: "how", "can"."""
        return frozenset(self._class("action_starts"))

    @cached_property
    def actors(self) -> frozenset[str]:
        """Pronouns for the person who wants to do something: "i"."""
        return frozenset(self._class("actors"))

    @cached_property
    def conditions(self) -> frozenset[str]:
        """Words before an actor that open a condition: "if I"."""
        return frozenset(self._class("conditions"))

    @cached_property
    def belonging(self) -> frozenset[str]:
        """Words between a thing and the thing that it belongs to: "of"."""
        return frozenset(self._class("belonging"))

    @cached_property
    def handling_words(self) -> frozenset[str]:
        """Verbs that say little of an action, as most things can be read, sent or ordered."""
        return frozenset(self._class("handling"))

    @cached_property
    def framing_words(self) -> frozenset[str]:
        """Words in which two ways to ask the same differ: "how do I cancel", "how can we cancel"."""
        return self.articles.union(self._class("framing"))

    @cached_property
    def negators(self) -> frozenset[str]:
        """Words that negate the content word after them: "not", "without"."""
        return frozenset(self._class("negators"))

    @cached_property
    def bare_negators(self) -> frozenset[str]:
        """Negators that negate no pronoun after them: "no", as in "no, I want it"."""
        return frozenset(self._class("bare_negators"))

    @cached_property
    def denials(self) -> frozenset[str]:
        """Words that imply a negation: "fail", "unable"."""
        return frozenset(self._class("denials"))

    @cached_property
    def negative_words(self) -> frozenset[str]:
        """Negators and denials, without which a text denies nothing."""
        return self.negators | self.denials

    @cached_property
    def uncertainty_words(self) -> frozenset[str]:
        """Words after a negator that make it no denial: "not sure", "no longer", "not only"."""
        return frozenset(self._class("uncertainty"))

    @cached_property
    def before_idle_negator(self) -> frozenset[str]:
        """Words before a negator that make it no denial: "why not", "or not"."""
        return frozenset(self._class("before_idle_negator"))

    @cached_property
    def reason_words(self) -> frozenset[str]:
        """Question words that ask for a reason or a manner, so that a "not" after them is meant."""
        return frozenset(self._class("reasons"))

    @cached_property
    def pronouns(self) -> frozenset[str]:
        """Subject pronouns and the words that stand in their place."""
        return frozenset(self._class("pronouns"))

    @cached_property
    def addressee(self) -> frozenset[str]:
        """Pronouns for the person addressed, as in "could you not"."""
        return frozenset(self._class("addressee"))

    @cached_property
    def auxiliaries(self) -> frozenset[str]:
        """Auxiliary verbs that open a question."""
        return frozenset(self._class("auxiliaries"))

    @cached_property
    def origin_words(self) -> frozenset[str]:
        """Words before the start of a journey or a change: "from"."""
        return frozenset(self._class("origin"))

    @cached_property
    def genitive_words(self) -> frozenset[str]:
        """Words of origin that mostly mark possession: "de" in French."""
        return frozenset(self._class("genitive"))

    @cached_property
    def comparing_words(self) -> frozenset[str]:
        """Words of a comparison, after which "from" is no origin: "differ", "different"."""
        return frozenset(self._class("comparing"))

    @cached_property
    def destination_words(self) -> frozenset[str]:
        """Words before the end of a journey or the result of a change: "to", "into"."""
        return frozenset(self._class("destination"))

    @cached_property
    def order_words(self) -> frozenset[str]:
        """Words between two things that may not be exchanged: "before", "than"."""
        return frozenset(self._class("order"))

    @cached_property
    def exchange_words(self) -> frozenset[str]:
        """Words between two things that may not be exchanged in a text that is equal otherwise: "for"."""
        return frozenset(self._class("exchange"))

    @cached_property
    def connectors(self) -> frozenset[str]:
        """Words that relate two things: origin, destination and order."""
        ordered = self.order_words | self.exchange_words
        return self.origin_words | self.destination_words | ordered

    @cached_property
    def question_words(self) -> frozenset[str]:
        """Words that open a question, auxiliaries aside: "when", "which"."""
        return frozenset(self._class("question_words"))

    @cached_property
    def particles(self) -> tuple[str, ...]:
        """Opposed function words, in pairs: "in", "out", "over", "under"."""
        return tuple(self._class("particles"))
