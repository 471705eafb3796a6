"""What was missed, in clusters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from faqbot.authoring.insights.clusters import (
    Cluster,
    find_clusters,
    group,
    is_miss,
    text_similarity,
)
from faqbot.bot import Bot
from faqbot.models import AskedQuestion, Entry, KnowledgeBase, Outcome

_BOUND = 0.3
_TEXTS = (
    "how do I reset my password",
    "password reset please",
    "where is the canteen",
    "what does the canteen serve today",
    "who approves my holidays",
)
_ENTRIES = (
    Entry("password", "How do I reset my password?", "Press *Forgot*.", ("forgotten password",)),
    Entry("printer", "How do I add a printer?", "Ask the desk.", ("set up a printer",)),
    Entry("leave", "Who approves my leave?", "Your manager.", ("leave approval",)),
)
_PARKING = ("where can I park my car", "may I park a company car", "park cars near the office")
_AT = datetime(2026, 3, 1, tzinfo=UTC)


def _blocks(*sizes: int, inside: float = 0.8) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    owner = np.repeat(np.arange(len(sizes)), sizes)
    alike = np.where(owner[:, None] == owner[None], inside, 0).astype(np.float32)
    np.fill_diagonal(alike, 1)
    return alike


def _members(alike: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> list[list[int]]:
    return [sorted(members.tolist()) for members in group(alike, _BOUND)]


def test_groups_are_found_largest_first() -> None:
    """Blocks of what is alike come back as groups; what is like nothing is in none."""
    assert _members(_blocks(2, 3, 1)) == [[2, 3, 4], [0, 1]]


def test_members_are_alike_on_average() -> None:
    """A chain of neighbours is no group: it is the average that has to be alike."""
    alike = np.eye(6, dtype=np.float32)
    for number in range(5):
        alike[number, number + 1] = alike[number + 1, number] = 0.5

    assert max(map(len, group(alike, _BOUND))) <= 3


def test_most_central_member_is_first() -> None:
    """Who is most like the others speaks for the group."""
    alike = _blocks(4, inside=0.5)
    alike[2, :2] = alike[:2, 2] = 0.9

    assert group(alike, _BOUND)[0][0] == 2


def test_member_moves_to_the_group_it_is_most_like() -> None:
    """What was joined too early is mended: a thing ends where it is most alike on average."""
    alike = _blocks(3, 3, inside=0.6)
    alike[0, 1] = alike[1, 0] = 0.9
    alike[2, 3:] = alike[3:, 2] = 0.7

    assert _members(alike) == [[2, 3, 4, 5], [0, 1]]


def test_nothing_and_one_thing_make_no_group() -> None:
    """There is no group of fewer than two."""
    assert group(np.zeros((0, 0), np.float32), _BOUND) == []
    assert group(np.ones((1, 1), np.float32), _BOUND) == []


@given(st.integers(0, 2**32 - 1), st.integers(2, 25))
def test_groups_are_apart_and_alike(seed: int, count: int) -> None:
    """On any likenesses, ties included, groups share no member and each has two or more."""
    draw = np.random.default_rng(seed).integers(-2, 10, (count, count)) / 10
    alike = np.maximum(draw, draw.T).astype(np.float32)
    np.fill_diagonal(alike, 1)
    members = [number for found in group(alike, _BOUND) for number in found.tolist()]

    assert len(members) == len(set(members))
    assert all(len(found) >= 2 for found in group(alike, _BOUND))
    if (alike - np.eye(count) * 2).max() < _BOUND:
        assert members == []


class _Meanings:
    """An encoder that knows two things: whether a text is about money, and whether it is not."""

    name = "meanings"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one of two vectors a text."""
        money = ("salary", "earn", "wage")
        about = [any(word in text for word in money) for text in texts]
        return np.array([[1, 0] if found else [0, 1] for found in about], np.float32)


def test_shared_content_words_make_alike() -> None:
    """Questions about the same are nearer than others, however many small words those share."""
    alike = text_similarity(_TEXTS)

    assert alike[0, 1] > 0.4
    assert alike[2, 3] > 0.2
    assert max(alike[0, 2], alike[0, 4], alike[1, 3]) < 0.1


def test_synonyms_and_misspellings_count() -> None:
    """A synonym is its term, and a slip resembles what was meant."""
    texts = ["join the WTO", "join the World Trade Organization", "jion the wto", *_TEXTS]
    alike = text_similarity(texts, [("wto", "World Trade Organization")])

    assert alike[0, 1] == pytest.approx(1, abs=1e-5)
    assert alike[0, 2] > 0.5


def test_encoder_brings_meanings_together() -> None:
    """Without a word in common, meaning makes alike."""
    texts = ["what salary", "which wage", *_TEXTS]

    assert text_similarity(texts)[0, 1] < 0.1
    assert text_similarity(texts, encoder=_Meanings())[0, 1] > 0.3


def test_few_texts_are_compared_before_all_others() -> None:
    """Two questions are alike or not, however few others there are to compare them with."""
    alike = text_similarity(
        ["how do I reset my password", "how can I reset the password", "is lunch free"]
    )

    assert alike[0, 1] > 0.8
    assert max(alike[0, 2], alike[1, 2]) < 0.1


