"""Encoders of a program: their faults are EncoderErrors that name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from faqbot.bot import Bot
from faqbot.errors import EncoderError
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval.encoders import Encoder, WordEncoder, WordLlamaEncoder
from faqbot.retrieval.encoders.checked import checked

_TOPICS = ("parking", "breakfast", "laundry", "sauna", "bicycles", "towels", "lockers", "keys")
_KB = KnowledgeBase(
    tuple(Entry(topic, f"Where do I find {topic}?", "At the desk.") for topic in _TOPICS)
)
_Encode = Callable[[Sequence[str]], object]


def unit(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return right rows: which of eight letters the texts have."""
    rows = np.array([[letter in text for letter in "aeioubcd"] for text in texts], np.float32)
    rows = rows.reshape(len(texts), 8)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1))


class Given:
    """Encoder whose rows are those of a function."""

    name = "made/1"

    def __init__(self, encode: _Encode) -> None:
        """Encode by the function *encode*."""
        self.encode = encode


def refused(encoder: object) -> str:
    """Return the sentence with which a bot refuses *encoder*."""
    with pytest.raises(EncoderError) as caught:
        Bot.from_knowledge_base(_KB, encoder, cache=False)  # type: ignore[arg-type]
    return str(caught.value)


def broken(_texts: Sequence[str]) -> object:
    """Fail as the client of a service does."""
    raise ConnectionError("the service is gone")


@pytest.mark.parametrize(
    ("encode", "wanted"),
    [
        (lambda texts: unit(texts) * 3, "a row of length 3, not 1: divide each row by its length"),
        (lambda texts: unit(texts)[:1], r"an array \(1, 8\) for \d+ texts, not a row for each"),
        (lambda texts: unit(texts)[0], "not a row for each"),
        (lambda texts: unit(texts) * np.nan, "a number that is not finite"),
        (lambda texts: np.eye(1, 8).repeat(len(texts), 0), r"the same row for \d+ different texts"),
        (lambda texts: unit(texts)[:, : 4 + len(texts) % 3], r"rows of \d numbers after rows of \d|of length"),
        (lambda _: "text", "failed: ValueError"),
        (lambda _: None, "not a row for each"),
        (broken, "failed: ConnectionError: the service is gone"),
    ],
)  # fmt: skip
def test_wrong_rows_are_refused(encode: _Encode, wanted: str) -> None:
    """The sentence names the encoder, its class, and what it returned."""
    message = refused(Given(encode))

    assert "the encoder 'made/1' (" in message
    assert "Given)" in message
    assert re.search(wanted, message)


class Nameless:
    """Object without a name."""

    encode = staticmethod(unit)


class Empty:
    """Object without a method."""

    name = "empty"


class Numbered:
    """Object whose method is none."""

    name = "numbered"
    encode = 3


@pytest.mark.parametrize(
    ("encoder", "wanted"),
    [
        (Nameless(), "Nameless needs an attribute `name`"),
        (Empty(), "Empty needs a method `encode`"),
        (Numbered(), "Numbered needs a method `encode`"),
        (7, "int needs an attribute `name`"),
    ],
)
def test_what_is_no_encoder_is_refused(encoder: object, wanted: str) -> None:
    """An object that lacks a member is refused before anything is encoded."""
    assert wanted in refused(encoder)


def test_an_encoder_that_fails_later_is_named() -> None:
    """A failure while a question is answered is an EncoderError with the cause."""
    given = Given(unit)
    bot = Bot.from_knowledge_base(_KB, given, cache=False)  # type: ignore[arg-type]
    given.encode = broken

    with pytest.raises(EncoderError, match=r"'made/1'.*ConnectionError") as caught:
        bot.ask("where are the bathrobes?")
    assert isinstance(caught.value.__cause__, ConnectionError)


def test_right_rows_pass_unchanged() -> None:
    """Rows of double precision, half precision and zeros are those of the protocol."""
    texts = ["parking", "xyz", ""]
    for kind in (np.float64, np.float16):
        encoder = checked(Given(lambda texts, kind=kind: unit(texts).astype(kind)))
        rows = encoder.encode(texts)

        assert rows.dtype == np.float32
        assert np.allclose(rows, unit(texts), atol=1e-3)


class Words(Given):
    """Encoder with a vector per word."""

    def encode_words(self, words: Sequence[str]) -> object:
        """Return rows of length 2."""
        return unit(words) * 2


def test_word_vectors_are_checked() -> None:
    """An encoder of words stays one, and its word vectors have length 1 too."""
    encoder = checked(Words(unit))

    assert isinstance(encoder, WordEncoder)
    assert not isinstance(checked(Given(unit)), WordEncoder)
    with pytest.raises(EncoderError, match="a row of length 2"):
        encoder.encode_words(["parking"])


def test_a_checked_encoder_is_not_checked_again() -> None:
    """A bot made with the encoder of another bot has the same object; so has one of faqbot's own."""
    encoder: Encoder = checked(Given(unit))

    assert checked(encoder) is encoder
    assert checked(own := WordLlamaEncoder.__new__(WordLlamaEncoder)) is own
