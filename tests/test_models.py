"""The nouns of faqbot."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from faqbot.models import (
    Answer,
    AnswerData,
    AskedQuestion,
    Entry,
    KnowledgeBase,
    KnowledgeBaseTest,
    Match,
    MatchData,
    Outcome,
    Question,
    Reason,
    Source,
    Suggestion,
)

_AT = datetime(2026, 3, 1, tzinfo=UTC)
_ASKED = AskedQuestion("1", "what?", Outcome.ANSWERED, "a", 0.9, "slack", _AT)
_SUGGESTION = Suggestion("1", "what?", "that", "", "", _AT)
_ENTRY = Entry("a", "What?", "That.", ("which?", "what is"))
_MATCH = Match(_ENTRY, 1.0, 1.0, "What?")
_QUESTION = Question("what")


@pytest.mark.parametrize("record", [_ASKED, _SUGGESTION], ids=lambda record: type(record).__name__)
def test_records_cannot_be_changed(record: AskedQuestion | Suggestion) -> None:
    """What was asked and suggested stays as it was recorded, whoever reads it."""
    with pytest.raises(FrozenInstanceError):
        setattr(record, fields(record)[0].name, "2")


def test_a_new_record_has_no_verdicts() -> None:
    """Nobody has picked, judged or decided anything yet."""
    assert (_ASKED.picked, _ASKED.helpful, _ASKED.unhelpful, _ASKED.reasons) == ("", 0, 0, ())
    assert _SUGGESTION.status == "open"


def test_phrasings_begin_with_the_question() -> None:
    """The alternates follow in the order they were written."""
    assert _ENTRY.phrasings == ("What?", "which?", "what is")
    assert Entry("b", "Who?", "").phrasings == ("Who?",)


def test_where_an_entry_was_written_does_not_make_it_another() -> None:
    """The same entry from another file or line is equal; a digest makes no other knowledge base."""
    assert Entry("a", "q", "x", path=Path("kb.yaml"), line=3) == Entry("a", "q", "x")
    assert KnowledgeBaseTest("q", path=Path("kb.yaml"), line=3) == KnowledgeBaseTest("q")
    assert KnowledgeBase((_ENTRY,), digest="ab") == KnowledgeBase((_ENTRY,))
    assert Entry("a", "q", "x") != Entry("a", "q", "y")


@pytest.mark.parametrize(
    "thing",
    [
        _ENTRY,
        _MATCH,
        _QUESTION,
        Source(),
        KnowledgeBaseTest("q"),
        KnowledgeBase((_ENTRY,)),
        Answer(_QUESTION, Outcome.UNANSWERED, 0.0, ""),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_what_flows_cannot_be_changed(thing: Any) -> None:  # noqa: ANN401 - nouns of every kind
    """A bot that threads share hands out nothing that one of them could alter."""
    with pytest.raises(FrozenInstanceError):
        setattr(thing, fields(thing)[0].name, None)


@pytest.mark.parametrize(
    "thing", [_ENTRY, _MATCH, _QUESTION], ids=lambda thing: type(thing).__name__
)
def test_nouns_can_be_members(thing: object) -> None:
    """They may be put in sets, and used as keys."""
    assert {thing: 1}[thing] == 1


def test_by_id_holds_drafts_and_served_does_not() -> None:
    """A draft can be looked up by who writes it, and is never answered with."""
    draft = Entry("b", "Who?", "", draft=True)
    kb = KnowledgeBase((_ENTRY, draft))

    assert kb.by_id == {"a": _ENTRY, "b": draft}
    assert kb.served == (_ENTRY,)
    assert KnowledgeBase((draft,)).served == KnowledgeBase(()).served == ()


def test_sections_are_in_the_order_written() -> None:
    """A section that is taken up again stays one; drafts are in none."""
    one, two, three, draft = (
        Entry(name, name, "", section=section, draft=name == "d")
        for name, section in (("a", "Z"), ("b", ""), ("c", "Z"), ("d", "Y"))
    )

    assert list(KnowledgeBase((one, two, three, draft)).sections()) == [
        ("Z", (one, three)),
        ("", (two,)),
    ]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_answer_has_an_entry_only_if_answered(outcome: Outcome) -> None:
    """What is offered, or near, is no answer."""
    answer = Answer(_QUESTION, outcome, 0.4, "", (_MATCH,))

    assert answer.entry is (_ENTRY if outcome is Outcome.ANSWERED else None)


_ENTRIES = tuple(Entry(f"entry-{n}", f"Question {n}?", "Text.") for n in range(3))
_FOUND = Match(_ENTRIES[0], 50.123456, 0.98765432, "Phrasing?")
_ASKER = Question("Really?", user="U1", channel="C1")


def _answer(outcome: Outcome) -> Answer:
    return Answer(
        _ASKER, outcome, 0.98765432, "**Yes.**", (_FOUND,), (), _ENTRIES[1:], reason=Reason.SURE
    )


_GOLDEN = """
{
  "question": "Really?",
  "outcome": "answered",
  "confidence": 0.9877,
  "reason": "sure",
  "entry": "entry-0",
  "heading": "",
  "answer": "**Yes.**",
  "matches": [
    {
      "entry": "entry-0",
      "question": "Question 0?",
      "phrasing": "Phrasing?",
      "score": 50.1235,
      "confidence": 0.9877
    }
  ],
  "choices": [],
  "follow_ups": [
    "entry-1",
    "entry-2"
  ],
  "manners": false,
  "parts": []
}
"""


def test_an_answer_as_json_has_the_documented_keys() -> None:
    """In the documented order, with entries as ids, figures to four decimals, and nobody's name."""
    assert json.dumps(_answer(Outcome.ANSWERED).to_dict(), indent=2) == _GOLDEN.strip()


def test_choices_and_parts_are_plain_data() -> None:
    """Choices as ids, and each of several answers as an answer of its own."""
    part = replace(_answer(Outcome.AMBIGUOUS), choices=_ENTRIES[:2])
    described = replace(part, manners=True, parts=(part,)).to_dict()

    assert (described["choices"], described["manners"]) == (["entry-0", "entry-1"], True)
    assert described["parts"] == [part.to_dict()]


@pytest.mark.parametrize("outcome", [Outcome.AMBIGUOUS, Outcome.UNANSWERED])
def test_only_an_answered_question_has_an_entry_as_plain_data(outcome: Outcome) -> None:
    """The entry is null unless the question was answered, even though there is a match."""
    described = _answer(outcome).to_dict()

    assert (described["outcome"], described["entry"]) == (outcome.value, None)


def test_an_answer_that_a_program_made_has_no_reason() -> None:
    """It is null in the JSON, and so is the entry without a match."""
    described = Answer(_QUESTION, Outcome.ANSWERED, 0.0, "").to_dict()

    assert (described["reason"], described["entry"], described["matches"]) == (None, None, [])


@pytest.mark.parametrize("data", [(Answer, AnswerData), (Match, MatchData)], ids=str)
def test_plain_data_has_the_keys_of_its_type(data: tuple[type, type]) -> None:
    """`to_dict` and the type that programs annotate with agree."""
    noun = _answer(Outcome.ANSWERED) if data[0] is Answer else _FOUND

    assert [*noun.to_dict()] == [*data[1].__annotations__]


def test_outcomes_are_words() -> None:
    """They read as what programs and JSON call them."""
    assert [str(outcome) for outcome in Outcome] == ["answered", "ambiguous", "unanswered"]
