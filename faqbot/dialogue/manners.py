"""Small talk: courtesies such as greetings, moves such as "repeat", and the bot's own texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import product, takewhile

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from faqbot.kb import shipped_manners
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval import (
    ENGLISH,
    is_content,
    language_of,
    normalize,
    tokenize,
)

# Sections of the shipped entries: courtesies, moves in a conversation, and texts of the bot.
_COURTESIES, _MOVES, _TEXTS = "Manners", "Moves", "Words"
# Longest courtesy, in words. Chosen by hand: longer messages have other content.
MAX_WORDS_OF_COURTESY = 12
# Cached words, about 2 MB: the distinct words of a service's messages. Chosen by hand.
MAX_CACHED_WORDS = 20_000
# Cached messages: the steps of one turn look the same text up several times. Chosen by hand.
MAX_CACHED_TEXTS = 16
# Longest text, in characters, that may be a courtesy in emoji. Chosen by hand.
MAX_CHARS_OF_SYMBOLS = 40
# Longest message, in words, that may be several courtesies. Chosen by hand: two sentences.
MAX_WORDS_OF_SEVERAL = 24
# Similarity, 0 to 100, from which a text is a courtesy with typos. Measured on 4,900 questions to other
# bots (the dev splits of the benchmarks): one question is taken for a courtesy.
MIN_SIMILARITY = 75.0
# Similar phrasings of courtesies that are compared word by word. Chosen by hand.
MAX_SIMILAR_PHRASINGS = 5
# Shortest word, in letters, that may be a typo. Chosen by hand: shorter words differ by one letter.
MIN_LETTERS_OF_TYPO = 4
# Letters from which a word may have two typos instead of one. Chosen by hand.
MIN_LETTERS_OF_TWO_TYPOS = 8
# Sections of a knowledge base that the bot names as its topics. Chosen by hand: one line of text.
MAX_TOPICS = 8
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1\1+")
_LETTER_RUN = re.compile(r"([^\W\d_])\1+")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Ends of the parts of a message, between which courtesies may stand: "thanks, bye".
_PART_END = re.compile(r"[,.;:!?\n\u2026\u2013\u2014]+")
# An emoji, the name of one, "+1", or a smiley of punctuation marks.
_SYMBOL = re.compile(
    r":[a-z0-9_+-]{2,40}:|\+1(?!\w)|[:;=]-?[()DPp](?!\w)|<3(?!\w)"
    r"|[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
)
# Skin tones, the joiner of emoji, and the selector of their colored form.
_MODIFIER = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
# Courtesies that may follow each other without a mark between: "ok thanks bye".
_CHAINED = frozenset({"greeting", "thanks", "goodbye", "interjection"})
# Courtesies that need no reply beside another courtesy: "hi, thanks".
_OPENING = ("interjection", "greeting")
# Words before or after a courtesy that do not change it: "hello there bot", "help please".
_AROUND = ENGLISH.around
_GREETING = frozenset({"hello", "hey", "hi"})
# Words anywhere in a courtesy that do not change it: "you are a stupid bot".
_FILLERS = _AROUND | {"a", "all", "an", "any", "at", "much", "some", "the", "to"}
# Words that refer to the bot, the person or the conversation. A courtesy that has one needs one.
_REFERRING = frozenset(
    {"i", "me", "my", "myself", "we", "us", "our", "u", "ur", "ya", "you", "your", "yours"}
    | {"yourself", "here", "it", "that", "this"}
)
# First words of a question about a meaning, which has one of the words after them.
_MEANING_STARTS = frozenset({"what", "whats", "what's", "who", "whos", "who's"})
_INDEFINITE = frozenset({"a", "an"})
# First words of a question: "what is a name" and "do you have a computer" are questions.
_QUESTION_STARTS = frozenset(
    {"am", "are", "can", "could", "did", "do", "does", "has", "have", "how", "is", "may", "should"}
    | {"was", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will"}
    | {"would"}
)
# Words that may replace each other or be left out: "could you help me", "can you help us".
_INTERCHANGEABLE = frozenset(
    {"can", "could", "for", "i", "like", "love", "may", "me", "need", "of", "us", "want", "we"}
    | {"will", "with", "would"}
)
_NEUTRAL = _FILLERS | _INTERCHANGEABLE


def is_move(entry: Entry) -> bool:
    """Return True if *entry* is a move in the conversation, such as "repeat", and no courtesy."""
    return entry.section == _MOVES


class Manners:
    """Small talk of one knowledge base: the shipped entries with its author's changes.

    Thread-safe.
    """

    def __init__(self, kb: KnowledgeBase, knows: Callable[[str], bool] = lambda _: False) -> None:
        """Merge the shipped entries with those of *kb*.

        *knows* returns True for a word of the entries of *kb*, which is then not read as a typo.
        """
        self._kb = kb
        self._knows = knows
        self._language = language_of(shipped_manners(kb.language).language)
        self._around = self._language.around
        self._entries = {entry.id: entry for entry in _merged(kb) if not entry.draft}
        self._find = lru_cache(MAX_CACHED_TEXTS)(self._look_up)
        self._text = lru_cache(MAX_CACHED_TEXTS)(self._fill_in)
        self._may_occur = lru_cache(MAX_CACHED_WORDS)(self._is_word_of_any)

    def find(self, text: str) -> Entry | None:
        """Return the courtesy or move that *text* is.

        The result is None for any other text. A single word must be written as stored, apart from
        repeated letters. In a longer text a word may have a typo, unless it is an English word or a
        word of the knowledge base.
        """
        found = self.find_all(text)
        moves = [entry for entry in found if is_move(entry)]
        return (moves or found or (None,))[-1]

    def find_all(self, text: str) -> tuple[Entry, ...]:
        """Return the courtesies and moves that *text* consists of, in order; empty for any other text.

        Parts between punctuation marks are courtesies each, or the whole text is.
        """
        return self._find(text)

    def correction(self, text: str) -> str:
        """Return the part of *text* after words that correct the question before, "" without them.

        "no i meant the pool" corrects: "the pool" is the question.
        """
        found = self._correction.match(text)
        return "" if found is None else text[found.end() :].strip(" ,:;-\u2013\u2014")

    def entry(self, name: str) -> Entry | None:
        """Return the entry of the id *name*; None if it is removed."""
        return self._entries.get(name)

    def reply(self, entries: Sequence[Entry]) -> str:
        """Return the texts of *entries*, courtesies of one message, joined to one text in Markdown.

        Greetings and interjections are left out beside other courtesies.
        """
        names = [*dict.fromkeys(entry.id for entry in entries)]
        for opening in _OPENING:
            names = [name for name in names if name != opening] or names
        texts = [text for name in names if (text := self.words(name))]
        return ("\n\n" if any("\n" in text for text in texts) else " ").join(texts)

    def content_of(self, text: str) -> frozenset[str]:
        """Return the words of *text* without fillers; greetings stay."""
        return frozenset(tokenize(normalize(text))) - (_FILLERS - _GREETING)

    def words(self, name: str, question: str = "", source: str = "") -> str:
        """Return the text of the entry of the id *name*, in Markdown, with placeholders filled in.

        *question* and *source* fill the placeholders of those names. A paragraph with an unfilled placeholder is
        left out. The text is empty if the knowledge base removes the entry.
        """
        return self._text(name, question, source)

    def label(self, name: str) -> str:
        """Return the question of the entry of the id *name*.

        The result is "" if it is removed.
        """
        entry = self._entries.get(name)
        return "" if entry is None else entry.question

    def _fill_in(self, name: str, question: str, source: str) -> str:
        entry = self._entries.get(name)
        if entry is None:
            return ""
        topics = [section for section, _ in self._kb.sections() if section]
        values = {
            "question": question,
            "source": source,
            "title": self._kb.title or self._entries["untitled"].answer,
            "contact": self._kb.contact,
            "topics": ", ".join(topics[:MAX_TOPICS]),
        }
        filled = (_filled(paragraph, values) for paragraph in entry.answer.split("\n\n"))
        return "\n\n".join(paragraph for paragraph in filled if paragraph is not None)

    def _look_up(self, text: str) -> tuple[Entry, ...]:
        if symbols := _symbols(text):
            return self._of_symbols(symbols)
        words = tokenize(normalize(text))
        if not words or len(words) > MAX_WORDS_OF_SEVERAL:
            return ()
        return self._stored(words) or self._of_parts(text) or self._misspelt(words)

    def _stored(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """Return the courtesy that *words* are, or the courtesies that follow each other in them."""
        words = [*map(self._shortened, words)]
        if len(words) > MAX_WORDS_OF_COURTESY:
            return ()
        found = self._exact(words)
        return self._chained(words) if found is None else (found,)

    def _misspelt(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """Return the courtesy that is similar to *words*."""
        words = [*map(self._shortened, words)]
        found = self._similar(words) if len(words) <= MAX_WORDS_OF_COURTESY else None
        return () if found is None else (found,)

    def _chained(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """Return greetings, thanks and goodbyes that follow each other without a mark between."""
        for end in range(len(words) - 1, 0, -1):
            first = self._exact(words[:end])
            if first is None or first.id not in _CHAINED:
                continue
            rest = self._exact(words[end:])
            others = self._chained(words[end:]) if rest is None else (rest,)
            if others and all(entry.id in _CHAINED for entry in others):
                return (first, *others)
        return ()

    def _of_parts(self, text: str) -> tuple[Entry, ...]:
        """Return the courtesies between the punctuation marks of *text*, if all its parts are some."""
        parts = [words for part in _PART_END.split(text) if (words := tokenize(normalize(part)))]
        if len(parts) <= 1:
            return ()
        found = [self._stored(words) or self._misspelt(words) for words in parts]
        return tuple(entry for part in found for entry in part) if all(found) else ()

    def _of_symbols(self, symbols: Sequence[str]) -> tuple[Entry, ...]:
        """Return the courtesy of the first known emoji; an interjection if no emoji is known."""
        known = (self._phrasings.get(symbol) for symbol in symbols)
        found = next(filter(None, known), self._entries.get("interjection"))
        return () if found is None else (found,)

    def _shortened(self, word: str) -> str:
        """Return *word* without repeated letters: "heeello" is hello."""
        if not _REPEATED_LETTER.search(word):
            return word
        return self._by_letters.get(_LETTER_RUN.sub(r"\1", word)) or _REPEATED_LETTER.sub(
            r"\1", word
        )

    def _exact(self, words: Sequence[str]) -> Entry | None:
        """Return the entry with *words* as a phrasing, if need be without words around it."""
        last = len(words)
        starts = range(self._count_around(words) + 1)
        ends = range(last, last - self._count_around(words[::-1]) - 1, -1)
        spans = sorted(product(starts, ends), key=lambda span: span[0] - span[1])
        found = (
            self._phrasings.get(" ".join(words[start:end])) for start, end in spans if start < end
        )
        return next(filter(None, found), None)

    def _count_around(self, words: Iterable[str]) -> int:
        """Return the number of leading *words* that do not change a courtesy."""
        return sum(1 for _ in takewhile(self._around.__contains__, words))

    def _similar(self, words: Sequence[str]) -> Entry | None:
        """Return the entry with a phrasing similar to *words*, at least two of which are not neutral.

        Words of a language without a list of its words cannot be told from typos, so nothing is similar.
        """
        if not self._language.corrects_spelling:
            return None
        several = len({*words} - _NEUTRAL) > 1
        if not several or not any(map(is_content, words)):
            return None
        # Most questions fail this test at one word, so it runs before the comparison.
        if not all(map(self._may_occur, words)):
            return None
        similar = process.extract(
            " ".join(_core(words)),
            [*self._cores],
            scorer=fuzz.token_sort_ratio,
            score_cutoff=MIN_SIMILARITY,
            limit=MAX_SIMILAR_PHRASINGS,
        )
        for core, _, _ in similar:
            entry = self._phrasings[self._cores[core]]
            corrected = self._corrected(entry, words)
            if corrected and _agree(corrected, self._cores[core].split()):
                return entry
        return None

    @cached_property
    def _phrasings(self) -> Mapping[str, Entry]:
        """Entry of each normalized phrasing; the first entry keeps a shared phrasing."""
        entries = [entry for entry in self._entries.values() if entry.section != _TEXTS]
        pairs = [(phrasing, entry) for entry in entries for phrasing in entry.phrasings]
        return {
            key: entry
            for phrasing, entry in reversed(pairs)
            if (key := "".join(_symbols(phrasing)) or " ".join(tokenize(normalize(phrasing))))
        }

    @cached_property
    def _correction(self) -> re.Pattern[str]:
        """Pattern of the words that correct a question: a phrasing of that move, or "no" and a mark."""
        entry = self._entries.get("correction")
        phrasings = () if entry is None else entry.phrasings
        words = sorted((tokenize(normalize(each)) for each in phrasings), key=len, reverse=True)
        starts = [r"\W{1,3}".join(map(re.escape, each)) for each in words if len(each) > 1]
        declining = self._entries.get("none-of-these")
        single = () if declining is None else declining.phrasings
        marked = [rf"{re.escape(each)}\s?[,:;\u2013\u2014-]" for each in single if " " not in each]
        pattern = "|".join([*(rf"{start}\b" for start in starts), *marked])
        return re.compile(rf"\W{{0,3}}(?:{pattern})(?=.*\w)" if pattern else r"(?!)", re.IGNORECASE)

    @cached_property
    def _cores(self) -> Mapping[str, str]:
        """Phrasing of each core, if possible one without a referring word."""
        ways = sorted(self._phrasings, key=lambda way: not _REFERRING.isdisjoint(way.split()))
        return {" ".join(_core(way.split())): way for way in reversed(ways)}

    @cached_property
    def _vocabularies(self) -> Mapping[str, frozenset[str]]:
        """Words of the phrasings of each entry, by its id."""
        found: dict[str, set[str]] = {}
        for key, entry in self._phrasings.items():
            found.setdefault(entry.id, set()).update(key.split())
        return {name: frozenset(words) for name, words in found.items()}

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """Words of all phrasings."""
        return frozenset().union(*self._vocabularies.values())

    @cached_property
    def _by_letters(self) -> Mapping[str, str]:
        """Word of the phrasings for its letters without doubled letters."""
        return {_LETTER_RUN.sub(r"\1", word): word for word in sorted(self._vocabulary | _FILLERS)}

    def _is_word_of_any(self, word: str) -> bool:
        """Return True if *word* may occur in a courtesy, typos included."""
        if word in _NEUTRAL or word in self._vocabulary:
            return True
        return self._is_unknown(word) and _correct(word, self._vocabulary) is not None

    def _is_unknown(self, word: str) -> bool:
        """Return True if *word* may be a typo: neither English nor the knowledge base has it."""
        if len(word) < MIN_LETTERS_OF_TYPO or word in self._vocabulary or self._knows(word):
            return False
        return not (ENGLISH.is_known(word) or word in ENGLISH.doubtful_words)

    def _corrected(self, entry: Entry, words: Sequence[str]) -> tuple[str, ...]:
        """Return *words*, typos corrected, if all occur in phrasings of *entry*.

        Otherwise the result is empty.
        """
        own = self._vocabularies[entry.id]
        corrected = []
        for word in words:
            known = word in own or word in _NEUTRAL
            found = word if known else self._is_unknown(word) and _correct(word, own)
            if not found:
                return ()
            corrected.append(found)
        return tuple(corrected)


def _symbols(text: str) -> tuple[str, ...]:
    """Return the emoji and smileys that *text* consists of; empty if it has anything else."""
    if len(text) > MAX_CHARS_OF_SYMBOLS:
        return ()
    bare = _MODIFIER.sub("", text.strip()).lower()
    rest = _SYMBOL.sub("", bare)
    return () if not bare or rest.strip(" .!") else tuple(_SYMBOL.findall(bare))


def _correct(word: str, known: Iterable[str]) -> str | None:
    """Return the nearest word of *known* within one typo, or two in a long word; None without one."""
    most = 1 if len(word) < MIN_LETTERS_OF_TWO_TYPOS else 2
    near = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=most)
    return None if near is None else str(near[0])


def _agree(words: Sequence[str], phrasing: Sequence[str]) -> bool:
    """Return True if *words* are about the same as *phrasing*.

    "what is a name" does not agree with "what is your name": its referring word is missing. "what is a
    source" does not agree with "what is the source": it asks for a meaning.
    """
    if _REFERRING.isdisjoint(words) and not _REFERRING.isdisjoint(phrasing):
        return False
    if words[0] in _MEANING_STARTS and not _INDEFINITE.isdisjoint(words):
        return not _INDEFINITE.isdisjoint(phrasing)
    core = _core(words)
    if _QUESTION_STARTS.isdisjoint(words[:1]) and sum(map(is_content, core)) > 1:
        return True
    return {*core} == {*_core(phrasing)}


def _merged(kb: KnowledgeBase) -> Iterator[Entry]:
    """Yield the shipped entries with the changes of *kb*, then the new entries of *kb*."""
    shipped = shipped_manners(kb.language).by_id
    changes = {entry.id: entry for entry in kb.manners or ()}
    for entry in shipped.values():
        if kb.manners != () or entry.section != _COURTESIES:
            yield _changed(entry, changes[entry.id]) if entry.id in changes else entry
    yield from (entry for entry in changes.values() if entry.id not in shipped)


def _changed(entry: Entry, change: Entry) -> Entry:
    return replace(
        entry,
        question=change.question or entry.question,
        alternates=(*change.alternates, *entry.alternates),
        answer=change.answer or entry.answer,
        draft=change.draft,
    )


def _core(words: Sequence[str]) -> Sequence[str]:
    """Return *words* without neutral words, or all *words* if no other word is left."""
    return [word for word in words if word not in _NEUTRAL] or words


def _filled(paragraph: str, values: Mapping[str, str]) -> str | None:
    """Return *paragraph* with its placeholders filled in.

    The result is None if a value is missing or empty.
    """
    if not all(values.get(name) for name in _PLACEHOLDER.findall(paragraph)):
        return None
    return _PLACEHOLDER.sub(lambda found: values[found[1]], paragraph)
