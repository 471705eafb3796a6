"""Escaping of text for Slack: no markup, pings or line-reordering characters."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Bidirectional controls: they reorder the text around them.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Start of a Slack token, also behind HTML entities that a Markdown parser resolves.
_TOKEN = re.compile(r"(<|&(?:amp;)*(?:lt|#0*60|#x0*3c);)(?=\\*[!@#&])", re.IGNORECASE)
# Names that Slack turns into a ping of the channel in some kinds of text.
_CALL = re.compile(r"(?<![\w./])@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
_JOINER = "\N{WORD JOINER}"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def clean(text: str) -> str:
    """Return *text* as printable lines; surrogates become replacement characters."""
    lines = _REORDERING.sub("", _LINE_ENDS.sub("\n", text))
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub("", lines)).expandtabs(4)


def one_line(text: str) -> str:
    """Return *text* clean and on one line, with single spaces."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """Return *text* as mrkdwn that shows it literally and pings nobody."""
    return _CALL.sub(f"@{_JOINER}", clean(text)).translate(_ESCAPES)


def without_tokens(text: str) -> str:
    """Return *text* clean, with a zero-width character inside each possible token.

    For places that show escapes literally: code in Markdown, and plain text.
    """
    parted = _TOKEN.sub(rf"\1{_JOINER}", clean(text))
    return _CALL.sub(f"@{_JOINER}", parted)


def shorten(text: str, most: int) -> str:
    """Return *text* on one line of at most *most* characters, cut at a word if possible."""
    line = one_line(text)
    if len(line) <= most:
        return line
    head = line[: most - 1]
    word = head.rpartition(" ")[0]
    return f"{(word if len(word) > most // 2 else head).rstrip()}…"
