"""Names of a question that its entry or the whole knowledge base does not mention."""

from __future__ import annotations

from functools import cached_property, lru_cache

from faqbot.retrieval.contradictions.compared import (
    Compared,
    is_common,
)
from faqbot.retrieval.contradictions.names import (
    Name,
    is_coded,
    is_rare,
    names_of,
    written_names,
)
from faqbot.retrieval.contradictions.polarity import prefix_variants
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.languages import bases
from faqbot.retrieval.text import normalize

# Distinct names in the phrasings of an entry that accepts any name, as in questions about cities. Chosen
# by hand.
MIN_NAMES_OF_SLOT = 3

# Names in small letters per phrasing from which a name is an example, as in "the weather in Oslo". The rates of
# six question sets with examples are .14 to .29, those of eight other knowledge bases .00 to .09.
MIN_NAME_RATE = 0.12

# Names per entry from which a name that an entry lacks does not speak for another entry. Chosen by hand, on
# the dev splits.
MIN_NAMES_PER_ENTRY = 1.0

# Most key terms of a question whose names in small letters count: a longer text tells a story. Chosen by hand.
MAX_TERMS_WITH_NAME = 6

# Words that are cached as names or not: those of a few hundred questions. Chosen by hand.
MAX_CACHED_WORDS = 4096

# Fewest letters of a name that no dictionary has: shorter ones are mostly typos and short forms.
MIN_RARE_LETTERS = 4


class NameCheck:
    """Comparison of the names in a question with those of a knowledge base. Thread-safe.

    *is_known* returns True if an answer has a word, or a phrasing a word of similar spelling.
    """

    def __init__(self, index: Index) -> None:
        """Check against the entries of *index*."""
        self._language = index.language
        self._index = index
        self.is_known = lru_cache(MAX_CACHED_WORDS)(self._is_mentioned)
        self._is_unknown_name = lru_cache(MAX_CACHED_WORDS)(self._is_name_elsewhere)

    def unknown(self, asked: Compared) -> str:
        """Return the first name of the question that the knowledge base does not mention, else ""."""
        return self._unknown_written(asked.reading.text) or self._unknown_plain(asked)

    def other(self, asked: Compared) -> list[Name]:
        """Return the names of the question that the entry lacks, and that may speak for another.

        Names of which the knowledge base knows nothing are left out, unless their form alone is telling. An
        entry with many names accepts any. A knowledge base with many names has them as examples.
        """
        language, reading = self._language, asked.reading
        if not language.has_lists:
            return []
        lacking = [
            name
            for name in names_of(language, reading.typed or reading.text, asked.words, asked.new)
            if (name.is_sure or self.is_known(name.word))
            and (name.is_sure or name.is_written or not self._are_examples_everywhere)
            and not asked.entry.says(name.word)
            and not is_common(self._index, name.word)
        ]
        return lacking if lacking and not self._accepts_any(asked) else []

    def _is_mentioned(self, word: str) -> bool:
        """Return True if an answer has *word*, or a phrasing a word of similar spelling."""
        index = self._index
        if word in index.answer_vocabulary.id_of:
            return True
        return any(index.asked[number] for number in index.vocabulary.alike[word])

    def _unknown_written(self, text: str) -> str:
        """Return the first unknown name in *text* that is written with capitals, else "".

        Days and months, which any entry may be asked for, are no names.
        """
        language = self._language
        if text.islower():
            return ""
        for name in written_names(text, capitalised=language.capitals_mark_names):
            words = language.tokenize(normalize(name))
            if not all(word in language.time_words or self.is_known(word) for word in words):
                return name
        return ""

    def _unknown_plain(self, asked: Compared) -> str:
        """Return the first unknown name in small letters, else "".

        It asks for another place or person, unless names are examples in this knowledge base.
        """
        language = self._language
        found = next(filter(self._is_unknown_name, asked.new), "")
        if not found or language.count_key_terms(asked.words) > MAX_TERMS_WITH_NAME:
            return ""
        return "" if self._are_examples or self._accepts_any(asked) else found

    def _is_name_elsewhere(self, word: str) -> bool:
        """Return True if *word* is a name that the knowledge base does not mention."""
        return (
            len(word) >= MIN_RARE_LETTERS
            and self._is_name(word)
            and not self._is_derived(word)
            and not self.is_known(word)
        )

    def _is_name(self, word: str) -> bool:
        """Return True if *word*, in small letters, is a name by the lists of the language."""
        language = self._language
        is_listed = word in language.names and word not in language.time_words
        return (is_listed or is_rare(language, word)) and language.is_key_term(word)

    def _is_derived(self, word: str) -> bool:
        """Return True if *word* is made of a word by an ending or a prefix: "unregister"."""
        language = self._language
        made_of = {*bases(language, word), *prefix_variants(language, word)}
        return any(one in language.words for one in made_of)

    def _accepts_any(self, asked: Compared) -> bool:
        """Return True if the entry has so many names that it accepts any."""
        language = self._language
        own = {word for word in asked.entry.words if is_coded(word) or is_rare(language, word)}
        return len(own) >= MIN_NAMES_OF_SLOT

    @cached_property
    def _name_count(self) -> int:
        """Number of distinct names in the phrasings."""
        index = self._index
        known = enumerate(index.vocabulary.words)
        return sum(bool(index.asked[number]) for number, word in known if self._is_name(word))

    @property
    def _are_examples(self) -> bool:
        return self._name_count >= MIN_NAME_RATE * self._index.phrasing_count

    @property
    def _are_examples_everywhere(self) -> bool:
        return self._are_examples and (
            self._name_count >= MIN_NAMES_PER_ENTRY * self._index.entry_count
        )
