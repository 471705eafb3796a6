"""English: contractions, inflections, prefixes and sounds, beside word lists."""

from __future__ import annotations

from faqbot.retrieval.languages.language import Language
from faqbot.retrieval.text import Contractions

__all__ = ["ENGLISH"]

_NEGATED_VERBS = (
    *("do", "does", "did", "is", "are", "was", "were"),
    *("has", "have", "had", "could", "should", "would"),
)
_CONTRACTIONS = Contractions(
    whole={
        **{f"{verb}{end}": (verb, "not") for verb in _NEGATED_VERBS for end in ("n't", "nt")},
        **dict.fromkeys(("can't", "cant", "cannot"), ("can", "not")),
        **dict.fromkeys(("won't", "wont"), ("will", "not")),
        **dict.fromkeys(("i'm", "im"), ("i", "am")),
        **{
            f"{who}{mark}s": (who, "is")
            for who in ("what", "who", "where", "how", "that", "there")
            for mark in ("'", "")
        },
        **{f"{who}'s": (who, "is") for who in ("it", "he", "she", "when", "why")},
    },
    endings={"re": "are", "ve": "have", "ll": "will", "d": "would", "s": ""},
    nouns={"will": "wills", "can": "cans"},
    determiners=frozenset(
        [
            "a",
            "the",
            "my",
            "his",
            "her",
            "its",
            "our",
            "your",
            "their",
            "last",
            "living",
            "no",
            "valid",
        ]
    ),
)
_INFLECTIONS = (
    *(("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e")),
    *(("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("ly", "")),
)
# Capitals are sounds that no small letter stands for. A vowel counts only at the start of a word,
# where all vowels are one.
_SOUND_SPELLINGS = (
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

ENGLISH = Language(
    code="en",
    package="faqbot.retrieval.languages.english",
    contractions=_CONTRACTIONS,
    inflections=_INFLECTIONS,
    negating_prefixes=("un", "in", "im", "il", "ir", "dis", "non", "anti", "de"),
    ordinal_suffixes=("st", "nd", "rd", "th"),
    sound_spellings=_SOUND_SPELLINGS,
)
