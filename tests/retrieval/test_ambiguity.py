"""Questions that leave open which of several entries they mean, on small bases and made rankings."""

from __future__ import annotations

from functools import cache

import pytest

from faqbot import Bot, Entry, KnowledgeBase, Outcome
from faqbot.models import Reason
from tests.retrieval.made_rankings import OTHERS, TREES, judged

_BASES: dict[str, KnowledgeBase] = {
    "workshop": KnowledgeBase(
        (
            Entry("car", "How do I insure a car?", "A.", ("put a car aside", "car insure")),
            Entry("van", "How do I insure a camper van?", "B.", ("use a camper van",)),
            Entry("late", "What happens if I am late?", "The next one starts."),
            Entry("pay", "Where do I pay?", "In the shed."),
            Entry("open", "When are you open?", "From nine."),
            Entry("card", "How much is a new card?", "Two pounds."),
        )
    ),
    "harbour": KnowledgeBase(
        (
            Entry(
                "fee",
                "How much is a lesson?",
                "Ten euros.",
                ("what does it cost per week", "lesson fee"),
            ),
            Entry(
                "mooring", "Where can I moor?", "At the ring.", ("is there mooring", "mooring ring")
            ),
            Entry("open", "When is the harbour open?", "From six.", ("opening hours",)),
            Entry("boat", "Can I rent a boat?", "Yes.", ("boat rental",)),
            Entry("shower", "Are there showers?", "Yes.", ("where can I wash",)),
            Entry("lost", "I lost my key", "At the desk.", ("key gone",)),
        )
    ),
    "printer": KnowledgeBase(
        (
            Entry("linux", "How do I set up the scanner on Linux?", "With sane."),
            Entry("ipad", "How do I set up the scanner on an iPad?", "With the app."),
            Entry("crane", "Who may use the crane in the harbor?", "Drivers."),
            Entry("bird", "Where does the crane build its nest?", "In the reeds."),
            Entry("ink", "What does ink cost?", "Nine pounds."),
        )
    ),
}


@cache
def bot(name: str, encoder: str) -> Bot:
    """Return a bot of one of the bases."""
    return Bot.from_knowledge_base(_BASES[name], encoder, cache=False)


_BOTH = pytest.mark.parametrize("encoder", ["none", "wordllama"])


@_BOTH
@pytest.mark.parametrize("question", ["how do I set up the scanner", "set up the scanner", "crane"])
def test_a_difference_that_is_left_open_is_no_answer(question: str, encoder: str) -> None:
    """Choices are offered, or the question is declined."""
    assert bot("printer", encoder).ask(question).outcome is not Outcome.ANSWERED


@_BOTH
def test_all_rivals_of_an_open_question_are_offered(encoder: str) -> None:
    """The choices hold every entry that differs only in words that the question leaves out."""
    answer = bot("printer", encoder).ask("set up the scanner")

    assert {entry.id for entry in answer.choices} == {"linux", "ipad"}
    assert answer.reason in {Reason.LEFT_OPEN, Reason.CLOSE}


@_BOTH
@pytest.mark.parametrize("question", ["how do I insure", "how can we insure?", "insure"])
def test_a_sentence_without_its_end_is_open(question: str, encoder: str) -> None:
    """Both entries go on after its words, so that a nearer one is no better."""
    answer = bot("workshop", encoder).ask(question)

    assert {entry.id for entry in answer.choices} == {"car", "van"}
    assert answer.reason in {Reason.LEFT_OPEN, Reason.CLOSE}


@pytest.mark.parametrize("question", ["how much does mooring cost", "how much is the mooring fee"])
def test_entry_with_the_words_that_the_best_match_lacks_is_offered(question: str) -> None:
    """A question with words of two entries may mean either."""
    answer = bot("harbour", "none").ask(question)

    assert {entry.id for entry in answer.choices} == {"fee", "mooring"}
    assert answer.reason is Reason.LEFT_OPEN


def test_entries_of_an_open_question_are_equally_likely() -> None:
    """Each of them has the same confidence, below the answering threshold."""
    answer = bot("printer", "wordllama").ask("crane")

    assert answer.reason is Reason.LEFT_OPEN
    assert {match.confidence for match in answer.matches[:2]} == {answer.confidence}
    assert {entry.id for entry in answer.choices} == {"crane", "bird"}


_BEAR = (
    Entry("bear", "Why do you need to see the bear at dusk?", "To feed it."),
    Entry("nest", "Where can I see a bear in winter?", "In the reeds."),
)


@pytest.mark.parametrize(
    ("question", "confidences", "reason"),
    [
        ("why do you want to see a bear", (0.85, 0.1), None),
        ("why do you want to see a bear", (0.85, 0.2), Reason.LEFT_OPEN),
        ("why do you want to see a bear", (0.75, 0.1), Reason.LEFT_OPEN),
        ("see a bear", (0.85, 0.1), Reason.LEFT_OPEN),
    ],
)
def test_a_sure_match_answers_a_longer_question_with_one_key_term(
    question: str, confidences: tuple[float, float], reason: Reason | None
) -> None:
    """The other words tell which entry is meant, if no rival is likely."""
    assert judged(question, (*_BEAR, *OTHERS), confidences) is reason


_BOATS = (
    Entry("price", "What does rowing cost?", "Nine euros at the lagoon."),
    Entry("lagoon", "What is the lagoon?", "A lake."),
    *(Entry(tree, f"Where is the {tree}?", f"At the lagoon, {tree} side.") for tree in TREES),
    *(Entry(f"{tree}-age", f"Who planted the {tree}?", "We did.") for tree in TREES),
    *(Entry(f"{tree}-use", f"Why is there a {tree}?", "It is old.") for tree in TREES),
)


@pytest.mark.parametrize(
    ("question", "confidences", "reason"),
    [
        ("rowing and lagoon", (0.9, 0.7), None),
        ("rowing and lagoon", (0.84, 0.6), Reason.LEFT_OPEN),
    ],
)
def test_a_word_for_the_common_subject_speaks_for_no_rival(
    question: str, confidences: tuple[float, float], reason: Reason | None
) -> None:
    """A third of the answers name the lagoon, so a sure match may lack it."""
    assert judged(question, _BOATS, confidences) is reason


def test_another_word_does() -> None:
    """The entry that has it may be meant."""
    entries = (_BOATS[0], Entry("raft", "What is the raft?", "A boat."), *OTHERS)
    assert judged("rowing and raft", entries, (0.9, 0.7)) is Reason.LEFT_OPEN
