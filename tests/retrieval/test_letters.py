"""Which letters words have, as bits."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.index.vocabulary import letter_bits

_WORDS = st.lists(st.text("abcyzäλ\u4e2d", min_size=1, max_size=8), max_size=6)


@given(_WORDS)
def test_unlike_bits_are_unlike_letters(words: list[str]) -> None:
    """A bit that one word lacks stands for a letter that it lacks; equal letters are equal bits."""
    found = letter_bits(words)

    assert found.dtype == np.uint32
    assert len(found) == len(words)
    for word, bits in zip(words, found, strict=True):
        assert bits == np.bitwise_or.reduce([letter_bits([letter])[0] for letter in word])


def test_the_letters_a_to_z_have_bits_of_their_own() -> None:
    """No two of them share one."""
    assert len({int(bits) for bits in letter_bits("abcdefghijklmnopqrstuvwxyz")}) == 26
    assert letter_bits(["noon"]) == letter_bits(["on"]) != letter_bits(["one"])
