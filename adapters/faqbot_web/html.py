"""Answers as HTML that is safe in any page: sanitized, without images or raw HTML of the author."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import nh3
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

# Rendered answers in memory. Chosen by hand: a few megabytes, and most questions ask for few entries.
MAX_CACHED = 512
_TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *(
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def _image(
    _: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType
) -> str:
    """Render an image as a link: an image of another site would tell it who reads."""
    token = tokens[index]
    name = token.content or str(token.attrs.get("src", ""))
    escaped = nh3.clean_text(name)
    return f'<a href="{nh3.clean_text(str(token.attrs.get("src", "")))}">{escaped}</a>'


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_MARKDOWN.add_render_rule("image", _image)


@lru_cache(MAX_CACHED)
def answer_html(markdown: str) -> str:
    """Return *markdown* as sanitized HTML; raw HTML in it is shown as text."""
    return nh3.clean(
        _MARKDOWN.render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
