"""Rasa's YAML: examples and responses that stand apart become pairs."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind, Pair
from faqbot.ingest.converters.bots.rasa import read

_NLU = """\
version: "3.1"
nlu:
- intent: faq/ask_refund
  examples: |
    - can I get [my money](thing) back?
    - refund to [Paris]{"entity": "city"} please
- intent: opening_hours
  examples: |
    - when are you open
- intent: greet
  examples: |
    - hello
- synonym: money
  examples: |
    - cash
"""
_DOMAIN = """\
version: "3.1"
intents: [faq, opening_hours, greet]
responses:
  utter_faq/ask_refund:
  - text: |
      Yes.

      Within 30 days.
    image: https://e.org/i.png
    buttons:
    - title: Hours
      payload: /opening_hours
  utter_hours:
  - text: At {time}.
  - text: In the morning.
rules:
- rule: hours
  steps:
  - intent: opening_hours
  - action: utter_hours
"""


def _pairs(text: str) -> list[Pair]:
    return [block.pair for block in read(text.encode(), "nlu.yml") if block.pair is not None]


def _notes(text: str) -> list[str]:
    return [block.text for block in read(text.encode(), "nlu.yml") if block.kind is Kind.NOTE]


@pytest.mark.parametrize("text", [_NLU + _DOMAIN, _NLU + "---\n" + _DOMAIN, _DOMAIN + _NLU])
def test_examples_meet_their_response(text: str) -> None:
    """By the name of the response or by a rule, whatever file comes first; entities are plain words."""
    first, second = _pairs(text)

    assert first == Pair(
        ("can I get my money back?", "refund to Paris please"),
        "Yes.\n\nWithin 30 days.\n\n[Image](https://e.org/i.png)",
        id="ask-refund",
        tags=("faq",),
        follow_ups=("opening-hours",),
    )
    assert second.id == "opening-hours"
    assert "filled in" in second.reason
    assert _notes(text) == [
        "only the first of several responses to an intent was kept: 1",
        "1 intent has no response of text (greet)",
    ]


def test_one_file_of_two() -> None:
    """Without the responses there is no answer, and the note says where to find them."""
    assert _pairs(_NLU) == []
    assert "cat nlu.yml domain.yml" in _notes(_NLU)[0]


def test_places_count_through_the_parts() -> None:
    """The line is that of the file as it is, not of the part."""
    lines = {
        block.pair.id: block.place.number
        for block in read((_DOMAIN + _NLU).encode(), "r")
        if block.pair
    }

    assert (_DOMAIN + _NLU).splitlines()[lines["ask-refund"] - 1] == "- intent: faq/ask_refund"


@pytest.mark.parametrize(
    "text",
    ["", "a: b\n", "nlu: [", "nlu: " + "[" * 50_000, "nlu:\n- &a [*a, *a]\n"],
)
def test_bad_input_is_a_sentence(text: str) -> None:
    """Nothing is expanded or recursed into, and the file is named."""
    with pytest.raises(UnreadableDocument, match=r"nlu\.yml"):
        list(read(text.encode(), "nlu.yml"))


def test_a_knowledge_base_is_told() -> None:
    """It has the suffix of Rasa's files, and needs no import."""
    with pytest.raises(UnreadableDocument, match="is a knowledge base already"):
        _pairs("version: 1\nentries:\n  - id: a\n")


@given(st.binary() | st.tuples(st.integers(0, 600), st.binary(max_size=3)))
def test_any_bytes_are_blocks_or_a_sentence(data: bytes | tuple[int, bytes]) -> None:
    """A valid document with some bytes changed is read or refused, nothing else."""
    if isinstance(data, tuple):
        at, put = data
        whole = (_NLU + _DOMAIN).encode()
        data = whole[:at] + put + whole[at + len(put) :]
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "nlu.yml"))


def test_a_list_of_questions_is_read() -> None:
    """YAML that no bot exported: values stay the texts that they are, groups become sections."""
    listed = "- question: Why?\n  answer: no\n- question: How?\n  answer: 1.10\n"
    grouped = "House:\n- q: Why?\n  a: So.\nGarden:\n- q: How?\n  a: Thus.\nnote: In May.\n"
    blocks = list(read(grouped.encode(), "faq.yml"))

    assert [block.pair.answer for block in read(listed.encode(), "f.yml") if block.pair] == [
        "no",
        "1.10",
    ]
    assert [block.pair.section for block in blocks if block.pair] == ["House", "Garden"]
    assert [block.text for block in blocks if block.pair is None] == ["note: In May."]


def test_aliases_are_refused() -> None:
    """A short text with aliases stands for a huge one."""
    text = "a: &a [x, x]\nb: &b [*a, *a]\nfaq:\n- {question: Why?, answer: So., more: *b}\n"

    with pytest.raises(UnreadableDocument):
        list(read(text.encode(), "faq.yml"))


def test_a_repeated_key_is_named() -> None:
    """YAML keeps the last value of a key; the others are on record, with their line."""
    text = "- question: Why?\n  answer: One.\n  answer: Two.\n"
    pair, record = read(text.encode(), "faq.yml")

    assert pair.pair is not None
    assert pair.pair.answer == "Two."
    assert (record.text, record.place.number) == ("answer: One.", 2)


def test_a_repeated_group_is_named() -> None:
    """All texts of a group whose key comes again are on record."""
    text = "faq:\n- Why so?: One.\n- question: How?\n  answer: Two.\nfaq:\n- question: Who?\n  answer: We.\n"
    blocks = list(read(text.encode(), "faq.yml"))

    assert [block.text for block in blocks if block.kind is Kind.LEFT_OUT] == [
        "faq: Why so?", "faq: One.", "faq: How?", "faq: Two.",
    ]  # fmt: skip


def test_text_of_a_project_that_no_entry_takes_is_named() -> None:
    """Further responses, their variants and the names of stories are on record."""
    text = (
        "nlu:\n- intent: ask_price\n  examples: |\n    - what price\nresponses:\n  utter_ask_price:\n"
        "  - text: Ten.\n  - text: Eleven.\n  utter_bye:\n  - text: Goodbye.\nstories:\n- story: happy path\n"
    )
    blocks = list(read(text.encode(), "nlu.yml"))

    assert [block.text for block in blocks if block.kind is Kind.LEFT_OUT] == [
        "- text: Eleven.", "- text: Goodbye.", "- story: happy path",
    ]  # fmt: skip
