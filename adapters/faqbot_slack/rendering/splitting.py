"""A long answer in parts that each fit one message, in every form that the message may have to take."""

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

__all__ = ["LONGEST_SECTION", "MOST_EXPANDED", "MessagePiece", "joined", "pieces_of", "split"]

LONGEST_SECTION = 3000
LONGEST_PIECE = 2800
"""A piece fits a section in every form, marks that keep it apart included."""
LONGEST_PART = 3800
"""With the words around it a part stays below the 4,000 characters that Slack asks the text to have."""
_LONGEST_CUT = LONGEST_PART // 3 - 50
"""What has to be cut is cut so short that messages are filled well."""
MOST_EXPANDED = 38
"""Slack makes a block of each piece of a markdown block, and takes 50; buttons and footers count too."""
_FORMS: tuple[Dialect, ...] = (MarkdownOut(), Mrkdwn(), Plain())
_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class MessagePiece:
    """A block of an answer in its three forms: Markdown, mrkdwn and plain text.

    A *heading* stands close above what follows it.
    """

    markdown: str
    mrkdwn: str
    text: str
    heading: bool = field(default=False, kw_only=True)

    def __len__(self) -> int:
        """Return the length of the longest form."""
        return max(len(self.markdown), len(self.mrkdwn), len(self.text))


def joined(pieces: Iterable[MessagePiece]) -> MessagePiece:
    """Return *pieces* as one, a line apart."""
    known = [*pieces]
    gaps = ["\n" if piece.heading else _GAP for piece in known]
    return MessagePiece(
        _GAP.join(piece.markdown for piece in known if piece.markdown),
        _together((piece.mrkdwn for piece in known), gaps),
        _together((piece.text for piece in known), gaps),
    )


def _together(texts: Iterable[str], gaps: Sequence[str]) -> str:
    """Join *texts*, each followed by its gap, without those that are empty."""
    joined = "".join(f"{text}{gap}" for text, gap in zip(texts, gaps, strict=True) if text)
    return joined.rstrip("\n")


@lru_cache(128)
def pieces_of(markdown: str) -> tuple[MessagePiece, ...]:
    """Return *markdown* in pieces, none longer than fits a section."""
    found = (piece for node in parse(markdown) for piece in _pieces(node))
    return tuple(piece for piece in found if len(piece))


def split(
    pieces: Iterable[MessagePiece], most: int = LONGEST_PART
) -> Iterator[tuple[MessagePiece, ...]]:
    """Yield *pieces* in groups that are, joined, *most* characters long or shorter."""
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
    """Return *group* up to the headings at its end, which belong to what comes next."""
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
    """Yield the items of a list too long for one piece, as many in each as fit."""
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
    """Yield a table in pieces, each with the headings."""
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
    """Yield *text* written in short pieces, cut between lines or words where it can be."""
    rest = text
    while rest:
        end = _break_before(rest, _LONGEST_CUT)
        while len(piece := write(rest[:end])) > _LONGEST_CUT:
            end = _break_before(rest, end // 2)
        yield piece
        rest = rest[end:]


def _break_before(text: str, most: int) -> int:
    """Return where to cut *text*: after the last line, else the last word, of its first *most* characters."""
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
    """Return what *node* shows without its marks, a line for each of its blocks."""
    return "\n".join(
        each.content if each.type != "inline" else plain_inline(each.children)
        for each in node.walk()
        if each.type in {"inline", "fence", "code_block", "html_block"}
    )
