"""Blocks of a document that no candidate and no record covers.

The last check of the rules. A heading is covered if it is a question, a section, the title or a line
of an answer. Another block is covered if each line is a line of an answer, or if candidates and
records contain all its pairs of neighbouring words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.extraction.candidate_pairs import Candidate, Found
from faqbot.ingest.extraction.question_marks import asked_in, without_answer_mark
from faqbot.ingest.markdown_text import plain
from faqbot.ingest.question_forms import bare_question
from faqbot.ingest.unread import words_of

_Words = tuple[str, ...]


def uncovered(blocks: Sequence[Block], found: Found) -> Iterator[Block]:
    """Yield those of *blocks* not in *found*, in order."""
    texts = [found.title, *(each.what for each in found.left_out)]
    for candidate in found.candidates:
        texts += _texts(candidate)
    lines = {tuple(words_of(line)) for text in texts for line in text.split("\n")}
    open_ = [
        (block, left)
        for block in blocks
        if (left := [words for words in _lines(block) if words and words not in lines])
    ]
    wanted = {pair for _, left in open_ for words in left for pair in _pairs(words)}
    for text in texts if wanted else ():
        wanted.difference_update(_pairs(tuple(words_of(text))))
        wanted.difference_update((word, "") for word in words_of(text))
    for block, left in open_:
        if block.kind is Kind.HEADING:
            asked = (bare_question(plain(block.text)), bare_question(block.text))
            if not any(tuple(words_of(each)) in lines for each in asked):
                yield block
        elif any(pair in wanted for words in left for pair in _pairs(words)):
            yield block


def _texts(candidate: Candidate) -> Iterator[str]:
    yield from (candidate.question, candidate.section, candidate.heading, *candidate.alternates)
    yield candidate.answer
    if candidate.pair:
        yield from (candidate.pair.section, candidate.pair.url, *candidate.pair.keywords)


def _lines(block: Block) -> Iterator[_Words]:
    """Yield the words of each line of a block, or of its pair's fields."""
    if block.pair:
        texts = [*map(plain, block.pair.questions), *block.pair.answer.split("\n")]
    elif block.kind is Kind.HEADING:
        texts = [plain(block.text)]
    else:
        asked = asked_in(block)
        rest = asked.rest.text if asked and asked.rest else ""
        texts = [asked.question, *rest.split("\n")] if asked and rest else block.text.split("\n")
    for text in texts:
        # The rules remove the marks of questions and answers.
        yield tuple(words_of(bare_question(without_answer_mark(text))))


def _pairs(words: _Words) -> Iterator[tuple[str, str]]:
    """Yield neighbouring words; a single word comes with an empty one."""
    yield from pairwise(words)
    if len(words) == 1:
        yield words[0], ""
