"""Converter of reStructuredText, by way of docutils' document tree.

Roles and directives of Sphinx are shown as text. Files are never included, raw output is left out,
and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from docutils import nodes

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, BlockLocation, Kind, Pair
from faqbot.ingest.converters.rst_markdown import (
    SILENT,
    code_of,
    inline,
    inside,
    items_of,
    markdown_of,
    place_of,
    without_label,
)
from faqbot.ingest.documents import decode
from faqbot.ingest.folded import shut
from faqbot.ingest.markdown_text import (
    indented,
    markdown_table,
    one_line,
)
from faqbot.ingest.question_forms import ends_as_question
from faqbot.ingest.unread import unread_lines

if TYPE_CHECKING:
    from docutils import nodes

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
# Names of directives, roles and options: markup, not text.
_MARKS = re.compile(
    r"^\s*\.\.\s+[\w:.-]+::|:[\w:+.-]{1,80}:(?=`)|\[[#\w.-]{1,80}\](?=_(?!\w))|^\s*\.\.\s+\[[#\w.-]{1,80}\]|^\s*:[\w-]+:(?=\s|$)|\.\. code(?:-block)?::.*|<[^<>]*>(?=`)"
)
# Characters that all substitutions may produce; chosen by hand.
_MOST_SUBSTITUTED = 20_000_000
# Marks that open inline markup, with the end that each needs. docutils searches the rest of a paragraph
# for each end. So the time for marks without an end is quadratic in their number.
_OPENING = re.compile(r"(?<![\w\\])(?:\*\*|\*|``|_?`|\|)(?=\S)")
_CLOSING = {
    mark: re.compile(rf"(?<=\S){re.escape(mark)}(?!\w)") for mark in ("**", "*", "``", "`", "|")
}
_PARAGRAPH_END = re.compile(r"(?<=\n)[ \t]*\n")
# Characters searched for ends that do not exist: about two seconds of docutils, measured.
_MOST_SEARCHED = 20_000_000
# Shorter paragraphs cannot reach the limit within a document of 20 MB in practice.
_SHORT_PARAGRAPH = 1_000
# Marks of list items on one line. Each opens a list inside the list before. Chosen by hand.
_NESTED_ITEMS = re.compile(r"[ \t]*+(?:(?:[-+*\u2022]|\(?\w{1,3}[.)])[ ]++){40}")
# Terms that ask before others count as questions too, and their share, 0 to 1; chosen by hand.
_FEW = 2
_OFTEN = 0.3
# Words of a term; longer ones with a full stop or a colon are sentences. Chosen by hand.
_FEW_WORDS = 3
# Characters of a footnote that fits into a sentence; chosen by hand.
_LONGEST_FOOTNOTE = 600


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a reStructuredText document; see `Reader`."""
    try:
        import docutils.core  # noqa: F401 - whether it is there
    except ImportError as error:
        raise MissingDependency("reading reStructuredText", "import-rst") from error
    text = decode(data, name)
    _check(text, name)
    left_out: list[str] = []
    try:
        blocks = blocks_of(_parsed(text, left_out))
        yield from unread_lines(text.split("\n"), blocks, _MARKS)
    except RecursionError as error:
        message = f"{name} is nested too deep: import a part of it"
        raise UnreadableDocument(message) from error
    if left_out:
        what = ", ".join(sorted(set(left_out)))
        yield Block(
            Kind.NOTE,
            f"files that the document includes are not read: {len(left_out)} times ({what})",
        )


def _check(text: str, name: str) -> None:
    """Raise `UnreadableDocument` for a document that docutils would need minutes for.

    Endless lines, lists nested on one line, marks that are never closed, exploding substitutions.
    """
    limit = int(str(_SETTINGS["line_length_limit"]))
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > limit:
            raise UnreadableDocument(
                f"{name}, line {number}: has over {limit:,} characters: break it into lines"
            )
        if _NESTED_ITEMS.match(line):
            message = f"{name}, line {number}: lists are nested too deep"
            raise UnreadableDocument(f"{message}: begin each item on a line of its own")
    _check_marks(text, name)
    defined = _SUBSTITUTION.findall(text)
    longest = max(
        (limit if "|" in each.partition("::")[2] else len(each) for each in defined), default=0
    )
    if text.count("|") * longest > _MOST_SUBSTITUTED:
        message = f"{name} has substitutions that expand to too much text: write them out"
        raise UnreadableDocument(message)


def _check_marks(text: str, name: str) -> None:
    """Refuse a document whose unclosed marks of inline markup would take docutils minutes."""
    searched, line = 0, 1
    for paragraph in _PARAGRAPH_END.split(text):
        if len(paragraph) > _SHORT_PARAGRAPH:
            searched += sum(_unclosed(paragraph))
        if searched > _MOST_SEARCHED:
            raise UnreadableDocument(
                f"{name}, line {line}: has thousands of marks such as * and ` that are never closed: "
                "remove them, or write a backslash before each"
            )
        line += paragraph.count("\n") + 1


def _unclosed(paragraph: str) -> Iterator[int]:
    """Yield the characters behind each mark of *paragraph* that opens markup without an end."""
    last = {
        mark: max((found.start() for found in pattern.finditer(paragraph)), default=-1)
        for mark, pattern in _CLOSING.items()
    }
    for found in _OPENING.finditer(paragraph):
        if last[found[0].removeprefix("_")] <= found.start():
            yield len(paragraph) - found.end()


def _parsed(text: str, left_out: list[str]) -> nodes.document:
    from docutils.core import publish_doctree
    from docutils.parsers.rst import Parser

    from faqbot.ingest.converters.sphinx import passing_directives, passing_inliner

    with passing_directives(left_out):
        document: nodes.document = publish_doctree(
            text, parser=Parser(inliner=passing_inliner()), settings_overrides=_SETTINGS
        )
    return document


