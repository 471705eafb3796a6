"""Converter of HTML: headings, paragraphs, lists, tables, and marked questions.

Page boilerplate (navigation, banners, footers, notices about cookies) is left out. Nothing is fetched
and no script runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from faqbot.errors import UnreadableDocument
from faqbot.ingest.blocks import Block, Kind, joined
from faqbot.ingest.converters.dialects.inline_html import without_entities
from faqbot.ingest.converters.dialects.templates import without_templates
from faqbot.ingest.converters.faqbot_export import blocks_of_data
from faqbot.ingest.converters.html_questions import is_label, question_elements, without_icon
from faqbot.ingest.converters.html_text import (
    BLOCKS,
    HEADINGS,
    SILENT,
    classes,
    code_block,
    inline,
    paragraph,
    table_rows,
    unread_texts,
    urljoined,
)
from faqbot.ingest.converters.html_tree import parsed
from faqbot.ingest.converters.structured_data import json_pairs, microdata_pair
from faqbot.ingest.documents import decode
from faqbot.ingest.folded import pair_of_terms, phrasings_of, shut
from faqbot.ingest.markdown_text import escaped, indented, markdown_table, one_line, plain
from faqbot.ingest.question_forms import ends_as_question

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_BOILERPLATE_TAGS = frozenset(
    {"nav", "footer", "aside", "header", "button", "label", "legend", "dialog"}
)
_OPENERS = frozenset({"button", "label", "legend"})
_BOILERPLATE_ROLES = frozenset(
    {
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "menu",
        "menubar",
        "alertdialog",
    }
)
_BOILERPLATE_CLASS = re.compile(
    r"(?:.*[-_])?(?:cookies?|consent|gdpr|breadcrumbs?|sidebar|navheader|navfooter|navbar|navigation|nav|toc|"
    r"table-of-contents|tableofcontents|skip-?link|skip-to-content|social|share|sharing|newsletter|advert|adverts|"
    r"advertisement|ads|pagination|pager|site-?footer|site-?header|page-?footer|footer|masthead|related(?:-posts|-articles|-links)?|"
    r"back-to-top|edit-(?:this-)?page|screen-reader-text|sr-only|visually-hidden)(?:[-_](?:banner|notice|bar|bars|popup|overlay|"
    r"wrapper|container|modal|links?|menu|list|items?|buttons?|box))?"
)
_ANSWER_TAG = re.compile(
    r"</?(?:p|br|a|b|i|ul|ol|li|div|span|strong|em|h[1-6]|table|tr|td|img|pre|code)\b[^<>]*>",
    re.IGNORECASE,
)
_MARKDOWN_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]+`", re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*+>")
# Depth of elements; deeper content counts as text. Real pages stay far below; chosen by hand.
_NESTED = 60
_IN_LAYOUT = "h1, h2, h3, h4, ul, ol, pre, details"
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
# Blocks that begin a question of their own inside a list item.
_STARTS = frozenset({Kind.HEADING, Kind.PAIR, Kind.TEXT})
_START = re.compile(r"[0-9]{1,6}")


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of an HTML page; see `Reader`."""
    html, records = without_templates(_declared(data, name), html=True)
    page = _Page("", whole=True)
    yield from unread_texts(
        parsed(html, name), (*blocks_of(html, name), *records), page.is_boilerplate
    )


def _declared(data: bytes, name: str) -> str:
    """Decode *data* by the declared encoding, unless bytes prove another."""
    found = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if found and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            with suppress(LookupError, UnicodeError):
                data = data.decode(found[1].decode("ascii"), "replace").encode("utf-8")
    return decode(data, name)


