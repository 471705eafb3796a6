"""Texts of a page whose words are in no block that was read from it, with the reason why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from faqbot.ingest.blocks import Block, left_out
from faqbot.ingest.boilerplate import PAGE_FURNITURE
from faqbot.ingest.converters.html_text import SILENT
from faqbot.ingest.html_pairs import only_folds
from faqbot.ingest.markdown_text import one_line
from faqbot.ingest.unread import MARKUP, words_of, words_of_block

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["unread_texts"]

_PROGRAMS = frozenset({"script", "style"})
# Attributes that browsers show, or read out.
_SAID = ("title", "alt", "label", "placeholder", "value")
_TAG = re.compile(r"<[^<>]*>")
_HIDDEN = "the page does not show it"
_EMBEDDED = "it belongs to a form, a picture or another embedded part"


def unread_texts(
    tree: LexborHTMLParser,
    blocks: Iterable[Block],
    is_furniture: Callable[[LexborNode], bool],
) -> Iterator[Block]:
    """Yield *blocks*, then a record of each text of the page *tree* with a word that is in none of them.

    *is_furniture* returns True for an element that the reader leaves out with all that it holds.
    """
    known: set[str] = set()
    for block in blocks:
        known.update(words_of_block(block))
        yield block
    for node in _nodes(tree.root):
        for text in _texts(node):
            if not only_folds(text) and any(word not in known for word in words_of(text)):
                yield left_out(one_line(text), _why(node, is_furniture))


def _nodes(root: LexborNode | None) -> Iterator[LexborNode]:
    """Yield each node of a page, comments before and after its outermost element too."""
    for step in ("prev", "next"):
        beside = getattr(root, step, None)
        while beside is not None:
            yield beside
            beside = getattr(beside, step)
    if root is not None:
        yield from root.traverse(include_text=True)


def _texts(node: LexborNode) -> Iterator[str]:
    """Yield the texts that *node* itself holds."""
    tag = node.tag or ""
    if tag == "-text":
        if node.parent is None or node.parent.tag not in _PROGRAMS:
            yield node.text_content or ""
    elif tag == "-comment":
        yield (node.html or "").removeprefix("<!--").removesuffix("-->")
    elif tag == "template":
        yield _TAG.sub(" ", node.html or "")
    else:
        given = node.attributes
        yield from (given[name] or "" for name in _SAID if given.get(name))


def _why(node: LexborNode, is_furniture: Callable[[LexborNode], bool]) -> str:
    if node.tag == "-comment":
        return "it is a comment"
    at: LexborNode | None = node
    while at is not None:
        if at.tag in SILENT:
            return _EMBEDDED
        if at.tag != "-text" and "hidden" in at.attributes:
            return _HIDDEN
        if at.tag != "-text" and at.parent is not None and is_furniture(at):
            return PAGE_FURNITURE
        at = at.parent
    return MARKUP
