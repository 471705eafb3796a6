"""Reference links and images of Markdown, rewritten as plain links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.converters.dialects.inline_html import without_html
from faqbot.ingest.markdown_text import one_line

_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)([^\[\]]+)\]:[ \t]*\n?[ \t]*<?([^\s<>]+)>?", re.MULTILINE)
_REFERENCE = re.compile(
    r"(?<![\\\]])\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])+)\](?:\[([^\[\]]*)\])?(?![\[(:])"
)
_TICKS = re.compile("`+")
# Around the number of a code span while the text around it is rewritten.
_MASK = "\x01"
_MASKED = re.compile("\x01(\\d+)\x01")
_IMAGE = re.compile(r"(?<!\\)!\[([^\[\]]*)\](?=\((?:[^()\s]*/)?([^()\s/]*)|\[)")
_LINKED_IMAGE = re.compile(r"(?<!\\)\[!\[([^\[\]]*)\]\([^()]*\)\](?=\()")


def link_addresses(text: str) -> Mapping[str, str]:
    """Return the address of each label defined in *text*."""
    return {_label(found[1]): found[2] for found in _DEFINITION.finditer(text)}


def _label(text: str) -> str:
    return one_line(text).casefold()


def with_addresses(block: Block, links: Mapping[str, str]) -> Block:
    """Return *block* with images as links, and addresses for reference links.

    Code stays unchanged.
    """
    if block.kind in {Kind.CODE, Kind.HEADING, Kind.NOTE, Kind.TITLE}:
        return block
    text = _addressed(block.text, links)
    pair = block.pair
    if pair is not None:
        pair = replace(pair, answer=_addressed(pair.answer, links))
    return (
        replace(block, text=text, pair=pair) if text != block.text or pair != block.pair else block
    )


def _addressed(text: str, links: Mapping[str, str]) -> str:
    """Return *text* with addresses for reference links, and without HTML; code stays unchanged."""
    if not any(mark in text for mark in "[<&"):
        return text
    codes: list[str] = []
    parts: list[str] = []
    last = 0
    text = text.replace(_MASK, "")
    for start, end in _code_spans(text):
        parts += [text[last:start], f"{_MASK}{len(codes)}{_MASK}"]
        codes.append(text[start:end])
        last = end
    masked = _unpictured("".join([*parts, text[last:]]))

    def shown(masked: str) -> str:
        return _MASKED.sub(lambda found: codes[int(found[1])], masked)

    def put(found: re.Match[str]) -> str:
        url = links.get(_label(shown(found[2] or found[1])))
        return f"[{found[1]}]({url})" if url else found[0]

    if links and "[" in masked:
        masked = _REFERENCE.sub(put, masked)
    return shown(without_html(masked))


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of code spans: equal backtick runs."""
    runs = [found.span() for found in _TICKS.finditer(text)]
    places: dict[int, list[int]] = {}
    for at in range(len(runs) - 1, -1, -1):
        places.setdefault(runs[at][1] - runs[at][0], []).append(at)
    after = 0
    for at, (start, end) in enumerate(runs):
        equal = places[end - start]
        equal.pop()  # the next run of this length is the last one left
        if at >= after and equal:
            after = equal[-1] + 1
            yield start, runs[equal[-1]][1]


def _unpictured(text: str) -> str:
    """Return *text* with images as links, named by file if they have no text.

    Chats show no pictures.
    """
    if "![" not in text:
        return text
    bare = _LINKED_IMAGE.sub(lambda found: f"[{found[1].strip() or 'image'}]", text)
    return _IMAGE.sub(lambda found: f"[{found[1].strip() or found[2] or 'image'}]", bare)
