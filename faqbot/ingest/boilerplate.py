"""Boilerplate of web pages: navigation, sharing, dates and notices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

PAGE_BOILERPLATE = "it is boilerplate of the page, such as navigation"
"""Reason for leaving out navigation, running heads and similar lines."""

_LINES = frozenset({
    "you may want to see also", "you may also like", "explore related products", "what you'll learn",
    "what you will learn", "related articles", "related posts", "related topics", "related questions",
    "related content", "share this", "share this article", "share this page", "share this post", "advertisement", "advertisements",
    "sponsored", "sponsored content", "table of contents", "contents", "on this page", "in this article", "in this section",
    "jump to", "skip to content", "skip to main content", "skip to navigation", "back to top", "return to top", "top", "go to top", "to the top", "back to contents", "back to table of contents", "back to the table of contents", "back to index", "back to toc", "back to the top", "back to start", "nach oben", "zur\u00fcck nach oben", "retour en haut", "haut de page", "volver arriba",
    "read more", "learn more", "show more", "see more", "load more", "see also:", "was this helpful",
    "was this article helpful", "was this page helpful", "did this answer your question",
    "subscribe to our newsletter", "sign up for our newsletter", "subscribe", "follow us", "follow us on", "print this page", "print", "edit this page",
    "edit on github", "edit this page on github", "view page source", "previous", "next", "previous page", "next page", "home", "cookie settings", "accept all cookies",
    "accept cookies", "manage cookies", "all rights reserved", "leave a comment", "leave a reply", "toggle navigation", "menu", "close", "expand all",
    "collapse all", "you might also like", "recommended for you", "recommended reading", "more from this author", "copy link", "loading...",
})  # fmt: skip
_SHAPES = re.compile(
    r"(?:\u00a9|copyright (?:\u00a9|\(c\))).{0,160}|\d+ min(?:ute)?s? read|\d+ of \d+ found this helpful|"
    r"(?:last )?(?:updated|modified|reviewed|edited)(?: on)?:? (?=.{0,40}\d).{0,40}|page \d+(?: of \d+)?|yes \| no|"
    r"we use cookies .{0,300}|this (?:site|website) uses cookies.{0,300}",
    re.IGNORECASE,
)
# The line directly before this one is the title of an offered article.
_OFFERS = "you may want to see also"
# Characters of the title of an offered article; chosen by hand.
_TITLE_AT_MOST = 120
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")

# Signs around the words of a line, such as arrows.
_SIGNS = " \t\n\\#*_-|><()[]^\u2191\u2193\u00ab\u00bb\u2b06\u2b07\u21e7\u21a5\u25b2\u25b3\u25b4\u2934\u23eb\U0001f51d\U0001f53c\ufe0f"
_TOP = re.compile(r"(?:back|return|go)\b.*|top|nach oben|.* haut|.* arriba")

_Line = TypeVar("_Line")


def is_boilerplate(text: str) -> bool:
    """Return True for a boilerplate line or paragraph ("Back to top")."""
    line = _bare(text)
    return line in _LINES or bool(_SHAPES.fullmatch(line))


def without_way_back(text: str) -> str:
    """Return *text* without a last line that leads back to the top of the page."""
    before, line, last = text.rpartition("\n")
    if line and before.strip() and is_boilerplate(last) and _TOP.fullmatch(_bare(last)):
        return before.rstrip("\\ \n")
    return text


def without_boilerplate(lines: Iterable[tuple[str, _Line]]) -> Iterator[tuple[bool, _Line]]:
    """Yield each of *lines*, given with its text, and True if it stays.

    The short line before "You may want to see also" is left out too: it names the offered article.
    """
    given: Sequence[tuple[str, _Line]] = list(lines)
    shown = [number for number, (text, _) in enumerate(given) if text.strip()]
    gone = {number for number in shown if is_boilerplate(given[number][0])}
    for before, number in pairwise(shown):
        offered = given[before][0].strip()
        if (
            _bare(given[number][0]) == _OFFERS
            and len(offered) <= _TITLE_AT_MOST
            and not offered.endswith(".")
        ):
            gone.add(before)
    for number, (_, line) in enumerate(given):
        yield number not in gone, line


def _bare(text: str) -> str:
    words = _LINK.sub(r"\1", text).replace("\u2019", "'").strip(_SIGNS)
    return " ".join(words.casefold().split()).rstrip(":?!.")
