"""Finding the entries that a question means, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from faqbot.models import Entry
from faqbot.retrieval.cache import cache_folder, cache_key, load_index, save_index
from faqbot.retrieval.calibration import Calibration, fit, prior_calibration
from faqbot.retrieval.encoders import Encoder, choose_encoder
from faqbot.retrieval.index.index import Index, build_index, phrasing_at, solve_ridge
from faqbot.retrieval.query import Reader
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.self_calibration import (
    draw_sample,
    leave_one_out,
    out_of_scope_evidence,
    tune_weights,
)
from faqbot.retrieval.text import Synonyms

__all__ = ["Opened", "open_retriever"]

_PAGE = 1.5
"""A page has fewer phrasings an entry than this."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A retriever, and how it came about.

    *cache_state* is "read", "written", "off", or "unavailable: " and why; *encoder_note* says what
    "auto" took, and is empty when the encoder was named.
    """

    retriever: Retriever
    encoder: Encoder | None
    encoder_name: str
    encoder_note: str
    cache_state: str
    cache_path: Path | None


def open_retriever(
    entries: Sequence[Entry],
    synonym_groups: Sequence[Sequence[str]],
    encoder: str | Encoder,
    *,
    cache: bool = True,
) -> Opened:
    """Open a retriever on *entries*, from the cache if their index is there.

    Raises EncoderError for an unknown encoder, MissingDependency when its library is not installed.
    """
    chosen, note = choose_encoder(encoder)
    name = "none" if chosen is None else chosen.name
    synonyms = Synonyms(synonym_groups)
    key = cache_key(entries, synonym_groups, "" if chosen is None else name)
    path, state = _cache_path(key) if cache else (None, "off")
    saved = None if path is None else load_index(path, key)
    index, calibration = saved or _build(entries, synonyms, chosen)
    if saved is None and path is not None:
        state = _save(index, calibration, path, key)
    reader = Reader(index, synonyms, chosen)
    return Opened(Retriever(entries, index, reader, calibration), chosen, name, note, state, path)


def _cache_path(key: str) -> tuple[Path | None, str]:
    try:
        return cache_folder() / f"{key[:32]}.npz", "read"
    except RuntimeError:
        return None, "unavailable: there is no home folder; set FAQBOT_CACHE to a folder"


def _build(
    entries: Sequence[Entry], synonyms: Synonyms, encoder: Encoder | None
) -> tuple[Index, Calibration]:
    index = solve_ridge(build_index(entries, synonyms, encoder))
    reader = Reader(index, synonyms, encoder)
    sample = draw_sample(index, reader, partial(phrasing_at, index, entries))
    weights = tune_weights(index, sample.left_out)
    tuned = index if weights == index.weights else replace(index, weights=weights)
    found = out_of_scope_evidence(tuned, sample)
    prior = prior_calibration(encoder, found, page=_is_page(entries))
    calibration = fit(leave_one_out(tuned, sample, found), prior)
    return replace(index, weights=weights), calibration  # without what only a rehearsal needs


def _is_page(entries: Sequence[Entry]) -> bool:
    """Tell whether *entries* are a page of answered questions, hardly any of them put in two ways."""
    phrasings = sum(len(entry.phrasings) for entry in entries)
    return phrasings < _PAGE * len(entries) and any(entry.answer for entry in entries)


def _save(index: Index, calibration: Calibration, path: Path, key: str) -> str:
    try:
        save_index(index, calibration, path, key)
    except OSError as error:
        return f"unavailable: {error.strerror or error}"
    return "written"
