"""Footnotes of Markdown, put in brackets at their references.

A footnote stands at the end of a document, and so below the last answer: the answer that refers to it
would lose it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_DEFINITION = re.compile(r" {0,3}\[\^([^\[\]\s]{1,80})\]:[ \t]*(.*)")
_REFERENCE = re.compile(r"(?<![\\!])\[\^([^\[\]\s]{1,80})\](?!:)")
_INLINE = re.compile(
    r"(?<![\\!\w^])\^\[([^\[\]\n]{1,500})\]|(?<=[\w.,;!?)])\^\[([^\[\]\n]{1,500})\]"
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BLOCK = re.compile(r"\s*(?:`{3}|~{3}|[-*+>|]\s|\d+[.)]\s|#{1,6}\s)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^`]+(?<!`)\1(?!`)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
# Characters of a footnote that fits into a sentence; longer ones stay. Chosen by hand.
_LONGEST = 600
# Characters that repeated references may add to a document; chosen by hand.
_MOST_ADDED = 500_000

_Lines = Sequence[tuple[int, str]]


def with_footnotes(lines: _Lines) -> list[tuple[int, str]]:
    """Return numbered *lines* with footnotes in brackets at their references.

    Footnotes that nothing refers to, and those with lists or code, stay at their place.
    """
    if not any("[^" in line or "^[" in line for _, line in lines):
        return list(lines)
    notes, places = _defined(lines)
    used: set[str] = set()
    added = 0
    made: list[tuple[int, str]] = []
    for number, line, is_code in _outside_code(lines):
        if is_code or number in places or added > _MOST_ADDED:
            made.append((number, line))
            continue
        shown = list(_referring(line, notes, used))
        added += sum(map(len, shown)) - len(line)
        made += [(number, each) for each in shown]
    gone = {number for number, label in places.items() if label in used}
    return [(number, _as_text(line)) for number, line in made if number not in gone]


def _as_text(line: str) -> str:
    """Return *line*; a footnote that stays is text, and no address of a link."""
    return re.sub(r"\[(?=\^)", r"\\[", line, count=1) if _DEFINITION.fullmatch(line) else line


def _defined(lines: _Lines) -> tuple[dict[str, str], dict[int, str]]:
    """Return the text of each footnote, and the label that each of their lines belongs to."""
    notes: dict[str, list[str]] = {}
    places: dict[int, str] = {}
    label, ended = "", False
    for number, line, is_code in _outside_code(lines):
        found = None if is_code else _DEFINITION.fullmatch(line)
        if found:
            label, ended = found[1], False
            notes.setdefault(label, []).append(found[2])
        elif label and not line.strip():
            ended = True
            continue
        elif (
            label and not is_code and (line.startswith(("  ", "\t")) or not ended) and line.strip()
        ):
            notes[label].append(line.strip() if not _BLOCK.match(line) else "\n")
        else:
            label = ""
        if label:
            places[number] = label
    short = {
        each: " ".join(parts).strip()
        for each, parts in notes.items()
        if "\n" not in parts and sum(map(len, parts)) <= _LONGEST
    }
    kept = {each: text for each, text in short.items() if text}
    return kept, {number: each for number, each in places.items() if each in kept}


def _outside_code(lines: _Lines) -> Iterator[tuple[int, str, bool]]:
    """Yield *lines*, each with True if in fenced code."""
    fence = ""
    for number, line in lines:
        found = _FENCE.match(line)
        opens = found is not None and not fence
        yield number, line, bool(fence) or opens
        if found and opens:
            fence = found[1]
        elif found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""


def _referring(line: str, notes: dict[str, str], used: set[str]) -> Iterator[str]:
    """Yield *line* with its footnotes.

    Those of a heading follow on a line of their own.
    """
    below: list[str] = []
    heading = _HEADING.match(line) is not None

    def put(found: re.Match[str]) -> str:
        label = found[1]
        text = notes.get(label, "") if found.re is _REFERENCE else (found[1] or found[2])
        if not text:
            return found[0]
        if found.re is _REFERENCE:
            used.add(label)
        below.append(f"({text})")
        bare = text.removesuffix(".") if text.count(". ") == 0 else text
        return "" if heading else f" ({bare})"

    spans = [found.span() for found in _CODE.finditer(line)]
    parts: list[str] = []
    last = 0
    for start, end in [*spans, (len(line), len(line))]:
        piece = _INLINE.sub(put, line[last:start])
        parts += [_REFERENCE.sub(put, piece), line[start:end]]
        last = end
    yield "".join(parts)
    if heading and below:
        yield ""
        yield from below
        yield ""
