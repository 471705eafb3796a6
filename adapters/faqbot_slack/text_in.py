"""What a person typed into Slack, as plain text: without Slack's tokens, escapes and control characters."""

from __future__ import annotations

import re
import unicodedata

from faqbot_slack.rendering import escaping

__all__ = ["MOST_CHARACTERS", "clean", "names_others", "names_user", "plain_text"]

MOST_CHARACTERS = 2_000
_MOST_RAW = 40_000  # the longest message that Slack takes; nothing behind it is looked at
_TOKEN = re.compile(r"<([^<>]*)>")
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!(?:subteam\^|here|channel|everyone|group)")
_WITHOUT_WIDTH = re.compile("[\u200b\u2060\ufeff]")
# What may stand between the bot's name and the question: "@faqbot: how …", "@faqbot, how …".
_BEHIND_NAME = re.compile(r"^[\s:,;\-–—]+(?=\S)")  # noqa: RUF001 - the dashes that people type


def plain_text(text: str, bot: str) -> str:
    """Return *text* as a person reads it, on one line, without mentions of the user id *bot*.

    At most `MOST_CHARACTERS` characters, in Unicode's form NFC. Of a link, a channel or a mention
    its label is kept; one without a label that says nothing but an id is dropped.
    """
    mentioned = False

    def said(token: re.Match[str]) -> str:
        nonlocal mentioned
        if _named(token[0]) == bot:
            mentioned = True
            return " "
        return _label(token[1])

    shown = _unescape(_TOKEN.sub(said, text[:_MOST_RAW]))
    line = " ".join(clean(shown).split())
    line = _BEHIND_NAME.sub("", line) if mentioned else line
    return line[:MOST_CHARACTERS].rstrip()


def clean(text: str) -> str:
    """Return *text* in NFC, without characters that nobody sees or that reorder a line."""
    return unicodedata.normalize("NFC", escaping.clean(_WITHOUT_WIDTH.sub("", text)))


def names_user(text: str, user: str) -> bool:
    """Tell whether *text*, as Slack sent it, mentions *user*."""
    return any(found[1] == user for found in _USER.finditer(text[:_MOST_RAW]))


def names_others(text: str, bot: str) -> bool:
    """Tell whether *text*, as Slack sent it, speaks to a person other than *bot*, or to a group."""
    raw = text[:_MOST_RAW]
    return _GROUP.search(raw) is not None or any(each[1] != bot for each in _USER.finditer(raw))


def _named(token: str) -> str:
    """Return the id of the user whom *token* mentions, "" for another kind of token."""
    found = _USER.fullmatch(token)
    return found[1] if found else ""


def _label(inside: str) -> str:
    """Return what a person sees of a token that is not the bot's mention."""
    target, bar, label = inside.partition("|")
    if target.startswith("#"):
        return f"#{label.lstrip('#')}" if label else " "
    if target.startswith("@"):
        return f"@{label.lstrip('@')}" if label else " "
    if target.startswith(("!here", "!channel", "!everyone")):
        return f"@{target[1:]}"
    if target.startswith("!"):
        return label or " "
    return label if bar and label else target


def _unescape(text: str) -> str:
    """Undo Slack's three escapes, once: what a person typed as "&lt;" came as "&amp;lt;"."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
