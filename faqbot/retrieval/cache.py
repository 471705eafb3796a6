"""Disk cache of built indexes, for a fast second start.

A damaged, foreign or outdated file is ignored, and the index is built again.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from faqbot.__version__ import __version__
from faqbot.files import write_private
from faqbot.models import Entry
from faqbot.retrieval.calibration import Calibration
from faqbot.retrieval.index.bigrams import Bigrams
from faqbot.retrieval.index.csr import CsrMatrix
from faqbot.retrieval.index.exact import ExactKeys
from faqbot.retrieval.index.index import Index
from faqbot.retrieval.index.vectors import Vectors
from faqbot.retrieval.index.vocabulary import Vocabulary
from faqbot.retrieval.index.weights import ScoringWeights
from faqbot.retrieval.languages import Language
from faqbot.retrieval.mapped_arrays import Arrays, map_arrays, write_arrays

_Array: TypeAlias = NDArray[Any]
# Largest weight of a row of length 1, with room for rounding.
_UNIT = 1.01
# Largest weight that is tuned or fitted. Chosen by hand, far above all observed weights.
_MOST = 1000.0
# Version of the file format; another version is another key.
_FORMAT = "17"
# Indexes that are kept, newest first. Chosen by hand: each edit of a knowledge base writes a new index.
KEPT = 20
# The same in a folder for a single knowledge base: two may be served while a third is built.
KEPT_OF_ONE = 3
# Ending of the names of indexes; that of earlier versions was .npz.
SUFFIX = ".index"
_OURS = re.compile(r"[0-9a-f]{32}\.(?:index|npz)")
_SPARSE = ("row_terms", "postings", "content", "row_bigrams", "answers", "answer_postings")
_VOCABULARIES = ("vocabulary", "answer_vocabulary")
_ARRAYS = ("entry_of", "word_vectors", "subject", "dual")
_VECTORS = ("vectors", "answer_vectors")
_PARTS = ("starts", "ids", "weights")
_SINGLE = ("count", "phrasing_count", "positive_count", "weights", "calibration")
_NAMES = {
    *(*_SINGLE, *_ARRAYS, "exact_hashes", "exact_rows", "bigram_keys", "bigram_idf"),
    *(f"{name}_{part}" for name in _VECTORS for part in ("codes", "scale")),
    *(f"{name}_{part}" for name in _VOCABULARIES for part in ("words", "idf")),
    *(f"{name}_{part}" for name in _SPARSE for part in _PARTS),
}
# Age, in seconds, from which a half-written index is left over from a killed process. Chosen by hand.
_LEFT_OVER_AFTER = 3600


def cache_folder() -> Path:
    """Return the folder of indexes: FAQBOT_CACHE, or faqbot's folder in the user's cache folder."""
    if chosen := os.environ.get("FAQBOT_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "faqbot"


def models_folder() -> Path:
    """Return the folder of unpacked models: FAQBOT_MODELS, or the folder of indexes."""
    chosen = os.environ.get("FAQBOT_MODELS")
    return Path(chosen) if chosen else cache_folder()


def cache_key(
    entries: Sequence[Entry],
    synonyms: Sequence[Sequence[str]],
    encoder_name: str,
    language: Language,
) -> str:
    """Return a hex digest of the content, language, encoder and software versions of an index."""
    digest = sha256()
    for part in (
        _FORMAT,
        __version__,
        np.__version__,
        language.code,
        encoder_name,
        repr(synonyms),
    ):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    for entry in entries:
        content = (
            entry.id,
            entry.phrasings,
            entry.not_for,
            entry.keywords,
            entry.section,
            entry.answer,
        )
        digest.update(repr(content).encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def save_index(
    index: Index, calibration: Calibration, path: Path, key: str, kept: int = KEPT
) -> None:
    """Write *index* and *calibration* atomically, with *key*, and remove all but the *kept* newest.

    Raise OSError if they cannot be written.
    """
    arrays = _arrays_of(index, calibration)
    place_index(path, lambda file: write_arrays(file, key, arrays), kept)


def place_index(path: Path, write: Callable[[BinaryIO], object], kept: int = KEPT) -> None:
    """Let *write* write an index to an open file, and place it at *path* in the cache.

    All but the *kept* newest indexes in its folder are removed.

    The file is checked when it is opened. An exception of *write* leaves nothing; raise OSError if it
    cannot be written.
    """
    write_private(path, write)
    _forget_oldest(path.parent, kept)


def _arrays_of(index: Index, calibration: Calibration) -> Arrays:
    arrays: dict[str, _Array] = {
        "count": np.array(index.entry_count),
        "phrasing_count": np.array(index.phrasing_count),
        "positive_count": np.array(index.positive_count),
    }
    arrays["weights"] = index.weights.values
    arrays["calibration"] = calibration.weights
    arrays |= {name: getattr(index, name) for name in _ARRAYS}
    arrays |= {"exact_hashes": index.exact.hashes, "exact_rows": index.exact.rows}
    arrays |= {"bigram_keys": index.bigrams.keys, "bigram_idf": index.bigrams.idf}
    for name in _VOCABULARIES:
        vocabulary: Vocabulary = getattr(index, name)
        arrays |= {f"{name}_words": _packed(vocabulary.words), f"{name}_idf": vocabulary.idf}
    for name in _VECTORS:
        encoded: Vectors = getattr(index, name)
        arrays |= {f"{name}_codes": encoded.codes, f"{name}_scale": encoded.scale}
    for name in _SPARSE:
        rows: CsrMatrix = getattr(index, name)
        arrays |= {f"{name}_{part}": getattr(rows, part) for part in _PARTS}
    return arrays


def _forget_oldest(folder: Path, kept: int) -> None:
    """Remove all but the *kept* newest indexes, and half-written ones."""
    with suppress(OSError):  # another process may be forgetting them too
        files = [path for path in folder.iterdir() if _OURS.fullmatch(path.name)]
        files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for old in files[kept:]:
            old.unlink(missing_ok=True)
        _remove_half_written(folder)


def _remove_half_written(folder: Path) -> None:
    """Remove half-written indexes of killed processes, also those of earlier versions."""
    latest = time.time() - _LEFT_OVER_AFTER
    for path in folder.glob(".writing-*"):
        if path.lstat().st_mtime < latest:
            path.unlink(missing_ok=True)


def load_index(path: Path, key: str, language: Language) -> tuple[Index, Calibration] | None:
    """Return the index and calibration saved with *key*.

    The result is None if the file is absent, damaged or foreign.
    """
    arrays = map_arrays(path, key)
    if arrays is None or arrays.keys() != _NAMES:
        return None
    try:
        index, calibration = _assemble(arrays, language), Calibration.of(arrays["calibration"])
        check_index(index, calibration)
    except (ValueError, TypeError, OverflowError):
        return None
    return index, calibration


def _assemble(arrays: Arrays, language: Language) -> Index:
    def vocabulary(name: str) -> Vocabulary:
        return Vocabulary(_unpacked(arrays[f"{name}_words"]), arrays[f"{name}_idf"])

    def sparse(name: str) -> CsrMatrix:
        return CsrMatrix(*(arrays[f"{name}_{part}"] for part in ("starts", "ids", "weights")))

    def vectors(name: str) -> Vectors:
        return Vectors(arrays[f"{name}_codes"], arrays[f"{name}_scale"])

    return Index(
        language=language,
        weights=ScoringWeights.of(arrays["weights"]),
        entry_count=int(arrays["count"]),
        entry_of=arrays["entry_of"],
        phrasing_count=int(arrays["phrasing_count"]),
        positive_count=int(arrays["positive_count"]),
        exact=ExactKeys(arrays["exact_hashes"], arrays["exact_rows"]),
        vocabulary=vocabulary("vocabulary"),
        row_terms=sparse("row_terms"),
        postings=sparse("postings"),
        content=sparse("content"),
        word_vectors=arrays["word_vectors"],
        bigrams=Bigrams(arrays["bigram_keys"], arrays["bigram_idf"]),
        row_bigrams=sparse("row_bigrams"),
        vectors=vectors("vectors"),
        answer_vocabulary=vocabulary("answer_vocabulary"),
        answers=sparse("answers"),
        answer_postings=sparse("answer_postings"),
        answer_vectors=vectors("answer_vectors"),
        subject=arrays["subject"],
        dual=arrays["dual"],
    )


def _packed(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    text = packed.tobytes().decode()
    return text.split("\n") if text else []


def check_index(index: Index, calibration: Calibration) -> None:
    """Raise ValueError if a question could make *index* or *calibration* read outside an array.

    Every array must have its documented dtype and shape, every row and id must be in range, and every
    weight must be finite.
    """
    if not all(_checks(index, calibration)):
        raise ValueError("not an index")


def _checks(index: Index, calibration: Calibration) -> Iterator[bool]:
    rows, entries = len(index.entry_of), index.entry_count
    words, pairs = len(index.vocabulary.words), len(index.bigrams.keys)
    yield entries >= 0
    yield 0 <= index.phrasing_count <= index.positive_count <= rows
    yield _is(index.entry_of, np.int32, rows) and _within(index.entry_of, entries)
    yield _is_up_to(index.weights.values, _MOST) and index.weights.ridge > 0
    yield bool((index.weights.values >= 0).all()) and _is_up_to(calibration.weights, _MOST)
    yield _is(index.exact.hashes, np.uint64, len(index.exact.hashes))
    yield _is(index.exact.rows, np.int32, len(index.exact.hashes))
    yield _within(index.exact.rows, rows)
    yield _is_sorted(index.exact.hashes)
    yield index.bigrams.keys.ndim == 1 and _is_sorted(index.bigrams.keys)
    yield _is(index.bigrams.idf, np.float32, pairs) and _is_finite(index.bigrams.idf)
    yield from _vocabulary_checks(index)
    answer_words = len(index.answer_vocabulary.words)
    yield _is_sparse(index.row_terms, rows, words)
    yield _is_sparse(index.postings, words, rows)
    yield _is_sparse(index.content, entries, words)
    yield _is_sparse(index.row_bigrams, rows, pairs)
    yield _is_sparse(index.answers, entries, answer_words)
    yield _is_sparse(index.answer_postings, answer_words, entries)
    yield from _vector_checks(index, rows)


def _vocabulary_checks(index: Index) -> Iterator[bool]:
    for vocabulary in (index.vocabulary, index.answer_vocabulary):
        yield _is(vocabulary.idf, np.float32, len(vocabulary.words)) and _is_finite(vocabulary.idf)
        yield len(vocabulary.id_of) == len(vocabulary.words)


def _vector_checks(index: Index, rows: int) -> Iterator[bool]:
    matrices = (index.word_vectors, index.dual, index.subject)
    yield all(each.dtype == np.float32 and _is_matrix(each) for each in matrices)
    yield all(_is_finite(each) for each in matrices)
    encoded = (index.vectors, index.answer_vectors)
    yield all(_is_matrix(each.codes) and _is_finite(each.codes) for each in encoded)
    yield all(each.codes.dtype in {np.dtype(np.float32), np.dtype(np.int8)} for each in encoded)
    yield all(_is(each.scale, np.float32, each.dimensions) for each in encoded)
    yield all(_is_finite(each.scale) for each in encoded)
    yield len(index.vectors) == rows
    yield len(index.answer_vectors) == index.entry_count
    yield index.vectors.dimensions == index.answer_vectors.dimensions
    yield len(index.subject) == 0 or index.subject.shape[1] == index.vectors.dimensions
    yield index.word_vectors.shape[1] == 0 or len(index.word_vectors) == len(index.vocabulary.words)
    yield index.dual.shape[1] == 0 or index.dual.shape == (index.entry_count, rows)


def _is(array: _Array, kind: DTypeLike, length: int) -> bool:
    return array.dtype == kind and array.shape == (length,)


def _is_matrix(array: _Array) -> bool:
    return array.ndim == 2  # noqa: PLR2004 - rows and columns


def _is_finite(array: _Array) -> bool:
    return bool(np.isfinite(array).all())


def _is_up_to(array: _Array, most: float) -> bool:
    """Return True if all of *array* are numbers of magnitude at most *most*."""
    return bool((np.abs(array) <= most).all())


def _is_sorted(array: _Array) -> bool:
    return bool((array[1:] >= array[:-1]).all())


def _within(ids: _Array, count: int) -> bool:
    """Return True if all *ids* are in range(*count*)."""
    return ids.size == 0 or (int(ids.min()) >= 0 and int(ids.max()) < count)


def _is_sparse(sparse: CsrMatrix, rows: int, features: int) -> bool:
    stored = len(sparse.ids)
    return (
        _is(sparse.starts, np.int64, rows + 1)
        and _is(sparse.ids, np.int32, stored)
        and _is(sparse.weights, np.float32, stored)
        and _is_sorted(sparse.starts)
        and (int(sparse.starts[0]), int(sparse.starts[-1])) == (0, stored)
        and _within(sparse.ids, features)
        and _is_up_to(sparse.weights, _UNIT)
    )
