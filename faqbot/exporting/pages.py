"""Page formats of an export: Markdown, and HTML without external resources.

The HTML page holds FAQPage data for search engines. Comments of the Markdown page hold the language
and the fields that a reader does not see.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files

from faqbot.exporting.data import faq_page, script_safe
from faqbot.exporting.selection import Selection, markdown_to_html, record_of
from faqbot.models import Entry

_FIRST = "<!-- faqbot page 1: written by faqbot export; what stands in these comments is read by faqbot import -->"
_SHOWN = frozenset({"question", "answer", "section", "follow_ups"})
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def markdown_page(selection: Selection) -> str:
    """Return a page with contents, sections and a heading per question."""
    language = f"<!-- faqbot language {selection.language} -->"
    return "\n".join([_FIRST, language, "", *markdown_lines(selection)]).rstrip("\n") + "\n"


def markdown_lines(selection: Selection) -> Iterator[str]:
    """Yield the lines of the Markdown page."""
    yield f"# {_shown(selection.title)}"
    yield ""
    yield from markdown_contents(selection)
    asked = {entry.id: entry.question for entry in selection.entries}
    for section, entries in selection.sections():
        if section:
            yield from (f"## {_shown(section)}", "")
        for entry in entries:
            yield from markdown_entry(entry, asked)


def markdown_contents(selection: Selection) -> Iterator[str]:
    """Yield the list of links to the entries."""
    yield "<!-- faqbot contents -->"
    for section, entries in selection.sections():
        if section:
            yield from ("", f"**{_shown(section)}**", "")
        yield from (f"- [{_shown(entry.question)}](#{entry.id})" for entry in entries)
    yield "<!-- faqbot end of contents -->"
    yield ""


def markdown_entry(entry: Entry, asked: dict[str, str]) -> Iterator[str]:
    """Yield *entry* as lines, with its fields in a comment."""
    data = record_of(entry, without=_SHOWN) | ({"section": entry.section} if entry.section else {})
    data |= {"follow_ups": list(entry.follow_ups)} if entry.follow_ups else {}
    # Two hyphens would end the comment.
    text = json.dumps(data, ensure_ascii=False).replace("--", "-\\u002d").replace(">", "\\u003e")
    yield f"<!-- faqbot entry {text} -->"
    yield f'<a id="{entry.id}"></a>'
    yield ""
    yield f"### {_shown(entry.question)}"
    yield ""
    yield entry.answer
    yield ""
    yield f"<!-- faqbot end {entry.id} -->"
    if entry.follow_ups:
        yield "See also: " + ", ".join(
            f"[{_shown(asked[each])}](#{each})" for each in entry.follow_ups
        )
    yield ""


def _shown(text: str) -> str:
    """Escape the marks of Markdown in *text*."""
    return _MARKS.sub(r"\\\1", text)


def html_page(selection: Selection) -> str:
    """Return a page with contents, sections and an anchor per question."""
    style = files("faqbot.exporting").joinpath("page.css").read_text(encoding="utf-8")
    title = escape(selection.title)
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n{_data(selection)}"
    )
    body = "\n".join([f"<h1>{title}</h1>", *html_contents(selection), *html_sections(selection)])
    return (
        f'<!doctype html>\n<html lang="{escape(selection.language)}">\n<head>\n{head}\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _data(selection: Selection) -> str:
    safe = script_safe(json.dumps(faq_page(selection), ensure_ascii=False))
    return f'<script type="application/ld+json">{safe}</script>'


def html_contents(selection: Selection) -> Iterator[str]:
    """Yield the list of links to the entries."""
    yield '<nav aria-label="Contents">'
    for section, entries in selection.sections():
        if section:
            yield f"<p>{escape(section)}</p>"
        yield "<ul>"
        yield from (f"<li>{_link(entry)}</li>" for entry in entries)
        yield "</ul>"
    yield "</nav>"


def html_sections(selection: Selection) -> Iterator[str]:
    """Yield each section with its entries."""
    by_id = {entry.id: entry for entry in selection.entries}
    for section, entries in selection.sections():
        yield "<section>"
        if section:
            yield f"<h2>{escape(section)}</h2>"
        for entry in entries:
            yield from html_entry(entry, by_id)
        yield "</section>"


def html_entry(entry: Entry, by_id: dict[str, Entry]) -> Iterator[str]:
    """Yield the article of *entry*."""
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
