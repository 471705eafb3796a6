"""Text as Slack takes it: nothing in it that reorders a line, and no character that is markup."""

from __future__ import annotations

import re

__all__ = ["clean", "escape", "one_line", "shorten", "without_tokens"]

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# These reorder the text around them, so that a line reads as something else than it says.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What Slack, or a reader of Markdown before it, may come to see as the start of a token.
_TOKEN = re.compile(r"(<|&(?:amp;)*(?:lt|#0*60|#x0*3c);)(?=\\*[!@#&])", re.IGNORECASE)
# What Slack makes a call of where it looks for names itself, as it does in some kinds of text.
_CALL = re.compile(r"(?<![\w./])@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
_JOINER = "\N{WORD JOINER}"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def clean(text: str) -> str:
    """Return *text* in lines and printable characters; what no character stands for is marked."""
    lines = _REORDERING.sub("", _LINE_ENDS.sub("\n", text))
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub("", lines)).expandtabs(4)


def one_line(text: str) -> str:
    """Return *text* clean and on one line, its runs of white space single spaces."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """Return *text* as mrkdwn that shows it: without a token, so that nobody is called by it."""
    return _CALL.sub(f"@{_JOINER}", clean(text)).translate(_ESCAPES)


def without_tokens(text: str) -> str:
    """Return *text* clean, and with a character of no width in whatever may be read as a token.

    For where escapes would be shown: code in Markdown, and plain text.
    """
    parted = _TOKEN.sub(rf"\1{_JOINER}", clean(text))
    return _CALL.sub(f"@{_JOINER}", parted)


def shorten(text: str, most: int) -> str:
    """Return *text* on one line of *most* characters or fewer, cut at a word where there is one."""
    line = one_line(text)
    if len(line) <= most:
        return line
    head = line[: most - 1]
    word = head.rpartition(" ")[0]
    return f"{(word if len(word) > most // 2 else head).rstrip()}…"
