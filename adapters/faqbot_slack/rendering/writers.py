"""Writers of Markdown, mrkdwn and plain text for Slack.

Slack does not document if its tokens (`<!channel>`, `<@U1>`) work inside a Markdown block, nor what a
link to `!channel` does. So no writer emits a token, in whatever form it arrived.
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
# Slack reads a mark only at the edge of a word. Inside a word, a zero-width space makes the edge.
# "\0", which clean text never has, marks the places that may need it.
_EDGE = "\0"
_INSIDE_WORD = re.compile(r"(?<=[^\W_])\0(?=[*_~])|(?<=[*_~])\0(?=[^\W_])")
_LIKE_BACKTICK = "\N{MODIFIER LETTER GRAVE ACCENT}"
_NO_WIDTH = "\N{ZERO WIDTH SPACE}"


def to_markdown(markdown: str) -> str:
    """Return *markdown* rewritten without Slack tokens."""
    return render(markdown, MarkdownOut())


def literal(text: str) -> str:
    """Return Markdown that shows *text* literally, on one line."""
    return MarkdownOut().paragraph(MarkdownOut().text(one_line(text)))


class MarkdownOut:
    """Writer of Markdown for a Markdown block."""

    def text(self, text: str) -> str:
        """Write *text* with its marks escaped."""
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
        """Write ~~struck~~."""
        return f"~~{inner}~~"

    def code(self, text: str) -> str:
        """Write a code span; entities have no effect there, so tokens are broken up."""
        body = without_tokens(text)
        ticks = "`" * (max((len(run) for run in _TICKS.findall(body)), default=0) + 1)
        pad = " " if body[:1] in {"`", " "} or body[-1:] in {"`", " "} else ""
        return f"{ticks}{pad}{body}{pad}{ticks}"

    def link(self, text: str, url: str) -> str:
        """Write a link; a bare address stays bare."""
        if text == url:
            return url
        label = self.text(one_line(text)).replace("[", "(").replace("]", ")")
        return f"[{label}]({url.replace('(', '%28').replace(')', '%29')})"

    def paragraph(self, inner: str) -> str:
        """Write a paragraph whose lines start no heading, list or quotation."""
        return _STARTS.sub(_plain_start, inner)

    def heading(self, inner: str, level: int) -> str:
        """Write a heading."""
        return f"{'#' * level} {inner}".replace("  \n", " ")

    def code_block(self, text: str, language: str) -> str:
        """Write a code block in a fence longer than any inside it."""
        body = without_tokens(text)
        fence = "`" * max(3, max((len(run) + 1 for run in _TICKS.findall(body)), default=0))
        name = _LANGUAGE.match(language)
        return f"{fence}{name[0] if name else ''}\n{body}\n{fence}"

    def item(self, inner: str, bullet: str, depth: int) -> str:  # noqa: ARG002  the indent shows the depth
        """Write a list item with its further lines indented."""
        indent = " " * (len(bullet) + 1)
        return f"{bullet} {inner}".replace("\n", f"\n{indent}")

    def quote(self, inner: str) -> str:
        """Write a quotation."""
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))

    def rule(self) -> str:
        """Write a horizontal rule."""
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
    """Return *markdown* as mrkdwn whose only tokens are links."""
    return render(markdown, Mrkdwn())


def to_text(markdown: str) -> str:
    """Return *markdown* as escaped plain text for notifications and screen readers."""
    return render(markdown, Plain())


def link(text: str, url: str) -> str:
    """Return a mrkdwn link to the safe *url* with the label *text*."""
    label = one_line(re.sub(r"[<>|]+", " ", text))
    target = escape(url)
    return f"<{target}|{escape(label)}>" if label and label != url else f"<{target}>"


def fenced(text: str) -> str:
    """Return *text* as a code block that its backticks cannot end."""
    return f"```\n{escape(text).replace('```', f'`{_NO_WIDTH}`{_NO_WIDTH}`')}\n```"


def indented(text: str) -> str:
    """Return *text* with all lines but the first indented, except code blocks."""
    around = text.split("```")
    kept = (
        part if place % 2 else _NEXT_LINE.sub(_INDENT, part) for place, part in enumerate(around)
    )
    return "```".join(kept)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* as columns aligned for a fixed-width font."""
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
    """Writer of plain text without marks; links are followed by their address."""

    def text(self, text: str) -> str:
        """Write *text* literally."""
        return escape(text)

    def line_break(self) -> str:
        """Write a new line."""
        return "\n"

    def strong(self, inner: str) -> str:
        """Write bold text without marks."""
        return inner

    def emphasis(self, inner: str) -> str:
        """Write italic text without marks."""
        return inner

    def strike(self, inner: str) -> str:
        """Write struck text without marks."""
        return inner

    def code(self, text: str) -> str:
        """Write a code span between backticks, which set a command apart."""
        return f"`{escape(text)}`"

    def link(self, text: str, url: str) -> str:
        """Write a link as its text and its address."""
        shown = escape(one_line(text))
        address = escape(url.removeprefix("mailto:"))
        return shown if shown == address else f"{shown} ({address})"

    def paragraph(self, inner: str) -> str:
        """Write a paragraph."""
        return inner

    def heading(self, inner: str, level: int) -> str:  # noqa: ARG002  all levels read alike
        """Write a heading on a line of its own."""
        return inner

    def code_block(self, text: str, language: str) -> str:  # noqa: ARG002  Slack has no code languages
        """Write lines of code."""
        return fenced(text)

    def item(self, inner: str, bullet: str, depth: int) -> str:  # noqa: ARG002  the indent shows the depth
        """Write a list item with its further lines indented."""
        mark = "• " if bullet == "-" else f"{bullet} "
        return mark + indented(inner)

    def quote(self, inner: str) -> str:
        """Write a quotation without marks."""
        return inner

    def rule(self) -> str:
        """Write nothing for a horizontal rule."""
        return ""

    def table(self, rows: Sequence[Sequence[SyntaxTreeNode]]) -> str:
        """Write a row per line, each cell with its column header."""
        heads, *body = [[plain_inline(cell.children) for cell in row] for row in rows]
        if not body:
            return escape(", ".join(filter(None, heads)))
        return escape("\n".join(_record(heads, row) for row in body))


