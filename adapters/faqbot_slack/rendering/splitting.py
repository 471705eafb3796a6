"""Splitting of a long answer into pieces that fit in every form."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from faqbot_slack.rendering.mrkdwn import block, items, parse, plain_inline, rows_of
from faqbot_slack.rendering.writers import MarkdownOut, Mrkdwn, Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from markdown_it.tree import SyntaxTreeNode

    from faqbot_slack.rendering.mrkdwn import Dialect

# Characters of a section: Slack's limit.
LONGEST_SECTION = 3000
# Characters of a piece: it fits a section in every form, with its marks.
LONGEST_PIECE = 2800
# Characters of a message: with a title it stays below the 4,000 that Slack recommends.
LONGEST_PART = 3800
# Characters of a cut piece: three of them fill a message.
_LONGEST_CUT = LONGEST_PART // 3 - 50
# Pieces of a Markdown block: Slack expands it to a block per piece, of at most 50 with the buttons.
MOST_EXPANDED = 38
_FORMS: tuple[Dialect, ...] = (MarkdownOut(), Mrkdwn(), Plain())
_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class MessagePiece:
    """Block of an answer in three forms: Markdown, mrkdwn and plain text.

    A *heading* is followed by the next piece without an empty line.
    """

    markdown: str
    mrkdwn: str
    text: str
    heading: bool = field(default=False, kw_only=True)

    def __len__(self) -> int:
        """Return the length of the longest form."""
        return max(len(self.markdown), len(self.mrkdwn), len(self.text))


def joined(pieces: Iterable[MessagePiece]) -> MessagePiece:
    """Return *pieces* as one, separated by empty lines."""
    known = [*pieces]
    gaps = ["\n" if piece.heading else _GAP for piece in known]
    return MessagePiece(
        _GAP.join(piece.markdown for piece in known if piece.markdown),
        _together((piece.mrkdwn for piece in known), gaps),
        _together((piece.text for piece in known), gaps),
    )


def _together(texts: Iterable[str], gaps: Sequence[str]) -> str:
    """Join the texts that are not empty, each with its gap."""
    joined = "".join(f"{text}{gap}" for text, gap in zip(texts, gaps, strict=True) if text)
    return joined.rstrip("\n")


@lru_cache(128)
def pieces_of(markdown: str) -> tuple[MessagePiece, ...]:
    """Return *markdown* in pieces that fit a section."""
    found = (piece for node in parse(markdown) for piece in _pieces(node))
    return tuple(piece for piece in found if len(piece))


def split(
    pieces: Iterable[MessagePiece], most: int = LONGEST_PART
) -> Iterator[tuple[MessagePiece, ...]]:
    """Yield *pieces* in groups of at most *most* characters when joined."""
    group: list[MessagePiece] = []
    for piece in pieces:
        while group and _length(group) + len(piece) > most:
            kept = _without_last_headings(group)
            yield tuple(kept)
            group = group[len(kept) :]
        group.append(piece)
    if group:
        yield tuple(group)


def _length(pieces: Iterable[MessagePiece]) -> int:
    return sum(len(piece) + len(_GAP) for piece in pieces)


def _without_last_headings(group: list[MessagePiece]) -> list[MessagePiece]:
    """Return *group* without its last headings, which the next piece gets."""
    end = len(group)
    while end and group[end - 1].heading:
        end -= 1
    return group[: end or len(group)]


def _pieces(node: SyntaxTreeNode) -> Iterator[MessagePiece]:
    whole = MessagePiece(*(block(node, form) for form in _FORMS), heading=node.type == "heading")
    if len(whole) <= LONGEST_PIECE:
        yield whole
    elif node.type in {"bullet_list", "ordered_list"}:
        yield from _grouped_items(node)
    elif node.type == "table":
        yield from _table(rows_of(node))
    elif node.type in {"fence", "code_block"}:
        yield from _cut(node.content, _code)
    else:
        yield from _cut(_characters(node), _paragraph)


def _grouped_items(node: SyntaxTreeNode) -> Iterator[MessagePiece]:
    """Yield a long list in pieces, as many items in each as fit."""
    written = zip(*(items(node, form) for form in _FORMS), node.children, strict=True)
    group: list[MessagePiece] = []
    for *forms, item in written:
        piece = MessagePiece(*forms)
        fitting = [piece] if len(piece) <= LONGEST_PIECE else [*_cut(_characters(item), _paragraph)]
        for each in fitting:
            if group and sum(len(one) + 1 for one in group) + len(each) > LONGEST_PIECE:
                yield _lined(group)
                group = []
            group.append(each)
    if group:
        yield _lined(group)


def _lined(pieces: list[MessagePiece]) -> MessagePiece:
    return MessagePiece(
        "\n".join(piece.markdown for piece in pieces),
        "\n".join(piece.mrkdwn for piece in pieces),
        "\n".join(piece.text for piece in pieces),
    )


def _table(rows: list[list[SyntaxTreeNode]]) -> Iterator[MessagePiece]:
    """Yield a table in pieces, each with the header row."""
    heads, *body = rows
    whole = MessagePiece(*(form.table(rows) for form in _FORMS))
    if len(whole) <= LONGEST_PIECE:
        yield whole
    elif len(body) > 1:
        middle = len(body) // 2
        yield from _table([heads, *body[:middle]])
        yield from _table([heads, *body[middle:]])
    else:
        yield from _cut(
            "\n".join(plain_inline(cell.children) for row in rows for cell in row), _paragraph
        )


def _cut(text: str, write: Callable[[str], MessagePiece]) -> Iterator[MessagePiece]:
    """Yield *text* in short pieces, cut between lines or words if possible."""
    rest = text
    while rest:
        end = _break_before(rest, _LONGEST_CUT)
        while len(piece := write(rest[:end])) > _LONGEST_CUT:
            end = _break_before(rest, end // 2)
        yield piece
        rest = rest[end:]


def _break_before(text: str, most: int) -> int:
    """Return the cut position within *most* characters: after a line, else after a word."""
    if len(text) <= most:
        return len(text)
    for end in "\n ":
        after = text.rfind(end, most // 2, most) + 1
        if after:
            return after
    return most


def _code(text: str) -> MessagePiece:
    return MessagePiece(*(form.code_block(text.strip("\n"), "") for form in _FORMS))


def _paragraph(text: str) -> MessagePiece:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return MessagePiece(
        *(form.paragraph(form.line_break().join(map(form.text, lines))) for form in _FORMS)
    )


def _characters(node: SyntaxTreeNode) -> str:
    """Return the text of *node* without marks, a line per block."""
    return "\n".join(
        each.content if each.type != "inline" else plain_inline(each.children)
        for each in node.walk()
        if each.type in {"inline", "fence", "code_block", "html_block"}
    )
