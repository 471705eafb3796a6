"""What words sound like, roughly: their consonants, with the spellings of one sound made one."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["consonants"]

# In order; each is done to all words at once, and a word begins after a line's end.
# Capitals are sounds that no small letter stands for.
_SPELLINGS = (
    *(("\nkn", "\nn"), ("\ngn", "\nn"), ("\nwr", "\nr"), ("\nwh", "\nw"), ("\nps", "\ns")),
    *(("\ngh", "\ng"), ("tch", "C"), ("sch", "sk"), ("ch", "C"), ("sh", "S"), ("th", "T")),
    *(("ph", "f"), ("gh", ""), ("dg", "j")),
    *((ending, "Sn") for ending in ("tion", "sion", "cian", "cion")),
    *(("ce", "se"), ("ci", "si"), ("cy", "sy"), ("ck", "k"), ("c", "k"), ("q", "k")),
    *(("x", "ks"), ("z", "s"), ("\ny", "\nY")),
    *((f"\n{vowel}", "\nA") for vowel in "aeiou"),
    *((letter * 2, letter) for letter in "bdfgjklmnprst"),
    *((vowel, "") for vowel in "aeiouy"),
)


def consonants(words: Iterable[str]) -> list[str]:
    """Return the consonant sounds of each of *words* (small letters a to z): "phone" and "fone" are "fn".

    A vowel counts only in front, where all are one. Words of any number take little time.
    """
    text = "\n" + "\n".join(words)
    for spelling, sound in _SPELLINGS:
        text = text.replace(spelling, sound)
    return text[1:].split("\n")
