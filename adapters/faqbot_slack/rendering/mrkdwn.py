"""Parser of Markdown, and its renderer for any `Dialect`."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import unescape
from typing import TYPE_CHECKING, Protocol

from faqbot_slack.rendering.escaping import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

# Characters of a link's address. Chosen by hand, below Slack's 3,000 of a section.
_LONGEST_URL = 2000
_URL = re.compile(r"(?:https?://|mailto:)[^\s<>|]+", re.IGNORECASE)
_BARE_URL = re.compile(r"(?<![\w/])https?://[^\s<>|\"'`*]+", re.IGNORECASE)
_TRAILING = ".,;:!?…"
# HTML elements. Other names in angle brackets are text, such as <your name>.
_NAMES = (
    "a|abbr|address|article|aside|b|bdi|bdo|big|blockquote|br|button|caption|center|cite|code|col|colgroup|dd|del|"
    "details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|i|iframe|img|input|ins|kbd|label|li|"
    "main|mark|nav|ol|p|picture|pre|q|s|samp|script|section|small|source|span|strike|strong|style|sub|summary|sup|"
    "svg|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|video|wbr"
)
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?:style|script)\b.*?(?:</(?:style|script)>|\Z)"
    rf"|</?(?:{_NAMES})(?:[\s/][^>]{0, 2000}+)?>",
    re.DOTALL | re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]{0,200}+>", re.IGNORECASE)
_ENCODED = {"|": "%7C", "<": "%3C", ">": "%3E", " ": "%20", '"': "%22"}


_CLOSE = frozenset({"bullet_list", "ordered_list", "fence"})


class Dialect(Protocol):
    """Writer of one output format, which all arguments but *text* have."""

    def text(self, text: str) -> str:
        """Write literal text."""

    def line_break(self) -> str:
        """Write the break of a line inside a paragraph."""

    def strong(self, inner: str) -> str:
        """Write bold text."""

    def emphasis(self, inner: str) -> str:
        """Write italic text."""

    def strike(self, inner: str) -> str:
        """Write struck text."""

    def code(self, text: str) -> str:
        """Write a span of code."""

    def link(self, text: str, url: str) -> str:
        """Write a link whose plain *text* is shown; *url* is safe."""

    def paragraph(self, inner: str) -> str:
        """Write a paragraph."""

    def heading(self, inner: str, level: int) -> str:
        """Write a heading of *level* 1 to 6."""

    def code_block(self, text: str, language: str) -> str:
        """Write lines of code."""

    def item(self, inner: str, bullet: str, depth: int) -> str:
        """Write an item of a list, *depth* from 0; *bullet* is "-" or its number with a dot."""

    def quote(self, inner: str) -> str:
        """Write a quotation."""

    def rule(self) -> str:
        """Write a horizontal rule."""

    def table(self, rows: Sequence[Sequence[SyntaxTreeNode]]) -> str:
        """Write a table's cells, the first row its headings."""


def render(markdown: str, dialect: Dialect) -> str:
    """Render *markdown* in *dialect*, with empty lines between blocks."""
    return "\n\n".join(filter(None, (block(node, dialect) for node in parse(markdown))))


@lru_cache(128)
def parse(markdown: str) -> tuple[SyntaxTreeNode, ...]:
    """Parse *markdown* into its blocks."""
    from markdown_it.tree import SyntaxTreeNode

    return tuple(SyntaxTreeNode(_parser().parse(clean(markdown))).children)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _blocks(nodes: Sequence[SyntaxTreeNode], dialect: Dialect, depth: int = 0) -> str:
    """Render the blocks *nodes*; in an item, no empty line precedes a list or code."""
    written = ""
    for node in nodes:
        gap = "\n" if depth and node.type in _CLOSE else "\n\n"
        if one := block(node, dialect, depth):
            written += f"{gap if written else ''}{one}"
    return written


def block(node: SyntaxTreeNode, dialect: Dialect, depth: int = 0) -> str:  # noqa: PLR0911  one line a kind of block
    """Render one block."""
    match node.type:
        case "paragraph":
            return dialect.paragraph(inline(node, dialect))
        case "heading":
            return dialect.heading(inline(node, dialect), int(node.tag[1:]))
        case "fence" | "code_block":
            return dialect.code_block(node.content.rstrip("\n"), node.info.strip())
        case "bullet_list" | "ordered_list":
            return "\n".join(items(node, dialect, depth))
        case "blockquote":
            return dialect.quote(_blocks(node.children, dialect))
        case "hr":
            return dialect.rule()
        case "table":
            return dialect.table(rows_of(node))
        case _:  # a block of HTML is the only one left
            return dialect.paragraph(dialect.text(_without_tags(node.content)).strip())


