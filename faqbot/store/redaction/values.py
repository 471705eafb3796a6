"""Forms of passwords, keys and codes, and their bounds."""

from __future__ import annotations

import re

from faqbot.store.redaction import labels
from faqbot.store.redaction.spans import MASK, Span

SECRET_MARK = "[secret]"  # noqa: S105  the mark that replaces a password
# Digits of a secret without letters. Chosen by hand: fewer digits are a count.
FEWEST_DIGITS = 4

VALUE = r"""(?:"[^"\n]{1,200}"|'[^'\n]{1,200}'|[^\s]{1,200})"""
_TRAILING = re.compile(r"(?<![.,;:?)\]}\"'])[.,;:?)\]}\"']++\Z")
_PRODUCT = re.compile(
    r"""(?:sha|md|oauth|aes|rsa|utf|ipv|base|https?|windows|win|office|ios|iphone|ipad|android|sap|php
      |python|pbkdf|argon|scrypt|log|tls|ssl|totp|web|java|es|node|iso|rfc|level|room|user|step|page
      |version|chapter|figure|table|section|section|v|q|h)[-_.]?\d[\d.]*[a-z]{0,2}
    | \d+(?:st|nd|rd|th|h|d|x|k|min|ms|s|m|gb|mb|kb|bits?|bytes?|days?|hours?|times|chars?|digits?)
    | \d+-[a-z]+(?:-[a-z]+)? | [23]fa | [a-z]\d | 1password | \d+(?:\.\d+)+[a-z]* | \d+\+""",
    re.IGNORECASE | re.VERBOSE,
)
DATE_OR_TIME = re.compile(
    r"\d{1,4}([./-])(?:0?[1-9]|[12]\d|3[01])\1\d{1,4}|\d{1,2}:\d\d(?::\d\d)?(?:[ap]m)?|(?:19|20)\d\d"
)
_EXAMPLE = re.compile(
    r"<[^>\n]*>?|\$\{?\w+\}?|\{\{?|%\w+%|[*.•#?_-]{2,}|x{3,}|\*|\[\w*|\(|https?://.*", re.IGNORECASE
)
SPACED_DIGITS = re.compile(r"(?:[A-Z]-)?\d{2,4}(?:[ -]\d{2,4}){1,3}(?![\w])|[A-Z]-\d{4,8}\b")


def assigned_value(text: str, start: int, *, joined: bool) -> Span | None:
    """Return the span of the value at *start*, after a sign.

    None for placeholders. None also for a word that begins a sentence about passwords, unless
    *joined*, that is written without a space after the sign.
    """
    spaced = SPACED_DIGITS.match(text, start)
    found = spaced or re.compile(VALUE).match(text, start)
    if found is None:
        return None
    value = _cut_query(text, start, found[0])
    plain = trimmed(value).strip("\"'")
    if not plain or plain.lower() in labels.PLACEHOLDERS or _EXAMPLE.fullmatch(plain):
        return None
    if not joined and plain.lower() in labels.NO_VALUES | labels.STATES:
        return None
    return secret_span(start, value)


def _cut_query(text: str, start: int, value: str) -> str:
    """Return *value* up to the next parameter of a URL."""
    word = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
    in_query = (
        re.search(r"[?&]", text[max(word, start - 200) : start]) and "://" in text[word:start]
    )
    return value.partition("&")[0] if in_query and "&" in value[1:] else value


def is_strong(value: str) -> bool:
    """Return True if *value* mixes letters with digits or symbols."""
    bare = value.strip("\"'")
    if len(bare) < FEWEST_DIGITS or bare[0] in "@-/" or _PRODUCT.fullmatch(bare):
        return False
    if _EXAMPLE.fullmatch(bare) or DATE_OR_TIME.fullmatch(bare) or MASK in bare:
        return False
    letters = re.search(r"[^\W\d_]", bare) is not None
    digits = re.search(r"\d", bare) is not None
    symbols = re.search(r"[@#$%^&*+=~!?_|<>\\]", bare[:-1]) or re.search(r"[@#$%^&*+=~]", bare[-1])
    mixed_case = re.search(r"[a-z][A-Z]+[a-z]*[A-Z]|^[a-z]+[A-Z]", bare) is not None
    return (
        (letters and (digits or symbols is not None))
        or mixed_case
        or (digits and symbols is not None)
    )


def trimmed(value: str) -> str:
    """Return *value* without the punctuation of the sentence around it."""
    if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]:
        return value
    return _TRAILING.sub("", value)


def secret_span(start: int, value: str) -> Span | None:
    """Return the span of *value* at *start*, without end punctuation.

    None if nothing is left, or if a finder found it already.
    """
    kept = trimmed(value)
    if not kept or kept[0] == MASK:
        return None
    return Span(start, start + len(kept), SECRET_MARK)
