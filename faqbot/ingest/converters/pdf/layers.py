"""Hidden layers of a PDF: optional content that is off when the document opens.

See ISO 32000-1, 8.11. pypdf extracts text of hidden layers as it does any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

HIDDEN_LAYER = "it is in a hidden layer of the document"
"""Reason for leaving out text of a hidden layer."""

# Operators that show text, or draw an object that may hold text.
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"', b"Do"})
_OPENS = frozenset({b"BDC", b"BMC"})
# Operands of marked content with properties: a tag and its properties.
_TAGGED = 2


def resolved(found: Any) -> Any:  # noqa: ANN401 - any object of a PDF
    """Return the target of a pypdf reference; other objects unchanged."""
    return found.get_object() if hasattr(found, "get_object") else found


def _dictionary(found: Any) -> Any:  # noqa: ANN401 - any object of a PDF
    """Return *found*, resolved, if it is a dictionary.

    The result is empty for any other object.
    """
    value = resolved(found)
    return value if isinstance(value, dict) else {}


class Layers:
    """Hidden layers of a document."""

    def __init__(self, reader: PdfReader) -> None:
        """Read the layers that the default configuration switches off."""
        self._hidden = _hidden_groups(reader)

    def without_hidden(self, page: PageObject) -> bool:
        """Remove text of hidden layers from *page*; return False without it."""
        return bool(self._hidden) and self._keep(page, hidden=False)

    def only_hidden(self, page: PageObject) -> bool:
        """Remove all text outside hidden layers from *page*."""
        return self._keep(page, hidden=True)

    def _keep(self, page: PageObject, *, hidden: bool) -> bool:
        """Keep one kind of text in the content of *page*.

        Return True if changed.
        """
        from pypdf.generic import ContentStream, NameObject

        contents = page.get_contents()
        if contents is None:
            return False
        stream = ContentStream(contents, page.pdf)
        kept: list[Any] = []
        inside: list[bool] = []
        for operands, operator in stream.operations:
            if operator in _OPENS:
                inside.append(operator == b"BDC" and self._hides_content(operands, page))
            elif operator == b"EMC" and inside:
                inside.pop()
            off = any(inside) or (operator == b"Do" and self._hides_object(operands, page))
            if operator not in _SHOWS or off == hidden:
                kept.append((operands, operator))
        changed = len(kept) < len(stream.operations)
        stream.operations = kept
        page[NameObject("/Contents")] = stream
        return changed

    def _hides_content(self, operands: list[Any], page: PageObject) -> bool:
        return (
            len(operands) == _TAGGED
            and operands[0] == "/OC"
            and self._is_off(_resource(page, "/Properties", operands[1]))
        )

    def _hides_object(self, operands: list[Any], page: PageObject) -> bool:
        drawn = _dictionary(_resource(page, "/XObject", operands[0] if operands else ""))
        return "/OC" in drawn and self._is_off(drawn.raw_get("/OC"))

    def _is_off(self, group: Any) -> bool:  # noqa: ANN401 - any object of a PDF
        """Return True for a hidden layer, or a membership of hidden layers only."""
        if _number(group) in self._hidden:
            return True
        found = _dictionary(group)
        if "/OCGs" not in found:
            return False
        listed = resolved(found.raw_get("/OCGs"))
        members = listed if isinstance(listed, list) else [found.raw_get("/OCGs")]
        return bool(members) and all(_number(each) in self._hidden for each in members)


def _resource(page: PageObject, kind: str, name: object) -> Any:  # noqa: ANN401 - any object of a PDF
    """Return the unresolved resource *name* of *page*; None without it."""
    named = _dictionary(_dictionary(page.get("/Resources")).get(kind))
    return named.raw_get(name) if name in named else None


def _number(reference: Any) -> int:  # noqa: ANN401 - any object of a PDF
    """Return *reference*'s object number; 0 for a direct object."""
    return int(getattr(reference, "idnum", 0))


def _hidden_groups(reader: PdfReader) -> frozenset[int]:
    """Return the object numbers of layers off by default."""
    content = _dictionary(_dictionary(reader.trailer.get("/Root")).get("/OCProperties"))
    chosen = _dictionary(content.get("/D"))
    given = {name: resolved(chosen.get(name)) or [] for name in ("/OFF", "/ON")}
    off = set(map(_number, given["/OFF"]))
    if chosen.get("/BaseState") == "/OFF":
        off |= set(map(_number, resolved(content.get("/OCGs")) or []))
        off -= set(map(_number, given["/ON"]))
    return frozenset(off - {0})
