"""Two encoders in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faqbot.retrieval.encoders import CombinedEncoder, Encoder, WordEncoder, multilingual_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import WordLetters
    from numpy.typing import NDArray


class Lengths:
    """Encodes a text by whether it is short."""

    name = "lengths"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows of 2 numbers."""
        return np.array(
            [(1, 0) if len(text) < 8 else (0, 1) for text in texts], np.float32
        ).reshape(len(texts), 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(alphabet="abcdefgh", min_size=1), min_size=1, max_size=5))
def test_cosines_are_averaged(word_letters: WordLetters, texts: list[str]) -> None:
    """Each encoder counts half."""
    words, lengths = word_letters, Lengths()
    rows = CombinedEncoder(words, lengths).encode(texts)
    parts = [encoder.encode(texts) for encoder in (words, lengths)]

    assert rows.shape == (len(texts), 28)
    assert np.allclose(rows @ rows.T, sum(0.5 * part @ part.T for part in parts), atol=1e-5)


def test_a_text_without_words_is_compared_by_the_other_encoder(word_letters: WordLetters) -> None:
    """Its row has length 1 all the same."""
    rows = CombinedEncoder(word_letters, Lengths()).encode(["123", "ab"])

    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert np.allclose(rows[0, -2:], (1, 0))


def test_words_are_those_of_the_word_encoder(word_letters: WordLetters) -> None:
    """It is named after both, so that an index is used with the same two."""
    encoder = CombinedEncoder(word_letters, Lengths())

    assert isinstance(encoder, Encoder)
    assert isinstance(encoder, WordEncoder)
    assert encoder.name == "word-letters+lengths"
    assert np.array_equal(encoder.encode_words(["abc"]), word_letters.encode_words(["abc"]))


def test_the_part_for_other_languages_is_the_sentence_encoder(word_letters: WordLetters) -> None:
    """Vectors of words know one language, and other encoders none that is documented."""
    lengths = Lengths()

    assert multilingual_part(CombinedEncoder(word_letters, lengths)) is lengths
    assert multilingual_part(word_letters) is None
    assert multilingual_part(None) is None
