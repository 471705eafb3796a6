"""Every line of a document is in an entry, in a draft, or named in the summary."""

from __future__ import annotations

from faqbot.ingest.blocks import Block, BlockLocation, Kind, joined, left_out, not_joined
from faqbot.ingest.drafts import drafts_of
from faqbot.ingest.extraction.rules import find_candidates
from faqbot.ingest.importing import Import
from faqbot.ingest.summary import summary_lines

_RECORDS = [
    left_out(f"remark {n}: {'x' * 60}", "it is a remark", BlockLocation(n)) for n in range(1, 6)
]


def _lines(blocks: list[Block], *, verbose: bool) -> list[str]:
    found = find_candidates(blocks, "doc.md")
    return list(summary_lines(Import([found]), drafts_of([found]), verbose=verbose))


def test_records_are_grouped_by_reason() -> None:
    """The summary counts the records of a reason, and shows the first words and places of three."""
    blocks = [Block(Kind.HEADING, "Why?", 1), Block(Kind.TEXT, "So."), *_RECORDS]
    lines = _lines(blocks, verbose=False)

    assert lines[2:4] == [
        "  left out, because it is a remark: 5",
        f"    line 1: remark 1: {'x' * 37}\u2026",
    ]
    assert lines[-1] == "    and 2 more (--verbose lists all)"


def test_verbose_lists_every_record_in_full() -> None:
    """Nothing is cut when all that was left out is asked for."""
    lines = _lines(list(_RECORDS), verbose=True)

    assert [each.what in lines[-5 + at] for at, each in enumerate(find_candidates(_RECORDS, "x").left_out)] == [True] * 5  # fmt: skip


def test_records_are_never_part_of_an_answer() -> None:
    """An answer skips the records among its blocks; they can be taken from beside it."""
    blocks = [Block(Kind.TEXT, "So."), _RECORDS[0], Block(Kind.NOTE, "a note")]

    assert joined(blocks) == "So."
    assert list(not_joined(blocks)) == blocks[1:]
