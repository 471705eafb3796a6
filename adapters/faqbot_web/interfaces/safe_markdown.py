"""Safe Markdown for clients: safe links, escaped HTML, no control characters."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from markdown_it import MarkdownIt
from mdformat.renderer import DEFAULT_RENDERERS, MDRenderer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdformat.renderer import RenderContext, RenderTreeNode
    from mdformat.renderer.typing import Postprocess, Render

    from faqbot import Answer, Entry

# Answers in memory. Chosen by hand: some megabytes, and most questions ask for few entries.
MAX_CACHED = 512
# Control characters except tab and line feed, marks that reverse the text around them, and surrogates.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Mark below the head of a column, by the style that the parser gives its cells.
_ALIGNMENTS = {
    "text-align:left": ":---",
    "text-align:center": ":---:",
    "text-align:right": "---:",
}
_SCHEMES = ("http://", "https://", "mailto:")


def _is_safe(url: str) -> bool:
    return url.lower().startswith(_SCHEMES)


def _render_table(table: RenderTreeNode, context: RenderContext) -> str:
    """Return *table* in Markdown, without padding, which would multiply the length of long cells."""
    rows = [row for part in table.children for row in part.children]
    marks = [_ALIGNMENTS.get(str(cell.attrs.get("style")), "---") for cell in rows[0].children]
    head, *body = [_render_row(row, context) for row in rows]
    return "\n".join([head, f"| {' | '.join(marks)} |", *body])


def _render_row(row: RenderTreeNode, context: RenderContext) -> str:
    """Return *row* in Markdown; empty cells at its end may be missing."""
    cells = [cell.children[0].render(context).replace("|", "\\|") for cell in row.children]
    while len(cells) > 1 and not cells[-1] and row.children[0].type == "td":
        cells.pop()
    return f"| {' | '.join(cells)} |"


def _render_link(link: RenderTreeNode, context: RenderContext) -> str:
    """Return *link* in Markdown; without an address, its text."""
    if link.attrs.get("href"):
        return DEFAULT_RENDERERS["link"](link, context)
    return "".join(each.render(context) for each in link.children)


def _render_image(image: RenderTreeNode, context: RenderContext) -> str:
    """Return *image* in Markdown; without an address, its description."""
    if image.attrs.get("src"):
        return DEFAULT_RENDERERS["image"](image, context)
    return "".join(each.render(context) for each in image.children)


class _Extension:
    """Extension of mdformat: tables, which are errors without it, and links to nothing."""

    RENDERERS: ClassVar[Mapping[str, Render]] = {
        "table": _render_table,
        "link": _render_link,
        "image": _render_image,
    }
    POSTPROCESSORS: ClassVar[Mapping[str, Postprocess]] = {}


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKDOWN.validateLink = _is_safe  # type: ignore[method-assign]  # the library's own way
# The renderer takes its options from here: lists are numbered 1, 2, 3.
_MARKDOWN.options["parser_extension"] = [_Extension]
_MARKDOWN.options["mdformat"] = {"number": True}
_RENDERER = MDRenderer()


@lru_cache(MAX_CACHED)
def safe_markdown(text: str) -> str:
    """Return Markdown *text* whose unsafe links and raw HTML are text, without control characters."""
    env: dict[str, object] = {}
    tokens = _MARKDOWN.parse(_CONTROLS.sub("", text), env)
    return str(_RENDERER.render(tokens, _MARKDOWN.options, env)).strip()


def chat_message(answer: Answer) -> str:
    """Return the Markdown that a chat client shows for *answer*.

    It is the heading, the text, and the follow-ups as a numbered list.
    """
    parts = [answer.text]
    if answer.heading:
        parts.insert(0, f"**{plain_label(answer.heading)}**")
    if answer.follow_ups:
        parts += [plain_label(answer.lead), numbered(answer.follow_ups)]
    return safe_markdown("\n\n".join(parts))


def numbered(entries: tuple[Entry, ...]) -> str:
    """Return the questions of *entries* as a numbered Markdown list."""
    return "\n".join(f"{n}. {plain_label(each.question)}" for n, each in enumerate(entries, 1))


def plain_label(text: str) -> str:
    """Return *text* on one line, with marks of Markdown escaped."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", " ".join(text.split()))
