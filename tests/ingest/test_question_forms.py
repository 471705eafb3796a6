"""Recognition of questions."""

from __future__ import annotations

import json

import pytest

from faqbot.ingest.converters.json import read
from faqbot.ingest.question_forms import ends_as_question, is_question


@pytest.mark.parametrize(
    "text", ["Why?", "Pay\uff1f", "**Pay?**", 'He said "why?"', "(why?)", "Pay? ", "؟"]
)
def test_a_question_mark_counts_before_closing_marks(text: str) -> None:
    """Quotes, brackets, emphasis and blanks may follow a question mark of any script."""
    assert ends_as_question(text)
    assert is_question(text)


@pytest.mark.parametrize("text", ["", "Pay.", "Why? Because.", "Why? [1", "?x"])
def test_a_question_mark_inside_a_text_is_no_end(text: str) -> None:
    """Words after the question mark make the text a statement."""
    assert not ends_as_question(text)


def test_keys_of_plain_data_ask_with_question_marks_of_any_script() -> None:
    """An object whose keys ask with full-width marks is a group of questions."""
    data = {"支払い方法は？": "カードです。", "配送は？": "毎日です。"}  # noqa: RUF001 - full-width marks
    pairs = [block.pair for block in read(json.dumps(data).encode(), "a.json") if block.pair]

    assert [pair.questions[0] for pair in pairs] == list(data)
