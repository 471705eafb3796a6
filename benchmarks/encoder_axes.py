"""Compute the projection that `faqbot/retrieval/encoders/multilingual_axes.npy` holds.

Run from the repository, when the model changes:  python -m benchmarks.encoder_axes FILE

The 128 directions keep the most of the vectors of random texts: 2 to 8 of the 8,000 most frequent pieces of
the model and a question mark, so that no language and no subject is preferred. They are not centred: cosines are kept.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faqbot.retrieval.encoders.multilingual import MultilingualEncoder

# Texts, and the pieces of each; frequent ones come first in the model. Fewer of either keep less (README.md).
_TEXTS, _PIECES, _FEWEST, _MOST = 6_000, 8_000, 2, 8
# Numbers of the special pieces, which stand before the others.
_SPECIAL = 6
_BEGIN, _END = 1, 2
_DIMENSIONS = 128
_BATCH = 64


def main() -> None:
    """Write the projection, float16 (512, 128), to the file that is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("file", type=Path, help="the .npy file to write")
    np.save(parser.parse_args().file, axes(MultilingualEncoder()).astype(np.float16))


def axes(encoder: MultilingualEncoder) -> NDArray[np.float64]:
    """Return the directions that keep the most of random texts: float64 (512, 128)."""
    draw = random.Random(0)
    mark = encoder.tokenize(["?"])[0][-2]
    texts = [_text(draw, mark) for _ in range(_TEXTS)]
    batches = [encoder.encode_tokens(texts[at : at + _BATCH]) for at in range(0, _TEXTS, _BATCH)]
    rows = np.concatenate(batches).astype(np.float64)
    return np.linalg.eigh(rows.T @ rows)[1][:, ::-1][:, :_DIMENSIONS]


def _text(draw: random.Random, mark: int) -> list[int]:
    pieces = draw.sample(range(_SPECIAL + 1, _PIECES), draw.randint(_FEWEST, _MOST))
    return [_BEGIN, *pieces, mark, _END]


if __name__ == "__main__":
    main()
