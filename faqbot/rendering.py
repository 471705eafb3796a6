"""Rendering of Markdown as HTML and as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from faqbot.errors import MissingDependency

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

# Elements that Markdown makes, with the attributes that are kept.
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}}
_ELEMENTS = {
    *("a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"),
    *("pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
# Control characters, which an entity such as `&#x9b;` can spell, except tab and line feed; and the
# marks that reverse the text around them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def markdown_to_html(markdown: str) -> str:
    """Return *markdown* as an HTML fragment, safe in any page.

    HTML in *markdown* is escaped, an image becomes a link, and only links to the web, to an e-mail
    address or to a phone number are kept. There is no style, no script and no control character. Raises
    MissingDependency without the extra `html`.
    """
    parser = _parser()
    try:
        import nh3
    except ImportError as error:
        raise MissingDependency("the HTML of an answer", "html") from error
    parser.add_render_rule("image", _image_as_link)
    safe: str = nh3.clean(
        parser.render(markdown), tags=_ELEMENTS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES
    )
    return _CONTROLS.sub("", safe).strip()


def markdown_to_text(markdown: str) -> str:
    """Return *markdown* as plain text without marks, in unwrapped lines.

    A link becomes ``text (address)``, a list keeps its hyphens and numbers, and a row of a table is a
    line. Control characters are removed. Raises MissingDependency without the extra `html`.
    """
    parser = _parser()
    from markdown_it.tree import SyntaxTreeNode

    tree = SyntaxTreeNode(parser.parse(markdown))
    return _CONTROLS.sub("", _blocks(tree.children))


def _parser() -> MarkdownIt:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingDependency("the HTML or plain text of an answer", "html") from error
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _image_as_link(
    _renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object
) -> str:
    """Return *tokens[index]*, an image, as an HTML link with its text."""
    from html import escape

    image = tokens[index]
    address = escape(str(image.attrs["src"]))
    return f'<a href="{address}">{escape(image.content) or address}</a>'


def _blocks(nodes: Sequence[SyntaxTreeNode], between: str = "\n\n") -> str:
    return between.join(filter(None, map(_block, nodes)))


def _block(node: SyntaxTreeNode) -> str:
    """Return the plain text of the block *node*."""
    if node.type in {"bullet_list", "ordered_list"}:
        return _list(node)
    if node.type == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children).split("\n"))
    if node.type in {"fence", "code_block"}:
        return node.content.rstrip("\n")
    if node.type == "table":
        rows = (row for part in node.children for row in part.children)
        return "\n".join(" | ".join(map(_inline, row.children)) for row in rows)
    return "---" if node.type == "hr" else _inline(node)


def _list(node: SyntaxTreeNode) -> str:
    """Return the items of the list *node*, apart if it is written so."""
    tight = all(child.hidden for item in node.children for child in item.children[:1])
    start = int(node.attrs.get("start", 1))
    items = []
    for number, item in enumerate(node.children, start):
        mark = f"{number}. " if node.type == "ordered_list" else "- "
        text = _blocks(item.children, "\n" if tight else "\n\n")
        items.append(mark + re.sub(r"\n(?=.)", "\n" + " " * len(mark), text))
    return ("\n" if tight else "\n\n").join(items)


def _inline(node: SyntaxTreeNode) -> str:
    """Return the plain text of *node*, a block or a part of its line."""
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    if node.type == "image":
        return _with_address(node.content, str(node.attrs["src"]))
    if not node.children:
        return node.content if node.type in {"text", "code_inline"} else ""
    text = "".join(map(_inline, node.children))
    return _with_address(text, str(node.attrs["href"])) if node.type == "link" else text


def _with_address(text: str, address: str) -> str:
    """Return *text* with the *address* of its link, once if they are the same."""
    shown = address.removeprefix("mailto:").removeprefix("tel:")
    return text if shown == text or address.startswith("#") else f"{text} ({shown})".lstrip()
