"""Substitution: the single key term by which a question differs from its nearest phrasing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from faqbot.retrieval.languages import Language, has_form, same_base

# Most key terms of a question that a single term can decide. Chosen by hand.
MAX_KEY_TERMS = 3
# Distinct terms in one place of an entry's phrasings that make it a slot for any term: between the
# same two neighbours, and beside the same one. The last word after a verb is a head noun, of which two are
# often synonyms: "cancel my order", "cancel my booking". Chosen by hand.
MIN_FILLERS_BETWEEN = 3
MIN_FILLERS_BESIDE = 3
MIN_HEAD_NOUNS = 3
# Most words that stand in place of one word. Chosen by hand: "gym membership" for "order".
MAX_SPAN = 3
# Fewest words that two questions share around different ones, if no shared word is a key term.
MIN_SHARED_WORDS = 2
# Fewest letters of a term that may decide: shorter ones abbreviate anything.
MIN_LETTERS = 3

# Phrasings whose key terms are cached: those of entries that are asked about. Chosen by hand.
MAX_CACHED_CORES = 2_000

_WithNeighbours = tuple[str, str, str]
"""Term, and the words before and after it, "" without one."""


def difference(
    language: Language,
    words: Sequence[str],
    new: Sequence[str],
    nearest: Sequence[str],
    has: Callable[[str], bool],
) -> tuple[str, str] | None:
    """Return the one key term of *words* that an entry lacks, and its counterpart in *nearest* or "".

    *new* are the words that no phrasing of the entry has. *nearest* is the phrasing of the entry that is
    most similar; *has* returns True for a term of the entry. None unless all other words are equal, except
    for framing words. Short questions may also end in the same compound: "cost structure" and
    "warehouse structure". Several content words in a row may stand in place of several others.
    """
    lacking = [word for word in new if may_differ(language, word) and not has(word)]
    if not lacking:
        return None
    framing = language.framing_words
    found = _single_difference(language, _without(framing, words), _without(framing, nearest))
    if found is not None:
        return found if found[0] in lacking else None
    if len(lacking) == 1 and max(map(language.count_key_terms, (words, nearest))) <= MAX_KEY_TERMS:
        instead = _other_modifier(language, lacking[0], words, nearest)
        if instead is not None:
            return lacking[0], instead
    return _other_terms(language, words, nearest, lacking)


def core(language: Language, words: Sequence[str]) -> tuple[str, ...]:
    """Return *words* from the first key term to the last, without articles."""
    places = [place for place, word in enumerate(words) if language.is_key_term(word)]
    return _without(language.articles, words[places[0] : places[-1] + 1]) if places else ()


def is_slot(
    language: Language, word: str, words: Sequence[str], cores: Iterable[tuple[str, ...]]
) -> bool:
    """Return True if an entry accepts any term in the place that *word* has in *words*, a question.

    *cores* are the cores of the entry's phrasings. They have a slot if several terms share the same
    neighbours: after "weather in Rome" and "in Oslo", "in Kyiv" is no other question.
    """
    mine = core(language, words)
    place = mine.index(word)
    before, after = ("", *mine)[place], (*mine, "")[place + 1]
    between, beside = set[str](), set[str]()
    for filler, left, right in chain.from_iterable(_key_terms_of(language, one) for one in cores):
        follows, precedes = _match(language, before, left), _match(language, after, right)
        if (follows and before) or (precedes and after):
            beside.add(filler)
            if (follows or not before) and (precedes or not after):
                between.add(filler)
    is_head = not after and bool(before) and language.is_content(before)
    return (
        _count_bases(language, between) >= (MIN_HEAD_NOUNS if is_head else MIN_FILLERS_BETWEEN)
        or _count_bases(language, beside) >= MIN_FILLERS_BESIDE
    )


def is_noun(language: Language, words: Sequence[str], word: str) -> bool:
    """Return True if *word* is a noun by its place in *words*: after an article, or after a verb and it.

    "My history" and "delete history" have a noun. The first content word after a pronoun or "to" is a verb.
    """
    place = start = words.index(word)
    while start and language.is_content(words[start - 1]):
        start -= 1
    before = "".join(words[start - 1 : start])
    if before in language.articles:
        return True
    return start < place and (not before or before in language.actors | language.destination_words)


def may_differ(language: Language, word: str) -> bool:
    """Return True if *word* may decide between questions: a key term without digits, not too short."""
    named = language.is_key_term(word) and word not in language.number_words
    return named and word.isalpha() and len(word) >= MIN_LETTERS


def _other_modifier(
    language: Language, word: str, words: Sequence[str], nearest: Sequence[str]
) -> str | None:
    """Return the word of *nearest* before the word that follows *word* in *words*."""
    head = words[words.index(word) + 1 :][:1]
    for instead, other in pairwise(nearest):
        if (
            head
            and same_base(language, head[0], other)
            and may_differ(language, instead)
            and may_differ(language, other)
        ):
            return None if has_form(language, instead, words) else instead
    return None


@lru_cache(maxsize=MAX_CACHED_CORES)
def _key_terms_of(language: Language, core: tuple[str, ...]) -> tuple[_WithNeighbours, ...]:
    around = ("", *core, "")
    return tuple(
        (word, around[place], around[place + 2])
        for place, word in enumerate(core)
        if language.is_key_term(word)
    )


def _match(language: Language, mine: str, other: str) -> bool:
    """Return True if two words are equal apart from regular endings, or both are missing."""
    return mine == other or bool(mine and other and same_base(language, mine, other))


def _count_bases(language: Language, words: Iterable[str]) -> int:
    """Return the number of *words*, with forms of one word counted once."""
    distinct: list[str] = []
    for word in words:
        if not has_form(language, word, distinct):
            distinct.append(word)
    return len(distinct)


def _without(left_out: Collection[str], words: Sequence[str]) -> tuple[str, ...]:
    return tuple([word for word in words if word not in left_out])


def _single_difference(
    language: Language, mine: Sequence[str], other: Sequence[str]
) -> tuple[str, str] | None:
    """Return the first key term of the words that *mine* has instead of a word of *other*, or besides.

    None unless the rest is equal, and has a content word. A light word that is replaced is returned as "".
    """
    if not 0 <= len(mine) - len(other) < MAX_SPAN:
        return None  # more words differ, as in most questions
    added, replaced, rest = _different(language, mine, other)
    if not added or len(added) > (MAX_SPAN if replaced else 1) or len(replaced) > 1:
        return None
    shared = any(map(language.is_key_term, rest)) or (
        any(map(language.is_content, rest)) and len(rest) >= MIN_SHARED_WORDS
    )
    word, instead = _deciding(language, added), _deciding(language, replaced)
    if replaced and any(_is_name(language, one) for one in rest):
        return None
    is_light = all(language.is_content(one) and one.isalpha() for one in replaced)
    if not shared or not word or not (instead or is_light):
        return None
    return word, instead


def _other_terms(
    language: Language, words: Sequence[str], nearest: Sequence[str], lacking: Collection[str]
) -> tuple[str, str] | None:
    """Return the first of the *lacking* words in a row of words that stand in place of several others.

    None unless both are content words only, and the rest is equal and has a content word.
    """
    framing = language.framing_words - language.articles
    mine, other = _without(framing, words), _without(framing, nearest)
    added, replaced, rest = _different(language, mine, other)
    if not (0 < len(added) <= MAX_SPAN and 1 < len(replaced) <= MAX_SPAN):
        return None
    if not all(map(language.is_content, (*added, *replaced))):
        return None
    word = next((one for one in added if one in lacking), "")
    instead = _deciding(language, replaced)
    return (word, instead) if word and instead and any(map(language.is_content, rest)) else None


def _different(
    language: Language, mine: Sequence[str], other: Sequence[str]
) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Return the words of *mine* and those of *other* between an equal start and end, and these ends."""
    start = _equal_words(language, mine, other)
    end = _equal_words(language, mine[start:][::-1], other[start:][::-1])
    rest = (*mine[:start], *mine[len(mine) - end :])
    return mine[start : len(mine) - end], other[start : len(other) - end], rest


def _equal_words(language: Language, mine: Sequence[str], other: Sequence[str]) -> int:
    """Return the number of equal words, apart from endings, at the start of two texts."""
    pairs = zip(mine, other, strict=False)
    return next(
        (place for place, pair in enumerate(pairs) if not same_base(language, *pair)),
        min(len(mine), len(other)),
    )


def _is_name(language: Language, word: str) -> bool:
    """Return True if *word* names its subject by itself: "c++", "5g", "401k", "c"."""
    plain = word.isalpha() and len(word) > 1
    return language.is_key_term(word) and not plain and not word.isdigit()


def _deciding(language: Language, words: Sequence[str]) -> str:
    """Return the one of *words* that may decide between questions, the first; "" without any."""
    return next((word for word in words if may_differ(language, word)), "")
