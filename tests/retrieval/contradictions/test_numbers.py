"""Numbers, and what they are of."""

from __future__ import annotations

from functools import partial

import pytest

from faqbot.retrieval.contradictions import numbers
from faqbot.retrieval.languages import ENGLISH, tokenize

numerals = partial(numbers.numerals, ENGLISH)
other_number = partial(numbers.other_number, ENGLISH)
other_rate = partial(numbers.other_rate, ENGLISH)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("version 2", [("2", "version", "")]),
        ("version 2.0 please", [("2.0", "version", "")]),
        ("v2", [("2", "v", "")]),
        ("two factor login", [("2", "", "factor")]),
        ("the second world war", [("2.", "", "world")]),
        ("the 2nd world war", [("2.", "", "world")]),
        ("chapter iv", [("4", "chapter", "")]),
        ("1,000 euros", [("1.000", "", "euros")]),
        ("from 2020 to 2021", [("2020", "", ""), ("2021", "", "")]),
        ("a 30 day trial", [("30", "", "day")]),
        ("in 30 days", [("30", "", "")]),
        ("5pm", [("5", "", "pm")]),
        ("a1b2", []),
        ("one way", []),
        ("", []),
    ],
)
def test_numerals_are_read(text: str, read: list[tuple[str, str, str]]) -> None:
    """In digits, letters or Roman, with the telling words or letters at their sides."""
    assert [(n.value, n.before, n.after) for n in numerals(tokenize(text))] == read


@pytest.mark.parametrize(
    "text", ["version 2", "second world", "in 2020", "v2", "5pm", "version 2.0", "30 day trial"]
)
def test_a_numeral_is_written_as_it_was_typed(text: str) -> None:
    """With the word before it, or else the one after, unless letters of its own say it."""
    assert str(numerals(tokenize(text))[0]) == text.removeprefix("in ").removesuffix(" trial")


def differ(question: str, *phrasings: str) -> bool:
    """Tell whether *question* has another number than an entry of *phrasings*, the first the nearest."""
    split = [tokenize(phrasing) for phrasing in phrasings]
    entry = [numeral for words in split for numeral in numerals(words)]
    return other_number(numerals(tokenize(question)), split[0], lambda: entry) is not None


@pytest.mark.parametrize(
    ("question", "phrasings"),
    [
        ("new in version 3", ["new in version 2"]),
        ("new in version 2.1", ["new in version 2"]),
        ("report for 2024", ["the 2023 report"]),
        ("tiers 3", ["tier 2"]),
        ("the first world war", ["the second world war"]),
        ("a 60 day trial", ["the 30 day trial"]),
        ("ps5 games", ["ps4 games"]),
    ],
)
def test_another_number_of_the_same_is_told(question: str, phrasings: list[str]) -> None:
    """Versions, years, ordinals, and whatever stands at the same word."""
    assert differ(question, *phrasings)


@pytest.mark.parametrize(
    ("question", "phrasings"),
    [
        ("new in version two", ["new in version 2"]),
        ("covid-19", ["COVID 19"]),
        ("covid 2019", ["covid 19"]),
        ("transfer 200 dollars", ["transfer money"]),
        ("transfer 200 dollars", ["transfer 100 dollars"]),
        ("alarm for 5 pm", ["alarm at 6 pm"]),
        ("on march 3", ["on march 12"]),
        ("in 3 days", ["in 10 days"]),
        ("week 5 playlist", ["top 40 playlist"]),
        ("version 3", ["version 2", "version 3"]),
        ("square root of 9", ["square root of 5", "square root of 7"]),
        ("version 4", ["version 2", "version 3"]),
        ("version 3 of tier 2", ["tier 2"]),
        ("version 3", ["what is new", "version 2"]),
    ],
)
def test_a_number_that_fills_a_place_is_not(question: str, phrasings: list[str]) -> None:
    """Sums, times, dates, numbers of other things, and entries that take any number."""
    assert not differ(question, *phrasings)


@pytest.mark.parametrize(
    ("question", "phrasings", "units"),
    [
        ("price per week", ["price per night"], ("week", "night")),
        ("what is it per month", ["hello", "cost per hour"], ("month", "hour")),
        ("price per week", ["price per night", "price per week"], None),
        ("price per weeks", ["price per week"], None),
        ("price per week", ["price of a night"], None),
        ("price per person", ["price per night"], None),
        ("price", ["price per night"], None),
    ],
)
def test_another_unit_of_a_rate_is_told(
    question: str, phrasings: list[str], units: tuple[str, str] | None
) -> None:
    """A week is another unit than a night, if the entry names units of time at all."""
    assert other_rate(tokenize(question), [*map(tokenize, phrasings)]) == units
