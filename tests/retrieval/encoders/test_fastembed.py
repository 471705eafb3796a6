"""The neural encoder, run on a local folder so that nothing is downloaded."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.shared import SHARED
from faqbot import Bot, Entry, KnowledgeBase
from faqbot.errors import EncoderError, MissingDependency
from faqbot.retrieval.encoders import Encoder, WordEncoder, choose_encoder, fastembed
from faqbot.retrieval.encoders.fastembed import FastEmbedEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = SHARED / "models" / "all-MiniLM-L6-v2-int8"

needs_fastembed = pytest.mark.skipif(
    find_spec("fastembed") is None, reason="fastembed is not installed (the extra neural)"
)
needs_model = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the model folder that lies beside the project is absent"
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """Return the encoder of the local folder."""
    chosen, _ = choose_encoder(f"fastembed:{FOLDER}")
    assert chosen is not None
    return chosen


@needs_fastembed
@needs_model
def test_rows_are_unit_and_mean_something(encoder: Encoder) -> None:
    """Every row has length 1, and a paraphrase is nearer than another subject."""
    rows = encoder.encode(["how do I get paid back", "refund of money", "opening hours on Sunday"])

    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.1


@needs_fastembed
@needs_model
def test_it_encodes_sentences_not_words(encoder: Encoder) -> None:
    """It is an encoder, and claims no vectors of words."""
    assert isinstance(encoder, Encoder)
    assert not isinstance(encoder, WordEncoder)


@needs_fastembed
@needs_model
def test_marks_at_the_end_mean_nothing(encoder: Encoder) -> None:
    """A question without its question mark, or with a full stop, has the same vector."""
    rows = encoder.encode(["Where can I eat?", "Where can I eat", "Where can I eat."])

    assert np.allclose(rows, rows[0])


@needs_fastembed
@needs_model
def test_only_words_are_averaged(encoder: Encoder) -> None:
    """Marks inside a text, and the ends of it, add nothing of their own; without a word all counts."""
    rows = encoder.encode(["refund", "refund...", "(refund)", "?", "!?"])

    assert rows[0] @ rows[1] == pytest.approx(1, abs=1e-3)
    assert rows[0] @ rows[2] > 0.9
    assert rows[0] @ rows[3] < 0.3
    assert np.isfinite(rows).all()


def test_tokens_are_averaged_where_they_are_words() -> None:
    """Neither what pads a text nor what is no word counts; of a text without words, all of it does."""
    tokens = np.array([[[1, 0], [3, 0], [0, 9]], [[2, 2], [4, 4], [9, 9]]], np.float32)
    present = np.array([[True, True, True], [True, True, False]])
    wordless = np.array([[False, False, True], [True, True, True]])

    assert fastembed._average(tokens, present, wordless).tolist() == [[2, 0], [3, 3]]


@needs_fastembed
@needs_model
def test_texts_come_back_in_order(encoder: Encoder) -> None:
    """However long they are; each is about what it is alone."""
    texts = ["a rather long question about getting one's money back", "hours", "where is it"]
    rows = encoder.encode(texts)

    for row, text in zip(rows, texts, strict=True):
        assert row @ encoder.encode([text])[0] > 0.95


@needs_fastembed
@needs_model
def test_a_bot_answers_with_it() -> None:
    """A paraphrase that shares no telling word finds its entry."""
    kb = KnowledgeBase(
        (
            Entry("refund", "How do I get a refund?", "Send the form."),
            Entry("hours", "When are you open?", "From nine."),
        )
    )
    bot = Bot.from_knowledge_base(kb, f"fastembed:{FOLDER}")

    assert bot.retrieve("I want my money back")[0].entry.id == "refund"
    assert bot.encoder_name.startswith("fastembed/all-MiniLM-L6-v2-int8-")


@needs_fastembed
@needs_model
def test_the_name_changes_with_the_files(tmp_path: Path) -> None:
    """An index of one model is never used with another of the same folder name."""
    names = set()
    for content in ("one", "two"):
        folder = tmp_path / content / "model"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(content)
        names.add(fastembed._fingerprint(folder))

    assert len(names) == 2


@needs_fastembed
def test_a_folder_without_a_model_is_one_sentence(tmp_path: Path) -> None:
    """A folder that holds no model is refused with what to give instead."""
    with pytest.raises(EncoderError, match="cannot be loaded") as caught:
        choose_encoder(f"fastembed:{tmp_path}")

    assert "fastembed:FOLDER" in str(caught.value)
    assert "\n" not in str(caught.value)


@needs_fastembed
def test_an_unknown_model_is_one_sentence() -> None:
    """A name that fastembed does not know is refused without a network."""
    with pytest.raises(EncoderError, match="no/such-model"):
        choose_encoder("fastembed:no/such-model")


class Shifted:
    """Model whose vectors share a direction: letters, and a large number that all have."""

    model = None

    def embed(self, texts: list[str], batch_size: int) -> list[NDArray[np.float32]]:
        """Return a vector for each of *texts*."""
        assert batch_size > 0
        counts = [[text.lower().count(chr(97 + place)) for place in range(26)] for text in texts]
        rows = np.array(counts, np.float32)
        return [*np.c_[rows / np.linalg.norm(rows, axis=1, keepdims=True), np.full(len(rows), 2)]]


@needs_fastembed
def test_the_direction_that_all_vectors_share_is_subtracted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Texts that have nothing in common are then not alike; all-MiniLM-L6-v2 is left as it is."""
    monkeypatch.setattr(fastembed, "_load", lambda *_: Shifted())
    texts = ["zzz zz", "xyx", "zz zyz", "zzz"]
    rows, kept = (
        encoder.encode(texts)
        for encoder in (FastEmbedEncoder(), FastEmbedEncoder(fastembed.FOLDER_MODEL))
    )

    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert kept[0] @ kept[1] > 0.75
    assert rows[0] @ rows[1] < 0.4
    assert rows[0] @ rows[3] > 0.99
    assert FastEmbedEncoder().encode([]).size == 0


@needs_fastembed
def test_the_default_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index tells which model it was built with."""
    monkeypatch.setattr(fastembed, "_load", lambda *_: Shifted())

    assert FastEmbedEncoder().name == "fastembed/BAAI/bge-small-en-v1.5"
    assert FastEmbedEncoder(fastembed.FOLDER_MODEL).name.endswith("all-MiniLM-L6-v2")


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fastembed, the extra that installs it is named."""
    monkeypatch.setattr(fastembed, "find_spec", lambda _: None)

    with pytest.raises(MissingDependency, match=r"\[neural\]"):
        choose_encoder("fastembed")


def test_other_encoders_do_not_load_it() -> None:
    """Choosing another encoder imports neither fastembed nor its module here."""
    code = (
        "import sys; from faqbot.retrieval.encoders import choose_encoder; choose_encoder('auto');"
        "sys.exit(any(name in sys.modules for name in ('fastembed', 'faqbot.retrieval.encoders.fastembed')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
