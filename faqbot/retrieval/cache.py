"""The built index on disk, so that a second start is fast. Losing the cache costs time, never an answer."""

from __future__ import annotations

import os
import re
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faqbot import __version__
from faqbot.models import Entry
from faqbot.retrieval.calibration import Calibration
from faqbot.retrieval.exact import ExactKeys
from faqbot.retrieval.index import Index, Pairs
from faqbot.retrieval.lexicon import Lexicon
from faqbot.retrieval.mixture import Mixture
from faqbot.retrieval.sparse import Sparse

__all__ = ["cache_folder", "cache_key", "load_index", "save_index"]

_FORMAT = "7"
_KEPT = 20
_OURS = re.compile(r"[0-9a-f]{32}\.npz")
_SPARSE = ("words", "postings", "content", "word_pairs", "answers", "answer_postings")
_LEXICONS = ("lexicon", "answer_lexicon")
# What reading a damaged file may raise; RuntimeError when it looks encrypted, MemoryError when huge.
_DAMAGED = (
    *(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, RuntimeError, MemoryError),
    *(TypeError, OverflowError, struct.error, zlib.error),
)
_ARRAYS = ("entry_of", "word_vectors", "vectors", "answer_vectors", "dual")


def cache_folder() -> Path:
    """Return where indexes are kept: FAQBOT_CACHE, else faqbot's folder among the user's caches."""
    if chosen := os.environ.get("FAQBOT_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "faqbot"


def cache_key(
    entries: Sequence[Entry], synonyms: Sequence[Sequence[str]], encoder_name: str
) -> str:
    """Return a hex digest of all that an index depends on: content, encoder and version of faqbot."""
    digest = sha256()
    for part in (_FORMAT, __version__, np.__version__, encoder_name, repr(synonyms)):
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


def save_index(index: Index, calibration: Calibration, path: Path, key: str) -> None:
    """Write *index* and its *calibration* under *key*, whole or not at all; raises OSError when it cannot be written."""
    arrays: dict[str, NDArray[Any]] = {"key": _packed([key]), "count": np.array(index.entry_count)}
    arrays |= {"asking": np.array(index.asking), "speaking": np.array(index.speaking)}
    arrays["mixture"] = index.mixture.weights
    arrays["calibration"] = calibration.weights
    arrays |= {name: getattr(index, name) for name in _ARRAYS}
    arrays |= {"exact_hashes": index.exact.hashes, "exact_rows": index.exact.rows}
    arrays |= {"pair_keys": index.pairs.keys, "pair_rarity": index.pairs.rarity}
    for name in _LEXICONS:
        lexicon: Lexicon = getattr(index, name)
        arrays |= {f"{name}_words": _packed(lexicon.words), f"{name}_rarity": lexicon.rarity}
    for name in _SPARSE:
        rows: Sparse = getattr(index, name)
        arrays |= {f"{name}_{part}": getattr(rows, part) for part in ("starts", "ids", "weights")}
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, arrays)
    _forget_oldest(path.parent)


def _write(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _forget_oldest(folder: Path) -> None:
    """Keep the newest indexes: each edit of a knowledge base makes a new one."""
    with suppress(OSError):  # another process may be forgetting them too
        files = [path for path in folder.glob("*.npz") if _OURS.fullmatch(path.name)]
        files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for old in files[_KEPT:]:
            old.unlink(missing_ok=True)


def load_index(path: Path, key: str) -> tuple[Index, Calibration] | None:
    """Read the index saved under *key*, and its calibration; None when there is none, or the file is damaged or foreign."""
    try:
        arrays = _read(path)
        if _unpacked(arrays["key"]) != [key]:
            return None
        return _assemble(arrays), Calibration.of(arrays["calibration"])
    except _DAMAGED:
        return None


def _read(path: Path) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(path) as archive:
        return {name.removesuffix(".npy"): _array(archive, name) for name in archive.namelist()}


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(name) as member:
        array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
        if member.read(1):  # its checksum is compared at its end, which an altered shape misses
            raise ValueError("longer than its shape")
    return array


def _assemble(arrays: dict[str, NDArray[Any]]) -> Index:
    def lexicon(name: str) -> Lexicon:
        return Lexicon(_unpacked(arrays[f"{name}_words"]), arrays[f"{name}_rarity"])

    def sparse(name: str) -> Sparse:
        return Sparse(*(arrays[f"{name}_{part}"] for part in ("starts", "ids", "weights")))

    return Index(
        mixture=Mixture.of(arrays["mixture"]),
        entry_count=int(arrays["count"]),
        entry_of=arrays["entry_of"],
        asking=int(arrays["asking"]),
        speaking=int(arrays["speaking"]),
        exact=ExactKeys(arrays["exact_hashes"], arrays["exact_rows"]),
        lexicon=lexicon("lexicon"),
        words=sparse("words"),
        postings=sparse("postings"),
        content=sparse("content"),
        word_vectors=arrays["word_vectors"],
        pairs=Pairs(arrays["pair_keys"], arrays["pair_rarity"]),
        word_pairs=sparse("word_pairs"),
        vectors=arrays["vectors"],
        answer_lexicon=lexicon("answer_lexicon"),
        answers=sparse("answers"),
        answer_postings=sparse("answer_postings"),
        answer_vectors=arrays["answer_vectors"],
        dual=arrays["dual"],
    )


def _packed(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    text = packed.tobytes().decode()
    return text.split("\n") if text else []
