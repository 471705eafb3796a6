"""Encoders: vectors of texts, whose cosine is their semantic similarity. Each is an extra."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from faqbot.errors import EncoderError, MissingDependency
from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.text import normalize

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["ENCODER_NAMES", "Encoder", "WordEncoder", "WordLlamaEncoder", "choose_encoder"]

# Names that `Bot.from_file(encoder=...)` and `--encoder` accept. A model or folder may follow "fastembed:".
ENCODER_NAMES = ("auto", "none", "wordllama", "fastembed")


@runtime_checkable
class Encoder(Protocol):
    """Protocol of encoders; any object with these members can be passed as `encoder`."""

    @property
    def name(self) -> str:
        """Name that changes with the vectors: an index is used with its own encoder only."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row per text, float32 (len(texts), dimensions), of length 1; 0 for a text without words."""


@runtime_checkable
class WordEncoder(Encoder, Protocol):
    """Protocol of encoders that also have a vector per word, which coverage compares."""

    def encode_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit row per word, float32 (len(words), dimensions)."""


class WordLlamaEncoder:
    """Static encoder: sum of word vectors, read from the files of `wordllama`.

    A word's vector is the sum of its tokens' vectors, clipped to the median length of a token's vector.
    Otherwise a word of many tokens ("coronavirus") outweighs the others. Files are read on first use;
    `wordllama` itself, which is slow to import, is never imported.
    """

    name = "wordllama/l2_supercat_256"
    # Words whose vectors are cached: 50 MB at 256 dimensions. Chosen by hand.
    _MOST_CACHED = 50_000
    # Median length of the 32,000 token vectors in l2_supercat_256.
    _LONGEST = 13.34

    def __init__(self) -> None:
        """Locate the files; raise MissingDependency if `wordllama` is not installed."""
        spec = find_spec("wordllama")
        if spec is None or not spec.submodule_search_locations:
            raise MissingDependency("the wordllama encoder", "semantic")
        self._folder = Path(next(iter(spec.submodule_search_locations)))
        self._words: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, float32 (len(texts), 256); a text without words is a row of zeros."""
        split = [ENGLISH.tokenize(normalize(text)) for text in texts]
        vectors = self._word_vectors([*chain.from_iterable(split)])
        return _unit(_added(vectors, [*map(len, split)]))

    def encode_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit row per word, float32 (len(words), 256)."""
        return _unit(self._word_vectors(words))

    def _word_vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the clipped vector of each of *words*: float32 (len(words), 256)."""
        known = self._words
        new = [word for word in dict.fromkeys(words) if word not in known]
        if new and len(known) + len(new) > self._MOST_CACHED:
            known = self._words = {}
            new = list(dict.fromkeys(words))
        if new:
            known.update(zip(new, self._read_vectors(new), strict=True))
        found = [known[word] for word in words]
        return np.array(found, np.float32).reshape(len(words), self._vectors.shape[1])

    def _read_vectors(self, words: list[str]) -> NDArray[np.float32]:
        """Return the clipped vectors of *words* that are not cached: float32 (len(words), 256)."""
        tokens = [self._tokenizer.encode(word, add_special_tokens=False).ids for word in words]
        pieces = self._vectors[np.array([*chain.from_iterable(tokens)], np.intp)].astype(np.float32)
        vectors = _added(pieces, [*map(len, tokens)])
        lengths = np.sqrt(np.vecdot(vectors, vectors))[:, None]
        vectors *= np.minimum(1, self._LONGEST / np.maximum(lengths, 1e-9))
        return vectors

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(
            str(self._folder / "tokenizers/l2_supercat_tokenizer_config.json")
        )

    @cached_property
    def _vectors(self) -> NDArray[np.float16]:
        from safetensors import safe_open

        with safe_open(
            self._folder / "weights/l2_supercat_256.safetensors", framework="np"
        ) as file:
            vectors: NDArray[np.float16] = file.get_tensor("embedding.weight")
        return vectors


_FIRST = np.zeros(1, np.intp)


def _added(vectors: NDArray[np.float32], counts: Sequence[int]) -> NDArray[np.float32]:
    """Return the sums of the first *counts[0]* rows of *vectors*, of the next *counts[1]*, and so on."""
    if len(counts) == 1 and len(vectors):
        return np.add.reduceat(vectors, _FIRST)
    lengths = np.array(counts, np.int64)
    filled = lengths.nonzero()[0]
    sums = np.zeros((len(lengths), vectors.shape[1]), np.float32)
    if len(filled):
        sums[filled] = np.add.reduceat(vectors, (lengths.cumsum() - lengths)[filled])
    return sums


# Divisor of a text without words, whose length is 0. Shorter than the vector of any word.
_SHORTEST = np.float32(1e-30)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.sqrt(np.vecdot(rows, rows))[:, None]
    rows /= np.maximum(lengths, _SHORTEST)
    return rows


# Encoders that "auto" tries, best first. The neural encoder may need a download, so it is not tried.
_BEST_FIRST = ("wordllama",)


def choose_encoder(wanted: str | Encoder | None) -> tuple[Encoder | None, str]:
    """Return the encoder that *wanted* names, and a note on the choice of "auto", else "".

    Raises EncoderError for an unknown name or a model that cannot be loaded, and MissingDependency
    when an encoder's library is not installed.
    """
    if wanted is None or wanted == "none":
        return None, ""
    if not isinstance(wanted, str):
        return wanted, ""
    if wanted == "auto":
        return _best_installed()
    return _named(wanted), ""


def _named(wanted: str) -> Encoder:
    name, _, model = wanted.partition(":")
    if name == "wordllama" and not model:
        return WordLlamaEncoder()
    if name == "fastembed":
        from faqbot.retrieval.encoders.fastembed import FastEmbedEncoder

        return FastEmbedEncoder(model)
    raise EncoderError(f"there is no encoder {wanted!r}; choose one of: {', '.join(ENCODER_NAMES)}")


def _best_installed() -> tuple[Encoder | None, str]:
    for name in _BEST_FIRST:
        try:
            return _named(name), f"auto took {name}, the best one installed"
        except MissingDependency:
            continue
    return None, "auto took none: pip install 'faqbot[semantic]' adds one that knows meanings"
