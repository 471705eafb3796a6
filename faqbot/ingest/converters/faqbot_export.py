"""Converter of faqbot's exports, including later edits by authors.

Markdown pages and JSON-LD carry all fields of an entry. Text outside entries is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape

from faqbot.ingest.blocks import Block, BlockLocation, Kind, Pair, left_out
from faqbot.ingest.columns import day_of
from faqbot.ingest.converters.structured_data import json_pairs
from faqbot.ingest.markdown_text import one_line
from faqbot.ingest.unread import words_of, words_of_block

_FIRST = re.compile(r"\s*<!-- faqbot page 1\b")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_CODE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*+"
_LANGUAGE = re.compile(rf"^<!-- faqbot language ({_CODE}) -->$", re.MULTILINE)
_PARTS = re.compile(r"^(?=<!-- faqbot entry )", re.MULTILINE)
_ENTRY = re.compile(
    r"<!-- faqbot entry (?P<data>\{.*\}) -->\n(?:<a id=.*\n)?\s*#{1,6} (?P<question>.*)\n"
)
_KEY = "faqbot:entry"
_END = "<!-- faqbot end "
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|~])")
_HTML_TAG = re.compile(r"<[^<>]*>")
# Lines of an export around its entries: comments, contents, links to related entries.
_COMMENT = re.compile(r"<!-- faqbot .*-->")
_CONTENTS = re.compile(r"(?:- |See also: )\[.*\]\(#[^()]*\)")
_LABEL = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)*+)\]\(#[^()]*\)")
_HEADING = re.compile(r"(?:#{1,6} (?P<heading>.+)|\*\*(?P<bold>.+)\*\*)")

_BETWEEN = "it is between the entries of an export by faqbot"
_BROKEN = "it belongs to an entry of an export by faqbot that is damaged"
_NO_FIELD = "no field of an entry holds it"
_COPY = "the part of the entry for faqbot differs"


def is_page(text: str) -> bool:
    """Return True if *text* is a Markdown page from faqbot."""
    return _FIRST.match(text) is not None


def blocks_of_page(text: str) -> Iterator[Block]:
    """Yield title, language and a pair per entry of a faqbot page.

    `is_page` must be true for it. Lines between entries, and those of damaged entries, are left out.
    """
    title = _TITLE.search(text)
    if title:
        yield Block(Kind.TITLE, _shown(title[1]))
    language = _LANGUAGE.search(text)
    if language:
        yield Block(Kind.LANGUAGE, language[1])
    before, *parts = _PARTS.split(text)
    around = list(enumerate(before.split("\n"), start=1))
    names = {_shown(title[1])} if title else set()
    line = len(around)
    for part in parts:
        found = _ENTRY.match(part)
        pair = _pair(found, part) if found else None
        if found and pair:
            at = line + part.count("\n", 0, found.start("question"))
            yield _block(pair, BlockLocation(at))
            yield from _unread_data(found["data"], BlockLocation(line))
            names.update((pair.section, pair.questions[0]))
        end = _end(part, found.end()) if found and pair else 0
        rest = enumerate(part[end:].split("\n"), start=line + part.count("\n", 0, end))
        if pair:
            around += rest
        else:
            yield from (
                left_out(each, _BROKEN, BlockLocation(at)) for at, each in rest if each.strip()
            )
        line += part.count("\n")
    for at, each in around:
        if each.strip() and not _is_written(each.strip(), names):
            yield left_out(each.strip(), _BETWEEN, BlockLocation(at))


def _is_written(line: str, names: set[str]) -> bool:
    """Return True if an export writes *line* itself.

    *names* are its title, sections and questions.
    """
    heading = _HEADING.fullmatch(line)
    if heading:
        return _shown(heading["heading"] or heading["bold"]) in names
    if _CONTENTS.fullmatch(line):
        return all(_shown(label) in names for label in _LABEL.findall(line))
    return _COMMENT.fullmatch(line) is not None


def _unread_data(data: str, place: BlockLocation) -> Iterator[Block]:
    """Yield a record per unknown field of an entry's comment."""
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        yield left_out(data, _BROKEN, place)
        return
    for name, value in fields.items():
        if name not in _FIELDS:
            yield left_out(f"{name}: {value}", _NO_FIELD, place)


def _shown(text: str) -> str:
    """Return *text* without the backslashes that an export writes."""
    return _ESCAPED.sub(r"\1", text)


def _block(pair: Pair, place: BlockLocation) -> Block:
    return Block(Kind.PAIR, f"**{pair.questions[0]}**\n\n{pair.answer}", place=place, pair=pair)


def blocks_of_data(text: str, to_markdown: Callable[[str], str]) -> Iterator[Block]:
    """Yield the language, and a pair for each entry, in the JSON-LD *text* of an export.

    Other JSON-LD gives no block. A question that an author added by hand is read as in other pages.
    *to_markdown* converts its answer from HTML.
    """
    if _KEY not in text:
        return
    try:
        page = json.loads(text)
    except (ValueError, RecursionError):
        return
    asked = page.get("mainEntity") if isinstance(page, dict) else None
    language = page.get("inLanguage") if isinstance(page, dict) else None
    if isinstance(language, str) and re.fullmatch(_CODE, language):
        yield Block(Kind.LANGUAGE, language)
    for number, each in enumerate(asked if isinstance(asked, list) else [], start=1):
        pair = pair_of_record(each.get(_KEY)) if isinstance(each, dict) else None
        if pair:
            block = _block(pair, BlockLocation(number, "entry"))
            yield block
            yield from _unread_copy(each, block)
        else:
            yield from json_pairs(json.dumps(each), to_markdown)


def _unread_copy(question: Mapping[str, object], block: Block) -> Iterator[Block]:
    """Yield a record per text of *question* with words outside *block*.

    These texts are copies for search engines.
    """
    known = set(words_of_block(block))
    answer = question.get("acceptedAnswer")
    alternates = question.get("alternateName")
    texts = (
        question.get("name"),
        *(alternates if isinstance(alternates, list) else [alternates]),
        answer.get("text") if isinstance(answer, dict) else answer,
    )
    for text in texts:
        if isinstance(text, str) and set(words_of(unescape(_HTML_TAG.sub(" ", text)))) - known:
            yield left_out(one_line(text), _COPY, block.place)


def _pair(head: re.Match[str], part: str) -> Pair | None:
    try:
        data = json.loads(head["data"])
    except (ValueError, RecursionError):
        data = {}
    answer = part[head.end() : _end(part, head.end())]
    return pair_of_record(data | {"question": _shown(head["question"]), "answer": answer})


def _end(part: str, start: int) -> int:
    """Return the end of the answer that begins at *start* in *part*."""
    end = part.rfind("\n" + _END)
    return end if end >= start else len(part)


_FIELDS = frozenset({
    "question", "alternates", "answer", "id", "section", "source", "url", "not_for", "keywords", "tags",
    "audience", "follow_ups", "reviewed", "expires", "draft",
})  # fmt: skip


def pair_of_record(record: object) -> Pair | None:
    """Return the entry in *record*.

    The result is None without a question or an answer.
    """
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
