"""The neural encoder: a sentence encoder run by `fastembed` on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from faqbot.errors import EncoderError, MissingDependency

if TYPE_CHECKING:
    from fastembed import TextEmbedding

__all__ = ["DEFAULT_MODEL", "FastEmbedEncoder"]

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

_BATCH = 64
_WORTH_A_BAR = 512
_SAMPLED = 1 << 16

_ENDS = " .!?…:;,"


class FastEmbedEncoder:
    """Encodes whole sentences, by the name of one of fastembed's models or from a local folder.

    A model that is named is downloaded by fastembed when it is first used, unless it was before; a
    folder holds all-MiniLM-L6-v2 as ONNX (model.onnx, tokenizer.json, config.json) and needs no network.
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
        self._model = _load(model, folder)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, float32 (len(texts), dimensions); a bar on the terminal shows progress.

        Every text is encoded as a question: else a mark at its end counts as if it had a meaning.
        """
        from tqdm import tqdm

        vectors = self._model.embed([_as_question(text) for text in texts], batch_size=_BATCH)
        shown = tqdm(
            vectors,
            total=len(texts),
            desc="encoding",
            unit="text",
            leave=False,
            disable=None if len(texts) >= _WORTH_A_BAR else True,
        )
        rows = np.array(list(shown), np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
        return rows


def _as_question(text: str) -> str:
    return f"{text.rstrip(_ENDS)}?"


def _load(model: str, folder: Path | None) -> TextEmbedding:
    from fastembed import TextEmbedding

    try:
        if folder is not None:
            return TextEmbedding(DEFAULT_MODEL, specific_model_path=str(folder))
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