def blocks_of(document: nodes.document) -> Iterator[Block]:
    """Yield the blocks of *document* in order."""
    _place_footnotes(document)
    _mark_terms(document)
    yield from _blocks(document, 0)


def _place_footnotes(document: nodes.document) -> None:
    """Move the text of footnotes to their references.

    Their text in brackets belongs to the answer that refers to it. Long ones stay where they are.
    """
    texts: dict[str, str] = {}
    notes: list[nodes.Element] = [
        *document.findall(nodes.footnote),
        *document.findall(nodes.citation),
    ]
    for note in notes:
        text = inside(without_label(note))
        if text and len(text) <= _LONGEST_FOOTNOTE and "\n" not in text and note.get("backrefs"):
            texts.update(dict.fromkeys(note["ids"], text))
            note.parent.remove(note)
    for kind in (nodes.footnote_reference, nodes.citation_reference):
        for reference in document.findall(kind):
            reference["text"] = texts.get(str(reference.get("refid", "")), "")


def _mark_terms(document: nodes.document) -> None:
    """Set ``asks`` on the terms that are questions.

    If at least two terms, and three in ten, ask, all terms outside of answers are questions.
    """
    found = [
        each
        for each in document.findall(nodes.definition_list_item)
        if isinstance(each.parent.parent, nodes.section | nodes.document)
    ]
    asking = [each for each in found if all(map(ends_as_question, _terms(each)))]
    all_ask = len(asking) >= _FEW and len(asking) >= _OFTEN * len(found)
    for each in found if all_ask else asking:
        each["asks"] = True


def _terms(item: nodes.Element) -> list[str]:
    return [one_line(each.astext()) for each in item.children if isinstance(each, nodes.term)]


def _blocks(parent: nodes.Element, level: int) -> Iterator[Block]:
    for node in parent.children:
        if isinstance(node, nodes.section):
            title = node.next_node(nodes.title)
            if title is not None and one_line(title.astext()):
                yield Block(
                    Kind.HEADING, one_line(title.astext()), level + 1, place=place_of(title, node)
                )
            yield from _blocks(node, level + 1)
        elif isinstance(node, nodes.Element) and not isinstance(node, SILENT):
            yield from _block(node, level)


def _block(node: nodes.Element, level: int) -> Iterator[Block]:
    place = place_of(node)
    if isinstance(node, nodes.bullet_list | nodes.enumerated_list):
        yield from items_of(node, 1)
    elif isinstance(node, nodes.definition_list):
        yield from _definitions(node)
    elif node.get("folded"):
        yield from _folded(node, level)
    elif isinstance(node, nodes.literal_block | nodes.doctest_block | nodes.math_block):
        yield Block(Kind.CODE, code_of(node), place=place)
    elif isinstance(node, nodes.table):
        yield from _table(node, place)
    elif isinstance(node, nodes.field_list):
        # At the start, a field list holds settings for Sphinx; elsewhere it is text.
        if level or node.parent.index(node):
            yield from _texts(node, place)
    elif (
        isinstance(node, nodes.compound | nodes.container | nodes.figure)
        or type(node) is nodes.Element
    ):
        yield from _blocks(node, level)
    else:
        yield from _texts(node, place)


def _folded(node: nodes.Element, level: int) -> Iterator[Block]:
    """Yield the pair of a box that a reader unfolds."""
    title = node.next_node(nodes.title)
    question = one_line(title.astext()) if title is not None else ""
    for block in shut(question, list(_blocks(node, level)), level + 1):
        yield block if block.place.number else replace(block, place=place_of(node))


def _table(node: nodes.Element, place: BlockLocation) -> Iterator[Block]:
    title = next((each for each in node.children if isinstance(each, nodes.title)), None)
    if title is not None:
        yield Block(Kind.TEXT, inline(title), place=place)
    rows = tuple(_rows(node))
    if rows:
        yield Block(Kind.TABLE, markdown_table(rows), place=place, rows=rows)


def _texts(node: nodes.Element, place: BlockLocation) -> Iterator[Block]:
    text = markdown_of(node)
    if text:
        yield Block(Kind.TEXT, text, place=place)


def _definitions(node: nodes.Element) -> Iterator[Block]:
    for item in node.children:
        if not isinstance(item, nodes.definition_list_item):
            continue
        terms = [inline(each) for each in item.children if isinstance(each, nodes.term)]
        held = next((each for each in item.children if isinstance(each, nodes.definition)), None)
        answer = inside(held) if held is not None else ""
        if answer and (item.get("asks") or all(map(ends_as_question, _terms(item)))):
            pair = Pair(tuple(_terms(item)), answer)
            yield Block(Kind.PAIR, f"**{terms[0]}**\n\n{answer}", place=place_of(item), pair=pair)
        elif held is not None and _is_sentence(_terms(item)):
            # A paragraph over an indented list: the markup calls it a term.
            yield Block(Kind.TEXT, " ".join(terms), place=place_of(item))
            yield from _blocks(held, 0)
        else:
            head = ", ".join(f"**{term}**" for term in terms)
            yield Block(
                Kind.ITEM, f"- {head}: {indented(answer, 2)}".rstrip(" :"), 1, place=place_of(item)
            )


def _is_sentence(terms: list[str]) -> bool:
    """Return True if *terms* are a sentence, and no names."""
    return len(terms) == 1 and terms[0].endswith((".", ":")) and len(terms[0].split()) > _FEW_WORDS


def _rows(node: nodes.Element) -> Iterator[tuple[str, ...]]:
    for row in node.findall(nodes.row):
        yield tuple(
            " ".join(inside(cell).split()) for cell in row.children if isinstance(cell, nodes.entry)
        )
