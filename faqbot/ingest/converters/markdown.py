"""Converter of Markdown that keeps the author's Markdown byte for byte.

markdown-it locates each block; its text is cut from the source. There are two changes. A link by
reference gets its address from elsewhere in the document, and an image becomes a link. Formats close
to Markdown are converted line by line, and then read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from faqbot.errors import MissingDependency
from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.converters.dialects.admonitions import Boxes
from faqbot.ingest.converters.dialects.footnotes import with_footnotes
from faqbot.ingest.converters.dialects.mdx import Components
from faqbot.ingest.converters.dialects.reference_links import link_addresses, with_addresses
from faqbot.ingest.converters.dialects.templates import without_templates
from faqbot.ingest.converters.faqbot_export import blocks_of_page, is_page
from faqbot.ingest.converters.html import answer_of, blocks_of
from faqbot.ingest.documents import decode
from faqbot.ingest.folded import pair_of_terms, shut
from faqbot.ingest.markdown_text import plain, unwrapped
from faqbot.ingest.question_forms import ends_as_question
from faqbot.ingest.unread import unread_lines

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# Characters that are parsed at once: tokens take 30 times the memory of the text. Chosen by hand.
_PIECE = 200_000
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"#{1,6}[ \t]")
_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(.+)$", re.MULTILINE)
_SUMMARY = re.compile(r"<summary[^>]*>(.*?)</summary>", re.DOTALL | re.IGNORECASE)
_DETAILS = re.compile(r"<(/?)details\b[^>]*>", re.IGNORECASE)
_NOT_SHOWN = re.compile(
    r"\[\[?_?TOC_?\]?\]|\{:?[ ]?toc[^{}]*\}|<!--.*-->", re.IGNORECASE | re.DOTALL
)
# Parts of a line without text: anchors of links, and marks that `templates` and `admonitions` record
# themselves.
_NO_TEXT = re.compile(
    r"\]\(#[^()\s]*\)|\{[:#.][^{}]*\}\s*$|^[ \t>]*(?:`{3,}|~{3,})\{[\w-]+\}|^\[\^?[^\[\]]+\]:(?=[ \t]*<?https?:)|\]\[[^\[\]]*\]"
    r"|\{%[^{}]*%\}|\{\{[<%][^{}]*\}\}|^[ \t>]*:{3,}.*|^[ \t]*(?:!!!|\?\?\?\+?)[ \t][^\"]*|\[!\w+\]|^title[ \t]*[:=]"
)
# A list item that is a heading, or that folds a part: both may ask.
_HOLDS_SECTIONS = re.compile(r"\A#{1,6}[ \t]|<details\b", re.IGNORECASE)
_CELL = re.compile(r"(?<!\\)\|")
_LISTS = {"bullet_list_open", "ordered_list_open"}
# Depth of nested ``<details>``; deeper ones are read as HTML. Chosen by hand.
_DEEPEST = 20


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown document; see `Reader`."""
    text = decode(data, name)
    yield from blocks_of_page(text) if is_page(text) else blocks_of_markdown(text, name)


def blocks_of_markdown(text: str, name: str = "this text", depth: int = 0) -> Iterator[Block]:
    """Yield the blocks of *text*, located by lines from 1.

    Messages call it *name*.
    """
    if depth:
        yield from _blocks(text, name, depth)
        return
    lines = text.split("\n")
    yield from unread_lines(lines, _outermost(text, name), _NO_TEXT, tags=True)


def _outermost(text: str, name: str) -> Iterator[Block]:
    """Yield the blocks of a document, located by its lines."""
    untemplated, records = without_templates(text)
    components = Components(untemplated)
    plain_lines = with_footnotes(components.rewritten())
    boxes = Boxes([line for _, line in plain_lines])
    rewritten = list(boxes.rewritten())
    numbers = [plain_lines[at - 1][0] for at, _ in rewritten]
    for block in _blocks("\n".join(line for _, line in rewritten), name, 0):
        at = block.place.number
        yield replace(block, place=BlockLocation(numbers[at - 1])) if at else block
    for record in boxes.records:
        at = record.place.number
        yield replace(record, place=BlockLocation(plain_lines[at - 1][0])) if at else record
    yield from (*records, *components.records)


def _blocks(text: str, name: str, depth: int) -> Iterator[Block]:
    parser = _parser()
    lines = text.split("\n")
    links = link_addresses(text)
    for start, end in _pieces(lines):
        piece = lines[start:end]
        for block in _MarkdownPiece(piece, name, depth).blocks(parser.parse("\n".join(piece))):
            number = block.place.number
            placed = replace(block, place=BlockLocation(number + start)) if number else block
            yield with_addresses(placed, links)


