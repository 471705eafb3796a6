"""What was missed, in clusters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from faqbot.authoring.insights.clusters import Cluster, find_clusters, is_miss
from faqbot.bot import Bot
from faqbot.models import AskedQuestion, Entry, KnowledgeBase, Outcome

_ENTRIES = (
    Entry("password", "How do I reset my password?", "Press *Forgot*.", ("forgotten password",)),
    Entry("printer", "How do I add a printer?", "Ask the desk.", ("set up a printer",)),
    Entry("leave", "Who approves my leave?", "Your manager.", ("leave approval",)),
)
_PARKING = ("where can I park my car", "may I park a company car", "park cars near the office")
_AT = datetime(2026, 3, 1, tzinfo=UTC)


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

    assert _texts(clusters) == [set(_PARKING), {"is lunch free"}]
    assert [cluster.count for cluster in clusters] == [4, 2]
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