def test_background_says_what_is_common() -> None:
    """A word that all of a knowledge base has makes nothing alike; elsewhere it may tell."""
    texts = ["the treaty of Westphalia", "who signs a treaty"]
    background = [f"what is treaty {number}x about" for number in range(300)]

    assert text_similarity(texts, background=background)[0, 1] < text_similarity(texts)[0, 1] / 2


@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_texts_give_a_symmetric_matrix(texts: list[str]) -> None:
    """Whatever was typed, likeness is finite, symmetric and of the right shape."""
    alike = text_similarity(texts)

    assert alike.shape == (len(texts), len(texts))
    assert np.isfinite(alike).all()
    assert np.allclose(alike, alike.T, atol=1e-5)


def test_many_texts_are_compared_in_parts() -> None:
    """More texts than are compared at once give the same as few of them would."""
    texts = [f"what about topic{number // 2} number{number}" for number in range(1100)]
    alike = text_similarity(texts)

    assert np.allclose(alike, alike.T, atol=1e-6)
    assert alike[0, 1] > 0.3
    assert alike[1098, 1099] > 0.3
    assert abs(alike[0, 1099]) < 0.05


@pytest.fixture(scope="module")
def bot() -> Bot:
    """Return a bot of three entries."""
    return Bot.from_knowledge_base(KnowledgeBase(_ENTRIES), "none", cache=False)


def _asked(text: str, outcome: str = "unanswered", **more: object) -> AskedQuestion:
    fields: dict[str, object] = {"entry": "", "confidence": 0.1, "adapter": "api", **more}
    return AskedQuestion("1", text, Outcome(outcome), at=_AT, **fields)  # type: ignore[arg-type] # of any field


def _texts(clusters: tuple[Cluster, ...]) -> list[set[str]]:
    return [set(cluster.questions) for cluster in clusters]


@pytest.mark.parametrize(
    ("asked", "missed"),
    [
        (_asked("q"), True),
        (_asked("q", helpful=1), False),
        (_asked("q", "ambiguous"), True),
        (_asked("q", "ambiguous", picked="leave"), False),
        (_asked("q", "ambiguous", picked="leave", unhelpful=1), True),
        (_asked("q", "answered", entry="leave"), False),
        (_asked("q", "answered", entry="leave", unhelpful=1), True),
        (_asked("q", "answered", entry="leave", unhelpful=1, helpful=1), False),
    ],
)
def test_what_is_a_miss(asked: AskedQuestion, *, missed: bool) -> None:
    """No answer, choices of which none was picked, and more people not helped than helped."""
    assert is_miss(asked) is missed


def test_alike_misses_are_one_cluster(bot: Bot) -> None:
    """Differently worded misses come together with their count; those asked most come first."""
    questions = [_asked(text) for text in (*_PARKING, _PARKING[0].upper() + "??", "dogs at work?")]
    clusters = find_clusters([*questions, *[_asked("is lunch free")] * 2], bot)

    assert _texts(clusters) == [set(_PARKING), {"is lunch free"}, {"dogs at work?"}]
    assert [cluster.count for cluster in clusters] == [4, 2, 1]
    assert clusters[0].label == clusters[0].questions[0]


def test_what_is_answered_by_now_is_left_out(bot: Bot) -> None:
    """A miss that the knowledge base answers today is no miss any more."""
    assert find_clusters([_asked("forgotten password")] * 3, bot) == ()


def test_unhelpful_answer_is_open_until_another_entry_answers(bot: Bot) -> None:
    """An answer that did not help counts while the same entry gives it."""
    same = [_asked("forgotten password", "answered", entry="password", unhelpful=1)] * 2
    other = [_asked("forgotten password", "answered", entry="leave", unhelpful=1)] * 2

    assert find_clusters(same, bot)[0].unhelpful == 2
    assert find_clusters(other, bot) == ()


def test_turned_down_entries_are_not_nearest(bot: Bot) -> None:
    """An entry that was offered and not picked, or did not help, is not what a cluster means."""
    free = find_clusters([_asked("printers abroad during leave tomorrow")] * 2, bot)[0]
    offered = find_clusters(
        [_asked("printers abroad during leave tomorrow", "ambiguous", nearest=("printer",))] * 2,
        bot,
    )[0]

    assert {near.entry for near in free.nearest} >= {"printer", "leave"}
    assert "printer" not in {near.entry for near in offered.nearest}


def test_entries_for_an_audience_are_nearest_too() -> None:
    """An author sees all entries, whoever may ask for them."""
    entry = Entry("e4", "When is the bonus paid?", "In May.", audience=frozenset({"staff"}))
    bot = Bot.from_knowledge_base(KnowledgeBase((*_ENTRIES, entry)), "none", cache=False)

    assert (
        find_clusters([_asked("bonus for whom exactly, please")] * 2, bot)[0].nearest[0].entry
        == "e4"
    )


def test_follow_up_is_taken_as_it_was_understood(bot: Bot) -> None:
    """What a question was read as stands for what was typed."""
    clusters = find_clusters([_asked("and bikes?", read_as="where can I park bikes")] * 2, bot)

    assert clusters[0].label == "where can I park bikes"


def test_texts_without_words_are_left_out(bot: Bot) -> None:
    """A question mark, or only redacted text, says nothing."""
    assert (
        find_clusters([_asked(text) for text in ("?", "???", "[email]", "[secret]") * 2], bot) == ()
    )


def test_no_questions_make_no_clusters(bot: Bot) -> None:
    """Nothing comes of nothing."""
    assert find_clusters([], bot) == ()
