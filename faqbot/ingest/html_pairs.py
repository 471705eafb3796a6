"""Questions that HTML marks up by its own means: folded sections, and lists of terms."""

from __future__ import annotations

from collections.abc import Iterator

from faqbot.ingest.blocks import Block, Kind, Pair, joined
from faqbot.ingest.inline import without_number

__all__ = ["pair_of_terms", "shut"]

_SHUT = frozenset({"answer", "answers", "show answer", "details", "show", "show more", "more", "solution", "a", "view answer", "read more", "click to expand", "expand"})  # fmt: skip


def shut(question: str, inner: list[Block], level: int) -> Iterator[Block]:
    """Yield what a ``<details>`` says: *question* is its summary and *inner* what it holds.

    One that holds others is a question with those after it, or a heading of *level* over them; and a
    summary such as "Answer" only hides what belongs to the text above.
    """
    if question.lower().rstrip(":.! ") in _SHUT or not question:
        yield from inner
        return
    nested = next((place for place, each in enumerate(inner) if each.kind is Kind.PAIR), len(inner))
    answer = joined(inner[:nested])
    if nested == len(inner) or (answer and question.endswith("?")):
        yield from pair_of_terms([question], [answer])
        yield from inner[nested:]
    else:
        yield Block(Kind.HEADING, question, level=min(level, 6))
        yield from inner


def pair_of_terms(terms: list[str], answers: list[str]) -> Iterator[Block]:
    """Yield the pair of *terms*, a question and its alternates, and *answers* if there are both."""
    questions = tuple(dict.fromkeys(without_number(term) for term in terms if term))
    answer = "\n\n".join(each for each in answers if each)
    if questions and answer:
        shown = f"**{' / '.join(questions)}**\n\n{answer}"
        yield Block(Kind.PAIR, shown, pair=Pair(questions, answer))
