"""Markdown as mrkdwn, which is all that sections, context lines, forms and the App Home take."""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest
from typing import TYPE_CHECKING

from faqbot_slack.rendering.escaping import escape, one_line
from faqbot_slack.rendering.mrkdwn import plain_inline, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.tree import SyntaxTreeNode

__all__ = ["Mrkdwn", "Plain", "aligned", "fenced", "indented", "link", "to_mrkdwn", "to_text"]

_BULLETS = "•◦▪"
_NEXT_LINE = re.compile(r"\n(?=[^\n])")
_INDENT = "\n" + " " * 4
_COLUMN_GAP = "  "
_RULE = "———"
# Slack sees a mark only at the edge of a word. Where one stands inside a word, a space of no width
# makes the edge; "\0", which no clean text has, says where one may be needed.
_EDGE = "\0"
_INSIDE_WORD = re.compile(r"(?<=[^\W_])\0(?=[*_~])|(?<=[*_~])\0(?=[^\W_])")
_LIKE_BACKTICK = "\N{MODIFIER LETTER GRAVE ACCENT}"
_NO_WIDTH = "\N{ZERO WIDTH SPACE}"


def to_mrkdwn(markdown: str) -> str:
    """Return *markdown* as mrkdwn without a token but for links."""
    return render(markdown, Mrkdwn())


def to_text(markdown: str) -> str:
    """Return *markdown* as plain sentences, escaped: what a screen reader or a notification reads."""
    return render(markdown, Plain())


def link(text: str, url: str) -> str:
    """Return a link to *url*, which is safe, that shows *text*."""
    label = one_line(re.sub(r"[<>|]+", " ", text))
    target = escape(url)
    return f"<{target}|{escape(label)}>" if label and label != url else f"<{target}>"


def fenced(text: str) -> str:
    """Return *text* as a block of code, which no run of backticks in it ends."""
    return f"```\n{escape(text).replace('```', f'`{_NO_WIDTH}`{_NO_WIDTH}`')}\n```"


def indented(text: str) -> str:
    """Return *text* with its further lines under its first; code stays as it is, to be copied."""
    around = text.split("```")
    kept = (
        part if place % 2 else _NEXT_LINE.sub(_INDENT, part) for place, part in enumerate(around)
    )
    return "```".join(kept)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* of cells in columns that line up in a font of one width."""
    columns = [max(map(_width, column)) for column in zip_longest(*rows, fillvalue="")]
    lines = (
        _COLUMN_GAP.join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, columns, strict=False)
        ).rstrip()
        for row in [rows[0], ["-" * width for width in columns], *rows[1:]]
    )
    return "\n".join(lines)


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


class Plain:
    """Writes sentences with no marks; a link is followed by its address."""

    def text(self, text: str) -> str:
        """Write *text* so that it shows as it is."""
        return escape(text)

    def line_break(self) -> str:
        """Write a new line."""
        return "\n"

    def strong(self, inner: str) -> str:
        """Write nothing but what is bold."""
        return inner

    def emphasis(self, inner: str) -> str:
        """Write nothing but what is in italics."""
        return inner

    def strike(self, inner: str) -> str:
        """Write nothing but what is struck out."""
        return inner

    def code(self, text: str) -> str:
        """Write a span of code between backticks, which keep a command apart from the sentence."""
        return f"`{escape(text)}`"

    def link(self, text: str, url: str) -> str:
        """Write the text of a link and its address."""
        shown = escape(one_line(text))
        address = escape(url.removeprefix("mailto:"))
        return shown if shown == address else f"{shown} ({address})"

    def paragraph(self, inner: str) -> str:
        """Write a paragraph."""
        return inner

    def heading(self, inner: str, level: int) -> str:  # noqa: ARG002  all levels read alike
        """Write a heading on a line of its own."""
        return inner

    def code_block(self, text: str, language: str) -> str:  # noqa: ARG002  Slack knows no language
        """Write lines of code."""
        return fenced(text)

    def item(self, inner: str, bullet: str, depth: int) -> str:  # noqa: ARG002  the indent says it
        """Write an item, its further lines under its first."""
        mark = "• " if bullet == "-" else f"{bullet} "
        return mark + indented(inner)

    def quote(self, inner: str) -> str:
        """Write what is quoted."""
        return inner

    def rule(self) -> str:
        """Write nothing: a line across says nothing."""
        return ""

    def table(self, rows: Sequence[Sequence[SyntaxTreeNode]]) -> str:
        """Write each row on a line, with the heading of each cell."""
        heads, *body = [[plain_inline(cell.children) for cell in row] for row in rows]
        if not body:
            return escape(", ".join(filter(None, heads)))
        return escape("\n".join(_record(heads, row) for row in body))


def _record(heads: Sequence[str], row: Sequence[str]) -> str:
    cells = zip(heads, row, strict=False)
    return "; ".join(f"{head}: {cell}" if head else cell for head, cell in cells if cell)


class Mrkdwn(Plain):
    """Writes Slack's own marks."""

    def strong(self, inner: str) -> str:
        """Write *bold*."""
        return f"{_EDGE}*{inner}*{_EDGE}"

    def emphasis(self, inner: str) -> str:
        """Write _italics_."""
        return f"{_EDGE}_{inner}_{_EDGE}"

    def strike(self, inner: str) -> str:
        """Write ~struck out~."""
        return f"{_EDGE}~{inner}~{_EDGE}"

    def code(self, text: str) -> str:
        """Write a span of code; mrkdwn has no way to show a backtick in one."""
        return f"`{escape(text).replace('`', _LIKE_BACKTICK)}`"

    def link(self, text: str, url: str) -> str:
        """Write a link."""
        return link(text.removeprefix("mailto:"), url)

    def paragraph(self, inner: str) -> str:
        """Write a paragraph."""
        return _with_edges(inner)

    def heading(self, inner: str, level: int) -> str:  # noqa: ARG002  mrkdwn knows none
        """Write a heading in bold."""
        # A mark for bold inside a bold line would end it.
        return _with_edges(f"*{inner.replace(f'{_EDGE}*', '').replace(f'*{_EDGE}', '')}*")

    def item(self, inner: str, bullet: str, depth: int) -> str:
        """Write an item, its further lines under its first."""
        mark = _BULLETS[min(depth, len(_BULLETS) - 1)] if bullet == "-" else bullet
        return f"{mark} {indented(inner)}"

    def quote(self, inner: str) -> str:
        """Write a quotation, each of its lines marked."""
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))

    def rule(self) -> str:
        """Write a line across."""
        return _RULE

    def table(self, rows: Sequence[Sequence[SyntaxTreeNode]]) -> str:
        """Write a table as code, where its columns line up."""
        return fenced(aligned([[plain_inline(cell.children) for cell in row] for row in rows]))


def _with_edges(text: str) -> str:
    return _INSIDE_WORD.sub(_NO_WIDTH, text).replace(_EDGE, "")
