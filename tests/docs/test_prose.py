"""The prose of README.md and docs/ is plain: short sentences, standard words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.docs.pages import PAGES, ROOT

# Words that the style guide bans: archaic, or a pronoun where a noun is meant.
_BANNED = re.compile(
    r"\b(?:lest|anew|reckon\w*|but for|hardly|by turns|tell whether|thus|hence|whilst|amongst)\b",
    re.IGNORECASE,
)
# Most words of a sentence.
_MOST_WORDS = 20
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the text of each paragraph and list item; code and links are one word each."""
    tokens = MarkdownIt().enable("table").parse(text)
    in_table = False
    for token in tokens:
        in_table = (in_table or token.type == "table_open") and token.type != "table_close"
        if token.type == "inline" and not in_table:
            yield "".join(
                {"text": child.content, "softbreak": " ", "code_inline": "CODE"}.get(child.type, "")
                for child in token.children or ()
            )


def _sentences(text: str) -> Iterator[str]:
    for paragraph in _paragraphs(text):
        yield from _SENTENCE_END.split(paragraph)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_sentences_are_short(page: Path) -> None:
    """No sentence has more than twenty words; tables and code are left out."""
    text = page.read_text(encoding="utf-8")

    assert [sentence for sentence in _sentences(text) if len(sentence.split()) > _MOST_WORDS] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_words_are_plain(page: Path) -> None:
    """No page has a word that the style guide bans."""
    prose = "\n".join(_paragraphs(page.read_text(encoding="utf-8")))

    assert _BANNED.findall(prose) == []


def test_long_sentences_are_noticed() -> None:
    """A colon or a full stop ends a sentence; code counts as a word, and a table is left out."""
    long = "word " * 21
    text = f"One `code with words` two: three.\n\n{long}.\n\n| {long} |\n|---|\n| {long} |\n"

    assert [len(each.split()) for each in _sentences(text)] == [3, 1, 22]
