"""The lines of an entry in YAML, at once for texts that need no quotes: thousands come of one import."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.authoring.shaping import entry_lines
from faqbot.models import Entry

__all__ = ["lines_of"]

# A text that the writer sets down as it is: it starts like no mark of YAML, reads as no number or
# truth value, and is too short to be folded over two lines.
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ,.'()/?_*+&;=$-]*[A-Za-z0-9,.'()/?_*+&;=$-])?")
_WORDS_OF_YAML = re.compile(r"(?:y|n|yes|no|on|off|true|false|null)", re.IGNORECASE)
_LONGEST_LINE, _LONGEST_PARAGRAPH = 64, 60
_BLOCK = re.compile(
    r"(?=[^\s\ufeff])(?:[^\n\r\x85\u2028\u2029\t\x00-\x1f\x7f-\x9f\ufeff\ud800-\udfff\ufffe\uffff]|\n)*[^\s]"
)
_TRAILING = re.compile(r" \n")
_FIELDS = ("question", "answer", "section", "source")


def lines_of(entry: Entry, reason: str = "") -> list[str]:
    """Return what `entry_lines` does for an entry of a new knowledge base, and sooner for a plain one."""
    lines = None if reason or not _is_bare(entry) else _lines(entry)
    return entry_lines(entry, 2, 4, reason) if lines is None else lines


def _is_bare(entry: Entry) -> bool:
    """Tell whether *entry* has no fields but those of nearly all that are imported."""
    return entry == Entry(
        entry.id, entry.question, entry.answer, section=entry.section, source=entry.source
    )


def _lines(entry: Entry) -> list[str] | None:
    lines = [f"  - id: {entry.id}"]
    if _WORDS_OF_YAML.fullmatch(entry.id) or not entry.id[:1].isalpha():
        return None
    for name in _FIELDS:
        text = getattr(entry, name)
        if not text:
            continue
        written = list(_written(name, text))
        if not written:
            return None
        lines += written
    return lines


def _written(name: str, text: str) -> Iterator[str]:
    """Yield the lines of one field; none for a text that the writer has to look at."""
    longest = _LONGEST_PARAGRAPH if name == "answer" else _LONGEST_LINE
    if len(text) <= longest and _PLAIN.fullmatch(text) and not _WORDS_OF_YAML.fullmatch(text):
        yield f"    {name}: {text}"
    elif (
        name == "answer" and "\n" in text and _BLOCK.fullmatch(text) and not _TRAILING.search(text)
    ):
        yield f"    {name}: |-"
        yield from (f"      {line}" if line else "" for line in text.split("\n"))
