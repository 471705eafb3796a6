"""Emphasis, links and escapes of Markdown as plain text."""

from __future__ import annotations

import re
from html import unescape

__all__ = ["plain_inline"]

# A code span, an escaped punctuation mark, or a link in angle brackets: kept as it stands.
_LITERAL = re.compile(
    r"(?:(?<!`)|(?<=\\`))(?P<ticks>`++)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\\(?P<mark>[!-/:-@\[-`{-~])"
    r"|<(?P<url>[a-z][a-z+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>",
    re.DOTALL,
)
_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]]*)\]"
    r"\(\s*+<?(?P<url>(?:[^()\s<>]|\([^()\s]*+\))*+)>?(?:\s++(?:\"[^\"]*+\"|'[^']*+'))?\s*+\)"
)
_EMPHASIS = (
    re.compile(r"\*\*\*(?!\s)([^*]+)(?<!\s)\*\*\*"),
    re.compile(r"(?<!\*)\*(?![\s*])([^*]+)(?<!\s)\*(?!\*)"),
    re.compile(r"\*\*(?!\s)([^*]+)(?<!\s)\*\*"),
    re.compile(r"(?<!\w)_(?![\s_])([^_]+)(?<!\s)_(?!\w)"),
    re.compile(r"(?<!\w)__(?![\s_])([^_]+)(?<!\s)__(?!\w)"),
    re.compile(r"~~(?!\s)([^~]+)(?<!\s)~~"),
)
_KEPT = re.compile("\0([0-9]+)\0")


def plain_inline(markdown: str) -> str:
    """Return *markdown*, the text of one block and free of NUL, with its marks removed.

    A link becomes ``text (url)``, a code span keeps its backticks.
    """
    literals: list[str] = []

    def keep(found: re.Match[str]) -> str:
        literals.append(found["mark"] or found["url"] or found[0])
        return f"\0{len(literals) - 1}\0"

    text = _LINK.sub(_link, _LITERAL.sub(keep, markdown))
    for emphasis in _EMPHASIS:
        text = emphasis.sub(r"\1", text)
    return _KEPT.sub(lambda found: literals[int(found[1])], unescape(text))


def _link(found: re.Match[str]) -> str:
    text, url = found["text"].strip(), found["url"].removeprefix("mailto:")
    return f"{text} ({url})" if text and url and text != url else text or url