def _parser() -> MarkdownIt:
    try:
        from markdown_it import MarkdownIt
        from mdit_py_plugins.deflist import deflist_plugin
        from mdit_py_plugins.front_matter import front_matter_plugin
    except ImportError as error:
        raise MissingDependency("reading Markdown", "import") from error
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).use(deflist_plugin)
    # Only blocks are parsed, no inline marks: that is a fifth of the work.
    return parser.disable("inline")


def _pieces(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of pieces of about `_PIECE` characters.

    Each piece but the first begins at a heading.
    """
    start = size = 0
    fence = ""
    details = 0
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        if "details" in line:
            details += sum(-1 if each[1] else 1 for each in _DETAILS.finditer(line))
        if size > _PIECE and not fence and details <= 0 and _HEADING.match(line):
            yield start, number
            start, size = number, 0
        size += len(line) + 1
    yield start, len(lines)


class _MarkdownPiece:
    """Blocks of a few sections, given as *lines*."""

    def __init__(self, lines: Sequence[str], name: str, depth: int) -> None:
        """Keep the source that blocks are cut from."""
        self._lines = lines
        self._name = name
        self._depth = depth
        self._level = 0
        self._unclosed = False

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """Yield the block of each outermost token."""
        until = 0
        for place, token in enumerate(tokens):
            if not token.map or token.map[0] < until:
                continue
            start, end = token.map
            if token.type in _LISTS:
                until = end
                yield from self._items(tokens, place)
            elif token.type == "dl_open":
                until = end
                yield from self._definitions(tokens, place)
            elif token.type == "html_block":
                end = until = self._html_end(tokens, place)
                yield from self._html(start, end)
            elif token.level == 0:
                until = end
                yield from self._block(token, tokens[place + 1 : place + 2])

    def _block(self, token: Token, after: Sequence[Token]) -> Iterator[Block]:
        start, end = token.map or (0, 0)
        place = BlockLocation(start + 1)
        text = self._source(start, end)
        if token.type == "front_matter":
            yield from _front_matter(token.content, start + 2)
        elif token.type == "heading_open":
            self._level = int(token.tag[1])
            words = plain(after[0].content if after else "")
            if words:
                yield Block(Kind.HEADING, words, self._level, place=place)
        elif token.type in {"fence", "code_block"}:
            yield Block(Kind.CODE, text, place=place)
        elif token.type == "table_open":
            yield Block(Kind.TABLE, text, place=place, rows=_rows(text))
        elif token.type == "paragraph_open" and _NOT_SHOWN.fullmatch(text.strip()):
            yield left_out(text, "the page does not show it", place)
        elif token.type in {"paragraph_open", "blockquote_open"}:
            yield Block(Kind.TEXT, text, place=place)

    def _items(self, tokens: Sequence[Token], place: int) -> Iterator[Block]:
        opening = tokens[place]
        last = (opening.map or (0, 0))[1]
        for token in tokens[place + 1 :]:
            start, end = token.map or (0, 0)
            if token.map and start >= last:
                return
            if token.type == "list_item_open" and token.level == opening.level + 1:
                text = self._source(start, end)
                content = unwrapped(text)
                if _HOLDS_SECTIONS.search(_without_code(content)) and self._depth < _DEEPEST:
                    for block in _below_first(self._inner(content)):
                        at = max(block.place.number, 1)
                        yield replace(block, place=BlockLocation(start + at))
                    continue
                tight = start > (opening.map or (0, 0))[0] and bool(self._lines[start - 1].strip())
                yield Block(Kind.ITEM, text, 1, tight, BlockLocation(start + 1))

    def _definitions(self, tokens: Sequence[Token], place: int) -> Iterator[Block]:
        """Yield a pair per term if most ask, else text."""
        start, last = tokens[place].map or (0, 0)
        terms: list[str] = []
        answers: list[str] = []
        pairs, below = [(terms, answers, start)], start
        for at, token in enumerate(tokens[place + 1 :], start=place + 1):
            first, end = token.map or (last, last)
            if token.type == "dl_close" and token.level == tokens[place].level:
                break
            if token.type == "dt_open" and token.level == tokens[place].level + 1:
                if answers:
                    terms, answers = [], []
                    pairs.append((terms, answers, first))
                terms.append(plain(tokens[at + 1].content))
                below = first + 1
            elif token.type == "dd_open" and token.level == tokens[place].level + 1:
                # The parser locates a definition at its term.
                answers.append(_undefined(self._source(max(first, below), end)))
        asking = sum(any(map(ends_as_question, each)) for each, _, _ in pairs)
        if asking * 2 <= len(pairs):
            yield Block(Kind.TEXT, self._source(start, last), place=BlockLocation(start + 1))
            return
        for questions, parts, line in pairs:
            for block in pair_of_terms(questions, parts):
                yield replace(block, place=BlockLocation(line + 1))

    def _html_end(self, tokens: Sequence[Token], place: int) -> int:
        """Return the line after an HTML block and its ``<details>``."""
        own = (tokens[place].map or (0, 0))[1]
        if self._unclosed:
            return own
        end, deep = 0, 0
        for token in tokens[place:]:
            if token.type != "html_block" or not token.map:
                continue
            deep += sum(-1 if found[1] else 1 for found in _DETAILS.finditer(token.content))
            end = token.map[1]
            if deep <= 0:
                return end
        self._unclosed = True
        return own

    def _html(self, start: int, end: int) -> Iterator[Block]:
        source = self._source(start, end)
        opening = _DETAILS.search(_without_code(source))
        # Without a blank line, the content is HTML, not Markdown.
        if opening and not opening[1] and "\n\n" in source and self._depth < _DEEPEST:
            yield from self._details(source, opening, start)
            return
        for block in blocks_of(source, self._name):
            if block.kind is Kind.HEADING:
                self._level = block.level
            yield replace(block, place=BlockLocation(start + 1))

    def _details(self, source: str, opening: re.Match[str], start: int) -> Iterator[Block]:
        """Yield the pair of ``<details>`` with a Markdown answer, and the text after it."""
        before, after = source[: opening.start()], source[opening.end() :]
        close = _closing(after)
        inside, rest = (
            after[: close.start()] if close else after,
            after[close.end() :] if close else "",
        )
        summary = _SUMMARY.match(inside.lstrip())
        question = plain(summary[1]) if summary else ""
        body = inside.lstrip()[summary.end() :] if summary else inside
        inner = list(self._inner(body))
        blocks = [*self._inner(before), *shut(question, inner, self._level + 1), *self._inner(rest)]
        for block in blocks:
            yield replace(block, place=BlockLocation(start + 1))

    def _inner(self, text: str) -> Iterator[Block]:
        if text.strip():
            yield from blocks_of_markdown(text.strip("\n"), self._name, self._depth + 1)

    def _source(self, start: int, end: int) -> str:
        lines = list(self._lines[start:end])
        while lines and not lines[-1].strip():
            lines.pop()
        while lines and not lines[0].strip():
            lines.pop(0)
        return "\n".join(lines).rstrip()


def _below_first(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the *blocks* of a list item; further headings are below the first, and close it never."""
    level = 0
    for block in blocks:
        if block.kind is Kind.HEADING:
            yield replace(block, level=max(block.level, level + 1) if level else block.level)
            level = level or block.level
        else:
            yield block


def _undefined(source: str) -> str:
    """Return a definition's *source* without its mark and indentation."""
    first, *others = source.split("\n")
    inner = first.lstrip()[1:].lstrip()
    width = len(first.expandtabs(4)) - len(inner.expandtabs(4))
    rest = (line.expandtabs(4) for line in others)
    return "\n".join(
        [inner, *(line[min(width, len(line) - len(line.lstrip())) :] for line in rest)]
    )


def _front_matter(text: str, first: int) -> Iterator[Block]:
    """Yield the title in front matter, and records of other lines.

    The first line has the number *first*.
    """
    found = _TITLE.search(text)
    title = found[1].strip("\"' ") if found else ""
    for number, line in enumerate(text.split("\n"), start=first):
        if title and found and line == found[0]:
            yield Block(Kind.TITLE, title, place=BlockLocation(first - 1))
        elif line.strip():
            yield left_out(line.strip(), "it is a setting of the page", BlockLocation(number))


def _closing(text: str) -> re.Match[str] | None:
    """Return the tag that closes the ``<details>`` around *text*."""
    deep = 1
    for found in _DETAILS.finditer(_without_code(text)):
        deep += -1 if found[1] else 1
        if deep == 0:
            return found
    return None


def _without_code(text: str) -> str:
    """Return *text* with fenced code replaced by as many blanks."""
    return _FENCED.sub(lambda found: " " * len(found[0]), text)


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    lines = [line.strip().removeprefix("|") for line in text.split("\n")]
    cells = [
        _CELL.split(line.removesuffix("|") if not line.endswith("\\|") else line) for line in lines
    ]
    rows = [tuple(answer_of(cell.strip().replace("\\|", "|")) for cell in row) for row in cells]
    return tuple(row for number, row in enumerate(rows) if number != 1)


def blocks_of_lines(lines: Iterable[tuple[int, str]], name: str) -> Iterator[Block]:
    """Yield the blocks of numbered Markdown *lines*, located by number."""
    numbers, texts = [0], []
    for number, text in lines:
        numbers += [number] * (text.count("\n") + 1)
        texts.append(text)
    for block in read("\n".join(texts).encode("utf-8", "replace"), name):
        at = min(block.place.number, len(numbers) - 1)
        yield replace(block, place=BlockLocation(numbers[at]))
