"""Markdown as Slack's markdown block may have it: read, and written anew with nothing that pings.

Slack does not say whether its tokens (`<!channel>`, `<@U1>`) work inside a markdown block, nor what it
makes of a link to `!channel`; so no such token is written in any way, however it came in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from faqbot_slack.rendering.escaping import one_line, without_tokens
from faqbot_slack.rendering.mrkdwn import inline, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.tree import SyntaxTreeNode

__all__ = ["MarkdownOut", "literal", "to_markdown"]

_ENTITY = re.compile(r"&(?=#\d+;|#[xX][0-9a-fA-F]+;|[a-zA-Z][a-zA-Z0-9]*;)")
_MARKS = re.compile(r"[\\`]|\*(?! )|(?<! )\*|(?<!\w)_|_(?!\w)|~(?=~)|(?<=~)~|\](?=[(\[:])|!(?=\[)")
_STARTS = re.compile(r"(?m)^([^\S\n]*+)(?:([-+=#>|])|(\d{1,9})([.)]))")
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_TICKS = re.compile("`+")


def to_markdown(markdown: str) -> str:
    """Return *markdown* written anew, with no token of Slack's in it."""
    return render(markdown, MarkdownOut())


def literal(text: str) -> str:
    """Return Markdown that shows the characters of *text*, on one line."""
    return MarkdownOut().paragraph(MarkdownOut().text(one_line(text)))


class MarkdownOut:
    """Writes Markdown."""

    def text(self, text: str) -> str:
        """Write *text* with the marks in it made plain characters."""
        marked = _MARKS.sub(lambda found: f"\\{found[0]}", without_tokens(text))
        return _ENTITY.sub("&amp;", marked).replace("<", "&lt;")

    def line_break(self) -> str:
        """Write a line break."""
        return "  \n"

    def strong(self, inner: str) -> str:
        """Write **bold**."""
        return f"**{inner}**"

    def emphasis(self, inner: str) -> str:
        """Write *italics*."""
        return f"*{inner}*"

    def strike(self, inner: str) -> str:
        """Write what is struck out."""
        return f"~~{inner}~~"

    def code(self, text: str) -> str:
        """Write a span of code; entities mean nothing there, so a character parts a token."""
        body = without_tokens(text)
        ticks = "`" * (max((len(run) for run in _TICKS.findall(body)), default=0) + 1)
        pad = " " if body[:1] in {"`", " "} or body[-1:] in {"`", " "} else ""
        return f"{ticks}{pad}{body}{pad}{ticks}"

    def link(self, text: str, url: str) -> str:
        """Write a link; an address that shows itself stays bare."""
        if text == url:
            return url
        label = self.text(one_line(text)).replace("[", "(").replace("]", ")")
        return f"[{label}]({url.replace('(', '%28').replace(')', '%29')})"

    def paragraph(self, inner: str) -> str:
        """Write a paragraph, none of whose lines starts a heading, a list or a quotation."""
        return _STARTS.sub(_plain_start, inner)

    def heading(self, inner: str, level: int) -> str:
        """Write a heading."""
        return f"{'#' * level} {inner}".replace("  \n", " ")

    def code_block(self, text: str, language: str) -> str:
        """Write lines of code in a fence longer than any in them."""
        body = without_tokens(text)
        fence = "`" * max(3, max((len(run) + 1 for run in _TICKS.findall(body)), default=0))
        name = _LANGUAGE.match(language)
        return f"{fence}{name[0] if name else ''}\n{body}\n{fence}"

    def item(self, inner: str, bullet: str, depth: int) -> str:  # noqa: ARG002  the indent says it
        """Write an item, its further lines under its first."""
        indent = " " * (len(bullet) + 1)
        return f"{bullet} {inner}".replace("\n", f"\n{indent}")

    def quote(self, inner: str) -> str:
        """Write a quotation."""
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))

    def rule(self) -> str:
        """Write a line across."""
        return "---"

    def table(self, rows: Sequence[Sequence[SyntaxTreeNode]]) -> str:
        """Write a table."""
        heads, *body = [[self._cell(cell) for cell in row] for row in rows]
        lines = [heads, [_ALIGNMENTS[_alignment(cell)] for cell in rows[0]], *body]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def _cell(self, cell: SyntaxTreeNode) -> str:
        return " ".join(inline(cell, self).split()).replace("|", "\\|")


_ALIGNMENTS = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}


def _alignment(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return style.removeprefix("text-align:") if style.startswith("text-align:") else ""


def _plain_start(found: re.Match[str]) -> str:
    space, mark, number, end = found.groups()
    return f"{space}\\{mark}" if mark else f"{space}{number}\\{end}"
