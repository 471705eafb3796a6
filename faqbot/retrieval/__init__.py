"""Retrieval: from a question to ranked entries, each with a confidence.

Other packages import from here only. A name is imported from its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faqbot.retrieval.calibration import Thresholds, thresholds
    from faqbot.retrieval.contradictions.polarity import alike
    from faqbot.retrieval.encoders import ENCODER_NAMES, Encoder, choose_encoder
    from faqbot.retrieval.index.index import Query, build_index
    from faqbot.retrieval.index.weights import default_weights
    from faqbot.retrieval.languages.english import (
        ASKING,
        content_words,
        english_doubtful,
        english_names,
        english_words,
        is_content,
        is_key_term,
        out_of_scope_questions,
    )
    from faqbot.retrieval.query import Reading
    from faqbot.retrieval.retriever import Retrieval, Retriever, open_retriever
    from faqbot.retrieval.scoring.dense import DenseScorer
    from faqbot.retrieval.text import Synonyms, exact_keys, fold_case, normalize, tokenize

_HOMES = {
    "calibration": ("Thresholds", "thresholds"),
    "contradictions.polarity": ("alike",),
    "encoders": ("ENCODER_NAMES", "Encoder", "choose_encoder"),
    "index.index": ("Query", "build_index"),
    "index.weights": ("default_weights",),
    "languages.english": (
        "ASKING",
        "content_words",
        "english_doubtful",
        "english_names",
        "english_words",
        "is_content",
        "is_key_term",
        "out_of_scope_questions",
    ),
    "query": ("Reading",),
    "retriever": ("Retrieval", "Retriever", "open_retriever"),
    "scoring.dense": ("DenseScorer",),
    "text": ("Synonyms", "exact_keys", "fold_case", "normalize", "tokenize"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "ASKING",
    "ENCODER_NAMES",
    "DenseScorer",
    "Encoder",
    "Query",
    "Reading",
    "Retrieval",
    "Retriever",
    "Synonyms",
    "Thresholds",
    "alike",
    "build_index",
    "choose_encoder",
    "content_words",
    "default_weights",
    "english_doubtful",
    "english_names",
    "english_words",
    "exact_keys",
    "fold_case",
    "is_content",
    "is_key_term",
    "normalize",
    "open_retriever",
    "out_of_scope_questions",
    "thresholds",
    "tokenize",
]


def __getattr__(name: str) -> object:
    """Import a name of the face from its module on first use (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'faqbot.retrieval' has no attribute {name!r}")
    value: object = getattr(import_module(f"faqbot.retrieval.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the names of the face."""
    return sorted(__all__)
