"""The text of a document's bytes, whatever encoding they are in."""

from __future__ import annotations

import codecs
import re

from faqbot.errors import UnreadableDocument

__all__ = ["decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_ENDS = re.compile(r"\r\n?|\x85|\u2028")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ufffe\uffff]|[\ud800-\udfff]")
_BINARY = 0.02


def decode(data: bytes, name: str) -> str:
    r"""Return *data* as text: by its byte order mark, as UTF-8, or else as Windows' Western European.

    Lines end in ``\n`` and control characters are gone (a form feed is a line's end). Raises
    `UnreadableDocument` for bytes that are no text.
    """
    text = _decoded(data)
    controls = len(_CONTROLS.findall(text[:65536]))
    if controls > max(_BINARY * min(len(text), 65536), 1):
        raise UnreadableDocument(f"{name} is not text: it holds bytes that no text file has")
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text).replace("\f", "\n"))


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
