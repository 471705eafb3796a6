"""Markdown around a text: fences, spans of code, quotations, indented lines."""

from __future__ import annotations

import re

__all__ = ["fenced", "indented", "quoted", "spanned"]

_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")


def fenced(code: str, language: str = "") -> str:
    """Return *code* as a block between fences that are longer than any in it; empty for blanks."""
    text = code.strip("\n").rstrip()
    if not text.strip():
        return ""
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}{language if _LANGUAGE.fullmatch(language) else ''}\n{text}\n{fence}"


def spanned(code: str) -> str:
    """Return *code* as code in a line; empty for blanks."""
    text = " ".join(code.split())
    if not text:
        return ""
    fence = "`" * (_longest(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def quoted(markdown: str) -> str:
    """Return *markdown* as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in markdown.split("\n")) if markdown else ""


def indented(markdown: str, width: int) -> str:
    """Return *markdown* with every line but the first indented by *width*, as in an item of a list."""
    first, *rest = markdown.split("\n")
    return "\n".join([first, *(" " * width + line if line else "" for line in rest)])


def _longest(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
