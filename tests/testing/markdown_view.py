"""View of Markdown as a client renders it: the visible text, and the addresses of links."""

from __future__ import annotations

from html.parser import HTMLParser

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


class _View(HTMLParser):
    """Collector of the texts and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a link, and each element that acts."""
        given = dict(attrs)
        self.links.extend(filter(None, (given.get("href"),)))
        if tag in {"script", "iframe", "style", "form"} or any(
            name.startswith("on") for name in given
        ):
            self.active.append(tag)
        if tag in {"p", "li", "br", "div", "tr", "h1", "h2", "h3", "button"}:
            self.texts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)


def view_html(page: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the visible text of *page*, the addresses of its links, and its active elements."""
    view = _View()
    view.feed(page)
    return "".join(view.texts), tuple(view.links), tuple(view.active)


def view_markdown(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the visible text of Markdown, and the addresses of its links."""
    seen, links, _ = view_html(_MARKDOWN.render(text))
    return seen, links
