"""Search for the entry that the best part of a message finds."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from faqbot.dialogue.message_search import MessagePart, search_parts, with_pairs
from faqbot.models import Entry, Match
from faqbot.retrieval import Reading, Retrieval

_ENTRIES = {name: Entry(name, f"About {name}?", "Yes.") for name in ("pool", "lunch", "keys")}


def _found(**confidences: float) -> Retrieval:
    matches = (
        Match(_ENTRIES[name], confidence, confidence, "")
        for name, confidence in confidences.items()
    )
    ordered = sorted(matches, key=lambda match: -match.confidence)
    return Retrieval(tuple(ordered), Reading("", (), (), ()))


def _search(whole: Retrieval, answers: Mapping[str, Retrieval], *asking: str) -> Retrieval | None:
    parts = [MessagePart(text, text in asking) for text in answers]
    return search_parts(with_pairs(parts), whole, lambda text, _: answers.get(text, _found()))


def test_the_best_part_decides() -> None:
    """The entry of the surest part comes first, with that part's confidence."""
    found = _search(_found(), {"a story": _found(lunch=0.3), "a question": _found(pool=0.9)})

    assert found is not None
    assert [match.entry.id for match in found.matches] == ["pool"]
    assert found.matches[0].confidence == 0.9


def test_the_whole_message_supports_an_entry() -> None:
    """Of two parts about as sure, the one that the whole message is about decides."""
    answers = {"a story": _found(lunch=0.8), "a question": _found(pool=0.7)}

    found = _search(_found(pool=0.5), answers)

    assert found is not None
    assert found.matches[0].entry.id == "pool"


def test_only_parts_that_ask_decide() -> None:
    """A story or thanks beside a question find no answer, however sure they are of an entry."""
    answers = {"a story": _found(lunch=0.9), "a question": _found(pool=0.2)}

    found = _search(_found(), answers, "a question")

    assert found is not None
    assert [match.entry.id for match in found.matches] == ["pool"]


def test_neighbours_are_looked_up_together() -> None:
    """A question that two sentences share is found by both."""
    answers = {"one": _found(), "two": _found(), "three": _found(), "two three": _found(keys=0.8)}
    parts = [MessagePart(text, asks=False) for text in ("one", "two", "three")]

    found = search_parts(with_pairs(parts), _found(), lambda text, _: answers.get(text, _found()))

    assert found is not None
    assert found.matches[0].entry.id == "keys"


def test_no_match_in_any_part_is_no_result() -> None:
    """Parts that find nothing decide nothing."""
    assert _search(_found(pool=0.4), {"one": _found(), "two": _found()}) is None


def test_a_part_that_cannot_win_is_not_compared() -> None:
    """After a sure question, another part counts only from a confidence that could beat it."""
    least: dict[str, float] = {}
    answers = {"a story": _found(lunch=0.4), "a question": _found(pool=0.9)}

    def retrieve(text: str, confidence: float) -> Retrieval:
        least[text] = confidence
        return answers[text]

    parts = [MessagePart("a question", asks=False), MessagePart("a story", asks=False)]
    found = search_parts(parts, _found(pool=0.5, lunch=0.2), retrieve)

    assert found is not None
    assert found.matches[0].entry.id == "pool"
    assert least["a question"] == 0.0
    assert least["a story"] == pytest.approx(0.9 + 0.25 - 0.25)


def test_the_first_of_equal_parts_decides() -> None:
    """Of parts worth the same the first one decides."""
    found = _search(_found(), {"one": _found(lunch=0.8), "two": _found(pool=0.8)})

    assert found is not None
    assert found.matches[0].entry.id == "lunch"
