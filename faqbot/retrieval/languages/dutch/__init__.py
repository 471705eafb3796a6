"""Dutch: its contractions, inflections and prefixes, beside its word lists."""

from __future__ import annotations

from faqbot.retrieval.languages.language import Language
from faqbot.retrieval.text import Contractions

__all__ = ["DUTCH"]

_CONTRACTIONS = Contractions(
    whole={
        "'t": ("het",),
        "zo'n": (
            "zo",
            "een",
        ),
        "z'n": ("zijn",),
        "m'n": ("mijn",),
    },
    endings={
        "s": "",
        "n": "een",
        "tje": "",
    },
)
_INFLECTIONS = (
    *(("en", ""), ("e", ""), ("s", ""), ("n", ""), ("er", "")),
    *(("ers", ""), ("je", ""), ("t", "en"), ("d", "en"), ("de", "en")),
    *(("te", "en"), ("ing", "en"), ("ingen", "en"), ("end", "en")),
)

DUTCH = Language(
    code="nl",
    package="faqbot.retrieval.languages.dutch",
    contractions=_CONTRACTIONS,
    inflections=_INFLECTIONS,
    negating_prefixes=("ont", "on", "de", "in", "niet"),
    ordinal_suffixes=("e", "de", "ste"),
    corrects_spelling=False,
)
