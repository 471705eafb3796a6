"""Encoders: vectors of texts, whose cosine is their semantic similarity.

Each is an extra.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, cast
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from faqbot.errors import EncoderError, MissingDependency
from faqbot.installation import install_command
from faqbot.retrieval.encoders.checked import checked
from faqbot.retrieval.encoders.multilingual import LANGUAGES, MultilingualEncoder
from faqbot.retrieval.encoders.protocol import Encoder, WordEncoder, unit_rows
from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.text import normalize

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = [
    "ENCODER_NAMES",
    "CombinedEncoder",
    "Encoder",
    "WordEncoder",
    "WordLlamaEncoder",
    "choose_encoder",
    "multilingual_part",
]

# Names that `Bot.from_file(encoder=...)` and `--encoder` accept. A model or folder may follow "fastembed:".
ENCODER_NAMES = (
    "auto",
    "none",
    "wordllama",
    "multilingual",
    "wordllama+multilingual",
    "fastembed",
)


class WordLlamaEncoder:
    """Static encoder: sum of word vectors from `wordllama`'s files.

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
        """Return unit rows, float32 (len(texts), 256).

        A text without words is a row of zeros.
        """
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
        """Return the clipped vectors of *words* that are not cached.

        The result is float32 (len(words), 256).
        """
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


# Share of each encoder in the cosine. Equal shares are as good as learned ones (benchmarks/README.md, "Encoders").
_HALF = np.float32(0.5**0.5)


class CombinedEncoder:
    """Half an encoder of words, half an encoder of sentences: their cosines are averaged.

    The first columns are the word encoder's, of length sqrt(1/2), and the others the sentence encoder's. A
    text that has no vector in one of them has only the other's, of length 1.
    """

    def __init__(self, words: WordEncoder, sentences: Encoder) -> None:
        """Combine the vectors of *words* and *sentences*, which stay available.

        Words alone have those of *words*.
        """
        self._words = words
        self.sentences = sentences
        self.name = f"{words.name}+{sentences.name}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, float32 (len(texts), dimensions of both)."""
        parts = [self._words.encode(texts), self.sentences.encode(texts)]
        return unit_rows(_HALF * np.concatenate(parts, axis=1))

    def encode_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row a word, float32 (len(words), dimensions of the word encoder)."""
        return self._words.encode_words(words)


def multilingual_part(encoder: Encoder | None) -> Encoder | None:
    """Return the part of *encoder* that knows the sentences of LANGUAGES.

    The result is None without one.
    """
    if isinstance(encoder, CombinedEncoder):
        return encoder.sentences
    return encoder if isinstance(encoder, MultilingualEncoder) else None


# Name that combines the encoder of words with the multilingual one.
_COMBINED = "wordllama+multilingual"
# Encoders that "auto" tries for a knowledge base in English, best first (benchmarks/README.md, "Encoders"). The
# neural encoder is not among them, as it may need a download.
_BEST_FOR_ENGLISH = (_COMBINED, "wordllama", "multilingual")
# The same for other languages that the multilingual encoder knows: word vectors, made for English, do not help.
_BEST_FOR_OTHERS = ("multilingual",)


def choose_encoder(
    wanted: str | Encoder | None, language: str = "en", folder: Path | None = None
) -> tuple[Encoder | None, str]:
    """Return the encoder that *wanted* names, and a note on the choice of "auto" ("" when it was named).

    *language* is the knowledge base's, such as "en" or "pt-BR". Encoders may keep unpacked files in
    *folder*; None: they keep nothing. An encoder of a program is returned with checks of its rows.
    Raises EncoderError for an unknown name, a model that cannot be loaded, or an object that is no
    encoder, and MissingDependency when an encoder's library is not installed.
    """
    if wanted is None or wanted == "none":
        return None, ""
    if not isinstance(wanted, str):
        return checked(wanted), ""
    if wanted == "auto":
        return _best_installed(language, folder)
    return _named(wanted, folder), ""


# Encoders that some bot uses, by name and folder: the bots of a process share their tables.
_in_use: WeakValueDictionary[tuple[str, Path | None], Encoder] = WeakValueDictionary()


def _named(wanted: str, folder: Path | None) -> Encoder:
    """Return the encoder *wanted*.

    Another bot of the process shares it.
    """
    found = _in_use.get((wanted, folder))
    return _in_use.setdefault((wanted, folder), _new(wanted, folder)) if found is None else found


def _new(wanted: str, folder: Path | None) -> Encoder:
    name, _, model = wanted.partition(":")
    if name == "fastembed":
        from faqbot.retrieval.encoders.fastembed import FastEmbedEncoder

        return FastEmbedEncoder(model)
    if wanted == "wordllama":
        return WordLlamaEncoder()
    if wanted == "multilingual":
        return MultilingualEncoder(folder)
    if wanted == _COMBINED:
        words, sentences = _named("wordllama", folder), _named("multilingual", folder)
        return CombinedEncoder(cast("WordEncoder", words), sentences)
    raise EncoderError(f"there is no encoder {wanted!r}; choose one of: {', '.join(ENCODER_NAMES)}")


def _best_installed(language: str, folder: Path | None) -> tuple[Encoder | None, str]:
    code = language.lower().partition("-")[0]
    if code != "en" and code not in LANGUAGES:
        return None, f"auto took none: no encoder that it takes knows the language {language!r}"
    faults: tuple[str, ...] = ()
    for name in _BEST_FOR_ENGLISH if code == "en" else _BEST_FOR_OTHERS:
        try:
            found = _named(name, folder)
        except MissingDependency:
            continue
        except EncoderError as error:
            faults = (str(error),)
        else:
            return found, "; ".join([f"auto took {name}, the best one installed", *faults])
    extra = "semantic" if code == "en" else "multilingual"
    advice = faults or (f"{install_command(extra)} adds one that knows meanings",)
    return None, ": ".join(["auto took none", *advice])
