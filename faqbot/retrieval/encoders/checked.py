"""Checks of a program's encoder: its rows, and its errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from faqbot.errors import EncoderError
from faqbot.retrieval.encoders.protocol import Encoder, WordEncoder

# Distance from 1 that the length of a row may have: half-precision models round by 0.001.
LENGTH_TOLERANCE = 0.01
# Length below which a row is that of a text without words. Chosen by hand: rounding leaves less.
MAX_LENGTH_OF_NOTHING = 1e-6
# Different texts from which equal rows are a fault of the encoder. Chosen by hand: a few texts may
# have the same words.
MIN_TEXTS_TO_COMPARE = 8
# Remedy of a row of the wrong length.
_UNIT = "divide each row by its length"


def checked(encoder: object) -> Encoder:
    """Return *encoder*, an object of a program, so that its faults raise EncoderError.

    Encoders of faqbot are returned as they are. Raises EncoderError if it lacks a member of the
    protocol.
    """
    kind = type(encoder)
    place = f"{kind.__module__}.{kind.__qualname__}"
    if kind.__module__.startswith("faqbot.") and isinstance(encoder, Encoder):
        return encoder
    name = getattr(encoder, "name", None)
    if not isinstance(name, str) or not name:
        raise EncoderError(
            f"the encoder {place} needs an attribute `name`, a text that changes with its vectors"
        )
    if not isinstance(encoder, Encoder) or not callable(encoder.encode):
        raise EncoderError(
            f"the encoder {place} needs a method `encode`, which returns a row of numbers per text"
        )
    if isinstance(encoder, WordEncoder):
        return CheckedWordEncoder(encoder)
    return CheckedEncoder(encoder)


class CheckedEncoder:
    """A program's encoder, *wrapped*, with checks of its results."""

    def __init__(self, wrapped: Encoder) -> None:
        """Check the rows of *wrapped*."""
        self.wrapped = wrapped
        self.name = wrapped.name
        self.reads_typed_text = bool(getattr(wrapped, "reads_typed_text", False))
        self._columns = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the rows of *texts*, as the protocol says.

        Raise EncoderError for anything else.
        """
        rows = self._rows(self.wrapped.encode, texts)
        if self._columns and rows.shape[1] != self._columns:
            raise self._fault(f"rows of {rows.shape[1]} numbers after rows of {self._columns}")
        self._columns = rows.shape[1]
        if (
            len(set(texts)) >= MIN_TEXTS_TO_COMPARE
            and rows.any()
            and not np.ptp(rows, axis=0).any()
        ):
            raise self._fault(f"the same row for {len(set(texts))} different texts")
        return rows

    def _rows(
        self, encode: Callable[[Sequence[str]], NDArray[np.float32]], texts: Sequence[str]
    ) -> NDArray[np.float32]:
        """Return the rows of *texts* by *encode*, float32 (len(texts), columns), of length 1 or 0."""
        try:
            rows = np.asarray(encode(texts), np.float32)
        except EncoderError:
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise EncoderError(f"the encoder {self._place} failed: {reason}") from error
        if rows.ndim != 2 or len(rows) != len(texts):  # noqa: PLR2004  rows and columns
            raise self._fault(f"an array {rows.shape} for {len(texts)} texts, not a row for each")
        if not np.isfinite(rows).all():
            raise self._fault("a row with a number that is not finite")
        lengths = np.sqrt(np.vecdot(rows, rows))
        odd = lengths[(abs(lengths - 1) > LENGTH_TOLERANCE) & (lengths > MAX_LENGTH_OF_NOTHING)]
        if len(odd):
            raise self._fault(f"a row of length {odd[0]:.4g}, not 1: {_UNIT}")
        return rows

    @property
    def _place(self) -> str:
        kind = type(self.wrapped)
        return f"{self.name!r} ({kind.__module__}.{kind.__qualname__})"

    def _fault(self, returned: str) -> EncoderError:
        return EncoderError(f"the encoder {self._place} returned {returned}")


class CheckedWordEncoder(CheckedEncoder):
    """A program's encoder that also has a vector per word."""

    wrapped: WordEncoder

    def encode_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return a row per word, as the protocol says.

        Raise EncoderError for anything else.
        """
        return self._rows(self.wrapped.encode_words, words)
