"""Checks of YAML pitfalls: comments, folding, escapes, commas in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from faqbot.authoring.checks.findings import Finding
from faqbot.authoring.checks.source_map import SourceMap, SourceText, quote
from faqbot.models import Entry

_ASKS = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|may|must"
    r"|should|will|would|has|have)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[-*+]|[0-9]{1,2}[.)])\s+\S")
_APART = re.compile(r"\s*(?:\||```|~~~)")
_ESCAPE = re.compile(r"(?<!\\)\\[nt](?=[A-Z0-9*\- \\]|$)")
_WINDOWS_PATH = re.compile(r"\b[A-Za-z]:\\|\\\\\w")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`]*`", re.DOTALL)
_GOES_ON = re.compile(r"(?:and|or|but|so|because|if|then|as well as|which|who|what|too|please)\b")
_ENDS = re.compile(r"[.?!\u2026]\s*$")


def check_yaml(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on texts that YAML reads differently from how they look."""
    for text in source_map.texts():
        yield from check_comment(text)
        yield from check_folding(text)
        yield from check_escapes(text)
    for entry in source_map.kb.entries:
        yield from check_brackets(source_map, entry, "alternates")
        yield from check_brackets(source_map, entry, "not_for")


def check_comment(text: SourceText) -> Iterator[Finding]:
    """Yield a finding on text that YAML takes for a comment."""
    cut = text.place.cut
    is_text = cut[1:2].strip() or cut.endswith("?")
    if cut and (is_text or _lacks_its_end(text)):
        message = f"YAML takes {quote(cut)} for a comment, and leaves {quote(text.text)}."
        last = text.place.first + len(text.place.raw) - 1
        yield text.finding("Y701", message, words=cut if last > text.place.line else "")


def _lacks_its_end(text: SourceText) -> bool:
    return text.field == "question" and bool(_ASKS.match(text.text)) and not _ENDS.search(text.text)


def check_folding(text: SourceText) -> Iterator[Finding]:
    """Yield a finding on lines that YAML joins although they belong apart."""
    place = text.place
    if not text.is_markdown or place.style == "|" or len(place.raw) < 2:  # noqa: PLR2004 - one line has no other
        return
    margin = min(len(line) - len(line.lstrip()) for line in place.raw if line.strip())
    before = ""
    for line in place.raw:
        indented = place.style == ">" and len(line) - len(line.lstrip()) > margin
        if before.strip() and not indented and _belong_apart(before, line):
            message = f"YAML joins lines that belong apart: {quote(before)} and {quote(line)}."
            yield text.finding("Y702", message, words=before)
            return
        before = line


def _belong_apart(before: str, line: str) -> bool:
    return bool(_APART.match(line) or (_ITEM.match(line) and _ITEM.match(before)))


def check_escapes(text: SourceText) -> Iterator[Finding]:
    r"""Yield a finding on an escape such as "\n" that YAML leaves as it is."""
    if text.place.style == '"' or _WINDOWS_PATH.search(text.text):
        return
    found = _ESCAPE.search(_CODE.sub("", text.text))
    if found:
        message = f"{found[0][:2]} is read as a backslash and a letter here."
        yield text.finding("Y703", message, words=found[0])


def check_brackets(source_map: SourceMap, entry: Entry, name: str) -> Iterator[Finding]:
    """Yield a finding on an item in [brackets] that continues the one before it."""
    place = source_map.place_of(entry, name)
    if place is None or place.style != "[":
        return
    items = list(source_map.items(entry, name))
    for before, item in pairwise(items):
        plain = not (before.place.style or item.place.style)
        if plain and _GOES_ON.match(item.text) and not _ENDS.search(before.text):
            message = (
                f"YAML splits this phrasing at its comma, and {quote(item.text)} stands alone."
            )
            yield item.finding("Y704", message)