def blocks_of(html: str, name: str = "this page") -> Iterator[Block]:
    """Yield the blocks of *html*, a page or a part.

    Messages call it *name*.
    """
    tree = parsed(html, name)
    title = tree.css_first("head > title")
    if title is not None and one_line(title.text()):
        yield Block(Kind.TITLE, one_line(title.text()))
    scripts = [
        script.text(deep=True)
        for script in tree.css("script")
        if "ld+json" in (script.attributes.get("type") or "")
    ]
    own = [block for script in scripts for block in blocks_of_data(script, markdown_of)]
    if own:  # a page that faqbot wrote: its JSON-LD holds the same text
        yield from own
        return
    base = _base(tree)
    if tree.body is not None:
        whole = "<body" in html or "<html" in html or title is not None
        yield from _Page(base, whole=whole, asking=question_elements(tree)).blocks(tree.body)
    for script in scripts:
        yield from json_pairs(script, markdown_of)


def markdown_of(html: str) -> str:
    """Return HTML as Markdown, such as an answer in JSON-LD."""
    if "<" not in html and "&" not in html:
        return html.strip()
    try:
        return joined(blocks_of(html))
    except (UnreadableDocument, RecursionError):
        # One answer nested beyond all bounds keeps its text, and the document its other answers.
        return one_line(unescape(_ANY_TAG.sub(" ", html)))


def answer_of(text: object) -> str:
    """Return an answer in Markdown or HTML as Markdown.

    The result is empty for other types.
    """
    if not isinstance(text, str):
        return ""
    plain = text.replace("\r\n", "\n").strip("\n").rstrip()
    if not _ANSWER_TAG.search(_MARKDOWN_CODE.sub("", plain)):
        return _without_entities(plain) if "&" in plain else plain
    return markdown_of(plain)


def _without_entities(markdown: str) -> str:
    """Return *markdown* with characters for entities, except in code."""
    parts: list[str] = []
    last = 0
    for code in _MARKDOWN_CODE.finditer(markdown):
        parts += [without_entities(markdown[last : code.start()]), code[0]]
        last = code.end()
    return "".join([*parts, without_entities(markdown[last:])])


def _base(tree: LexborHTMLParser) -> str:
    """Return the base address of links that the page declares."""
    given = tree.css_first("base[href]")
    canonical = tree.css_first("link[rel=canonical][href]")
    own = (canonical.attributes.get("href") or "") if canonical is not None else ""
    base = (given.attributes.get("href") or "") if given is not None else ""
    url = urljoined(own, base) if base else own
    return url if url.startswith(("http://", "https://")) else ""


