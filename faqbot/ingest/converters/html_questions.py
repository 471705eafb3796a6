"""Elements of a page that hold questions, by their classes.

Accordions and lists of questions give each question the same tag and classes. If most elements of one
kind ask, all of them are questions: "I lost my ticket" stands among "Where can I park?".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from faqbot.ingest.converters.html_text import HEADINGS
from faqbot.ingest.markdown_text import one_line
from faqbot.ingest.question_forms import ends_as_question

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# Characters of a question; longer elements hold an answer too. Chosen by hand.
_LONGEST = 300
# Elements that ask before others of their kind count as questions; chosen by hand.
_ENOUGH = 2
# Share of a kind's elements, 0 to 1, that must ask; chosen by hand.
_MOSTLY = 0.5
_TAGS = "div, p, span, button, label, legend, a, strong, b, td, header"
# Classes of an element's present state.
_STATE = re.compile(
    r"(?:is-|js-)?(?:active|open|opened|closed|collapsed|expanded|show|shown|visible|current|selected|"
    r"first|last|odd|even|in|fade)|.*\d.*"
)
# Parts of a class that may follow "question", as in "faq-question__title".
_PARTS = frozenset(
    ["", "title", "text", "heading", "header", "label", "name", "link", "button", "btn"]
)
_HEADINGS = ", ".join(HEADINGS)
_BOXES = f"p, div, ul, ol, dl, table, section, article, details, button, label, {_HEADINGS}"
# Characters of a label between lists; chosen by hand.
_LONGEST_LABEL = 60
# Elements in a label, itself included; boxes with questions hold more. Chosen by hand.
_FEW_BOXES = 2
_LABELS = frozenset({"p", "div", "span", "strong", "b"})
_LISTS = frozenset({"ul", "ol", "dl", "details", "table"})
_OPENERS = frozenset({"button", "label", "legend"})
# Attributes of a link that unfolds an answer.
_UNFOLDS = ("data-toggle", "data-bs-toggle", "aria-expanded", "aria-controls")
_ICON = " \t\n+-\u2212\u2013\u00d7\u203a\u00bb\u2304\u25bc\u25be\u25bd\u25b8\u25b6\u25b2\u25b4\u2795\u2796\u2715"


def question_elements(tree: LexborHTMLParser) -> frozenset[int]:
    """Return the identities (`mem_id`) of question elements in *tree*.

    Headings are not among them: the rules for headings find their questions.
    """
    groups: dict[tuple[str, frozenset[str]], list[tuple[LexborNode, str]]] = defaultdict(list)
    for node in tree.css(_TAGS):
        kind = _kind(node)
        words = without_icon(one_line(node.text(deep=True))) if kind else ""
        if kind and words and len(words) <= _LONGEST and not _is_reference(node, words):
            groups[kind].append((node, words))
    return frozenset(_chosen(groups))


def without_icon(words: str) -> str:
    """Return a button's *words* without a sign ("+") after them."""
    return words.rstrip(_ICON)


def _chosen(
    groups: dict[tuple[str, frozenset[str]], list[tuple[LexborNode, str]]],
) -> Iterator[int]:
    for (_, names), found in groups.items():
        asking = sum(ends_as_question(words) for _, words in found)
        if asking >= _ENOUGH and asking > _MOSTLY * len(found):
            chosen = [node for node, _ in found if node.css_first(_HEADINGS) is None]
        elif any(map(_names_question, names)):
            chosen = [node for node, words in found if _is_only_text(node, words)]
        else:
            continue
        yield from (node.mem_id for node in chosen)


def _kind(node: LexborNode) -> tuple[str, frozenset[str]] | None:
    """Return tag and classes of *node*.

    The result is None without a class that others may share.
    """
    tag = node.tag or ""
    given = (node.attributes.get("class") or "").lower().split()
    names = frozenset(name for name in given if not _STATE.fullmatch(name))
    return (tag, names) if names or tag in _OPENERS else None


def _is_reference(node: LexborNode, words: str) -> bool:
    """Return True if *node* links to a question elsewhere."""
    links = [node] if node.tag == "a" else node.css("a[href]")
    for each in links:
        target = each.attributes.get("href") or ""
        unfolds = any(name in each.attributes for name in _UNFOLDS)
        if target and not unfolds and not target.startswith("javascript:"):
            return without_icon(one_line(each.text(deep=True))) == words
    return False


def _names_question(name: str) -> bool:
    """Return True if a class is "question", or ends so, before words such as "title"."""
    parts = re.split(r"[-_]+", name)
    while parts[-1:] and parts[-1] in _PARTS:
        parts.pop()
    return parts[-1:] in (["question"], ["questions"])


def _is_only_text(node: LexborNode, words: str) -> bool:
    """Return True if *node* holds a question, and no answer or heading beside it."""
    inner = [each for each in node.css(_BOXES) if each.mem_id != node.mem_id]
    return all(
        each.tag not in HEADINGS and without_icon(one_line(each.text(deep=True))) == words
        for each in inner
    )


def is_label(node: LexborNode) -> bool:
    """Return True for a short text between two similar lists or boxes.

    It is the heading of the second one, although it is marked as text.
    """
    words = one_line(node.text(deep=True))
    if not words or len(words) > _LONGEST_LABEL or words[-1] in ".:,;?!" or node.tag not in _LABELS:
        return False
    if node.css_first("a, img, br, ul, ol, table, code") is not None:
        return False
    before, after = sibling(node, "prev"), sibling(node, "next")
    if before is None or after is None or before.tag != after.tag:
        return False
    if before.tag in _LISTS:
        return True
    alike = _kind(before) == _kind(after) != _kind(node)
    boxes = [len(each.css(_BOXES)) for each in (node, before, after)]
    return alike and boxes[0] <= _FEW_BOXES < min(boxes[1:])


def sibling(node: LexborNode, side: str) -> LexborNode | None:
    """Return the element next to *node*; *side* is "prev" or "next"."""
    at: LexborNode | None = getattr(node, side)
    while at is not None and (at.tag or "").startswith("-"):
        at = getattr(at, side)
    return at
