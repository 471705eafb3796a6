"""Reading reStructuredText, with the roles and directives of Sphinx as what they show.

Files are never included, raw output is left out, and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.decoding import decode
from faqbot.ingest.unread import unread_lines

if TYPE_CHECKING:
    from docutils import nodes

__all__ = ["read"]

_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "doctitle_xform": False,
    "sectsubtitle_xform": False,
    "docinfo_xform": False,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": "",
    "input_encoding": "unicode",
    "line_length_limit": 10_000,
}
_SUBSTITUTION = re.compile(r"^[ \t]*\.\. \|[^|\n]+\|.*(?:\n[ \t]+.*)*", re.MULTILINE)
# Names of directives, roles and options, which are no text.
_MARKS = re.compile(
    r"^\s*\.\.\s+[\w:.-]+::|:[\w:+.-]+:(?=`)|^\s*:[\w-]+:(?=\s|$)|\.\. code(?:-block)?::.*|<[^<>]*>(?=`)"
)
_MOST_SUBSTITUTED = 20_000_000


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a reStructuredText document; see `Reader`."""
    try:
        import docutils.core  # noqa: F401 - whether it is there
    except ImportError as error:
        raise MissingDependency("reading reStructuredText", "import-rst") from error
    from faqbot.ingest.converters.rst import blocks_of

    text = decode(data, name)
    _check(text, name)
    left_out: list[str] = []
    try:
        blocks = blocks_of(_parsed(text, left_out))
        yield from unread_lines(text.split("\n"), blocks, _MARKS)
    except RecursionError as error:
        message = f"{name} is nested deeper than any document for people is: import a part of it"
        raise UnreadableDocument(message) from error
    if left_out:
        what = ", ".join(sorted(set(left_out)))
        yield Block(Kind.NOTE, f"what other files hold is not read: {len(left_out)} times ({what})")


def _check(text: str, name: str) -> None:
    """Refuse what would take docutils out of all bounds: endless lines, and substitutions that grow."""
    limit = int(str(_SETTINGS["line_length_limit"]))
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > limit:
            raise UnreadableDocument(
                f"{name}, line {number}: has over {limit:,} characters: break it into lines"
            )
    defined = _SUBSTITUTION.findall(text)
    longest = max(
        (limit if "|" in each.partition("::")[2] else len(each) for each in defined), default=0
    )
    if text.count("|") * longest > _MOST_SUBSTITUTED:
        message = f"{name} has substitutions that would grow out of all bounds: write them out"
        raise UnreadableDocument(message)


def _parsed(text: str, left_out: list[str]) -> nodes.document:
    from docutils.core import publish_doctree
    from docutils.parsers.rst import Parser

    from faqbot.ingest.converters.sphinx import passing_directives, passing_inliner

    with passing_directives(left_out):
        document: nodes.document = publish_doctree(
            text, parser=Parser(inliner=passing_inliner()), settings_overrides=_SETTINGS
        )
    return document
