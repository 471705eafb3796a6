"""Reading back what `faqbot export` wrote: entries as they were, with whatever was edited since."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from faqbot.ingest.blocks import Block, Kind, Pair, Place
from faqbot.ingest.columns import day_of
from faqbot.ingest.markdown_text import one_line

__all__ = ["blocks_of_data", "blocks_of_page", "is_page", "pair_of_record"]

_FIRST = re.compile(r"\s*<!-- faqbot page 1\b")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_PARTS = re.compile(r"^(?=<!-- faqbot entry )", re.MULTILINE)
_ENTRY = re.compile(
    r"<!-- faqbot entry (?P<data>\{.*\}) -->\n(?:<a id=.*\n)?\s*#{1,6} (?P<question>.*)\n"
)
_KEY = "faqbot:entry"
_END = "<!-- faqbot end "
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|~])")


def is_page(text: str) -> bool:
    """Tell whether *text* is a page of Markdown that faqbot wrote."""
    return _FIRST.match(text) is not None


def blocks_of_page(text: str) -> Iterator[Block]:
    """Yield the title and a pair for each entry of a page for which `is_page` holds."""
    title = _TITLE.search(text)
    if title:
        yield Block(Kind.TITLE, _ESCAPED.sub(r"\1", title[1]))
    line = 1
    for part in _PARTS.split(text):
        found = _ENTRY.match(part)
        pair = _pair(found, part) if found else None
        if found and pair:
            shown = f"**{pair.questions[0]}**\n\n{pair.answer}"
            at = line + part.count("\n", 0, found.start("question"))
            yield Block(Kind.PAIR, shown, place=Place(at), pair=pair)
        line += part.count("\n")


def blocks_of_data(text: str) -> Iterator[Block]:
    """Yield a pair for each entry in the JSON-LD *text*; nothing for JSON-LD that others wrote."""
    if _KEY not in text:
        return
    try:
        page = json.loads(text)
    except (ValueError, RecursionError):
        return
    asked = page.get("mainEntity") if isinstance(page, dict) else None
    for number, each in enumerate(asked if isinstance(asked, list) else [], start=1):
        pair = pair_of_record(each.get(_KEY)) if isinstance(each, dict) else None
        if pair:
            shown = f"**{pair.questions[0]}**\n\n{pair.answer}"
            yield Block(Kind.PAIR, shown, place=Place(number, "entry"), pair=pair)


def _pair(head: re.Match[str], part: str) -> Pair | None:
    try:
        data = json.loads(head["data"])
    except (ValueError, RecursionError):
        data = {}
    end = part.rfind("\n" + _END)
    answer = part[head.end() : end if end >= head.end() else None]
    return pair_of_record(
        data | {"question": _ESCAPED.sub(r"\1", head["question"]), "answer": answer}
    )


def pair_of_record(record: object) -> Pair | None:
    """Return an entry that was written as plain data; None for data that is none."""
    if not isinstance(record, Mapping):
        return None
    question, answer = (
        _text(record, "question"),
        str(record.get("answer") or "").strip("\n").rstrip(),
    )
    if not question or not answer:
        return None
    return Pair(
        questions=(question, *_list(record, "alternates")),
        answer=answer,
        id=_text(record, "id"),
        section=_text(record, "section"),
        source=_text(record, "source"),
        url=_text(record, "url"),
        not_for=_list(record, "not_for"),
        keywords=_list(record, "keywords"),
        tags=_list(record, "tags"),
        audience=frozenset(_list(record, "audience")),
        follow_ups=_list(record, "follow_ups"),
        reviewed=day_of(_text(record, "reviewed")),
        expires=day_of(_text(record, "expires")),
        reason="it was a draft when it was exported" if record.get("draft") else "",
    )


def _text(record: Mapping[object, object], name: str) -> str:
    value = record.get(name)
    return one_line(value) if isinstance(value, str) else ""


def _list(record: Mapping[object, object], name: str) -> tuple[str, ...]:
    value = record.get(name)
    items = value if isinstance(value, list) else []
    return tuple(one_line(each) for each in items if isinstance(each, str) and each.strip())
