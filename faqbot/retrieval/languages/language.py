"""Interface of a language: word lists, closed classes, spelling rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from importlib.resources import files

from faqbot.retrieval.languages.dialogue_words import (
    DialogueWords,
    parse_dialogue_words,
    parse_word_classes,
)
from faqbot.retrieval.languages.fact_words import FactWords
from faqbot.retrieval.languages.grammar_words import GrammarWords
from faqbot.retrieval.text import Contractions, tokenize

# Tiers of frequency in a list of words, which divide it: common, less common, rare.
TIERS = 3

OppositeGroup = tuple[tuple[str, ...], ...]
"""Sides that oppose each other, each with its terms; a term of two words is joined by "_"."""


# Fewest letters of a base form, without ending or prefix. Chosen by hand.
MIN_BASE_LETTERS = 3
# Words whose base forms are cached: those of a few hundred questions. Chosen by hand.
_CACHED_WORDS = 4096


@dataclass(frozen=True, eq=False)
class Language(FactWords, GrammarWords):
    """Word lists, closed classes and spelling rules of one language.

    Everything that matching knows of a language is here. The lists are files of *package*, read on
    first use: `words.txt`, `function_words.txt`, `word_classes.txt`, `dialogue.txt`,
    `opposites.txt`, `out_of_scope.txt`, `variants.txt`, whose lines are a spelling and its
    variants, `irregular_forms.txt`, whose lines are a word and its irregular forms, and
    `thesaurus.txt`, whose lines are words of similar meaning, and `nouns.txt`, whose lines are nouns of the
    same sense. A list without a file, or of a language without a *package* (""), is empty. All words are normalized,
    as `faqbot.retrieval.text.fold_case` returns them.

    *code* is the ISO 639-1 code. *inflections* are pairs (ending, ending of the base form) of regular
    forms. *negating_prefixes* reverse the meaning of a word. *ordinal_suffixes* follow digits.
    *sound_spellings* are pairs (spelling, sound) for `faqbot.retrieval.spelling_dictionary.phonetic_keys`, applied
    in order; a line break marks the start of a word.

    *corrects_spelling* is False if typos are not corrected, which needs `words.txt`.
    *capitals_mark_names* is False if capitalised words need not be names, as in German.
    """

    code: str
    package: str
    contractions: Contractions
    inflections: tuple[tuple[str, str], ...]
    negating_prefixes: tuple[str, ...]
    ordinal_suffixes: tuple[str, ...] = ()
    sound_spellings: tuple[tuple[str, str], ...] = ()
    corrects_spelling: bool = True
    capitals_mark_names: bool = True

    @cached_property
    def has_lists(self) -> bool:
        """Whether the language has word lists, without which no contradiction is found."""
        return bool(self.package)

    @cached_property
    def tokenize(self) -> Callable[[str], list[str]]:
        """Function from a normalized text to its words, with contractions written out, at most 120."""
        return partial(tokenize, contractions=self.spellings)

    @cached_property
    def spellings(self) -> Contractions:
        """Contractions, and the variants of one spelling."""
        variants = dict[str, tuple[str, ...]]()
        for line in self._read("variants.txt").splitlines():
            first, *others = line.partition("#")[0].split() or [""]
            variants |= dict.fromkeys(others, (first,))
        return replace(self.contractions, whole={**variants, **self.contractions.whole})

    @cached_property
    def standard_spellings(self) -> Mapping[str, str]:
        """Spelling that stands for each variant: "color" for "colour"."""
        return {word: form[0] for word, form in self.spellings.whole.items() if len(form) == 1}

    @cached_property
    def irregular_forms(self) -> Mapping[str, str]:
        """Base form of each irregular form: "steal" for "stolen"."""
        lines = [line.split() for line in self._read("irregular_forms.txt").splitlines()]
        return {form: base for base, *forms in lines if base != "#" for form in forms}

    def is_word(self, word: str) -> bool:
        """Return True if *word*, in small letters, is a word of the language but no name."""
        return not self.words or word in self.words or word in self.function_words

    @cached_property
    def words(self) -> Mapping[str, int]:
        """Words of three letters or more, each with its tier: 0 for common words, 2 for rare ones."""
        return {word: tier for tier, part in enumerate(self._parts[:TIERS]) for word in part}

    @cached_property
    def names(self) -> frozenset[str]:
        """Names and abbreviations that are no words of the language."""
        return frozenset(self._parts[TIERS])

    @cached_property
    def doubtful_words(self) -> frozenset[str]:
        """Rare words of at most five letters that are mostly typos of common words: "wot", "pleas"."""
        return frozenset(self._parts[TIERS + 1])

    @cached_property
    def _parts(self) -> list[list[str]]:
        parts = [part.split() for part in self._read("words.txt").split("\n\n")]
        return parts + [[]] * (TIERS + 2 - len(parts))

    def is_known(self, word: str) -> bool:
        """Return True if *word* is a word or name."""
        return word in self.words or word in self.names or word in self._words_of_classes

    @cached_property
    def _words_of_classes(self) -> frozenset[str]:
        """Units and irregular forms, which a list of common words may lack: "euros"."""
        forms = (*self.irregular_forms, *self.irregular_forms.values())
        return self.quantity_units.union(self.price_words, self.duration_words, forms)

    @cached_property
    def function_words(self) -> frozenset[str]:
        """Words that carry grammar only: articles, pronouns, auxiliaries, prepositions."""
        return frozenset(self._read("function_words.txt").split())

    @cached_property
    def light_words(self) -> frozenset[str]:
        """Function words, and content words of any question: "explain", "know"."""
        return self.function_words.union(self._class("light"))

    def content_words(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return the distinct content words of *words*, in order.

        Without content words, all distinct words are returned.
        """
        distinct = tuple(dict.fromkeys(words))
        functional = self.function_words
        return tuple([word for word in distinct if word not in functional]) or distinct

    def is_content(self, word: str) -> bool:
        """Return True if *word* is no function word."""
        return word not in self.function_words

    def is_key_term(self, word: str) -> bool:
        """Return True if *word* names a subject, rather than the act of asking: not "explain"."""
        return word not in self.light_words

    def count_key_terms(self, words: Iterable[str]) -> int:
        """Return the number of *words* that are key terms."""
        light = self.light_words
        return sum([word not in light for word in words])

    @cached_property
    def number_words(self) -> Mapping[str, str]:
        """Digits of each number word, with a full stop for an ordinal: "two" is 2, "first" is 1."""
        cardinals = enumerate(self._class("spelled_numbers"), start=2)
        ordinals = enumerate(self._class("ordinals"), start=1)
        spelled = {word: str(number) for number, word in cardinals}
        return spelled | {word: f"{number}." for number, word in ordinals}

    @cached_property
    def quantity_units(self) -> frozenset[str]:
        """Units whose number is free: another time of day, date or sum is no other question."""
        return frozenset(self._class("any_number"))

    @cached_property
    def asking_words(self) -> frozenset[str]:
        """Content words that ask, and name nothing: "offer", "available"."""
        return frozenset(self._class("asking"))

    @cached_property
    def label_followers(self) -> frozenset[str]:
        """Function words after which a letter that is a word too was a label: "vitamin A and ..."."""
        return frozenset(self._class("after_label"))

    @cached_property
    def unprefixed_words(self) -> frozenset[str]:
        """Words that start like a negating prefix by chance: "invoice" is not the opposite of "voice"."""
        return frozenset(self._class("no_prefix"))

    @cached_property
    def around(self) -> frozenset[str]:
        """Words around a courtesy that do not change it: "please"."""
        return frozenset(self._class("around"))

    @cached_property
    def opposites(self) -> tuple[OppositeGroup, ...]:
        """Groups of opposites: "buy purchase / sell"."""
        lines = self._read("opposites.txt").splitlines()
        groups = (line.split(" / ") for line in lines if line and line[0] != "#")
        return tuple(tuple(tuple(side.split()) for side in group) for group in groups)

    @cached_property
    def out_of_scope_questions(self) -> tuple[str, ...]:
        """Questions about everyday matters that no knowledge base answers, as people type them."""
        return tuple(self._read("out_of_scope.txt").splitlines())

    @cached_property
    def meanings(self) -> Mapping[str, tuple[int, ...]]:
        """Numbers of each word's groups of similar meaning."""
        return _grouped(self._read("thesaurus.txt"))

    @cached_property
    def noun_meanings(self) -> Mapping[str, tuple[int, ...]]:
        """Numbers of each word's groups of nouns with one sense."""
        return _grouped(self._read("nouns.txt"))

    @cached_property
    def dialogue(self) -> DialogueWords:
        """Words and phrases that the dialogue reads."""
        return parse_dialogue_words(self._read("dialogue.txt"))

    @cached_property
    def _classes(self) -> Mapping[str, Sequence[str]]:
        return parse_word_classes(self._read("word_classes.txt"))

    def _class(self, name: str) -> Sequence[str]:
        return self._classes.get(name, ())

    def _read(self, name: str) -> str:
        if not self.package:
            return ""
        file = files(self.package).joinpath(name)
        return file.read_text(encoding="utf-8") if file.is_file() else ""


