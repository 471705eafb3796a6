"""Keywords of entries, which find their entry alone or with words of asking."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from faqbot.models import Entry
from faqbot.retrieval.contradictions.facts import asked_fact
from faqbot.retrieval.languages import Language, bases


class Keywords:
    """Keywords of a knowledge base, with the numbers of entries."""

    def __init__(
        self,
        language: Language,
        entries: Sequence[Entry],
        words_of: Callable[[str], Sequence[str]],
    ) -> None:
        """Know the keywords of *entries*; *words_of* returns the words of a text, as in questions."""
        self._language = language
        self._entries: dict[tuple[str, ...], list[int]] = {}
        self._joined: dict[str, list[int]] = {}
        self._words: set[str] = set()
        self._asking = language.light_words | language.asking_words
        for number, entry in enumerate(entries):
            for keyword in entry.keywords:
                words = tuple(words_of(keyword))
                self._add(words, number)
                self._joined.setdefault("".join(words), []).append(number)
                self._add(tuple(word for word in words if not word.isdigit()), number)

    def _add(self, words: tuple[str, ...], number: int) -> None:
        if not words:
            return
        self._words.update(words)
        for form in (words, *self._forms(words)):
            numbers = self._entries.setdefault(form, [])
            if number not in numbers:
                numbers.append(number)

    def find(self, words: Sequence[str]) -> tuple[int, ...]:
        """Return the entries with a keyword that is all of *words*, except for words of asking.

        A question for a time, a person or a number asks for more than the keyword.
        """
        if not self._entries:
            return ()
        core = tuple([word for word in words if word in self._words or word not in self._asking])
        named = tuple([word for word in core if word not in self._asking]) or core
        found = self._joined.get(
            "".join(named), []
        )  # "401(k)" and "USBC", however they are written
        if not found and self._words.issuperset(named[:-1]):  # forms differ in the last word only
            forms = (core, named, *self._forms(named))
            found = next((self._entries[form] for form in forms if form in self._entries), [])
        fact = asked_fact(self._language, words) if found else None
        asks_more = fact is not None and fact.question not in core
        return () if asks_more else tuple(dict.fromkeys(found))

    def _forms(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return *words* with each base form of the last."""
        if not words:
            return []
        return [(*words[:-1], base) for base in sorted(bases(self._language, words[-1]))]
