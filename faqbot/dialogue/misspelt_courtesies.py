"""Courtesies with typos, compared word by word with known phrasings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from faqbot.models import Entry
from faqbot.retrieval import Language, fold_case

# Cached words, about 2 MB: the distinct words of a service's messages. Chosen by hand.
MAX_CACHED_WORDS = 20_000
# Similarity, 0 to 100, from which a text is a courtesy with typos. Measured on 4,900 questions to other
# bots (the dev splits of the benchmarks): one question is taken for a courtesy.
MIN_SIMILARITY = 75.0
# Similar phrasings of courtesies that are compared word by word. Chosen by hand.
MAX_SIMILAR_PHRASINGS = 5
# Shortest word, in letters, that may be a typo. Chosen by hand: shorter words differ by one letter.
MIN_LETTERS_OF_TYPO = 4
# The same in a language without a list of its words: two words of five letters are seldom one letter
# apart. Chosen by hand.
MIN_LETTERS_WITHOUT_LIST = 5
# Letters from which a word may have two typos instead of one. Chosen by hand.
MIN_LETTERS_OF_TWO_TYPOS = 8
# First words of a question about a meaning, which has one of the words after them. English needs
# them, as its articles are fillers.
_MEANING_STARTS = frozenset({"what", "whats", "what's", "who", "whos", "who's"})
_INDEFINITE = frozenset({"a", "an"})


class MisspeltCourtesies:
    """Courtesies of one language, found in spite of typos. Thread-safe."""

    def __init__(
        self, language: Language, phrasings: Mapping[str, Entry], knows: Callable[[str], bool]
    ) -> None:
        """Compare messages in *language* with *phrasings*, the entry of each normalized phrasing.

        *knows* returns True for a word of the knowledge base, which is no typo.
        """
        words = language.dialogue
        self._language = language
        self._phrasings = phrasings
        self._knows = knows
        # Words anywhere in a courtesy that do not change it: "you are a stupid bot".
        fillers = language.around.union(map(fold_case, words.fillers))
        self._neutral = fillers.union(map(fold_case, words.interchangeable))
        # Words that a comparison ignores: without a list of words, every word of a courtesy must agree.
        self._ignored = self._neutral if language.corrects_spelling else frozenset()
        # A courtesy that refers to the bot or the person needs a word that does.
        self._referring = frozenset(map(fold_case, words.referring))
        starts = (phrase.split()[0] for phrase in (*words.question_starts, *words.question_verbs))
        self._question_starts = language.question_words.union(map(fold_case, starts))
        self.may_occur = lru_cache(MAX_CACHED_WORDS)(self._is_word_of_any)

    def similar(self, words: Sequence[str]) -> Entry | None:
        """Return the entry with a phrasing similar to *words*, at least two of which are not ignored."""
        several = len({*words} - self._ignored) > 1
        if not several or not any(map(self._language.is_content, words)):
            return None
        if not all(map(self.may_occur, words)):
            return None
        similar = process.extract(
            " ".join(sorted(self._core(words))),
            self._sorted_cores,
            scorer=fuzz.ratio,
            score_cutoff=MIN_SIMILARITY,
            limit=MAX_SIMILAR_PHRASINGS,
        )
        for _, _, number in similar:
            way = self._ways[number]
            entry, phrasing = self._phrasings[way], way.split()
            corrected = self._corrected(entry, words, phrasing)
            if corrected and self._agree(corrected, phrasing):
                return entry
        return None

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Words of all phrasings."""
        return frozenset().union(*self._vocabularies.values())

    @cached_property
    def _vocabularies(self) -> Mapping[str, frozenset[str]]:
        """Words of the phrasings of each entry, by its id."""
        found: dict[str, set[str]] = {}
        for key, entry in self._phrasings.items():
            found.setdefault(entry.id, set()).update(key.split())
        return {name: frozenset(words) for name, words in found.items()}

    @cached_property
    def _ways(self) -> Sequence[str]:
        """Phrasing of each core, preferably without a referring word."""
        ways = sorted(self._phrasings, key=lambda way: not self._referring.isdisjoint(way.split()))
        cores = {" ".join(self._core(way.split())): way for way in reversed(ways)}
        return tuple(cores.values())

    @cached_property
    def _sorted_cores(self) -> Sequence[str]:
        """Core of each of `_ways` with its words in alphabetical order, in which they are compared."""
        return tuple(" ".join(sorted(self._core(way.split()))) for way in self._ways)

    def _core(self, words: Sequence[str]) -> Sequence[str]:
        """Return *words* without ignored words, or all *words* if no other word is left."""
        return [word for word in words if word not in self._ignored] or words

    def _is_word_of_any(self, word: str) -> bool:
        """Return True if *word* may occur in a courtesy, typos included."""
        if word in self._neutral or word in self.vocabulary:
            return True
        return self._is_unknown(word) and _correct(word, self.vocabulary) is not None

    def _is_unknown(self, word: str) -> bool:
        """Return True if *word* may be a typo: neither the language nor the knowledge base has it."""
        language = self._language
        has_list = language.corrects_spelling
        least = MIN_LETTERS_OF_TYPO if has_list else MIN_LETTERS_WITHOUT_LIST
        if len(word) < least or word in self.vocabulary or self._knows(word):
            return False
        known = word in language.light_words or language.is_known(word)
        return not (known or word in language.doubtful_words)

    def _corrected(
        self, entry: Entry, words: Sequence[str], phrasing: Sequence[str]
    ) -> tuple[str, ...]:
        """Return *words*, typos corrected, if all occur in phrasings of *entry*.

        A word of *phrasing* goes before the other words. Otherwise the result is empty.
        """
        own = self._vocabularies[entry.id]
        corrected = []
        for word in words:
            found: str | None = word
            if word not in own and word not in self._neutral:
                near = _correct(word, phrasing) or _correct(word, sorted(own))
                found = near if self._is_unknown(word) else None
            if not found:
                return ()
            corrected.append(found)
        return tuple(corrected)

    def _agree(self, words: Sequence[str], phrasing: Sequence[str]) -> bool:
        """Return True if *words* are about the same as *phrasing*.

        "I know that is true" does not agree with "no, that is not true": it denies nothing. "what is a
        name" does not agree with "what is your name": its referring word is missing. "what is a source"
        does not agree with "what is the source": it asks for a meaning.
        """
        denying = self._language.negative_words
        if denying.isdisjoint(words) != denying.isdisjoint(phrasing):
            return False
        if self._referring.isdisjoint(words) and not self._referring.isdisjoint(phrasing):
            return False
        if words[0] in _MEANING_STARTS and not _INDEFINITE.isdisjoint(words):
            return not _INDEFINITE.isdisjoint(phrasing)
        core = self._core(words)
        is_content = self._language.is_content
        if self._question_starts.isdisjoint(words[:1]) and sum(map(is_content, core)) > 1:
            return True
        return {*core} == {*self._core(phrasing)}


def _correct(word: str, known: Iterable[str]) -> str | None:
    """Return the nearest word of *known* within one typo, or two in a long word.

    The result is None without one.
    """
    most = 1 if len(word) < MIN_LETTERS_OF_TWO_TYPOS else 2
    near = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=most)
    return None if near is None else str(near[0])
