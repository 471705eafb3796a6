"""Memory of a conversation: picks, declined choices, given answers and expiry."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.dialogue.conversation import Conversation, Conversations, places
from faqbot.models import Answer, Entry, Match, Outcome, Question, Reason

_ENTRIES = tuple(Entry(name, name, "") for name in "abc")
_QUESTION = Question("what")


def conversation(*, choices: int = 0, follow_ups: int = 0) -> Conversation:
    """Return a conversation whose last answer offers as many entries."""
    found = Conversation()
    found.remember(
        Answer(
            _QUESTION,
            Outcome.AMBIGUOUS if choices else Outcome.ANSWERED,
            0.5,
            "",
            choices=_ENTRIES[:choices],
            follow_ups=_ENTRIES[::-1][:follow_ups],
        )
    )
    return found


def picked(found: Conversation, text: str) -> str | None:
    """Return the ids of what *text* picks; None if it picks nothing."""
    entries = found.picked(Question(text))
    return " ".join(entry.id for entry in entries) or None


@pytest.mark.parametrize(
    "text",
    [
        *("2", "2.", "2)", "(2)", "#2", "#2.", " 2 ", "\t2.\n", "02", "\uff12"),
        *("two", "2nd", "second", "the second one", "Number 2", "option 2", "I mean the second!"),
    ],
)
def test_a_number_picks(text: str) -> None:
    """However it is marked, number 2 is the second of what was offered."""
    assert picked(conversation(choices=3), text) == "b"
    assert picked(conversation(follow_ups=2), text) == "b"
    assert picked(conversation(follow_ups=3), "1") == "c"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "4",
            "0",
            "-1",
            "2.5",
            "2 3",
            "four",
            "2?",
            "what is the second one",
            "",
            " ",
            "#",
            "()",
            "1000",
            "\u00b2",
            "\u2161",
        )
    ],
)
def test_anything_else_is_a_question(text: str) -> None:
    """A number beyond what was offered too."""
    assert picked(conversation(choices=3), text) is None


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_may_be_asked(text: str) -> None:
    """Nothing that is typed raises, and only a number or the word for one picks."""
    entries = conversation(choices=3).picked(Question(text))

    assert not entries or any(char.isalnum() for char in text)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("1 and 3", "a c"),
        ("1, 2 & 3", "a b c"),
        ("the first and the last one", "a c"),
        ("2 and 2", "b"),
        ("explain the third", "c"),
        ("tell me about the second one please", "b"),
        ("show me 2", "b"),
        ("1 and 4", None),
        ("1 and why", None),
    ],
)
def test_several_numbers_pick_several(text: str, ids: str | None) -> None:
    """Each number or ordinal picks; a number that is not offered picks nothing."""
    assert picked(conversation(choices=3), text) == ids


@pytest.mark.parametrize(
    ("text", "count", "ids"),
    [
        ("both", 2, "a b"),
        ("both of them please", 2, "a b"),
        ("both", 3, None),
        ("all", 2, "a b"),
        ("all three please", 3, "a b c"),
        ("all my keys", 3, None),
        ("the second one?", 3, "b"),
        ("and the last?", 3, "c"),
        ("the third, please", 3, "c"),
        ("then the first one again", 3, "a"),
    ],
)
def test_words_for_the_whole_list_pick_all_of_it(text: str, count: int, ids: str | None) -> None:
    """Both of two, all of several; a question mark after an ordinal changes nothing."""
    assert picked(conversation(choices=count), text) == ids


@given(st.text("1 2and,the&-#()first", max_size=120))
def test_any_text_names_a_bounded_number_of_places(text: str) -> None:
    """Places are numbers, at most five in a message."""
    assert len(places(text, 3)) <= 5


def test_choices_go_before_follow_ups() -> None:
    """What is shown as numbers is what numbers mean."""
    assert conversation(choices=2, follow_ups=3).offered == _ENTRIES[:2]
    assert conversation(follow_ups=3).offered == _ENTRIES[::-1]


def test_at_first_nothing_is_offered() -> None:
    """A number is a question then, and after an answer that offers nothing."""
    assert Conversation().last is None
    assert Conversation().offered == ()
    assert picked(Conversation(), "1") is None
    assert picked(conversation(), "1") is None


def test_the_last_answer_counts() -> None:
    """What was offered before it is forgotten."""
    found = conversation(choices=3)
    answer = Answer(_QUESTION, Outcome.UNANSWERED, 0.0, "")

    found.remember(answer)

    assert found.last is answer
    assert picked(found, "1") is None


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        """Start at nought."""
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def answered(entry: Entry) -> Answer:
    """Return an answer with *entry*."""
    match = Match(entry, 1.0, 1.0, entry.question)
    return Answer(_QUESTION, Outcome.ANSWERED, 1.0, entry.answer, (match,))


def test_a_conversation_expires() -> None:
    """After as many seconds without a turn it begins anew; a turn in time keeps it."""
    clock = Clock()
    found = Conversation(expires_after=10, clock=clock)
    for clock.now in (0, 10, 20):
        with found:
            found.remember(conversation(choices=2).last or answered(_ENTRIES[0]))
    assert len(found.offered) == 2
    clock.now = 30.5

    assert found.has_expired()
    assert found.offered == ()
    with found:
        assert (found.last, found.topic, found.pending, found.choices) == (None, None, None, ())


def test_what_was_given_is_remembered_and_bounded() -> None:
    """The same answer of the same entry, up to two hundred of them."""
    found = Conversation()
    entries = [Entry(f"e{number}", "q", "a") for number in range(201)]
    for entry in entries:
        found.remember(answered(entry))

    assert found.was_given(entries[-1])
    assert not found.was_given(entries[0])


def test_the_wording_that_was_answered_is_remembered() -> None:
    """Case and punctuation aside; another wording, or an edited answer, was not answered before."""
    found = Conversation()
    found.remember(answered(_ENTRIES[0]))

    assert found.was_given_for(_ENTRIES[0], f" {_QUESTION.text.upper()}!")
    assert not found.was_given_for(_ENTRIES[0], f"{_QUESTION.text} please")
    assert not found.was_given_for(replace(_ENTRIES[0], answer="Another."), _QUESTION.text)


@pytest.mark.parametrize("name", ["never-mind", "start-over"])
def test_some_moves_end_what_was_said(name: str) -> None:
    """No choice and no topic stays open."""
    found = conversation(choices=2)
    found.remember(replace(answered(Entry(name, "q", "a")), manners=True))

    assert (found.last, found.topic, found.choices) == (None, None, ())


def test_manners_change_nothing() -> None:
    """What was offered before a greeting can still be picked."""
    found = conversation(choices=3)
    found.remember(replace(answered(_ENTRIES[0]), manners=True))

    assert picked(found, "3") == "c"
    assert found.topic is None


def test_a_turn_waits_for_the_one_before() -> None:
    """Two messages of one person are met one after the other."""
    found, order = Conversation(), list[str]()
    began = Event()

    def second() -> None:
        began.set()
        with found:
            order.append("second")

    with found:
        thread = Thread(target=second)
        thread.start()
        assert began.wait(5)
        order.append("first")
    thread.join(5)

    assert order == ["first", "second"]


def test_each_key_has_a_conversation_of_its_own() -> None:
    """What one person was offered is nobody else's."""
    kept = Conversations()
    kept.of("ann").remember(answered(_ENTRIES[0]))

    assert kept.of("ann").was_given(_ENTRIES[0])
    assert not kept.of("ben").was_given(_ENTRIES[0])
    assert ("ann" in kept, "cid" in kept, len(kept)) == (True, False, 2)


