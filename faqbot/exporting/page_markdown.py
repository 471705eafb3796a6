"""A FAQ as a page of Markdown, which reads well where comments are hidden and where they are not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from faqbot.exporting.records import record_of
from faqbot.exporting.selection import Selection
from faqbot.models import Entry

__all__ = ["markdown_page"]

_FIRST = "<!-- faqbot page 1: written by faqbot export; what stands in these comments is read by faqbot import -->"
_SHOWN = frozenset({"question", "answer", "section", "follow_ups"})
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def markdown_page(selection: Selection) -> str:
    """Return a page with contents, sections, and a heading for each question."""
    return "\n".join([_FIRST, "", *_lines(selection)]).rstrip("\n") + "\n"


def _lines(selection: Selection) -> Iterator[str]:
    yield f"# {_shown(selection.title)}"
    yield ""
    yield from _contents(selection)
    asked = {entry.id: entry.question for entry in selection.entries}
    for section, entries in selection.sections():
        if section:
            yield from (f"## {_shown(section)}", "")
        for entry in entries:
            yield from _entry(entry, asked)


def _contents(selection: Selection) -> Iterator[str]:
    yield "<!-- faqbot contents -->"
    for section, entries in selection.sections():
        if section:
            yield from ("", f"**{_shown(section)}**", "")
        yield from (f"- [{_shown(entry.question)}](#{entry.id})" for entry in entries)
    yield "<!-- faqbot end of contents -->"
    yield ""


def _entry(entry: Entry, asked: dict[str, str]) -> Iterator[str]:
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
    """Return *text* so that Markdown shows it as it is."""
    return _MARKS.sub(r"\\\1", text)
