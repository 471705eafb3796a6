"""French: its elisions, inflections and prefixes, beside its word lists."""

from __future__ import annotations

from faqbot.retrieval.languages.language import Language
from faqbot.retrieval.text import Contractions

__all__ = ["FRENCH"]

_CONTRACTIONS = Contractions(
    whole={
        "aujourd'hui": ("aujourdhui",),
        "quelqu'un": ("quelquun",),
        "d'accord": ("daccord",),
    },
    starts={
        "l": "le",
        "d": "de",
        "qu": "que",
        "n": "ne",
        "j": "je",
        "c": "ce",
        "s": "se",
        "t": "te",
        "m": "me",
        "jusqu": "jusque",
        "lorsqu": "lorsque",
        "puisqu": "puisque",
        "quoiqu": "quoique",
    },
)
_INFLECTIONS = (
    *(("s", ""), ("x", ""), ("es", ""), ("e", ""), ("aux", "al")),
    *(("ment", ""), ("e", "er"), ("es", "er"), ("ez", "er"), ("ons", "er")),
    *(("ent", "er"), ("ee", "er"), ("ees", "er"), ("ant", "er"), ("ation", "er")),
    *(("ations", "er"), ("ement", "er"), ("ai", "er"), ("is", "ir"), ("it", "ir")),
    *(("issez", "ir"), ("issent", "ir"), ("i", "ir"), ("ie", "ir"), ("s", "re")),
    *(("ds", "re"), ("d", "re"), ("ez", "re"), ("ent", "re"), ("u", "re")),
    *(("ue", "re"),),
)

FRENCH = Language(
    code="fr",
    package="faqbot.retrieval.languages.french",
    contractions=_CONTRACTIONS,
    inflections=_INFLECTIONS,
    negating_prefixes=("des", "dis", "de", "in", "im", "ir", "il", "non", "anti"),
    ordinal_suffixes=("er", "ere", "e", "eme"),
    corrects_spelling=False,
)