def test_conversations_are_bounded() -> None:
    """Those used last are kept."""
    kept = Conversations(limit=2)
    first = kept.of("a")
    kept.of("b")
    assert kept.of("a") is first
    kept.of("c")

    assert ("a" in kept, "b" in kept, "c" in kept) == (True, False, True)


def test_conversations_expire() -> None:
    """An expired one is dropped when another is asked for, and its key then begins anew."""
    clock = Clock()
    kept = Conversations(expires_after=10, clock=clock)
    first = kept.of("a")
    clock.now = 11

    assert "a" not in kept
    kept.of("b")
    assert len(kept) == 1
    assert kept.of("a") is not first


def test_declined_choices_add_up_until_the_question_ends() -> None:
    """Each declined round adds its ids; an answer, or a new question, clears them."""
    found = conversation(choices=2)
    declined = Answer(
        _QUESTION,
        Outcome.AMBIGUOUS,
        0.5,
        "",
        choices=_ENTRIES[2:],
        picked_for=_QUESTION,
        reason=Reason.TURNED_DOWN,
    )

    found.remember(declined)
    assert (found.turned_down, found.pending) == (("a", "b"), _QUESTION)
    found.remember(declined)
    assert found.turned_down == ("a", "b", "c")
    found.remember(replace(declined, picked_for=None, reason=Reason.UNSURE))
    assert found.turned_down == ()
    found.remember(declined)
    found.remember(answered(_ENTRIES[0]))
    assert (found.turned_down, found.pending) == ((), None)
