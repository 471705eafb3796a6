"""Lines of a source whose words are in no block that a reader made of it.

The last check of a reader: markup that shows nothing, settings and what the reader does not
understand are named in the summary and not lost.

Blocks of a document that the rules left in no candidate and in no record.

The last check of the rules. A heading counts as used if it is a question, a section, the title or a
line of an answer; another block if each line is a line of an answer, or all its pairs of
neighbouring words are in candidates and records.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from faqbot.ingest.blocks import Block, Kind, Place, left_out
from faqbot.ingest.converters.html import only_folds
from faqbot.ingest.extraction.candidate_pairs import Candidate, Found
from faqbot.ingest.extraction.marked_questions import without_answer_mark
from faqbot.ingest.markdown_text import plain
from faqbot.ingest.question_forms import bare_question

MARKUP = "it is markup or a setting that no answer shows"
_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"</?[A-Za-z][\w.:-]*((?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*)>")
# Attributes whose values are words for people.
_SAID = re.compile(
    r"\b(?:title|label|summary|caption|alt|heading|header|description|placeholder)=(?:\"([^\"]*)\"|'([^']*)')",
    re.IGNORECASE,
)
_Words = tuple[str, ...]


def words_of(text: str) -> Iterator[str]:
    """Yield the words of *text* in small letters; single characters and bare numbers are none."""
    return (
        word for word in _WORD.findall(text.casefold()) if len(word) > 1 and not word.isdecimal()
    )


def words_of_block(block: Block) -> Iterator[str]:
    """Yield the words that *block* shows or records, those of its pair too."""
    yield from words_of(html.unescape(block.text) if "&" in block.text else block.text)
    if block.pair:
        given = block.pair
        for each in (*given.questions, given.answer, given.url, *given.keywords, given.section):
            yield from words_of(html.unescape(each) if "&" in each else each)
    for row in block.rows:
        for cell in row:
            yield from words_of(cell)


def unread_lines(
    lines: Sequence[str],
    blocks: Iterable[Block],
    marks: re.Pattern[str] | None = None,
    *,
    tags: bool = False,
) -> Iterator[Block]:
    """Yield *blocks*, then a record of each line with a word that is in none of them.

    *marks* are the parts of a line that are no text in its format. If *tags*, HTML tags are no text
    either, except attributes that are read out, such as titles.
    """
    known: set[str] = set()
    for block in blocks:
        known.update(words_of_block(block))
        yield block
    for number, line in enumerate(lines, start=1):
        bare = _bare(line, marks, tags=tags)
        if not only_folds(bare) and any(word not in known for word in words_of(bare)):
            yield left_out(line.strip(), MARKUP, Place(number))


def _bare(line: str, marks: re.Pattern[str] | None, *, tags: bool) -> str:
    """Return what a *line* says, without markup."""
    bare = marks.sub(" ", line) if marks else line
    if tags and "<" in bare:
        bare = _TAG.sub(lambda found: " ".join(_values(found[1])), bare)
    return html.unescape(bare) if "&" in bare else bare


def _values(attributes: str) -> Iterator[str]:
    yield " "
    for found in _SAID.finditer(attributes):
        yield found[1] or found[2] or ""
    yield " "


def unused(blocks: Sequence[Block], found: Found) -> Iterator[Block]:
    """Yield those of *blocks* that are not in *found*, in their order."""
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
    """Yield the words of each line of a block; of a pair, those that become fields of an entry."""
    if block.pair:
        texts = [*block.pair.questions, *block.pair.answer.split("\n")]
    elif block.kind is Kind.HEADING:
        texts = [plain(block.text)]
    else:
        texts = block.text.split("\n")
    for text in texts:
        # The marks of questions and answers are dropped by rule.
        yield tuple(words_of(bare_question(without_answer_mark(text))))


def _pairs(words: _Words) -> Iterator[tuple[str, str]]:
    """Yield neighbouring words, and a word alone with an empty one."""
    yield from pairwise(words)
    if len(words) == 1:
        yield words[0], ""
