"""Records of source lines whose words are in no block of the converter.

Last check of a converter: markup, settings and unknown syntax are named in the summary.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from faqbot.ingest.blocks import Block, BlockLocation, left_out
from faqbot.ingest.folded import only_folds

MARKUP = "it is markup or a setting that no answer shows"
_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"</?[A-Za-z][\w.:-]*+((?:[^<>\"']|\"[^\"<>]*+\"|'[^'<>]*+')*+)>")
# Attributes with text for people.
_SAID = re.compile(
    r"\b(?:title|label|summary|caption|alt|heading|header|description|placeholder)=(?:\"([^\"]*)\"|'([^']*)')",
    re.IGNORECASE,
)


def words_of(text: str) -> Iterator[str]:
    """Yield the words of *text* in lower case, without single characters and numbers."""
    return (
        word for word in _WORD.findall(text.casefold()) if len(word) > 1 and not word.isdecimal()
    )


def words_of_block(block: Block) -> Iterator[str]:
    """Yield the words that *block* and its pair show or record."""
    yield from words_of(html.unescape(block.text) if "&" in block.text else block.text)
    if block.pair:
        given = block.pair
        texts = (given.answer, given.id, given.section, given.source, given.url)
        lists = (given.questions, given.not_for, given.keywords, given.tags, given.follow_ups)
        for each in (*texts, *chain.from_iterable(lists), *given.audience):
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
    """Yield *blocks*, then a record of each line with a word outside them.

    *marks* match the parts of a line that are no text in its format. With *tags*, HTML tags are no text
    either, except attributes that are read out, such as titles.
    """
    known: set[str] = set()
    for block in blocks:
        known.update(words_of_block(block))
        yield block
    for number, line in enumerate(lines, start=1):
        bare = _bare(line, marks, tags=tags)
        if not only_folds(bare) and any(word not in known for word in words_of(bare)):
            yield left_out(line.strip(), MARKUP, BlockLocation(number))


def _bare(line: str, marks: re.Pattern[str] | None, *, tags: bool) -> str:
    """Return the text of a *line*, without markup."""
    bare = marks.sub(" ", line) if marks else line
    if tags and "<" in bare:
        bare = _TAG.sub(lambda found: " ".join(_values(found[1])), bare)
    return html.unescape(bare) if "&" in bare else bare


def _values(attributes: str) -> Iterator[str]:
    yield " "
    for found in _SAID.finditer(attributes):
        yield found[1] or found[2] or ""
    yield " "
