"""A FAQ as one HTML page with nothing loaded from anywhere, and FAQPage data for search engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from importlib.resources import files

from faqbot.exporting.data import faq_page, script_safe
from faqbot.exporting.rendering import markdown_to_html
from faqbot.exporting.selection import Selection
from faqbot.models import Entry

__all__ = ["html_page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html_page(selection: Selection) -> str:
    """Return a page with contents, sections, and an anchor for each question."""
    style = files("faqbot.exporting").joinpath("page.css").read_text(encoding="utf-8")
    title = escape(selection.title)
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n{_data(selection)}"
    )
    body = "\n".join([f"<h1>{title}</h1>", *_contents(selection), *_sections(selection)])
    return (
        f'<!doctype html>\n<html lang="{escape(selection.language)}">\n<head>\n{head}\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _data(selection: Selection) -> str:
    safe = script_safe(json.dumps(faq_page(selection), ensure_ascii=False))
    return f'<script type="application/ld+json">{safe}</script>'


def _contents(selection: Selection) -> Iterator[str]:
    yield '<nav aria-label="Contents">'
    for section, entries in selection.sections():
        if section:
            yield f"<p>{escape(section)}</p>"
        yield "<ul>"
        yield from (f"<li>{_link(entry)}</li>" for entry in entries)
        yield "</ul>"
    yield "</nav>"


def _sections(selection: Selection) -> Iterator[str]:
    by_id = {entry.id: entry for entry in selection.entries}
    for section, entries in selection.sections():
        yield "<section>"
        if section:
            yield f"<h2>{escape(section)}</h2>"
        for entry in entries:
            yield from _entry(entry, by_id)
        yield "</section>"


def _entry(entry: Entry, by_id: dict[str, Entry]) -> Iterator[str]:
    level = "h3" if entry.section else "h2"
    mark = ' <small class="draft">draft</small>' if entry.draft else ""
    yield f'<article id="{escape(entry.id)}">'
    yield f'<{level}><a href="#{escape(entry.id)}">{escape(entry.question)}</a>{mark}</{level}>'
    yield markdown_to_html(entry.answer)
    more = [_link(by_id[each]) for each in entry.follow_ups]
    if entry.url:
        more.append(
            f'<a href="{escape(entry.url)}" rel="noopener noreferrer">{escape(entry.url)}</a>'
        )
    if more:
        yield f'<p class="more">See also: {", ".join(more)}</p>'
    yield "</article>"


def _link(entry: Entry) -> str:
    return f'<a href="#{escape(entry.id)}">{escape(entry.question)}</a>'
