"""Questions that differ in one telling word: none is answered with what answers the other."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from faqbot import Bot
from faqbot.models import Entry, KnowledgeBase, Outcome

_FILE = yaml.safe_load(Path(__file__).with_name("minimal_pairs.yaml").read_text(encoding="utf-8"))


def fields(line: str) -> tuple[str, ...]:
    """Split *line* at its bars."""
    return tuple(field.strip() for field in line.split("|"))


_ENTRIES = tuple(
    Entry(id_, question, "As it is.", tuple(alternates))
    for id_, question, *alternates in map(fields, _FILE["entries"])
)
_PAIRS = [(kind, fields(pair)) for kind, pairs in _FILE["pairs"].items() for pair in pairs]
_HARMLESS = [fields(line) for line in _FILE["harmless"]]


@pytest.fixture(scope="module", params=["none", "wordllama"])
def bot(request: pytest.FixtureRequest) -> Bot:
    """Return a bot of the imaginary firm, with each encoder that needs no download."""
    if request.param != "none" and find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return Bot.from_knowledge_base(KnowledgeBase(_ENTRIES), request.param, cache=False)


def answered_by(bot: Bot, question: str) -> str | None:
    """Return the id of the entry that *bot* answers *question* with; None if it does not answer."""
    answer = bot.ask(question)
    return answer.matches[0].entry.id if answer.outcome is Outcome.ANSWERED else None


def sides() -> Iterator[tuple[str, str | None]]:
    """Yield each question of each pair with the id of the entry that may answer it."""
    for _, (one, its, other, others) in _PAIRS:
        yield one, None if its == "~" else its
        yield other, None if others == "~" else others


def test_there_are_pairs_of_every_kind() -> None:
    """At least 60 of them, of four kinds, and 20 harmless differences."""
    assert len(_PAIRS) >= 60
    assert {kind for kind, _ in _PAIRS} == {"opposites", "numbers", "negations", "telling words"}
    assert len(_HARMLESS) >= 20


@pytest.mark.parametrize(("question", "entry"), list(sides()))
def test_no_question_is_answered_with_the_other_side(
    bot: Bot, question: str, entry: str | None
) -> None:
    """It is answered by its own entry, or not at all."""
    assert answered_by(bot, question) in {entry, None}


def test_what_an_entry_says_is_answered(bot: Bot) -> None:
    """The guard leaves be what differs in nothing: nearly every question that has an entry."""
    own = [(question, entry) for question, entry in sides() if entry]
    right = [question for question, entry in own if answered_by(bot, question) == entry]

    assert len(right) >= 0.9 * len(own)


@pytest.mark.parametrize(("question", "entry"), _HARMLESS)
def test_a_harmless_difference_is_answered(bot: Bot, question: str, entry: str) -> None:
    """Politeness, more detail, a number in a slot and ways of asking with a "not" cost no answer."""
    assert answered_by(bot, question) == entry
