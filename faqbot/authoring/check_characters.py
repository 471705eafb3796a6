"""Checks of characters that are not what they look like, and of text that was never written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.authoring.checks.source_map import Manuscript, Text, short
from faqbot.authoring.findings import Finding

__all__ = ["check_characters"]

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# Letters of Cyrillic and Greek that look as a Latin letter does.
_LOOKS_LATIN = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04cf"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd"
)
_LOOK_ALIKE = re.compile(f"[{_LOOKS_LATIN}]")
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]"
    "|(?<=[A-Za-z0-9 ])[\u200c\u200d](?=[A-Za-z0-9 ])"
)
_DIRECTION = re.compile("[\u200e\u200f]")
_GARBLED = re.compile(
    "\ufffd|\u00c3[\u0080-\u00bf\u0178\u0192\u2018-\u201e\u2020-\u2026\u2030\u20ac\u2122]"
    "|\u00e2\u20ac[\u0080-\u00ff\u0152\u0153\u02dc\u2018-\u201e\u2020-\u2022\u2122]|\u00c2[\u00a0-\u00bf]"
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`]*`", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX+)\b|\b[Ll]orem [Ii]psum\b|\bxxx+\b|\?\?\?+"
    r"|\[(?i:insert|placeholder|fill in|todo|tbd)\b[^\]]*\](?!\()|<(?i:insert|placeholder|todo)\b[^>]*>"
)


def check_characters(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield texts with characters or words that nobody meant to be there."""
    for text in manuscript.texts():
        if not text.text.isascii():
            yield from _mixed(text)
            yield from _invisible(text)
            yield from _garbled(text)
        if text.entry is None or not text.entry.draft:
            yield from _placeholder(text)


def _mixed(text: Text) -> Iterator[Finding]:
    """Report the first word with letters that look Latin and are not, where Latin ones were meant."""
    if not (_LOOK_ALIKE.search(text.text) and _LATIN.search(text.text)):
        return
    truly_other = _OTHER_SCRIPT.search(_LOOK_ALIKE.sub("", text.text))
    for found in _WORD.finditer(text.text):
        word = found[0]
        letters = _LOOK_ALIKE.findall(word)
        if letters and (_LATIN.search(word) or (len(letters) == len(word) and not truly_other)):
            code = f"U+{ord(letters[0]):04X}"
            message = (
                f"in the word {short(word)}, {short(letters[0])} is no Latin letter but {code}."
            )
            yield _at(text, found, "C901", message)
            return


def _invisible(text: Text) -> Iterator[Finding]:
    found = _INVISIBLE.search(text.text)
    if found is None and not _RIGHT_TO_LEFT.search(text.text):
        found = _DIRECTION.search(text.text)
    if found:
        around = text.text[max(found.start() - 12, 0) : found.end() + 12].replace(found[0], "|")
        code = f"U+{ord(found[0]):04X}"
        yield _at(text, found, "C902", f"the invisible {code} stands at the | in {short(around)}.")


def _garbled(text: Text) -> Iterator[Finding]:
    found = _GARBLED.search(text.text)
    if found:
        around = text.text[max(found.start() - 12, 0) : found.end() + 12]
        yield _at(text, found, "C903", f"a wrong encoding has garbled {short(around)}.")


def _placeholder(text: Text) -> Iterator[Finding]:
    bare = _CODE.sub(lambda code: " " * len(code[0]), text.text) if text.is_markdown else text.text
    found = _PLACEHOLDER.search(bare)
    if found:
        yield _at(text, found, "C904", f"{short(found[0])} is no text for people.")


def _at(text: Text, found: re.Match[str], code: str, message: str) -> Finding:
    offset = text.text.count("\n", 0, found.start())
    return text.finding(code, message, words=found[0], offset=offset)
