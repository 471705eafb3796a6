"""Italian: its elisions, inflections and prefixes, beside its word lists."""

from __future__ import annotations

from faqbot.retrieval.languages.language import Language
from faqbot.retrieval.text import Contractions

__all__ = ["ITALIAN"]

_CONTRACTIONS = Contractions(
    whole={},
    starts={
        "l": "il",
        "un": "un",
        "dell": "del",
        "nell": "nel",
        "all": "al",
        "sull": "sul",
        "dall": "dal",
        "coll": "col",
        "quest": "questo",
        "quell": "quello",
        "c": "ci",
        "d": "di",
        "n": "ne",
        "m": "mi",
        "t": "ti",
        "s": "si",
        "v": "vi",
        "com": "come",
        "cos": "cosa",
        "dov": "dove",
        "quand": "quando",
        "nessun": "nessun",
        "bell": "bello",
        "tutt": "tutto",
        "senz": "senza",
        "anch": "anche",
        "qual": "quale",
    },
)
_INFLECTIONS = (
    *(("a", "o"), ("e", "o"), ("i", "o"), ("i", "e"), ("e", "a")),
    *(("mente", ""), ("amente", "o"), ("o", "are"), ("i", "are"), ("a", "are")),
    *(("iamo", "are"), ("ate", "are"), ("ano", "are"), ("ato", "are"), ("ata", "are")),
    *(("ati", "are"), ("azione", "are"), ("azioni", "are"), ("ando", "are"), ("arlo", "are")),
    *(("arla", "are"), ("armi", "are"), ("arsi", "are"), ("o", "ere"), ("i", "ere")),
    *(("e", "ere"), ("iamo", "ere"), ("ete", "ere"), ("ono", "ere"), ("uto", "ere")),
    *(("uta", "ere"), ("endo", "ere"), ("erlo", "ere"), ("erla", "ere"), ("ersi", "ere")),
    *(("o", "ire"), ("i", "ire"), ("e", "ire"), ("iamo", "ire"), ("ite", "ire")),
    *(("ono", "ire"), ("ito", "ire"), ("ita", "ire"), ("ione", "ire"), ("irlo", "ire")),
    *(("irmi", "ire"), ("irsi", "ire")),
)

ITALIAN = Language(
    code="it",
    package="faqbot.retrieval.languages.italian",
    contractions=_CONTRACTIONS,
    inflections=_INFLECTIONS,
    negating_prefixes=("dis", "in", "im", "ir", "il", "anti"),
    corrects_spelling=False,
)
