"""Markdown as mrkdwn, which is all that sections, context lines, forms and the App Home take.

Markdown as Slack's markdown block may have it: read, and written anew with nothing that pings.

Slack does not say whether its tokens (`<!channel>`, `<@U1>`) work inside a markdown block, nor what it
makes of a link to `!channel`; so no such token is written in any way, however it came in.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest
from typing import TYPE_CHECKING

from faqbot_slack.rendering.escaping import escape, one_line, without_tokens
from faqbot_slack.rendering.mrkdwn import inline, plain_inline, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.tree import SyntaxTreeNode

_ENTITY = re.compile(r"&(?=#\d+;|#[xX][0-9a-fA-F]+;|[a-zA-Z][a-zA-Z0-9]*;)")
_MARKS = re.compile(r"[\\`]|\*(?! )|(?<! )\*|(?<!\w)_|_(?!\w)|~(?=~)|(?<=~)~|\](?=[(\[:])|!(?=\[)")
_STARTS = re.compile(r"(?m)^([^\S\n]*+)(?:([-+=#>|])|(\d{1,9})([.)]))")
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_TICKS = re.compile("`+")
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
