"""Answers and bots as plain data: the keys that scripts rely on."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

import faqbot
from faqbot.commands.info import describe_answer, describe_bot
from faqbot.models import Answer, Entry, KnowledgeBase, Match, Outcome, Question, Reason

if TYPE_CHECKING:
    from faqbot.bot import Bot

_ENTRIES = tuple(Entry(f"entry-{n}", f"Question {n}?", "Text.", draft=n > 1) for n in range(3))
_MATCH = Match(_ENTRIES[0], 50.123456, 0.98765432, "Phrasing?")


def _answer(outcome: Outcome) -> Answer:
    question = Question("Really?", user="U1", channel="C1")
    return Answer(
        question, outcome, 0.98765432, "**Yes.**", (_MATCH,), (), _ENTRIES[1:], reason=Reason.SURE
    )


def test_answer_has_the_documented_keys() -> None:
    """An answer is described with entries as ids and figures to four decimals, and nobody's name."""
    assert describe_answer(_answer(Outcome.ANSWERED), [_MATCH]) == {
        "question": "Really?",
        "outcome": "answered",
        "confidence": 0.9877,
        "reason": "sure",
        "entry": "entry-0",
        "answer": "**Yes.**",
        "matches": [
            {
                "entry": "entry-0",
                "question": "Question 0?",
                "phrasing": "Phrasing?",
                "score": 50.1235,
                "confidence": 0.9877,
            }
        ],
        "choices": [],
        "follow_ups": ["entry-1", "entry-2"],
        "manners": False,
        "parts": [],
    }


def test_choices_and_parts_are_described() -> None:
    """Choices as ids, and each of several answers as an answer of its own."""
    part = replace(_answer(Outcome.AMBIGUOUS), choices=_ENTRIES[:2])
    described = describe_answer(replace(part, manners=True, parts=(part,)), [])

    assert (described["choices"], described["manners"]) == (["entry-0", "entry-1"], True)
    assert described["parts"] == [describe_answer(part, part.matches)]


@pytest.mark.parametrize("outcome", [Outcome.AMBIGUOUS, Outcome.UNANSWERED])
def test_only_an_answered_question_has_an_entry(outcome: Outcome) -> None:
    """The entry is null unless the question was answered, even though there is a match."""
    described = describe_answer(_answer(outcome), [_MATCH])

    assert (described["outcome"], described["entry"]) == (outcome.value, None)


def _bot(cache_path: Path | None = None) -> Bot:
    bot = SimpleNamespace(
        kb=KnowledgeBase(_ENTRIES, title="Made up", paths=(Path("made-up.yaml"),)),
        encoder_name="none",
        encoder_note="",
        phrasing_count=7,
        cache_state="off",
        cache_path=cache_path,
    )
    return cast("Bot", bot)


@pytest.mark.parametrize("cache_path", [None, Path("cache") / "file"])
def test_bot_has_the_documented_keys(cache_path: Path | None) -> None:
    """A bot is described by versions, encoder, knowledge base, counts, cache and adapters."""
    facts = json.loads(json.dumps(describe_bot(_bot(cache_path))))
    libraries = facts.pop("libraries")
    schema = Path(facts.pop("schema"))

    assert {name: libraries[name] for name in ("rapidfuzz", "pyyaml")} == {
        name: version(name) for name in ("rapidfuzz", "pyyaml")
    }
    assert json.loads(schema.read_bytes())["title"]
    assert facts == {
        "faqbot": faqbot.__version__,
        "python": sys.version.split()[0],
        "encoder": "none",
        "encoder_note": "",
        "title": "Made up",
        "knowledge_base": ["made-up.yaml"],
        "entries": 2,
        "drafts": 1,
        "phrasings": 7,
        "cache": "off",
        "cache_path": str(cache_path) if cache_path else None,
        "adapters": ["slack", "terminal"],
    }


def test_missing_library_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that is not installed is listed as null."""
    monkeypatch.setattr("faqbot.commands.info._LIBRARIES", ("no-such-library",))

    assert describe_bot(_bot())["libraries"] == {"no-such-library": None}
