"""Portuguese: its elisions, inflections and prefixes, beside its word lists."""

from __future__ import annotations

from faqbot.retrieval.languages.language import Language
from faqbot.retrieval.text import Contractions

__all__ = ["PORTUGUESE"]

_CONTRACTIONS = Contractions(
    whole={},
    starts={
        "d": "de",
    },
)
_INFLECTIONS = (
    *(("s", ""), ("es", ""), ("a", "o"), ("os", "o"), ("as", "o")),
    *(("mente", ""), ("amente", "o"), ("coes", "cao"), ("oes", "ao"), ("ns", "m")),
    *(("o", "ar"), ("a", "ar"), ("as", "ar"), ("am", "ar"), ("amos", "ar")),
    *(("ado", "ar"), ("ada", "ar"), ("ando", "ar"), ("acao", "ar"), ("acoes", "ar")),
    *(("e", "ar"), ("es", "ar"), ("em", "ar"), ("o", "er"), ("e", "er")),
    *(("es", "er"), ("em", "er"), ("emos", "er"), ("ido", "er"), ("ida", "er")),
    *(("endo", "er"), ("o", "ir"), ("e", "ir"), ("es", "ir"), ("em", "ir")),
    *(("imos", "ir"), ("ido", "ir"), ("ida", "ir"), ("indo", "ir")),
    *(("ei", "ar"), ("uei", "ar"), ("quei", "car"), ("cei", "car")),
)

PORTUGUESE = Language(
    code="pt",
    package="faqbot.retrieval.languages.portuguese",
    contractions=_CONTRACTIONS,
    inflections=_INFLECTIONS,
    negating_prefixes=("des", "in", "im", "i", "anti"),
    corrects_spelling=False,
)
