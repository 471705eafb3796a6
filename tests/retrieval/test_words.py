"""Which words a question is about."""

from __future__ import annotations

from faqbot.retrieval.languages.english import (
    content_words,
    count_telling,
    is_content,
    is_telling,
    listed,
)
from faqbot.retrieval.text import split_words


def test_content_words_leave_out_how_a_question_is_put() -> None:
    """What is asked about stays, once each and in order."""
    words = split_words("what is the treaty and who can sign the treaty")

    assert content_words(words) == ("treaty", "sign")


def test_a_question_of_function_words_is_about_them() -> None:
    """Else it would be about nothing; only no words have none."""
    assert content_words(["who", "are", "you", "who"]) == ("who", "are", "you")
    assert content_words([]) == ()


def test_telling_words_are_not_those_of_asking() -> None:
    """A word such as "explain" is content, but tells no more than "what is"; "the" is not even content."""
    assert is_telling("treaty")
    assert is_content("explain")
    assert not is_telling("explain")
    assert not is_content("the")
    assert not is_telling("the")
    assert count_telling(["explain", "the", "treaty", "the", "treaty"]) == 2


def test_lists_keep_their_order() -> None:
    """Numbers are counted by it."""
    assert listed("spelled_numbers")[:3] == ("two", "three", "four")