def _grouped(text: str) -> Mapping[str, tuple[int, ...]]:
    """Return the numbers of the lines of *text* that each word is in; lines with "#" are comments."""
    found = dict[str, list[int]]()
    for number, line in enumerate(text.splitlines()):
        for word in line.split() if line[0] != "#" else ():
            found.setdefault(word, []).append(number)
    return {word: tuple(numbers) for word, numbers in found.items()}


def has_form(language: Language, word: str, words: Collection[str]) -> bool:
    """Return True if *words* have *word* in any regular form."""
    return word in words or any(same_base(language, word, other) for other in words)


def same_base(language: Language, one: str, other: str) -> bool:
    """Return True if two words are equal, regular endings aside."""
    return one == other or not bases(language, one).isdisjoint(bases(language, other))


@lru_cache(maxsize=_CACHED_WORDS)
def bases(language: Language, word: str) -> frozenset[str]:
    """Return *word* and its possible base forms: "stop" for "stopped"."""
    found = {word}
    for ending, instead in language.inflections:
        base = word.removesuffix(ending)
        if base != word and len(base) >= MIN_BASE_LETTERS:
            found.add(base + instead)
            if base[-1] == base[-2]:
                found.add(base[:-1])
    if irregular := language.irregular_forms.get(word):
        found.add(irregular)
    return frozenset(found)


def meanings(language: Language, word: str, *, as_noun: bool = False) -> frozenset[int]:
    """Return the groups of similar meaning that *word* is in, in any regular form.

    *as_noun* takes the groups of nouns of the same sense instead.
    """
    known = language.noun_meanings if as_noun else language.meanings
    return frozenset().union(*(known.get(base, ()) for base in bases(language, word)))
