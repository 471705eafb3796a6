"""Markdown as HTML that is safe to put on a page."""

from __future__ import annotations

from faqbot.errors import MissingDependency

__all__ = ["markdown_to_html"]


def markdown_to_html(markdown: str) -> str:
    """Return *markdown* as HTML: HTML in it is shown and not obeyed, pictures are links, scripts no links."""
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingDependency("writing a page", "import") from error
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    html: str = parser.render(markdown)
    return html.strip()
