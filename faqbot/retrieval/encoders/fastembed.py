"""Neural sentence encoder, run by `fastembed` on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from faqbot.errors import EncoderError, MissingDependency
from faqbot.retrieval.encoders.protocol import unit_rows
from faqbot.retrieval.languages import ENGLISH

if TYPE_CHECKING:
    from fastembed import TextEmbedding
    from fastembed.text.pooled_embedding import PooledEmbedding

# The strongest English model of its size on public few-shot tables: BANKING77 with 8 phrasings .857, where
# all-MiniLM-L6-v2 has .800.
DEFAULT_MODEL = "BAAI/bge-small-en-v1.5"
# Model of a local folder. Its vectors share no direction.
FOLDER_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

# Questions about everything whose mean vector is the direction that all vectors of a model share. More change
# its direction little; chosen by hand.
_REFERENCE = 32

# Texts per call of the model. Chosen by hand.
_BATCH = 64
# Texts from which a progress bar is shown. Chosen by hand: about ten seconds.
_WORTH_A_BAR = 512
# Bytes of each file of a model that identify it. Chosen by hand: enough to differ between models.
_SAMPLED = 1 << 16
# Marks at the end of a text, which the model would encode as meaning.
_ENDS = " .!?…:;,"


class FastEmbedEncoder:
    """Sentence encoder: a named model of fastembed, or a local all-MiniLM-L6-v2.

    fastembed downloads a named model on first use. A folder holds the model as ONNX (model.onnx,
    tokenizer.json, config.json) and needs no network.

    The vectors of many models share a direction, so that any two texts seem alike. It is subtracted
    from each vector (Mu & Viswanath 2018, "All-but-the-Top").
    """

    def __init__(self, model: str = "") -> None:
        """Load *model*, a name or a folder; "" is the default model.

        Raises MissingDependency when fastembed is not installed, and EncoderError when the model cannot
        be loaded.
        """
        if find_spec("fastembed") is None:
            raise MissingDependency("the fastembed encoder", "neural")
        folder = Path(model).expanduser() if model and Path(model).expanduser().is_dir() else None
        self.name = f"fastembed/{_fingerprint(folder) if folder else model or DEFAULT_MODEL}"
        self._shares_direction = folder is None and model != FOLDER_MODEL
        self._model = _load(model, folder)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, float32 (len(texts), dimensions), (0, 0) for no texts.

        A bar on the terminal shows progress. Every text is encoded as a question: else a mark at
        its end counts as if it had a meaning. Texts of like length go together, for the model reads
        as many tokens of each as the longest has.
        """
        from tqdm import tqdm

        if not texts:
            return np.zeros((0, 0), np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        shown = tqdm(
            self._vectors([_as_question(texts[number]) for number in order]),
            total=len(texts),
            desc="encoding",
            unit="text",
            leave=False,
            disable=None if len(texts) >= _WORTH_A_BAR else True,
        )
        rows = np.array([*shown], np.float32)
        rows[order] = unit_rows(rows)
        return unit_rows(rows - self._shared) if self._shares_direction else rows

    @cached_property
    def _shared(self) -> NDArray[np.float32]:
        """The mean of the unit vectors of questions about everything: float32 (dimensions,)."""
        questions = ENGLISH.out_of_scope_questions[:_REFERENCE]
        rows = np.array([*self._vectors([*map(_as_question, questions)])], np.float32)
        shared: NDArray[np.float32] = unit_rows(rows).mean(axis=0)
        return shared

    def _vectors(self, texts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        """Yield a vector for each of *texts*.

        A model that is made to average averages words alone.
        """
        if self._averaging is None:
            for vector in self._model.embed(texts, batch_size=_BATCH):
                yield np.asarray(vector, np.float32)
            return
        model, wordless = self._averaging
        for start in range(0, len(texts), _BATCH):
            read = model.onnx_embed([*texts[start : start + _BATCH]])
            present = np.asarray(read.attention_mask) > 0
            tokens = np.asarray(read.model_output, np.float32)
            yield from _average(tokens, present, wordless[read.input_ids])

    @cached_property
    def _averaging(self) -> tuple[PooledEmbedding, NDArray[np.bool_]] | None:
        """The model, if its vectors are means of its tokens', and which tokens are no words."""
        from fastembed.text.pooled_embedding import PooledEmbedding

        model = self._model.model
        if not isinstance(model, PooledEmbedding) or model.tokenizer is None:
            return None
        ends = model.tokenizer.get_added_tokens_decoder()
        return model, _wordless(model.tokenizer.get_vocab(), ends)


def _wordless(vocabulary: Mapping[str, int], ends: Iterable[int]) -> NDArray[np.bool_]:
    """Return whether each token has no letter and no digit, or is one of the *ends*: bool (tokens,)."""
    wordless = np.zeros(max(vocabulary.values()) + 1, np.bool_)
    for token, number in vocabulary.items():
        wordless[number] = not any(map(str.isalnum, token))
    wordless[[*ends]] = True
    return wordless


def _average(
    tokens: NDArray[np.float32], present: NDArray[np.bool_], wordless: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return the mean of each text's *tokens*, float32 (texts, tokens, dimensions), that are words.

    *present* and *wordless* are (texts, tokens). The ends of a text and its marks are in every text, and
    make all alike: without them, more is found (benchmarks/README.md). Where there is no word, all count.
    """
    words = present & ~wordless
    counted = np.where(words.any(axis=1, keepdims=True), words, present)
    sums = np.matmul(counted[:, None].astype(np.float32), tokens)[:, 0]
    means: NDArray[np.float32] = sums / counted.sum(axis=1, keepdims=True)
    return means


def _as_question(text: str) -> str:
    return f"{text.rstrip(_ENDS)}?"


def _load(model: str, folder: Path | None) -> TextEmbedding:
    from fastembed import TextEmbedding

    try:
        if folder is not None:
            return TextEmbedding(FOLDER_MODEL, specific_model_path=str(folder))
        return TextEmbedding(model or DEFAULT_MODEL)
    except Exception as error:
        # fastembed lets through whatever its downloader, tokenizer and runtime raise.
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise EncoderError(
            f"the model {model or DEFAULT_MODEL!r} cannot be loaded ({reason}): name one of fastembed's models "
            "while there is a network, or a folder that holds all-MiniLM-L6-v2 as fastembed:FOLDER"
        ) from error


def _fingerprint(folder: Path) -> str:
    """Return the folder's name and a digest of its files: their names, sizes and first 64 KiB."""
    digest = blake2b(digest_size=8)
    for path in sorted(folder.iterdir()):
        if path.is_file():
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                digest.update(file.read(_SAMPLED))
    return f"{folder.name}-{digest.hexdigest()}"
