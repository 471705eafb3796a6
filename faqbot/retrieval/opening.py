"""Opening of a retriever: index and calibration, read or built."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from faqbot.models import Entry, Reason
from faqbot.retrieval.cache import (
    KEPT,
    KEPT_OF_ONE,
    SUFFIX,
    cache_folder,
    cache_key,
    load_index,
    models_folder,
    save_index,
)
from faqbot.retrieval.calibration import CURVE_PRIORS, Calibration, fit
from faqbot.retrieval.contradictions import ContradictionCheck
from faqbot.retrieval.encoders import Encoder, choose_encoder
from faqbot.retrieval.encoders.multilingual import MultilingualEncoder
from faqbot.retrieval.index.index import Index, Query, build_index, phrasing_at, solve_ridge
from faqbot.retrieval.index.weights import encoder_kind
from faqbot.retrieval.languages import DEFAULT_LANGUAGE, Language
from faqbot.retrieval.query import QuestionAnalyzer
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.scoring.ranking import Ranking
from faqbot.retrieval.self_calibration import (
    draw_sample,
    leave_one_out,
    out_of_scope_evidence,
    tune_weights,
)
from faqbot.retrieval.text import Synonyms

# Phrasings per entry below which most entries have a single one. Chosen by hand.
MAX_SINGLE_PHRASINGS = 1.5


def open_retriever(
    entries: Sequence[Entry],
    synonym_groups: Sequence[Sequence[str]],
    encoder: str | Encoder,
    *,
    cache: bool | Path = True,
    language: Language = DEFAULT_LANGUAGE,
) -> Retriever:
    """Return a retriever of *entries*, with a cached index if present.

    *synonym_groups* are groups of at least two terms; *encoder* is a name, or an `Encoder`.
    *language* is that of the entries: it has the word lists, and the encoder "auto" depends on it.
    *cache* may be a folder for the indexes of these entries alone, where the newest three are kept.

    Raises EncoderError for an unknown encoder, MissingDependency when its library is not installed.
    """
    chosen, note = _choose(encoder, language, entries)
    synonyms = Synonyms(synonym_groups, language.is_word)
    key = cache_key(entries, synonym_groups, "" if chosen is None else chosen.name, language)
    path, state = _cache_path(key, cache) if cache else (None, "off")
    saved = None if path is None else load_index(path, key, language)
    index, calibration = saved or build(entries, synonyms, chosen, language)
    if saved is None and path is not None:
        state = _save(index, calibration, path, key, kept_in(cache))
    reader = QuestionAnalyzer(index, synonyms, chosen)
    return Retriever(
        *(entries, reader, calibration),
        encoder_note=note,
        cache_state=state,
        cache_path=path,
    )


def index_path(
    entries: Sequence[Entry],
    synonym_groups: Sequence[Sequence[str]],
    encoder: str | Encoder,
    language: Language = DEFAULT_LANGUAGE,
    *,
    cache: bool | Path = True,
) -> Path | None:
    """Return the path at which `open_retriever` looks for an index of *entries*; None without a cache.

    Raises EncoderError and MissingDependency as `open_retriever` does.
    """
    chosen, _ = _choose(encoder, language, entries)
    key = cache_key(entries, synonym_groups, "" if chosen is None else chosen.name, language)
    return _cache_path(key, cache)[0] if cache else None


def _choose(
    encoder: str | Encoder, language: Language, entries: Sequence[Entry]
) -> tuple[Encoder | None, str]:
    models = None
    with suppress(RuntimeError):  # there is no home folder
        models = models_folder()
    chosen, note = choose_encoder(encoder, language.code, models)
    if isinstance(chosen, MultilingualEncoder):
        chosen = chosen.suited_to([text for entry in entries for text in entry.phrasings])
    return chosen, note


def kept_in(cache: bool | Path) -> int:  # noqa: FBT001  a folder, or True for that of all
    """Return the number of indexes kept in the folder *cache*."""
    return KEPT_OF_ONE if isinstance(cache, Path) else KEPT


def _cache_path(key: str, cache: bool | Path) -> tuple[Path | None, str]:  # noqa: FBT001  as above
    try:
        folder = cache if isinstance(cache, Path) else cache_folder()
        return folder / f"{key[:32]}{SUFFIX}", "read"
    except RuntimeError:
        return None, "unavailable: there is no home folder; set FAQBOT_CACHE to a folder"


# Reasons that stop a match however strong it is. Others may be outweighed, so that the calibration counts
# these matches.
_REVERSED = frozenset({Reason.OPPOSITE, Reason.NEGATION, Reason.NUMBER})


def build(
    entries: Sequence[Entry], synonyms: Synonyms, encoder: Encoder | None, language: Language
) -> tuple[Index, Calibration]:
    """Build the index of *entries*, and calibrate it by their phrasings."""
    index = solve_ridge(build_index(entries, synonyms, encoder, language))
    reader = QuestionAnalyzer(index, synonyms, encoder)

    def query_of(text: str) -> Query:
        return reader.query(reader.read(text))

    curve = CURVE_PRIORS[encoder_kind(encoder)]
    sample = draw_sample(
        index, lambda row: query_of(phrasing_at(index, entries, row)), query_of, curve.lead
    )
    weights = tune_weights(index, sample.left_out)
    tuned = replace(index, weights=weights)
    check = ContradictionCheck(index, lambda row: reader.tokenize(phrasing_at(index, entries, row)))

    def contradicts(row: int, ranking: Ranking) -> bool:
        reading = reader.read(phrasing_at(index, entries, row))
        found = check.check(check.compare(reading, int(ranking.rows[0])))
        return found is not None and found.reason in _REVERSED

    found = out_of_scope_evidence(tuned, sample, contradicts)
    prior = curve.calibration(found, page=is_page(entries), single=is_single(entries))
    calibration = fit(leave_one_out(tuned, sample, found, contradicts), prior)
    return replace(tuned, solved_ridge=None), calibration  # only the calibration uses the ridge


def _save(index: Index, calibration: Calibration, path: Path, key: str, kept: int) -> str:
    try:
        save_index(index, calibration, path, key, kept)
    except OSError as error:
        return f"unavailable: {error.strerror or error}"
    return "written"


def is_single(entries: Sequence[Entry]) -> bool:
    """Return True if most of *entries* have a single phrasing."""
    phrasings = sum(len(entry.phrasings) for entry in entries)
    return phrasings < MAX_SINGLE_PHRASINGS * len(entries)


def is_page(entries: Sequence[Entry]) -> bool:
    """Return True if *entries* are a page of answered questions, most with a single phrasing."""
    return is_single(entries) and any(entry.answer for entry in entries)
