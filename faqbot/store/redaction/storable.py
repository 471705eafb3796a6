"""Characters that every database and every knowledge base holds."""

from __future__ import annotations

import re

__all__ = ["storable"]

# Controls that are neither a tab nor the end of a line; YAML holds none of them as they are.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    """Return *text* with a blank for each control character, such as the line break of a word processor.

    A mark stands for each character that some database does not hold.
    """
    return _NO_CHARACTER.sub("\ufffd", _CONTROL.sub(" ", text))
