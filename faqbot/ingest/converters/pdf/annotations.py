"""Annotations of a PDF page: comments, form fields and link addresses.

No answer shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from faqbot.ingest.blocks import Block, BlockLocation, left_out
from faqbot.ingest.converters.pdf.layers import resolved
from faqbot.ingest.markdown_text import one_line

if TYPE_CHECKING:
    from pypdf import PageObject

_COMMENT = "it is a comment on the page"
_FIELD = "it is a field of a form"
_ADDRESS = "it is the address of a link"
# Entries of a form field with text for people: its description, else its name.
_NAMES = ("/TU", "/T")
# Parents of a form field that are searched for a value. Forms nest two or three; chosen by hand.
_MOST_PARENTS = 8


def annotations_of(page: PageObject, number: int) -> Iterator[Block]:
    """Yield a record of each text in the annotations of *page*.

    *number* is the page's, from 1.
    """
    place = BlockLocation(number, "page")
    annotations = resolved(page.get("/Annots"))
    for each in annotations if isinstance(annotations, list) else []:
        found = resolved(each)
        if not isinstance(found, dict):
            continue
        kind = found.get("/Subtype")
        if kind == "/Widget":
            texts, reason = _field(found), _FIELD
        elif kind == "/Link":
            texts, reason = _address(found), _ADDRESS
        else:
            texts, reason = [_text(found.get("/Contents"))], _COMMENT
        yield from (left_out(text, reason, place) for text in texts if text)


def _address(link: dict[str, Any]) -> list[str]:
    action = resolved(link.get("/A"))
    address = _text(action.get("/URI")) if isinstance(action, dict) else ""
    return [address, _text(link.get("/Contents"))]


def _field(widget: dict[str, Any]) -> list[str]:
    """Return the name of a form field with its value and its options."""
    value = _text(_inherited(widget, "/V"))
    name = next((text for key in _NAMES if (text := _text(_inherited(widget, key)))), "")
    offered = _inherited(widget, "/Opt")
    choices = [_text(each) for each in offered] if isinstance(offered, list) else []
    return [f"{name}: {value}" if name and value else name or value, *choices]


def _inherited(field: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - any object of a PDF
    """Return the entry *key* of *field* or of its nearest parent with it."""
    at: Any = field
    for _ in range(_MOST_PARENTS):
        if not isinstance(at, dict):
            return None
        if key in at:
            return resolved(at.get(key))
        at = resolved(at.get("/Parent"))
    return None


def _text(found: Any) -> str:  # noqa: ANN401 - any object of a PDF
    """Return a PDF text on one line; empty for other types.

    Of a pair of values, it is the one that people see.
    """
    value = resolved(found)
    if isinstance(value, list) and value:
        return _text(value[-1])
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return one_line(value).removeprefix("/") if isinstance(value, str) else ""
