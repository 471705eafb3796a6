"""Characters that every database holds."""

from __future__ import annotations

import re

__all__ = ["storable"]


def storable(text: str) -> str:
    """Return *text* with a mark for each character that some database does not hold."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)
