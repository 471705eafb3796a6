"""Encoders by the names that the benchmarks' options take."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faqbot import Encoder

__all__ = ["FolderEncoder", "encoder_of"]

_MODEL = "sentence-transformers/all-MiniLM-L6-v2"


def encoder_of(name: str) -> str | Encoder:
    """Return what `Bot` takes as its encoder for *name*: a name of its own, or "fastembed:FOLDER"."""
    kind, colon, folder = name.partition(":")
    return FolderEncoder(Path(folder)) if kind == "fastembed" and colon else name


class FolderEncoder:
    """all-MiniLM-L6-v2 from a local folder, run by fastembed on one thread. Remembers the last question."""

    def __init__(self, folder: Path) -> None:
        """Use the model in *folder*, which is loaded when first needed."""
        self.name = f"fastembed/{folder.name}"
        self._folder = folder
        self._last: tuple[tuple[str, ...], NDArray[np.float32]] = ((), np.zeros((0, 0), np.float32))

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401 - fastembed ships no types
        from fastembed import TextEmbedding

        return TextEmbedding(_MODEL, specific_model_path=str(self._folder), threads=1)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, float32 (len(texts), 384)."""
        asked = tuple(texts)
        if asked != self._last[0]:
            rows = np.array(list(self._model.embed(asked, batch_size=32)), np.float32)
            lengths = np.linalg.norm(rows, axis=1, keepdims=True)
            self._last = (asked, rows / np.maximum(lengths, 1e-9))
        return self._last[1]
