"""Whether a message looks like a question, for what the bot answers unasked."""

from __future__ import annotations

import re

__all__ = ["looks_like_question"]

_FEWEST_WORDS, _MOST_WORDS = 3, 80
_ASKS = re.compile(
    r"(?:(?:hi|hey|hello|morning|sorry|so|and|but|ok|okay|quick question|question|please|pls)\b[\s,:!.-]*"
    r"(?:(?:all|everyone|everybody|folks|team|guys|there)\b[\s,:!.-]*)?)*"
    r"(?:what|what's|whats|who|who's|whom|whose|which|when|where|where's|why|how|how's|is|are|was|were|"
    r"am|do|does|did|can|could|will|would|should|shall|may|might|has|have|had|"
    r"any(?:one|body)\b.*\b(?:know|have|help|tell)|"
    r"i(?:'m| am)? (?:wonder|wondering|looking for|need|want|can't|cannot|don't know|do not know)|"
    r"looking for|need help|help with|tell me)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"\?(?=[^\w\s]{0,30}+(?:\s|$))")
_CODE_OR_LINK = re.compile(r"```.*?```|`[^`]*`|https?://\S+", re.DOTALL)


def looks_like_question(text: str) -> bool:
    """Tell whether *text* seems to ask something: by a question mark, or by how it begins.

    A word or two ask nothing that could be answered unasked, and a long story is for people.
    """
    prose = _CODE_OR_LINK.sub(" ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).strip()
    count = len(prose.split())
    if not _FEWEST_WORDS <= count <= _MOST_WORDS:
        return False
    return _MARK.search(prose) is not None or _ASKS.match(prose) is not None
