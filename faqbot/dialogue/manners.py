"""Small talk: courtesies, moves such as "repeat", and the bot's texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice, product, takewhile

from faqbot.dialogue.message_text import without_interjections
from faqbot.dialogue.misspelt_courtesies import MAX_CACHED_WORDS, MisspeltCourtesies
from faqbot.kb import shipped_manners
from faqbot.kb.merged_manners import merged_manners
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval import fold_case, language_of, native_name, normalize

# Sections of the shipped entries that are no courtesies: moves in a conversation, and texts of the bot.
_MOVES, _TEXTS = "Moves", "Words"
# Longest courtesy, in words. Chosen by hand: longer messages have other content.
MAX_WORDS_OF_COURTESY = 12
# Cached messages: the steps of one turn look the same text up several times. Chosen by hand.
MAX_CACHED_TEXTS = 16
# Longest text, in characters, that may be a courtesy in emoji. Chosen by hand.
MAX_CHARS_OF_SYMBOLS = 40
# Longest message, in words, that may be several courtesies. Chosen by hand: two sentences.
MAX_WORDS_OF_SEVERAL = 24
# Sections of a knowledge base that the bot names as its topics. Chosen by hand: one line of text.
MAX_TOPICS = 8
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1\1+")
_LETTER_RUN = re.compile(r"([^\W\d_])\1+")
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
# A mark between "no" and the question that corrects the one before.
_MARK = re.compile(r"\s?[,:;\u2013\u2014-]")
_AROUND_QUESTION = " ,:;-\u2013\u2014"
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
_CHAINED = frozenset(
    {"greeting", "thanks", "acknowledgement", "goodbye", "apology", "interjection"}
)
# Courtesies that need no reply beside another courtesy: "hi, thanks".
_OPENING = ("interjection", "greeting", "acknowledgement", "apology")
# Courtesy whose single words are no fillers: "hey" alone greets.
_GREETING = "greeting"


def is_move(entry: Entry) -> bool:
    """Return True if *entry* is a move ("repeat"), no courtesy."""
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
        self.language = language_of(shipped_manners(kb.language).language)
        # English manners stand in for a language without its own, whose words are no typos of them.
        self._reads_typos = self.language is language_of(kb.language)
        words = self.language.dialogue
        self._fillers = self.language.around.union(words.fillers)
        self._conjunctions = frozenset(map(fold_case, words.conjunctions))
        self._entries = {entry.id: entry for entry in merged_manners(kb) if not entry.draft}
        self._find = lru_cache(MAX_CACHED_TEXTS)(self._look_up)
        self._text = lru_cache(MAX_CACHED_TEXTS)(self._fill_in)
        self.words_of = lru_cache(MAX_CACHED_TEXTS)(self._tokenized)
        self._may_occur = lru_cache(MAX_CACHED_WORDS)(self._is_word_of_any)

    def read(self, text: str) -> tuple[Entry | None, str]:
        """Return the courtesy or move that *text* is, and the question after words of correction in it."""
        return self.find(text), self.correction(text)

    def find(self, text: str) -> Entry | None:
        """Return the courtesy or move that *text* is.

        The result is None for any other text. A single word must be written as stored, apart from
        repeated letters. In a longer text a word may have a typo, unless it is an English word or a
        word of the knowledge base.
        """
        found = self._find(text)
        if not found:  # as most questions
            return None
        moves = [entry for entry in found if is_move(entry)]
        return (moves or found)[-1]

    def find_all(self, text: str) -> tuple[Entry, ...]:
        """Return the courtesies and moves that *text* consists of, in order; empty for any other text.

        Parts between punctuation marks are courtesies each, or the whole text is.
        """
        return self._find(text)

    def correction(self, text: str) -> str:
        """Return the part of *text* after words that correct the question before, "" without them.

        "no i meant the pool" corrects: "the pool" is the question. Interjections may stand before.
        """
        bare = without_interjections(text, self.language)
        return self._corrected(text) or ("" if bare == text else self._corrected(bare))

    def _corrected(self, text: str) -> str:
        starts = self.words_of(text)[: self._max_correction]
        if not starts or starts[0] not in self._opening_words:
            return ""
        if not any(starts[:count] in self._openings for count in range(1, len(starts) + 1)):
            return ""
        found = [*islice(_WORD.finditer(text), MAX_WORDS_OF_COURTESY)]
        split = [self.words_of(match.group()) for match in found]
        for count in range(len(found), 0, -1):
            words = tuple(chain.from_iterable(split[:count]))
            rest = text[found[count - 1].end() :]
            if words in self._corrections or (words in self._refusals and _MARK.match(rest)):
                return rest.strip(_AROUND_QUESTION) if _WORD.search(rest) else ""
        return ""

    def parts_of(self, text: str) -> Sequence[str]:
        """Return the parts of *text* between punctuation marks that have a word."""
        return [part.strip() for part in _PART_END.split(text) if self.words_of(part)]

    def entry(self, name: str) -> Entry | None:
        """Return the entry of the id *name*.

        The result is None if it is removed.
        """
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

    def _tokenized(self, text: str) -> tuple[str, ...]:
        """Return the words of *text*, as they are compared with phrasings of courtesies."""
        words = self.language.tokenize(normalize(text))
        full = self.language.dialogue.written_out
        return tuple(chain.from_iterable(full.get(word, (word,)) for word in words))

    def content_of(self, text: str) -> frozenset[str]:
        """Return the words of *text* without fillers; greetings stay."""
        return frozenset(self.words_of(text)) - self._fillers_beside_greetings

    @cached_property
    def _fillers_beside_greetings(self) -> frozenset[str]:
        """Fillers that are no greeting by themselves."""
        greetings = self._words_of_entry(_GREETING)
        return self._fillers.difference(words[0] for words in greetings if len(words) == 1)

    def words(self, name: str, question: str = "", source: str = "") -> str:
        """Return the text of the entry of the id *name*, in Markdown, with placeholders filled in.

        *question* and *source* fill the placeholders of those names. A paragraph with an unfilled
        placeholder is left out. The text is empty if the knowledge base removes the entry.
        """
        return self._text(name, question, source)

    def translated(self, name: str, language: str) -> str:
        """Return the text of the entry of the id *name* in *language*, an ISO 639-1 code.

        Without a translation, or if the knowledge base changes the entry, the result is that of `words`.
        """
        shipped = shipped_manners(language)
        changed = any(entry.id == name for entry in self._kb.manners or ())
        if changed or shipped.language != language:
            return self.words(name)
        return self._filled_in(shipped.by_id[name], "", "")

    def label(self, name: str) -> str:
        """Return the question of the entry of the id *name*.

        The result is "" if it is removed.
        """
        entry = self._entries.get(name)
        return "" if entry is None else entry.question

    def _fill_in(self, name: str, question: str, source: str) -> str:
        entry = self._entries.get(name)
        return "" if entry is None else self._filled_in(entry, question, source)

    def _filled_in(self, entry: Entry, question: str, source: str) -> str:
        topics = [section for section, _ in self._kb.sections() if section]
        values = {
            "question": question,
            "source": source,
            "title": self._kb.title or self._entries["untitled"].answer,
            "contact": self._kb.contact,
            "language": native_name(self._kb.language),
            "topics": ", ".join(topics[:MAX_TOPICS]),
        }
        filled = (_filled(paragraph, values) for paragraph in entry.answer.split("\n\n"))
        return "\n\n".join(paragraph for paragraph in filled if paragraph is not None)

    def _look_up(self, text: str) -> tuple[Entry, ...]:
        if not text[:1].isalpha() and (symbols := _symbols(text)):
            return self._of_symbols(symbols)
        words = self.words_of(text)
        if not words or len(words) > MAX_WORDS_OF_SEVERAL:
            return ()
        # Most questions fail this test at one word, so it runs before the comparisons.
        if not all(map(self._may_occur, words)):
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
        if not self._reads_typos or len(words) > MAX_WORDS_OF_COURTESY:
            return ()
        found = self._typos.similar(words)
        return () if found is None else (found,)

    def _chained(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """Return greetings, thanks and goodbyes that follow each other, also with "and" between."""
        for end in range(len(words) - 1, 0, -1):
            first = self._exact(words[:end])
            if first is None or first.id not in _CHAINED:
                continue
            after = words[end + 1 :] if words[end] in self._conjunctions else words[end:]
            rest = self._exact(after)
            others = self._chained(after) if rest is None else (rest,)
            if others and all(entry.id in _CHAINED for entry in others):
                return (first, *others)
        return ()

    def _of_parts(self, text: str) -> tuple[Entry, ...]:
        """Return the courtesies between the punctuation marks of *text*, if all its parts are some."""
        parts = [*map(self.words_of, self.parts_of(text))]
        if len(parts) <= 1:
            return ()
        found = [self._stored(words) or self._misspelt(words) for words in parts]
        return tuple(entry for part in found for entry in part) if all(found) else ()

    def _of_symbols(self, symbols: Sequence[str]) -> tuple[Entry, ...]:
        """Return the courtesy of the first known emoji.

        Without a known emoji, the result is an interjection.
        """
        known = (self._phrasings.get(symbol) for symbol in symbols)
        found = next(filter(None, known), self._entries.get("interjection"))
        return () if found is None else (found,)

    def _is_word_of_any(self, word: str) -> bool:
        """Return True if *word* may occur in courtesies, typos and repeated letters included."""
        short = self._shortened(word)
        return short in self._conjunctions or self._typos.may_occur(short)

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
        """Return the number of leading *words* that change no courtesy."""
        return sum(1 for _ in takewhile(self.language.around.__contains__, words))

    @cached_property
    def _phrasings(self) -> Mapping[str, Entry]:
        """Entry of each normalized phrasing.

        The author's phrasings go first. The first entry keeps a shared phrasing.
        """
        said = {name: entry for name, entry in self._entries.items() if entry.section != _TEXTS}
        written = (*(self._kb.manners or ()), *said.values())
        pairs = [
            (phrasing, said[entry.id])
            for entry in written
            if entry.id in said
            for phrasing in entry.phrasings
        ]
        return {
            key: entry
            for phrasing, entry in reversed(pairs)
            if (key := "".join(_symbols(phrasing)) or " ".join(self._tokenized(phrasing)))
        }

    @cached_property
    def _corrections(self) -> frozenset[tuple[str, ...]]:
        """Words of each phrasing of the move that corrects a question."""
        return self._words_of_entry("correction")

    @cached_property
    def _refusals(self) -> frozenset[tuple[str, ...]]:
        """Single words that decline choices, such as "no"."""
        return frozenset(
            words for words in self._words_of_entry("none-of-these") if len(words) == 1
        )

    @cached_property
    def _openings(self) -> frozenset[tuple[str, ...]]:
        """Words of all corrections and refusals."""
        return self._corrections | self._refusals

    @cached_property
    def _opening_words(self) -> frozenset[str]:
        """First words of all corrections and refusals."""
        return frozenset(words[0] for words in self._openings if words)

    @cached_property
    def _max_correction(self) -> int:
        """Number of words of the longest correction."""
        return max(map(len, self._openings), default=0)

    def _words_of_entry(self, name: str) -> frozenset[tuple[str, ...]]:
        entry = self._entries.get(name)
        phrasings = () if entry is None else entry.phrasings
        return frozenset(map(self._tokenized, phrasings))

    @cached_property
    def _typos(self) -> MisspeltCourtesies:
        return MisspeltCourtesies(self.language, self._phrasings, self._knows)

    @cached_property
    def _by_letters(self) -> Mapping[str, str]:
        """Word of the phrasings for its letters without doubled letters."""
        return {
            _LETTER_RUN.sub(r"\1", word): word
            for word in sorted(self._typos.vocabulary | self._fillers)
        }


def _symbols(text: str) -> tuple[str, ...]:
    """Return the emoji and smileys that *text* consists of.

    The result is empty if it has anything else.
    """
    if len(text) > MAX_CHARS_OF_SYMBOLS:
        return ()
    bare = _MODIFIER.sub("", text.strip()).lower()
    rest = _SYMBOL.sub("", bare)
    return () if not bare or rest.strip(" .!") else tuple(_SYMBOL.findall(bare))


def _filled(paragraph: str, values: Mapping[str, str]) -> str | None:
    """Return *paragraph* with its placeholders filled in.

    The result is None if a value is missing or empty.
    """
    if not all(values.get(name) for name in _PLACEHOLDER.findall(paragraph)):
        return None
    return _PLACEHOLDER.sub(lambda found: values[found[1]], paragraph)