def items(node: SyntaxTreeNode, dialect: Dialect, depth: int = 0) -> Iterator[str]:
    """Yield the rendered items of the list *node*."""
    first = int(node.attrs.get("start", 1))
    for place, item in enumerate(node.children, first):
        bullet = "-" if node.type == "bullet_list" else f"{place}."
        yield dialect.item(_blocks(item.children, dialect, depth + 1), bullet, depth)


def rows_of(table: SyntaxTreeNode) -> list[list[SyntaxTreeNode]]:
    """Return the cells of *table* by row, the header first."""
    return [list(row.children) for part in table.children for row in part.children]


def plain_inline(nodes: Sequence[SyntaxTreeNode]) -> str:
    """Return the text of *nodes* on one line."""
    return " ".join("".join(map(_characters, nodes)).split())


def _characters(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak" | "hardbreak":
            return " "
        case "html_inline":
            return _shown(node.content)
        case "text" | "code_inline":
            return node.content
        case _:
            return "".join(map(_characters, node.children))


def inline(node: SyntaxTreeNode, dialect: Dialect) -> str:
    """Render the inline content of a paragraph, heading or cell."""
    return _inline(node.children, dialect).strip()


def _inline(nodes: Sequence[SyntaxTreeNode], dialect: Dialect) -> str:
    return "".join(_span(node, dialect) for node in nodes)


def _span(node: SyntaxTreeNode, dialect: Dialect) -> str:  # noqa: PLR0911  one line a kind of span
    match node.type:
        case "text":
            return "".join(_linked(node.content, dialect))
        case "softbreak":
            return " "
        case "hardbreak":
            return dialect.line_break()
        case "code_inline":
            return dialect.code(node.content)
        case "strong":
            return _marked(_inline(node.children, dialect), dialect.strong)
        case "em":
            return _marked(_inline(node.children, dialect), dialect.emphasis)
        case "s":
            return _marked(_inline(node.children, dialect), dialect.strike)
        case "link" | "image":
            return _link(node, dialect)
        case "html_inline":
            shown = _shown(node.content)
            return dialect.line_break() if shown == "\n" else dialect.text(shown)
        case _:
            return _inline(node.children, dialect)


def _marked(inner: str, mark: Callable[[str], str]) -> str:
    """Apply *mark* to *inner* without its outer white space."""
    body = inner.strip()
    if not body:
        return inner
    start = inner.index(body)
    return f"{inner[:start]}{mark(body)}{inner[start + len(body) :]}"


def _link(node: SyntaxTreeNode, dialect: Dialect) -> str:
    image = node.type == "image"
    url = safe_url(str(node.attrs.get("src" if image else "href", "")))
    text = plain_inline(node.children)
    if url:
        return dialect.link(text or ("image" if image else url.removeprefix("mailto:")), url)
    return dialect.text(text) if image else _inline(node.children, dialect)


def safe_url(url: str) -> str:
    """Return *url* encoded for a link; "" unless it is an http, https or mailto address."""
    cleaned = "".join(_ENCODED.get(character, character) for character in clean(url).strip())
    return cleaned if len(cleaned) <= _LONGEST_URL and _URL.fullmatch(cleaned) else ""


def _linked(text: str, dialect: Dialect) -> Iterator[str]:
    """Render *text*, with its addresses as links."""
    done = 0
    for found in _BARE_URL.finditer(text):
        shown = _without_trailing(found[0])
        if url := safe_url(shown):
            yield dialect.text(text[done : found.start()])
            yield dialect.link(shown, url)
            done = found.start() + len(shown)
    yield dialect.text(text[done:])


def _without_trailing(url: str) -> str:
    """Return *url* without trailing punctuation and brackets of the sentence."""
    while url and (url[-1] in _TRAILING or (url[-1] in ")]" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def _shown(tag: str) -> str:
    """Return the text of an inline HTML *tag*: a line break, "" or the text itself."""
    return "\n" if _BREAK.fullmatch(tag) else _TAG.sub("", tag)


def _without_tags(html: str) -> str:
    lines = unescape(_TAG.sub("", _BREAK.sub("\n", html))).splitlines()
    return "\n".join(filter(None, (line.strip() for line in lines)))
