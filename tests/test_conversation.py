"""What one conversation remembers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.conversation import Conversation
from faqbot.models import Answer, Entry, Outcome, Question

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
    """Return the id of what *text* picks."""
    entry = found.picked(Question(text))
    return None if entry is None else entry.id


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
    entry = conversation(choices=3).picked(Question(text))

    assert entry is None or any(char.isalnum() for char in text)


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
