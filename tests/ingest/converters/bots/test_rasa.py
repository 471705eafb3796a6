"""Rasa's YAML: examples and responses that stand apart become pairs."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument, UnsupportedDocument
from faqbot.ingest.blocks import Block, Kind, Pair
from faqbot.ingest.converters.bots.rasa import is_part, read, read_project

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
- intent: balance
  examples: |
    - my balance
- synonym: money
  examples: |
    - cash
"""
_DOMAIN = """\
version: "3.1"
intents: [faq, opening_hours, balance]
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
        "1 intent has no response of text (balance)",
    ]


def test_one_file_of_two() -> None:
    """Without the responses there is no answer, and the note says where to find them."""
    assert _pairs(_NLU) == []
    assert "import the files of the project together" in _notes(_NLU)[0]


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
    with pytest.raises((UnreadableDocument, UnsupportedDocument), match=r"nlu\.yml"):
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

    with pytest.raises(UnsupportedDocument):
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


def test_files_of_a_project_are_joined() -> None:
    """Each entry and each line that is left out names its own file."""
    files = [("data/nlu.yml", _NLU.encode()), ("domain.yml", _DOMAIN.encode())]
    blocks = list(read_project(files, "bot"))
    pairs = [block for block in blocks if block.pair]

    assert [each.pair.source for each in pairs if each.pair] == ["data/nlu.yml"] * 2
    assert str(pairs[0].place) == "data/nlu.yml, line 3"
    assert all(each.pair in _pairs(_NLU + _DOMAIN) or each.pair for each in pairs)
    assert any(str(each.place).startswith("domain.yml, line") for each in blocks)
    assert all(is_part(data, name) for name, data in files)


_OLD_NLU = """\
## intent:faq/ask_way
- how far is it?
- is [the park](place) near?

## intent:hours
- when are you open

## intent: greet
- hi there

## synonym:park
- garden
"""
_OLD_RESPONSES = "## ask way\n* faq/ask_way\n  - A mile,\n    or two.\n  - Not far.\n"
_OLD_STORIES = '## hours\n* greet\n  - utter_greet\n* hours{"day": "today"}\n  - utter_times\n'
_OLD_DOMAIN = "intents:\n- hours\ntemplates:\n  utter_times:\n  - text: At nine.\n  utter_greet:\n  - Hello!\n"


def test_markdown_of_rasa_1_is_read() -> None:
    """Intents, responses, stories and templates stand in four files; examples are no answers."""
    given = {"nlu.md": _OLD_NLU, "responses.md": _OLD_RESPONSES, "stories.md": _OLD_STORIES, "domain.yml": _OLD_DOMAIN}  # fmt: skip
    files = [(name, text.encode()) for name, text in given.items()]
    blocks = list(read_project(files, "bot"))

    assert all(is_part(data, name) for name, data in files)
    assert [(each.pair.questions, each.pair.answer) for each in blocks if each.pair] == [
        (("how far is it?", "is the park near?"), "A mile,\nor two."),
        (("when are you open",), "At nine."),
    ]
    assert {"hi there", "Hello!"} <= {each.text for each in blocks if "steers" in each.reason}


def test_other_markdown_is_no_project() -> None:
    """A list below a heading is no story."""
    assert not is_part(b"## Hours\n\n* Monday\n* Friday\n  - only in May\n", "hours.md")


@pytest.mark.parametrize("intent", ["out_of_scope", "out_of_scope/other", "goodbye", "chitchat/ask_name", "nlu_fallback"])  # fmt: skip
def test_intents_that_steer_a_conversation_are_left_out(intent: str) -> None:
    """Faqbot has courtesies of its own, and no entry for what it does not know."""
    text = f"nlu:\n- intent: {intent}\n  examples: |\n    - a pizza\nresponses:\n  utter_{intent}:\n  - text: Sorry.\n"
    blocks = list(read(text.encode(), "nlu.yml"))

    assert not any(each.pair for each in blocks)
    assert {"a pizza", "Sorry."} <= {each.text for each in blocks if "steers" in each.reason}
