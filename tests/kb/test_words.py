"""Words that mean more than their letters."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.kb.faults import FaultList
from faqbot.kb.validators import DAY, FLAG, LANGUAGE, SLUG, URL

if TYPE_CHECKING:
    from faqbot.kb.validators import Word


def read(word: Word, text: str) -> tuple[object, str]:
    """Return what *text* means, and the fault it gives."""
    faults = FaultList(Path("kb.yaml"))
    return word.read(text, 1, "`it`", faults), "".join(fault.message for _, fault in faults.found)


@pytest.mark.parametrize(
    ("word", "text", "value"),
    [
        (SLUG, " what-is-it ", "what-is-it"),
        (SLUG, "2fa", "2fa"),
        (SLUG, "none-of-these", "none-of-these"),
        (DAY, "2024-02-29", date(2024, 2, 29)),
        (FLAG, "True", True),
        (FLAG, "false", False),
        (LANGUAGE, "pt-BR", "pt-BR"),
        (URL, "https://example.org/?a=b#c", "https://example.org/?a=b#c"),
    ],
)
def test_right_words_are_read(word: Word, text: str, value: object) -> None:
    """Each gives its value, a false one too, and no fault."""
    assert read(word, text) == (value, "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("What is it?", ", not `What is it?`: did you mean `what-is-it`?"),
        ("what_is_it", "did you mean `what-is-it`?"),
        ("none", "not `none`, which stands for no entry"),
        ("None", "not `None`"),
        ("외교", "not `외교`"),
    ],
)
def test_a_wrong_id_is_told_a_right_one(text: str, hint: str) -> None:
    """The remedy is made from what was written, and is never the reserved word."""
    value, fault = read(SLUG, text)

    assert value is None
    assert fault.endswith(hint)


@given(st.text())
def test_a_suggested_id_is_a_right_one(text: str) -> None:
    """Whoever follows the suggestion has no second fault of that kind."""
    _, fault = read(SLUG, text[:80])

    if "did you mean" in fault:
        assert read(SLUG, fault.split("`")[-2])[0]
