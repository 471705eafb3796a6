"""Small talk: courtesies, moves, and the changes of an author."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process
from rapidfuzz.distance import OSA

from faqbot.dialogue.manners import Manners, is_move
from faqbot.kb import shipped_manners
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval.languages import ENGLISH, tokenize

_ENTRY = Entry("wifi", "What is the password?", "It hangs in the kitchen.", section="Network")
_KB = KnowledgeBase((_ENTRY,), title="Our office", contact="Ask *Ann*.")
_MANNERS = Manners(_KB)


def found(text: str, manners: Manners = _MANNERS) -> str | None:
    """Return the id of the courtesy that *text* is."""
    entry = manners.find(text)
    return None if entry is None or is_move(entry) else entry.id


def moved(text: str, manners: Manners = _MANNERS) -> str | None:
    """Return the id of the move that *text* is."""
    entry = manners.find(text)
    return entry.id if entry is not None and is_move(entry) else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hello!", "greeting"),
        ("helo", "greeting"),
        ("hiii", "greeting"),
        ("helllooo there bot", "greeting"),
        ("thx", "thanks"),
        ("thankssss", "thanks"),
        ("thank you very vrey much", "thanks"),
        ("coooool", "thanks"),
        ("could you help us please", "help"),
        ("I'd like to speak with a human", "person"),
        ("heeeey", "greeting"),
        ("helo there", "greeting"),
        ("Thank you very much!!", "thanks"),
        ("thanx", "thanks"),
        ("thnaks a lot", "thanks"),
        ("bye bye", "goodbye"),
        ("help", "help"),
        ("What can you do for me?", None),
        ("what can you do", "capabilities"),
        ("Are you a robot?", "are-you-a-bot"),
        ("who are you", "are-you-a-bot"),
        ("I want to talk to a human please", "person"),
        ("you are a stupid bot", "insult"),
    ],
)
def test_courtesies_are_known(text: str, name: str | None) -> None:
    """However they are typed, slips of the finger and a word around them aside."""
    assert found(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("none of these", "none-of-these"),
        ("Nope.", "none-of-these"),
        ("yes please", "first-choice"),
        ("could you repeat that please", "repeat"),
        ("tell me mroe", "more"),
        ("\U0001f44e", "rejection"),
        (":-1:", "rejection"),
        ("that is not what I asked for, sorry", "rejection"),
        ("Not that one!", "rejection"),
        ("what else?", "more"),
    ],
)
def test_moves_are_known(text: str, name: str) -> None:
    """A move is no courtesy, and a courtesy no move."""
    assert moved(text) == name
    assert found(text) is None
    assert moved("hello") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("great, thanks", "thanks thanks"),
        ("thanks a lot, that was super helpful", "thanks thanks"),
        ("Thank you very much, goodbye!", "thanks goodbye"),
        ("hi, how are you?", "greeting"),
        ("wow thanks", "interjection thanks"),
        ("ok, never mind", "acknowledgement never-mind"),
        ("awesome, thank u. see you later", "thanks thanks goodbye"),
        ("lol ok bye", "interjection goodbye"),
        ("contact details", ""),
        ("thanks, the pool", ""),
        ("hello, who pays", ""),
        ("nice example of a treaty, thanks", ""),
    ],
)
def test_courtesies_in_one_message_are_found(text: str, names: str) -> None:
    """Each part is one; a part that is none makes the message a question."""
    assert " ".join(entry.id for entry in _MANNERS.find_all(text)) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("\U0001f44d", "thanks"),
        ("\U0001f44d\U0001f3fd", "thanks"),
        ("\u2764\ufe0f", "thanks"),
        (":thumbsup:", "thanks"),
        ("+1", "thanks"),
        ("\U0001f44b", "goodbye"),
        ("\u2705", "acknowledgement"),
        ("\U0001f600\U0001f600", "interjection"),
        (":)", "interjection"),
        ("\U0001f600 where", None),
        ("1", None),
        (":", None),
    ],
)
def test_emoji_alone_are_courtesies(text: str, name: str | None) -> None:
    """Thumbs, hearts and hands have a meaning; other emoji are interjections."""
    assert found(text) == name


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("no i meant the pool", "the pool"),
        ("No, I meant: the pool", "the pool"),
        ("sorry i meant pools", "pools"),
        ("no, the pool", "the pool"),
        ("nope, the pool", "the pool"),
        ("no smoking in the pool", ""),
        ("i meant", ""),
        ("no i meantime", ""),
        ("what do you mean by pool", ""),
        ("no", ""),
    ],
)
def test_the_question_after_a_correction_is_found(text: str, rest: str) -> None:
    """Words that take back a question are followed by the right one."""
    assert _MANNERS.correction(text) == rest


def test_the_replies_of_several_courtesies_are_joined() -> None:
    """Once each, without a greeting beside another courtesy."""
    assert _MANNERS.reply(_MANNERS.find_all("great, thanks, goodbye")) == (
        f"{_MANNERS.words('thanks')} {_MANNERS.words('goodbye')}"
    )
    assert _MANNERS.reply(_MANNERS.find_all("hi, thank you")) == _MANNERS.words("thanks")
    assert _MANNERS.reply(_MANNERS.find_all("hi, how are you")) == _MANNERS.words("greeting")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "what is a source",
        "sources of law",
        "cancel my order",
        "no parking",
        "I mean it",
        "what is my name",
        "pool",
        "the pool",
        "any food",
        "wood",
        "tanks",
        "cello",
        "kelp",
        "shot",
        "what is a cask",
        "whats a shoulder",
        "what is a name",
        "what is a job",
        "what's a bot",
        "the bot",
        "what are machines",
        "do you have a computer",
        "do you have a machine",
        "tell me about the topics",
        "your answer",
        "i need a machine",
        "can i continue",
        "i want a contact",
        "how do I say hello in Japanese",
        "connect me with a cab",
        "thank the ambassador for the flowers",
        "what are your opening hours",
        "tell me more about Bismarck",
        "repeat prescription",
        "help desk opening hours",
        "what is it",
        "how",
    ],
)
def test_a_question_is_no_courtesy(text: str) -> None:
    """One word that no courtesy has makes it something else."""
    assert found(text) is None
    assert moved(text) is None


def test_a_text_that_denies_nothing_rejects_nothing() -> None:
    """One little word is the difference."""
    assert moved("no, that is not true") == "rejection"
    assert moved("I know that is true") != "rejection"


def test_a_word_that_the_base_has_is_not_misspelt() -> None:
    """Though no dictionary has it: here it names a product."""
    manners = Manners(_KB, knows={"thankz", "mornin"}.__contains__)

    assert [found(text) for text in ("many thankz", "good mornin")] == ["thanks", "greeting"]
    assert [found(text, manners) for text in ("many thankz", "good mornin")] == [None, None]


_ASKED = (
    "{}",
    "the {}",
    "any {}",
    "what is a {}",
    "what are {}s",
    "whats a {}",
    "my {}",
    "{} then",
)
_SAID = {
    " ".join(tokenize(phrasing))
    for entry in shipped_manners().entries
    if entry.section in {"Manners", "Moves"}
    for phrasing in entry.phrasings
}


@cache
def _near_words() -> tuple[str, ...]:
    """Return the words of English that are courtesies' words, or one slip away from one."""
    known = sorted({word for phrasing in _SAID for word in phrasing.split()})
    english = sorted({*ENGLISH.words, *ENGLISH.names, *ENGLISH.doubtful_words})
    slips = process.cdist(english, known, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    return tuple(word for word, near in zip(english, slips.min(axis=1) <= 1, strict=True) if near)


@pytest.mark.parametrize("frame", _ASKED)
def test_no_word_of_english_is_a_misspelt_courtesy(frame: str) -> None:
    """Alone or asked for; only what is said so word for word is a courtesy."""
    texts = [frame.format(word) for word in _near_words()]
    taken = {text for text in texts if text not in _SAID and (found(text) or moved(text))}

    assert len(texts) > 1_000
    assert {text.removesuffix(" then") for text in taken} <= _SAID


def test_every_way_to_say_one_is_known_as_itself() -> None:
    """No two entries share a way to be said, and each has words for it."""
    for entry in shipped_manners().entries:
        if entry.section in {"Manners", "Moves"}:
            assert {found(each) or moved(each) for each in entry.phrasings} == {entry.id}
            assert _MANNERS.words(entry.id)


def test_marks_are_filled_in() -> None:
    """With what the knowledge base says of itself; what it does not say takes its paragraph away."""
    assert "Our office" in _MANNERS.words("greeting")
    assert "Network" in _MANNERS.words("capabilities")
    assert _MANNERS.words("person").startswith("Ask *Ann*.")
    assert _MANNERS.words("already-given", "What is it?").count("What is it?") == 1
    bare = Manners(KnowledgeBase((Entry("a", "b", "c"),)))
    assert not [name for name in shipped_manners().by_id if "{" in bare.words(name, "q")]
    assert "topics" not in bare.words("capabilities")


def test_an_author_changes_what_is_shipped() -> None:
    """In what is filled in: an answer, further ways to say it, or both; others stay."""
    changes = (Entry("greeting", "", "Ahoy!", ("ahoi",)), Entry("ping", "ping", "pong"))
    manners = Manners(KnowledgeBase((_ENTRY,), manners=changes))

    assert [found(text, manners) for text in ("ahoi", "hello", "ping")] == [
        "greeting",
        "greeting",
        "ping",
    ]
    assert manners.words("greeting") == "Ahoy!"
    assert manners.words("ping") == "pong"
    assert manners.words("thanks") == _MANNERS.words("thanks")


def test_an_author_takes_over_what_is_said_to_a_shipped_entry() -> None:
    """A new entry of the author goes before the shipped entry with the same words."""
    changes = (Entry("status", "is this working", "All systems run."),)
    manners = Manners(KnowledgeBase((_ENTRY,), manners=changes))

    assert found("is this working") == "greeting"
    assert found("is this working", manners) == "status"


def test_an_author_leaves_one_out() -> None:
    """A draft of its id takes a courtesy away, or a move, and its label with it."""
    changes = (Entry("insult", "", "", draft=True), Entry("none-of-these", "", "", draft=True))
    manners = Manners(KnowledgeBase((_ENTRY,), manners=changes))

    assert found("you are stupid", manners) is None
    assert manners.label("none-of-these") == ""
    assert _MANNERS.label("none-of-these") == "None of these"


def test_an_author_switches_them_off() -> None:
    """Then no courtesy is known; the moves of a conversation and the bot's own words stay."""
    manners = Manners(KnowledgeBase((_ENTRY,), manners=()))

    assert found("hello", manners) is None
    assert moved("repeat", manners) == "repeat"
    assert manners.words("choices")


@given(st.text())
def test_any_text_may_be_said(text: str) -> None:
    """Nothing raises, and the same text is understood the same way again."""
    assert _MANNERS.find(text) is _MANNERS.find(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hiya, is anybody there?", "greeting"),
        ("thanks, that was fast", "thanks"),
        ("great, exactly what i needed", "thanks"),
        ("yep thanks", "thanks"),
        ("sorry, i still don't get it", "unclear"),
        ("are u real", "are-you-a-bot"),
        ("who am i talking to?", "are-you-a-bot"),
        ("gotta go now", "goodbye"),
    ],
)
def test_everyday_ways_to_say_one_are_known(text: str, name: str) -> None:
    """As people type them in a chat."""
    assert found(text) == name
