"""Retrieval: from a question to ranked entries, each with a confidence.

Other packages import from here only. A name is imported from its module when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot.lazy import lazy_face

if TYPE_CHECKING:
    from faqbot.retrieval.cache import cache_folder, place_index
    from faqbot.retrieval.calibration import Thresholds, thresholds
    from faqbot.retrieval.completion import CompletionIndex
    from faqbot.retrieval.encoders import ENCODER_NAMES, Encoder, choose_encoder
    from faqbot.retrieval.index.index import Query, build_index
    from faqbot.retrieval.index.weights import default_weights
    from faqbot.retrieval.languages import (
        ENGLISH,
        LISTED_LANGUAGES,
        Language,
        alternatives,
        content_words,
        describe_language,
        has_form,
        is_content,
        is_key_term,
        language_of,
        native_name,
        same_base,
        tokenize,
    )
    from faqbot.retrieval.languages.detection import detect_language
    from faqbot.retrieval.opening import index_path, kept_in, open_retriever
    from faqbot.retrieval.query import Reading
    from faqbot.retrieval.retriever import Retrieval, Retriever
    from faqbot.retrieval.scoring.scorers import DenseScorer
    from faqbot.retrieval.text import Synonyms, exact_keys, fold_case, loose_key, normalize

_HOMES = {
    "cache": ("cache_folder", "place_index"),
    "calibration": ("Thresholds", "thresholds"),
    "completion": ("CompletionIndex",),
    "encoders": ("ENCODER_NAMES", "Encoder", "choose_encoder"),
    "index.index": ("Query", "build_index"),
    "index.weights": ("default_weights",),
    "languages": (
        "ENGLISH",
        "LISTED_LANGUAGES",
        "Language",
        "alternatives",
        "content_words",
        "describe_language",
        "has_form",
        "is_content",
        "is_key_term",
        "language_of",
        "native_name",
        "same_base",
        "tokenize",
    ),
    "languages.detection": ("detect_language",),
    "opening": ("index_path", "kept_in", "open_retriever"),
    "query": ("Reading",),
    "retriever": ("Retrieval", "Retriever"),
    "scoring.scorers": ("DenseScorer",),
    "text": ("Synonyms", "exact_keys", "fold_case", "loose_key", "normalize"),
}

__all__ = [
    "ENCODER_NAMES",
    "ENGLISH",
    "LISTED_LANGUAGES",
    "CompletionIndex",
    "DenseScorer",
    "Encoder",
    "Language",
    "Query",
    "Reading",
    "Retrieval",
    "Retriever",
    "Synonyms",
    "Thresholds",
    "alternatives",
    "build_index",
    "cache_folder",
    "choose_encoder",
    "content_words",
    "default_weights",
    "describe_language",
    "detect_language",
    "exact_keys",
    "fold_case",
    "has_form",
    "index_path",
    "is_content",
    "is_key_term",
    "kept_in",
    "language_of",
    "loose_key",
    "native_name",
    "normalize",
    "open_retriever",
    "place_index",
    "same_base",
    "thresholds",
    "tokenize",
]

__getattr__, __dir__ = lazy_face(globals(), _HOMES)
