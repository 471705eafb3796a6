"""Decision policy: outcome, confidence and reason agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.models import Answer, Caution, Entry, KnowledgeBase, Match, Outcome, Question, Reason

_FILLING = tuple(
    Entry(f"x{n}", f"What is {word}?", "x", (f"tell me about the {word}",))
    for n, word in enumerate(
        ["gravity", "volcanoes", "pottery", "knitting", "sailing", "beekeeping", "origami"]
    )
)
_ENTRIES = (
    Entry("buy", "How do I buy shares?", "Press Buy.", ("buying shares",), follow_ups=("fees",)),
    Entry("fees", "What fees do you charge?", "None.", ("charges",)),
    Entry("light", "How do I cancel my order?", "Press Cancel.", ("stop an order",)),
    Entry("new", "What is new in version 2?", "Speed.", ("news of version 2",)),
    Entry("structure", "What is the warehouse structure?", "Four halls.", ("halls of it",)),
    Entry("visa", "How long does a visa take?", "A week.", ("time for a visa", "papers")),
    Entry("permit", "How long does a permit take?", "A month.", ("time for a permit", "papers")),
    *_FILLING,
)
_BOTS = {
    caution: Bot.from_knowledge_base(
        KnowledgeBase(_ENTRIES, caution=caution, contact="Call us."), "none", cache=False
    )
    for caution in Caution
}
_BOT = _BOTS[Caution.NORMAL]
_MESSAGES = """
buy shares|sell shares|buying a share|papers|how long does it take|fees?|time for a passport|visa
version 3 news|do not cancel my order|cancel order|more|what is the cost structure|permit|xyzzy
how do I buy FIFA shares|hello|thanks|none of these|1|2|3|yes|again|tell me more|and a visa?|vizas
what is gravity and how do I buy shares|what is sailing? what is xyzzy?|it||?!|bye, what is pottery
"""
_SAID = st.sampled_from([text for line in _MESSAGES.split("\n") for text in line.split("|")])


def _agrees(answer: Answer, bot: Bot) -> bool:
    """Return True if the outcome, the confidence and the reason of *answer* agree."""
    limit = bot.thresholds.answer
    answered = answer.outcome is Outcome.ANSWERED
    best = answer.confidence if answer.parts or not answer.matches else answer.matches[0].confidence
    agrees = best >= limit if answered else best <= limit - 0.01
    parts = all(_agrees(part, bot) for part in answer.parts)
    return agrees and best == answer.confidence and answer.reason is not None and parts


@pytest.mark.parametrize("caution", Caution)
@given(said=st.lists(_SAID, min_size=1, max_size=5))
def test_outcome_and_confidence_agree_whatever_was_said(caution: Caution, said: list[str]) -> None:
    """An answer reaches the threshold; nothing else comes nearer to it than 0.01."""
    bot, conversation = _BOTS[caution], Conversation()

    for text in said:
        answer = bot.ask(text, conversation)
        assert _agrees(answer, bot), (text, answer.outcome, answer.confidence)
        assert _agrees(bot.explain(text).answer, bot)


@given(_SAID)
def test_what_is_retrieved_is_no_surer_than_what_is_published(text: str) -> None:
    """Also beyond the matches of an answer, and where an answer is withheld."""
    answer, matches = _BOT.ask(text), _BOT.retrieve(text, 99)

    if answer.outcome is not Outcome.ANSWERED and not answer.parts:
        assert all(match.confidence < _BOT.thresholds.answer for match in matches)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("How do I buy shares?", Reason.EXACT),
        ("buying of shares", Reason.SURE),
        ("hello", Reason.COURTESY),
        ("papers", Reason.SHARED),
        ("how do i sell shares", Reason.OPPOSITE),
        ("do not cancel my order", Reason.NEGATION),
        ("What is new in version 3?", Reason.NUMBER),
        ("What is the cost structure?", Reason.OTHER_WORD),
        ("how do I buy FIFA shares", Reason.UNKNOWN_NAME),
        ("how long does it take", Reason.CLOSE),
        ("version day long", Reason.UNSURE),
        ("cheap pottery classes in town", Reason.UNKNOWN_WORDS),
        ("xyzzy", Reason.UNLIKELY),
        ("?!", Reason.NO_MATCH),
        ("what is gravity and how do I buy shares", Reason.SEVERAL),
    ],
)
def test_a_reason_says_what_decided(text: str, reason: Reason) -> None:
    """One value for each way that an outcome comes about, also as plain data."""
    answer = _BOT.ask(text)

    assert answer.reason is reason
    assert answer.to_dict()["reason"] == reason.value


def test_a_contradicted_match_is_published_below_the_threshold() -> None:
    """However sure the match itself; the explanation shows the same figure."""
    text = "how do i sell shares"
    surest = _BOT._engine.retriever.retrieve(Question(text), 1).matches[0]
    explained = _BOT.explain(text)

    assert surest.confidence > _BOT.thresholds.answer
    assert explained.answer.confidence == _BOT.thresholds.answer - 0.01
    assert explained.answer.matches[0].confidence == explained.answer.confidence
    assert "opposite" in explained.reason
    assert "64%, is held below 65%" in explained.reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (("papers", "1"), Reason.PICKED),
        (("papers", "none of these"), Reason.TURNED_DOWN),
        (("papers", "none of these", "none of these"), Reason.TURNED_DOWN),
        (("How do I buy shares?", "again"), Reason.REPEATED),
        (("How do I buy shares?", "tell me more"), Reason.RELATED),
        (("charges", "tell me more"), Reason.NO_MORE),
    ],
)
def test_a_move_has_a_reason_of_its_own(said: tuple[str, ...], reason: Reason) -> None:
    """What a person did with choices or an answer, rather than how sure a match is."""
    conversation = Conversation()
    answer = [_BOT.ask(text, conversation) for text in said][-1]

    assert answer.reason is reason
    assert _agrees(answer, _BOT)


def test_an_answer_that_a_program_asked_for_was_picked() -> None:
    """By its id, which is certain."""
    answer = _BOT.answer_with("fees")

    assert (answer.reason, answer.confidence) == (Reason.PICKED, 1.0)


def test_phrasings_shared_by_two_entries_stay_below_a_low_threshold() -> None:
    """Each of two is as likely as not, which is where a bot of low caution begins to answer."""
    bot = _BOTS[Caution.LOW]
    answer = bot.ask("papers")

    assert bot.thresholds.answer == 0.5
    assert (answer.outcome, answer.confidence) == (Outcome.AMBIGUOUS, 0.49)


def test_what_comes_after_choices_is_never_as_sure_as_an_answer() -> None:
    """It is offered because the choices before were turned down."""
    conversation = Conversation()
    choices = replace(_BOT.ask("papers"), choices=_ENTRIES[-1:])
    conversation.remember(replace(choices, question=Question("buy shares")))
    answer = _BOT.ask("none of these", conversation)

    assert answer.outcome is Outcome.AMBIGUOUS
    assert answer.matches[0].entry.id == "buy"
    assert answer.confidence == _BOT.thresholds.answer - 0.01


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("How do I buy shares?", ""),
        ("how do i BUY shares", ""),
        ("buying shares", "How do I buy shares?"),
        ("hello", ""),
        ("xyzzy", ""),
        ("how long does it take", ""),
        ("Hi there. How do I buy shares?", ""),
        ("what is gravity and how do I buy shares", ""),
    ],
)
def test_an_answer_to_other_words_is_headed_by_its_question(asked: str, heading: str) -> None:
    """Courtesies, choices, fallbacks, joined answers and the question itself need no heading."""
    answer = _BOT.ask(asked)

    assert answer.heading == answer.to_dict()["heading"] == heading


def test_each_of_several_answers_is_headed_once() -> None:
    """The joined text has the heading of each part."""
    text = _BOT.ask("what is gravity and what fees do you charge").text

    assert text == "**What is gravity?**\n\nx\n\n**What fees do you charge?**\n\nNone."


def test_a_pick_is_headed_by_its_question() -> None:
    """The person typed a number, so the answer names the question."""
    conversation = Conversation()
    _BOT.ask("how do I buy shares", conversation)

    assert _BOT.ask("1", conversation).heading == "What fees do you charge?"
    assert _BOT.answer_with("fees").heading == ""
    assert _BOT.answer_with("fees", question=Question("money?")).heading != ""


def test_a_reference_to_an_answer_above_has_no_heading() -> None:
    """Its text names the question."""
    conversation = Conversation()
    _BOT.ask("buying shares", conversation)
    answer = _BOT.ask("buying shares", conversation)

    assert not (answer.repeated and answer.heading)


@pytest.mark.parametrize(
    ("text", "offered"),
    [("is there a museum of whales", False), ("is there a museum of pottery", True)],
)
def test_unlikely_choices_need_a_word_of_the_question(text: str, *, offered: bool) -> None:
    """A third of the way from offering to answering, entries without its subject are no choices."""
    engine = _BOT._engine
    limits = engine.thresholds
    entry = next(entry for entry in _FILLING if "pottery" in entry.question)
    found = engine.retriever.retrieve(Question(text), 1)
    for share, likely in ((0.1, False), (0.5, True)):
        confidence = limits.suggest + share * (limits.answer - limits.suggest)
        match = Match(entry, score=0.5, confidence=confidence, phrasing=entry.question)
        most = engine._max_confidence(replace(found, matches=(match,), exact=()))

        assert (most >= limits.suggest) is (offered or likely)
