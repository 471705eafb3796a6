"""German: its inflections and prefixes, beside its word lists."""

from __future__ import annotations

from faqbot.retrieval.languages.language import Language
from faqbot.retrieval.text import Contractions

__all__ = ["GERMAN"]

_CONTRACTIONS = Contractions(
    whole={
        "ins": ("in", "das"),
        "ans": ("an", "das"),
        "aufs": ("auf", "das"),
        "furs": ("fur", "das"),
        "gehts": ("geht", "es"),
        "gibts": ("gibt", "es"),
        "wars": ("war", "es"),
    },
    endings={
        "s": "es",
        "n": "ein",
        "ne": "eine",
    },
)
_INFLECTIONS = (
    *(("en", ""), ("e", ""), ("er", ""), ("es", ""), ("em", "")),
    *(("n", ""), ("s", ""), ("e", "en"), ("t", "en"), ("et", "en")),
    *(("st", "en"), ("est", "en"), ("te", "en"), ("ten", "en"), ("end", "en")),
    *(("ung", "en"), ("ungen", "en")),
)

GERMAN = Language(
    code="de",
    package="faqbot.retrieval.languages.german",
    contractions=_CONTRACTIONS,
    inflections=_INFLECTIONS,
    negating_prefixes=("un", "ent", "nicht", "de", "in"),
    corrects_spelling=False,
    capitals_mark_names=False,
)
