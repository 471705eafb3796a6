"""Columns are found by name, however an export or a person spells them."""

from __future__ import annotations

import pytest

from faqbot.ingest.columns import find_columns, listed


@pytest.mark.parametrize(
    "head",
    [
        ("Question", "Answer"),
        ("\ufeffquestion".strip("\ufeff"), "ANSWER"),
        ("Q", "A"),
        ("FAQ question", "Answer text"),
        ("Frage", "Antwort"),
        ("Questions", "Response"),
        ("qid", "question1", "answer"),
    ],
)
def test_questions_and_answers_are_found(head: tuple[str, ...]) -> None:
    """Case, blanks and marks in a name do not matter."""
    assert find_columns(head) is not None


@pytest.mark.parametrize(
    "head", [(), ("Scenario", "Response"), ("Country", "Capital"), ("Question",)]
)
def test_a_table_of_something_else_is_none(head: tuple[str, ...]) -> None:
    """Without a column of each there is nothing to pair."""
    assert find_columns(head) is None


def test_numbered_columns_are_further_questions() -> None:
    """QnABot's question1 is the question, whatever order and gaps the rest come in."""
    columns = find_columns(["question3", "question1", "answer", "question2", "question7"])

    assert columns is not None
    assert columns.index["question"] == 1
    assert columns.phrasings == (3, 0, 4)


def test_a_cell_holds_several_things() -> None:
    """One a line comes first, so that a bar or semicolon can stand in a line."""
    assert listed("a | b; c") == ("a", "b; c")
    assert listed("a; b;") == ("a", "b")
    assert listed("a; b\n") == ("a; b",)
    assert listed("") == ()