class _Page:
    """Walk over a page, or over a part unless *whole*."""

    def __init__(self, base: str, *, whole: bool, asking: frozenset[int] = frozenset()) -> None:
        """Resolve links on *base*; *asking* are elements with questions (`question_elements`)."""
        self._base = base
        self._asking = asking
        self._whole = whole
        self._level = 0

    def blocks(self, node: LexborNode, depth: int = 0) -> Iterator[Block]:
        """Yield the blocks in *node*."""
        run: list[LexborNode] = []
        for child in node.iter(include_text=True):
            if (child.tag or "") in SILENT:
                continue
            if not self._is_block(child, depth):
                run.append(child)
                continue
            yield from self._paragraph(run)
            run = []
            if not self.is_boilerplate(child):
                yield from self._block(child, depth)
        yield from self._paragraph(run)

    def _is_block(self, node: LexborNode, depth: int) -> bool:
        """Return True if *node* is or wraps a block."""
        if node.tag in BLOCKS or node.tag == "button" or node.mem_id in self._asking:
            return True
        if node.tag == "-text" or depth >= _NESTED:
            return False
        return any(inner.tag in BLOCKS or inner.mem_id in self._asking for inner in node.iter())

    def _paragraph(self, nodes: list[LexborNode]) -> Iterator[Block]:
        text = paragraph(nodes, self._base) if nodes else ""
        if plain(text) or "](" in text:
            yield Block(Kind.TEXT, text)

    def is_boilerplate(self, node: LexborNode) -> bool:
        """Return True if *node* and its content are boilerplate."""
        given = node.attributes
        if "hidden" in given:
            return True
        if not self._whole or (node.tag in _OPENERS and node.mem_id in self._asking):
            return False
        if node.tag == "header":
            return not _within(node, {"main", "article"})
        if node.tag == "button":
            return not ends_as_question(one_line(node.text(deep=True)))
        if node.tag in _BOILERPLATE_TAGS or (given.get("role") or "").lower() in _BOILERPLATE_ROLES:
            return True
        named = classes(node)
        return any(_BOILERPLATE_CLASS.fullmatch(each) for each in named) and node.tag not in {
            "body",
            "main",
            "article",
            *HEADINGS,
        }

    def _block(self, node: LexborNode, depth: int) -> Iterator[Block]:
        tag = node.tag or ""
        if (node.attributes.get("itemtype") or "").rstrip("/").endswith("schema.org/Question"):
            found = microdata_pair(node, markdown_of)
            if found is not None:
                yield found
                return
        if depth >= _NESTED:
            yield from self._paragraph(list(node.iter(include_text=True)))
        elif node.mem_id in self._asking:
            question = without_icon(plain(inline(node.iter(include_text=True))))
            yield Block(Kind.TEXT, f"**{escaped(question)}**", asks=True)
        elif is_label(node):
            words = plain(inline(node.iter(include_text=True)))
            yield Block(Kind.HEADING, words, level=self._level + 1)
        elif tag in HEADINGS:
            yield from self._heading(node)
        elif tag == "button":
            # A button that unfolds an answer is a question, as bold text is.
            yield Block(Kind.TEXT, f"**{inline(node.iter(include_text=True))}**")
        else:
            yield from self._reading(tag)(node, depth)

    def _reading(self, tag: str) -> Callable[[LexborNode, int], Iterator[Block]]:
        """Return the method for an element *tag*.

        Unknown elements yield their content.
        """
        readings: dict[str, Callable[[LexborNode, int], Iterator[Block]]] = {
            "ul": self._list,
            "ol": self._list,
            "menu": self._list,
            "dir": self._list,
            "pre": self._code,
            "blockquote": self._quotation,
            "table": self._table,
            "dl": self._definitions,
            "details": self._details,
        }
        return readings.get(tag, self._inside)

    def _inside(self, node: LexborNode, depth: int) -> Iterator[Block]:
        yield from self.blocks(node, depth + 1)

    def _code(self, node: LexborNode, _: int) -> Iterator[Block]:
        text = code_block(node)
        if text:
            yield Block(Kind.CODE, text)

    def _quotation(self, node: LexborNode, depth: int) -> Iterator[Block]:
        blocks = list(self.blocks(node, depth + 1))
        quoted = joined(blocks)
        if _holds_questions(blocks):
            yield from blocks
        elif quoted:
            yield Block(Kind.TEXT, "\n".join(f"> {line}".rstrip() for line in quoted.split("\n")))

    def _heading(self, node: LexborNode) -> Iterator[Block]:
        words = plain(inline(node.iter(include_text=True)))
        if words:
            self._level = HEADINGS[node.tag or "h1"]
            yield Block(Kind.HEADING, words, level=self._level)

    def _list(self, node: LexborNode, depth: int) -> Iterator[Block]:
        ordered = node.tag == "ol"
        start = node.attributes.get("start") or "1"
        number = int(start) if _START.fullmatch(start) else 1
        first = True
        parts = list(self._parts(node, depth + 1))
        apart = any(map(_holds_questions, (blocks for is_item, blocks in parts if is_item)))
        for is_item, inner in parts:
            if not is_item or (apart and any(block.kind in _STARTS for block in inner)):
                yield from inner
                first = True
            elif text := joined(_tightened(inner)):
                mark = f"{number}. " if ordered else "- "
                lines = indented(text, len(mark))
                yield Block(Kind.ITEM, f"{mark}{lines}", level=1, tight=not first)
                first = False
                number += 1

    def _parts(self, node: LexborNode, depth: int) -> Iterator[tuple[bool, list[Block]]]:
        """Yield the content of each list item, with True, and of other parts of a list.

        A list directly in the list belongs to the item before it; without one, its items are items of the
        outer list.
        """
        item: list[Block] = []
        for child in node.iter(include_text=True):
            if child.tag in _LISTS:
                if item:
                    item += self._block(child, depth)
                else:
                    yield False, list(self._block(child, depth))
                continue
            if item:
                yield True, item
                item = []
            inner = list(self._item(child, depth))
            if child.tag == "li":
                item = inner
            elif inner:
                yield False, inner
        if item:
            yield True, item

    def _item(self, node: LexborNode, depth: int) -> Iterator[Block]:
        """Yield a list item's content, or text between items."""
        if "hidden" in node.attributes:
            return
        if node.tag == "li":
            yield from self.blocks(node, depth)
        elif node.tag == "-text" or not self._is_block(node, depth):
            yield from self._paragraph([node] if node.tag not in SILENT else [])
        elif node.tag not in SILENT:
            yield from self._block(node, depth)

    def _table(self, node: LexborNode, depth: int) -> Iterator[Block]:
        """Yield a data table, or the cells of a layout table."""
        lays_out = len(node.css("table")) > 1 or node.css_first(_IN_LAYOUT) is not None
        caption = node.css_first("caption")
        if caption is not None and not lays_out:
            yield from self._paragraph(list(caption.iter(include_text=True)))
        rows = [] if lays_out else list(table_rows(node, self._base))
        if max(map(len, rows), default=0) > 1:
            yield Block(Kind.TABLE, markdown_table(rows), rows=tuple(rows))
        else:
            yield from self.blocks(node, depth + 1)

    def _definitions(self, node: LexborNode, depth: int) -> Iterator[Block]:
        """Yield a pair per run of ``<dd>``, asked by its ``<dt>``."""
        terms: list[str] = []
        answers: list[str] = []
        children = [
            each
            for child in node.iter()
            for each in (child.iter() if child.tag == "div" else [child])
            if "hidden" not in each.attributes
        ]
        for child in children:
            if child.tag == "dt":
                if answers:
                    yield from pair_of_terms(terms, answers)
                    terms, answers = [], []
                terms += phrasings_of(inline(child.iter(include_text=True)))
            elif child.tag == "dd":
                answers.append(joined(self.blocks(child, depth + 1)))
        yield from pair_of_terms(terms, answers)

    def _details(self, node: LexborNode, depth: int) -> Iterator[Block]:
        summary = next((child for child in node.iter() if child.tag == "summary"), None)
        question = plain(inline(summary.iter(include_text=True))) if summary is not None else ""
        if summary is not None:
            summary.decompose()
        inner = list(self.blocks(node, depth + 1))
        yield from shut(question, inner, self._level + 1)


def _holds_questions(blocks: Sequence[Block]) -> bool:
    """Return True if *blocks*, such as those of a list item, are questions with their answers."""
    if any(block.asks or block.kind is Kind.PAIR for block in blocks):
        return True
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    asked = [block for block in blocks if block.kind is Kind.TEXT and _asks(block)]
    return any(map(_asks, headings)) or (len(asked) > 1 and len(asked) < len(blocks))


def _asks(block: Block) -> bool:
    return ends_as_question(plain(block.text))


def _tightened(blocks: list[Block]) -> Iterator[Block]:
    """Let a list in an item follow its text directly."""
    for before, block in zip([None, *blocks], blocks, strict=False):
        tight = block.tight or (
            block.kind is Kind.ITEM and before is not None and before.kind is Kind.TEXT
        )
        yield replace(block, tight=tight)


def _within(node: LexborNode, tags: set[str]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in tags:
            return True
        parent = parent.parent
    return False
