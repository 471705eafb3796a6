"""Encoders: choosing one, and the static one."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import EncoderError, MissingDependency
from faqbot.installation import install_command
from faqbot.retrieval import encoders
from faqbot.retrieval.encoders import (
    ENCODER_NAMES,
    Encoder,
    WordEncoder,
    WordLlamaEncoder,
    choose_encoder,
    multilingual,
)

if TYPE_CHECKING:
    from conftest import Letters, WordLetters

needs_wordllama = pytest.mark.skipif(
    find_spec("wordllama") is None, reason="wordllama, of the extra `semantic`, is not installed"
)


@pytest.fixture(scope="module")
def llama() -> WordLlamaEncoder:
    """Return the static encoder, its files read once for all tests."""
    if find_spec("wordllama") is None:
        pytest.skip("wordllama, of the extra `semantic`, is not installed")
    return WordLlamaEncoder()


@pytest.fixture
def no_wordllama(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do as if wordllama were not installed."""
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)
    monkeypatch.setattr(multilingual, "find_spec", lambda _: None)


@pytest.mark.parametrize("wanted", [None, "none"])
def test_none_is_no_encoder(wanted: str | None) -> None:
    """It needs no note: it was asked for."""
    assert choose_encoder(wanted) == (None, "")


@needs_wordllama
def test_wordllama_by_name() -> None:
    """A named encoder is taken without a note."""
    encoder, note = choose_encoder("wordllama")

    assert isinstance(encoder, WordLlamaEncoder)
    assert note == ""


@needs_wordllama
def test_auto_takes_the_best_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With only the extra `semantic` installed it is the static encoder."""
    monkeypatch.setattr(multilingual, "find_spec", lambda _: None)
    encoder, note = choose_encoder("auto")

    assert isinstance(encoder, WordLlamaEncoder)
    assert note == "auto took wordllama, the best one installed"


@pytest.mark.usefixtures("no_wordllama")
def test_auto_without_the_extra_takes_none_and_says_so() -> None:
    """The bot works all the same, and the note tells how to get more."""
    encoder, note = choose_encoder("auto")

    assert encoder is None
    assert note.startswith("auto took none")
    assert install_command("semantic") in note


@pytest.mark.usefixtures("no_wordllama")
def test_a_missing_library_is_named_with_its_extra() -> None:
    """Who asks for it by name is told what to install."""
    with pytest.raises(MissingDependency, match=r"\[semantic\]"):
        choose_encoder("wordllama")


def test_an_unknown_encoder_is_told_the_known_ones() -> None:
    """Every name that would do is in the message."""
    with pytest.raises(EncoderError) as caught:
        choose_encoder("word2vec")

    assert "'word2vec'" in str(caught.value)
    assert all(name in str(caught.value) for name in ENCODER_NAMES)


def test_an_object_is_taken_as_it_is(letters: Letters, word_letters: WordLetters) -> None:
    """Anything of the shape will do, with or without vectors of words."""
    chosen, note = choose_encoder(letters)

    assert getattr(chosen, "wrapped", None) is letters
    assert note == ""
    assert isinstance(letters, Encoder)
    assert not isinstance(letters, WordEncoder)
    assert isinstance(word_letters, WordEncoder)


@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=4))
def test_rows_are_unit_or_zero(llama: WordLlamaEncoder, texts: list[str]) -> None:
    """One float32 row a text, of length 1, or of zeros for a text without words."""
    rows = llama.encode(texts)
    lengths = np.linalg.norm(rows, axis=1)

    assert (rows.shape, rows.dtype) == ((len(texts), 256), np.float32)
    assert all(length == pytest.approx(1, abs=1e-5) or length == 0 for length in lengths)


def test_a_text_without_words_is_a_row_of_zeros(llama: WordLlamaEncoder) -> None:
    """Punctuation and blanks mean nothing; beside them, words still do."""
    rows = llama.encode(["?!", "treaty", ""])

    assert not rows[[0, 2]].any()
    assert np.linalg.norm(rows[1]) == pytest.approx(1)
    assert llama.encode_words([]).shape == (0, 256)


def test_the_same_text_has_the_same_vector(llama: WordLlamaEncoder) -> None:
    """Again, in another batch, in other case and spacing, and from another encoder."""
    once = llama.encode(["what is a treaty"])

    assert np.array_equal(once, llama.encode(["what is a treaty"]))
    assert np.array_equal(once[0], llama.encode(["visa", " What is a  TREATY?"])[1])
    assert np.array_equal(once, WordLlamaEncoder().encode(["what is a treaty"]))


def test_vectors_say_what_is_alike(llama: WordLlamaEncoder) -> None:
    """Two ways to say a thing are nearer to each other than to something else."""
    car, automobile, banana = llama.encode(["buy a car", "purchase an automobile", "peel a banana"])

    assert car @ automobile > car @ banana + 0.2


def test_a_word_of_many_pieces_does_not_drown_the_others(llama: WordLlamaEncoder) -> None:
    """No word weighs more than a common one of one piece does."""
    assert np.linalg.norm(llama._word_vectors(["pneumonoultramicroscopic"])) == pytest.approx(
        WordLlamaEncoder._LONGEST, abs=0.01
    )


def test_words_have_the_vectors_of_texts(llama: WordLlamaEncoder) -> None:
    """A word alone means the same as a text of that word."""
    words = ["treaty", "embassy", "zxqv"]

    assert np.array_equal(llama.encode_words(words), llama.encode(words))


def test_what_is_remembered_is_bounded(
    llama: WordLlamaEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strange words without end do not fill the memory, and threads see the same throughout."""
    monkeypatch.setattr(WordLlamaEncoder, "_MOST_CACHED", 3)
    texts = ["what is a treaty", "who signs it", "embassy of nowhere"] * 10
    expected = llama.encode(texts)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: llama.encode(texts), range(8)))

    assert all(np.array_equal(rows, expected) for rows in found)
    assert len(llama._words) <= 3 + 8


@needs_wordllama
def test_libraries_are_imported_with_the_first_text_only() -> None:
    """Choosing imports none of them, encoding those that read files, and nothing ever wordllama."""
    program = """
import sys
from faqbot.retrieval.encoders import choose_encoder
from faqbot.installation import install_command
encoder, _ = choose_encoder("auto")
print(sorted({"wordllama", "tokenizers", "safetensors"} & sys.modules.keys()))
encoder.encode(["treaty"])
print(sorted({"wordllama", "tokenizers", "safetensors"} & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == ["[]", "['safetensors', 'tokenizers']"]
