"""Reading a question: synonyms written in full, slips of the finger repaired, words split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faqbot.retrieval.text import Synonyms, split_words, tidy

__all__ = ["Reading", "read_question"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was read: the *text* and *words* that are matched, and what was changed.

    *corrections* and *synonyms* are pairs (typed, read as).
    """

    text: str
    words: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()


def read_question(text: str, synonyms: Synonyms, repair: Callable[[str], str]) -> Reading:
    """Read *text*; *repair* maps a word to the word that it is a slip of, or to itself."""
    rewritten, used = synonyms.rewrite(tidy(text))
    typed = split_words(rewritten)
    words = tuple(repair(word) for word in typed)
    corrections = tuple(
        (before, after) for before, after in zip(typed, words, strict=True) if before != after
    )
    read = " ".join(words) if corrections else rewritten
    return Reading(read, words, tuple(dict.fromkeys(corrections)), tuple(dict.fromkeys(used)))
