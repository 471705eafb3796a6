"""The guard: what turns an answer into choices, however high its confidence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.retrieval.index import Index
from faqbot.retrieval.reading import Reading
from faqbot.retrieval.text import split_words, tidy

__all__ = ["doubt"]

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]\s*$")
_LOOKS_ALIKE = 0.5


def doubt(index: Index, reading: Reading) -> str:
    """Return a sentence on why no entry should answer *reading* outright, or "" when nothing is amiss."""
    for name in _names(reading.text):
        if not all(_is_known(index, word) for word in split_words(tidy(name))):
            return f"The knowledge base does not speak of \u201c{name}\u201d."
    return ""


def _names(text: str) -> Iterator[str]:
    """Yield the names in *text*: words in capitals, and capitalised words inside a sentence."""
    tokens = list(_TOKEN.finditer(text))
    if 2 * sum(token[0][0].isupper() for token in tokens) > len(tokens) + 1:
        return  # a heading, or somebody who shouts: capitals say nothing there
    for token in tokens:
        word, before = token[0], text[: token.start()].rstrip()
        starts_sentence = not before or _SENTENCE_END.search(before)
        if len(word) > 1 and (word.isupper() or (word[0].isupper() and not starts_sentence)):
            yield word


def _is_known(index: Index, word: str) -> bool:
    """Tell whether an answer has *word*, or a phrasing that asks has a word that looks like it."""
    if word in index.answer_lexicon.id_of:
        return True
    near = index.lexicon.resembling(word)
    return bool((near.likeness[index.asked[near.ids]] > _LOOKS_ALIKE).any())
