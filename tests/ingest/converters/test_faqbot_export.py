"""Exports by faqbot that an author has edited: entries come back, and other text is named."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from faqbot.exporting import export_to, select
from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.converters.json import read as read_json
from faqbot.ingest.converters.markdown import read as read_markdown
from faqbot.models import Entry, KnowledgeBase

pytest.importorskip("markdown_it")

_KB = KnowledgeBase(
    (
        Entry("pay", "How do I pay?", "By card, or *cash*.", section="Money", follow_ups=("when",)),
        Entry("when", "When are you open?", "From nine to five."),
    ),
    title="The FAQ",
)
_PAGE = export_to("md", select(_KB))
_DATA = export_to("jsonld", select(_KB))


def _left_out(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind is Kind.LEFT_OUT]


def _questions(blocks: list[Block]) -> list[str]:
    return [block.pair.questions[0] for block in blocks if block.pair]


def _page(text: str) -> list[Block]:
    return list(read_markdown(text.encode(), "kb.md"))


def _data(edit: Callable[[list[dict[str, object]]], object]) -> list[Block]:
    page = json.loads(_DATA)
    edit(page["mainEntity"])
    return list(read_json(json.dumps(page).encode(), "kb.jsonld"))


def test_an_unedited_page_leaves_nothing_out() -> None:
    """Title, contents, sections and links to related entries are no text of their own."""
    assert _left_out(_page(_PAGE)) == []


@pytest.mark.parametrize(
    "place",
    ["# The FAQ\n", "<!-- faqbot end when -->\n", "<!-- faqbot contents -->\n", "See also: "],
)
def test_text_between_entries_is_named(place: str) -> None:
    """A paragraph that an author typed on the page is left out, and the entries stay."""
    at = _PAGE.index(place) + (0 if place.startswith("See") else len(place))
    blocks = _page(
        f"{_PAGE[:at]}\nA remark.\n\n## A heading\n\n**Bold**\n\n- [link](#x)\n\n{_PAGE[at:]}"
    )

    assert _questions(blocks) == ["When are you open?", "How do I pay?"]
    assert _left_out(blocks) == ["A remark.", "## A heading", "**Bold**", "- [link](#x)"]


def test_a_record_has_the_line_of_its_text() -> None:
    """The place of a remark is its line on the page."""
    text = f"{_PAGE}\nA remark.\n"
    (record,) = [block for block in _page(text) if block.kind is Kind.LEFT_OUT]

    assert text.split("\n")[record.place.number - 1] == "A remark."


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("### How do I pay?", "How do I pay?", ["How do I pay?", "By card, or *cash*."]),
        ("By card, or *cash*.", "", ["### How do I pay?"]),
    ],
)
def test_a_damaged_entry_is_named(old: str, new: str, missing: list[str]) -> None:
    """An entry without its heading or its answer is left out line by line."""
    blocks = _page(_PAGE.replace(old, new))

    assert _questions(blocks) == ["When are you open?"]
    assert set(missing) <= set(_left_out(blocks))


def test_damaged_or_unknown_fields_are_named() -> None:
    """The comment above an entry may be broken, or hold a field that faqbot does not know."""
    broken = _page(_PAGE.replace('{"id": "when"', '{"id: "when"'))
    unknown = _page(_PAGE.replace('{"id": "when"', '{"owner": "Jo", "id": "when"'))

    assert "How do I pay?" in _questions(broken)
    assert [text for text in _left_out(broken) if "when" in text] != []
    assert _left_out(unknown) == ["owner: Jo"]


def test_a_question_added_to_data_is_read() -> None:
    """JSON-LD with a question that an author typed has it as an entry."""
    added = {"@type": "Question", "name": "Is it free?", "acceptedAnswer": {"text": "It is."}}

    assert "Is it free?" in _questions(_data(lambda asked: asked.append(added)))


def test_an_edited_copy_in_data_is_named() -> None:
    """The text for search engines is not what faqbot reads; another text there is named."""
    assert _left_out(_data(len)) == []
    assert _left_out(_data(lambda asked: asked[0].update(name="How can I settle up?"))) == [
        "How can I settle up?"
    ]


def test_a_broken_entry_in_data_is_named() -> None:
    """A question whose part for faqbot has no answer is read from its text, or named."""

    def broken(asked: list[dict[str, object]]) -> None:
        asked[0] = {"@type": "Question", "name": "How?", "faqbot:entry": {"id": "how"}}

    assert "How?" in _left_out(_data(broken))
