"""HTML parser with limits on depth and attributes, which marks hidden elements.

Hidden text is left out. Panels of accordions and tabs stay: they are hidden only until a click.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.converters.html_questions import sibling
from faqbot.ingest.question_forms import is_question

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# Depth of elements. The parser needs time quadratic in the depth; real pages stay far below.
_DEEPEST = 5_000
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]*)")
# Attributes of a tag. The parser needs quadratic time: 10,000 take 0.2 seconds, 100,000 take 20.
_MOST_ATTRIBUTES = 500
_WHOLE_TAG = re.compile(rb"</?[A-Za-z](?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+")
# A quoted value, or blanks and slashes: both end an attribute.
_PARTS = re.compile(rb"=\s*+(?:\"[^\"]*+\"|'[^']*+')|[\s/]++")
_FLAT = frozenset(
    b"area base br col embed hr img input link meta source track wbr p li td th tr dt dd option".split()
)
_INVISIBLE = re.compile(
    r"(?:^|;)\s*+(?:display\s*+:\s*+none|visibility\s*+:\s*+hidden)\b", re.IGNORECASE
)
_PANEL_CLASS = re.compile(
    r"(?<![a-z])(?:accordion|collaps(?:e|ed|ible)|tab|tabs|panel|toggle|faqs?|answers?|expand|fold|spoiler|reveal)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_PANEL_ROLES = frozenset({"tabpanel", "region"})
# Attributes in which a button or link names the panel that it opens.
_CONTROLS = ("aria-controls", "data-target", "data-bs-target", "data-toggle-target", "href")
_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "button", "summary", "dt"})


def parsed(html: str, name: str) -> LexborHTMLParser:
    """Return the tree of *html*; hidden elements, except panels, have `hidden`.

    Messages call it *name*. Raises `UnreadableDocument` if elements nest too deep or have too many
    attributes, and `MissingDependency` without selectolax.
    """
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError as error:
        raise MissingDependency("reading HTML", "import") from error
    data = html.encode("utf-8", "replace")
    if _depth(data) > _DEEPEST:
        raise UnreadableDocument(
            f"{name} holds HTML nested more than {_DEEPEST:,} deep: "
            "save only the part with the questions, and import it"
        )
    if _most_attributes(data) > _MOST_ATTRIBUTES:
        raise UnreadableDocument(
            f"{name} holds a tag with more than {_MOST_ATTRIBUTES:,} attributes: "
            "save only the part with the questions, and import it"
        )
    try:
        tree = LexborHTMLParser(data)
    except Exception as error:  # the parser fails only without memory
        raise MemoryError from error
    _mark_hidden(tree)
    return tree


def _depth(data: bytes) -> int:
    """Return the greatest nesting depth of tags in *data*.

    Tags that close themselves are not counted.
    """
    deep = deepest = 0
    for found in _TAG.finditer(data):
        if found[2].lower() in _FLAT:
            continue
        deep = max(deep - 1, 0) if found[1] else deep + 1
        deepest = max(deepest, deep)
    return deepest


def _most_attributes(data: bytes) -> int:
    """Return an upper bound of attributes per tag; 0 if every tag is short."""
    return max(
        (
            sum(1 for _ in _PARTS.finditer(data, *found.span()))
            for found in _WHOLE_TAG.finditer(data)
            if found.end() - found.start() > _MOST_ATTRIBUTES
        ),
        default=0,
    )


def _mark_hidden(tree: LexborHTMLParser) -> None:
    """Set the attribute `hidden` on hidden elements of *tree*, except panels."""
    hidden = [
        node
        for node in tree.css("[hidden], [style]")
        if "hidden" in node.attributes or _INVISIBLE.search(node.attributes["style"] or "")
    ]
    if not hidden:
        return
    controlled = {
        (node.attributes[name] or "").lstrip("#")
        for name in _CONTROLS
        for node in tree.css(f"[{name}]")
    }
    for node in hidden:
        if _is_panel(node, controlled):
            node.attrs["style"] = ""
            if "hidden" in node.attributes:
                del node.attrs["hidden"]
        else:
            node.attrs["hidden"] = ""


def _is_panel(node: LexborNode, controlled: set[str]) -> bool:
    """Return True if a click shows the hidden *node*.

    *controlled* are the ids of panels.
    """
    given = node.attributes
    named = given.get("id") or ""
    return (
        given.get("hidden") == "until-found"
        or (named != "" and named in controlled)
        or (given.get("role") or "").lower() in _PANEL_ROLES
        or "aria-labelledby" in given
        or bool(_PANEL_CLASS.search(f"{given.get('class') or ''} {named}"))
        or "itemprop" in given
        or node.css_first("[itemprop]") is not None
        or _is_only_answer(node)
    )


def _is_only_answer(node: LexborNode) -> bool:
    """Return True if *node* alone separates a question from the next title.

    Accordions are built this way.
    """
    before, after = sibling(node, "prev"), sibling(node, "next")
    asks = before is not None and is_question(before.text(deep=True).strip())
    return asks and (after is None or after.tag in _TITLES or is_question(after.text(deep=True)))
