"""Subject of a question: an action on a thing, or a kind of thing, that its entry is not about.

"How do I sell a boat" is no question for an entry about hiring boats, and "what is a toy boat" none for one
about boats. Confidence does not show it: such a question shares all other words with the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from faqbot.retrieval.contradictions.compared import Compared, is_common
from faqbot.retrieval.contradictions.substitution import may_differ
from faqbot.retrieval.languages import Language, meanings, same_base

# Most key terms of a question that names an action or a thing, and nothing else. On the dev splits
# such questions for an action that the entry lacks are few, and half of their answers are right.
MAX_TERMS = 3
# Most words of it: a longer question tells a story. Chosen by hand, on the dev splits.
MAX_WORDS = 8


def other_action(language: Language, asked: Compared) -> str:
    """Return the verb of a question for an action if only this key term is unknown to the entry, else "".

    Words of similar meaning are known, and verbs that say little of an action are left out.
    """
    words, entry = asked.words, asked.entry
    # Most questions begin otherwise or have no new word, so both are looked at first.
    if not asked.new or not _may_name_action(language, words) or not _is_short(language, words):
        return ""
    lacking = [word for word in asked.new if may_differ(language, word) and not entry.knows(word)]
    if len(lacking) != 1:
        return ""
    verb = lacking[0]
    if verb in language.handling_words | language.asking_words or entry.means(verb):
        return ""
    place = words.index(verb)
    has_object = any(map(language.is_key_term, words[place + 1 :]))
    return verb if has_object and _is_action(language, words, place) else ""


def other_thing(language: Language, asked: Compared) -> str:
    """Return the modifier of a thing that a question asks about if no phrasing has it, else "".

    The question is for a thing of any kind, "what is a toy boat", and the thing without the modifier is
    known. "What is the new price" and "what is my bank balance" are for one thing, whatever its modifier.
    Before the common subject of all entries, a phrasing must have the modifier right there. The subject itself,
    as a modifier, makes no other thing.
    """
    words, entry = asked.words, asked.entry
    if words[0] not in language.naming_questions or not (
        _is_short(language, words) and _asks_for_kind(language, words)
    ):
        return ""
    named = [word for word in words[2:] if word not in language.indefinite_articles]
    modifier, head = (*named, "", "")[:2]
    if (modifier, head) in pairwise(asked.nearest):
        return ""  # most questions have the thing of their nearest phrasing
    if not (may_differ(language, modifier) and may_differ(language, head)):
        return ""
    if any(may_differ(language, word) and word != modifier for word in asked.new):
        return ""
    if is_common(entry.index, modifier):
        return ""
    if is_common(entry.index, head):
        is_new = modifier in asked.new
        pairs = chain.from_iterable(map(pairwise, entry.phrasings))
        is_known = (modifier, head) in pairs or (is_new and entry.means(modifier))
    else:
        is_known = entry.has(modifier) or entry.adds(modifier) or entry.means(modifier)
    return "" if is_known else modifier


def other_whole(language: Language, asked: Compared) -> str:
    """Return the thing at the end of "the speed of the trains" if the entry does not know it, else "".

    Without an article it may be a name, and entries accept any.
    """
    words, entry = asked.words, asked.entry
    word = words[-1]
    if word not in asked.new or len(words) > MAX_WORDS or language.belonging.isdisjoint(words):
        return ""
    place = next(place for place, other in enumerate(words) if other in language.belonging)
    end = _after_articles(language, words, place + 1)
    if end == place + 1 or end != len(words) - 1 or not may_differ(language, word):
        return ""
    is_of_thing = place > 0 and language.is_key_term(words[place - 1])
    return word if is_of_thing and not (entry.knows(word) or entry.means(word)) else ""


def other_object(language: Language, asked: Compared) -> tuple[str, str] | None:
    """Return a thing of a short question that the entry lacks, and the other thing of a phrasing.

    Both stand after the same verb, as in "delete my history" and "how do I remove my account". Or they stand
    between the same auxiliary and verb: "when does the shop close". The result is None without such things.
    """
    words = asked.words
    if len(words) > MAX_WORDS:
        return None
    for find in (_with_object, _with_subject):
        mine = find(language, words)
        if mine is None or not _is_lacking(asked, mine):
            continue
        for phrasing in (asked.nearest, *asked.entry.phrasings):
            theirs = find(language, phrasing)
            if theirs is None or not (mine.has_article or theirs.has_article):
                continue  # "choir practice" and "choir concerts" may be nouns only
            if _is_same_deed(language, mine, theirs):
                return mine.thing, theirs.thing
    return None


@dataclass(frozen=True, slots=True)
class _Deed:
    """Verb and thing of a question, with the auxiliary before the thing, if it is there.

    *is_plain* is True if no other noun follows at once, and an article or a verb at the start comes before.
    *has_article* is True if an article stands between verb and thing.
    """

    verb: str
    thing: str
    auxiliary: str = ""
    is_plain: bool = False
    has_article: bool = True


def _with_object(language: Language, words: Sequence[str]) -> _Deed | None:
    """Return the first key term and the word after it, articles aside."""
    place = next((place for place, word in enumerate(words) if language.is_key_term(word)), None)
    if place is None:
        return None
    end = _after_articles(language, words, place + 1)
    is_noun = place > 0 and words[place - 1] in language.articles
    if is_noun or end == len(words) or not may_differ(language, words[end]):
        return None
    has_start = end > place + 1 or place == 0
    is_plain = has_start and not any(map(language.is_key_term, words[end + 1 : end + 2]))
    return _Deed(words[place], words[end], is_plain=is_plain, has_article=end > place + 1)


def _with_subject(language: Language, words: Sequence[str]) -> _Deed | None:
    """Return the thing after an auxiliary and an article, and the verb after it."""
    for place, word in enumerate(words):
        if word not in language.auxiliaries:
            continue
        thing = _after_articles(language, words, place + 1)
        if place + 1 < thing < len(words) - 1:
            verb = words[thing + 1]
            if may_differ(language, words[thing]) and language.is_key_term(verb):
                is_plain = not any(map(language.is_key_term, words[thing + 2 :]))
                return _Deed(verb, words[thing], word, is_plain)
    return None


def _after_articles(language: Language, words: Sequence[str], place: int) -> int:
    """Return the place of the first word from *place* on that is no article; the end without one."""
    while place < len(words) and words[place] in language.articles:
        place += 1
    return place


def _is_lacking(asked: Compared, mine: _Deed) -> bool:
    """Return True if the entry lacks the thing of a plain question, and has a verb like its own.

    It may lack a time or a name: entries accept any.
    """
    entry, language = asked.entry, asked.entry.language
    if not mine.is_plain or mine.thing not in asked.new or entry.knows(mine.thing):
        return False
    if mine.thing in language.time_words or mine.thing in language.names:
        return False
    return entry.knows(mine.verb) or entry.means(mine.verb)


def _is_same_deed(language: Language, mine: _Deed, theirs: _Deed) -> bool:
    verbs = (meanings(language, deed.verb) for deed in (mine, theirs))
    return mine.auxiliary == theirs.auxiliary and (
        same_base(language, mine.verb, theirs.verb) or not frozenset.isdisjoint(*verbs)
    )


def _is_short(language: Language, words: Sequence[str]) -> bool:
    return len(words) <= MAX_WORDS and 1 < language.count_key_terms(words) <= MAX_TERMS


def _may_name_action(language: Language, words: Sequence[str]) -> bool:
    """Return True if *words* begin as questions for an action do, or have a condition: "if I"."""
    return words[0] in language.action_starts or any(
        one in language.conditions and other in language.actors for one, other in pairwise(words)
    )


def _is_action(language: Language, words: Sequence[str], place: int) -> bool:
    """Return True if a question of *words* asks how or whether to do the word at *place*.

    "Can you" and "do you" ask for a service, and name the action less exactly.
    """
    before = "".join(words[1:place][-1:])
    if before in language.addressee:
        return words[0] in language.reason_words
    follows_article = "".join(words[place + 1 : place + 2]) in language.articles
    return before in language.actors or (before in language.destination_words and follows_article)


def _asks_for_kind(language: Language, words: Sequence[str]) -> bool:
    """Return True if *words*, two or more, ask for a thing of any kind: "what is a", "what are"."""
    second = words[1]
    if second not in language.copulas and second not in language.auxiliaries:
        return False
    indefinite = language.indefinite_articles
    return all(word in indefinite for word in words if word in language.articles)
