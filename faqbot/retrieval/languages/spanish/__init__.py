"""Spanish: its inflections and prefixes, beside its word lists."""

from __future__ import annotations

from faqbot.retrieval.languages.language import Language
from faqbot.retrieval.text import Contractions

__all__ = ["SPANISH"]

_CONTRACTIONS = Contractions(
    whole={
        "al": ("a", "el"),
        "del": ("de", "el"),
    },
)
_INFLECTIONS = (
    *(("s", ""), ("es", ""), ("a", "o"), ("os", "o"), ("as", "o")),
    *(("mente", ""), ("amente", "o"), ("o", "ar"), ("a", "ar"), ("as", "ar")),
    *(("an", "ar"), ("amos", "ar"), ("ado", "ar"), ("ada", "ar"), ("ando", "ar")),
    *(("acion", "ar"), ("aciones", "ar"), ("e", "ar"), ("es", "ar"), ("en", "ar")),
    *(("arlo", "ar"), ("arla", "ar"), ("arme", "ar"), ("arse", "ar"), ("arte", "ar")),
    *(("o", "er"), ("e", "er"), ("es", "er"), ("en", "er"), ("emos", "er")),
    *(("ido", "er"), ("ida", "er"), ("iendo", "er"), ("erlo", "er"), ("erla", "er")),
    *(("erme", "er"), ("erse", "er"), ("o", "ir"), ("e", "ir"), ("es", "ir")),
    *(("en", "ir"), ("imos", "ir"), ("ido", "ir"), ("ida", "ir"), ("iendo", "ir")),
    *(("irlo", "ir"), ("irla", "ir"), ("irme", "ir"), ("irse", "ir")),
    *(("ue", "ar"), ("que", "car"), ("ce", "zar")),
)

SPANISH = Language(
    code="es",
    package="faqbot.retrieval.languages.spanish",
    contractions=_CONTRACTIONS,
    inflections=_INFLECTIONS,
    negating_prefixes=("des", "in", "im", "i", "anti"),
    corrects_spelling=False,
)
