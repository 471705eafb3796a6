"""Characters that every database and every knowledge base can hold."""

from __future__ import annotations

import re

# Control characters other than tab and line ends. YAML holds them as escapes only.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    """Return *text* without characters that a database or YAML cannot hold.

    A control character becomes a blank, such as the line break of a word processor. Characters that
    some databases refuse become U+FFFD.
    """
    return _NO_CHARACTER.sub("\ufffd", _CONTROL.sub(" ", text))