def _record(heads: Sequence[str], row: Sequence[str]) -> str:
    cells = zip(heads, row, strict=False)
    return "; ".join(f"{head}: {cell}" if head else cell for head, cell in cells if cell)


class Mrkdwn(Plain):
    """Writer of mrkdwn, Slack's own markup."""

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
        """Write a code span; mrkdwn cannot show a backtick inside."""
        return f"`{escape(text).replace('`', _LIKE_BACKTICK)}`"

    def link(self, text: str, url: str) -> str:
        """Write a link."""
        return link(text.removeprefix("mailto:"), url)

    def paragraph(self, inner: str) -> str:
        """Write a paragraph."""
        return _with_edges(inner)

    def heading(self, inner: str, level: int) -> str:  # noqa: ARG002  mrkdwn has no headings
        """Write a heading in bold."""
        # A mark for bold inside a bold line would end it.
        return _with_edges(f"*{inner.replace(f'{_EDGE}*', '').replace(f'*{_EDGE}', '')}*")

    def item(self, inner: str, bullet: str, depth: int) -> str:
        """Write a list item with its further lines indented."""
        mark = _BULLETS[min(depth, len(_BULLETS) - 1)] if bullet == "-" else bullet
        return f"{mark} {indented(inner)}"

    def quote(self, inner: str) -> str:
        """Write a quotation with a mark on each line."""
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))

    def rule(self) -> str:
        """Write a horizontal rule."""
        return _RULE

    def table(self, rows: Sequence[Sequence[SyntaxTreeNode]]) -> str:
        """Write a table as a code block with aligned columns."""
        return fenced(aligned([[plain_inline(cell.children) for cell in row] for row in rows]))


def _with_edges(text: str) -> str:
    return _INSIDE_WORD.sub(_NO_WIDTH, text).replace(_EDGE, "")
