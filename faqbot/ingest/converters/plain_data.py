"""Questions with answers in plain JSON or YAML data, at any depth.

Groups of questions have four forms: a list of objects with a question and an answer, or an object of
them; a list of pairs; an object whose keys ask and whose values answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import yaml

from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.columns import find_columns
from faqbot.ingest.converters.html import answer_of
from faqbot.ingest.question_forms import ends_as_question
from faqbot.ingest.tabular import NO_CELLS, Row, blocks_of_rows

# Depth of nested data that is searched for groups; chosen by hand.
_DEEPEST = 12
# Items of a pair. Also: at least one in two keys must ask in a group.
_PAIR = 2
# Keys of an object for its name, and for its text.
_NAMES = ("section", "category", "topic", "group", "heading", "name", "title", "label")
_TEXTS = ("text", "markdown", "value", "content", "body", "html", "plain")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# Searches of a text within others, which take minutes in a large file. Chosen by hand.
_MOST_SEARCHES = 5_000
_NO_FIELD = "no field of an entry holds it"
KEY_TWICE = "its key is repeated in one object"
# Values stay text: "no" and "1.10" are answers.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class _Group:
    """Group of questions: *name*, and rows of cells with head."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def grouped_blocks(given: object) -> Iterator[Block]:
    """Yield the pairs of every group in *given*; several groups become sections.

    *given* is any JSON data.
    """
    groups = list(_groups(given, "", _DEEPEST))
    number = 0
    for group in groups:
        head, *rows = (Row(at, cells) for at, cells in enumerate(group.rows, start=number))
        number += len(rows)
        section = group.name if len(groups) > 1 else ""
        for block in blocks_of_rows((head, *rows), section, answer_of):
            if block.reason != NO_CELLS:  # a key is no text of the document
                yield block


def _groups(given: object, name: str, left: int) -> Iterator[_Group]:
    if left <= 0 or not isinstance(given, list | dict) or not given:
        return
    own = _group(given, name)
    if own:
        yield own
    if isinstance(given, list):
        for each in given:
            yield from _groups(each, _name(each, name), left - 1)
        return
    for key, value in given.items():
        below = str(key) if _says_something(str(key)) else _name(given, name)
        yield from _groups(value, below, left - 1)


def _says_something(key: str) -> bool:
    """Return True for a key that names a group, not part of the format."""
    return key.casefold() not in {
        "faq", "faqs", "items", "questions", "entries", "data", "list", "content", "results", "qna",
        "children", "pairs", "groups", "sections", "categories", "topics", "answers",
    }  # fmt: skip


def _name(given: object, otherwise: str) -> str:
    """Return an object's name; a question is no name."""
    if not isinstance(given, dict) or find_columns(map(str, given)):
        return otherwise
    names = (given.get(key) for key in _NAMES)
    return next((each for each in names if isinstance(each, str) and each.strip()), otherwise)


def _group(given: list[Any] | dict[Any, Any], name: str) -> _Group | None:
    """Return the group that *given* forms; None for other data."""
    if isinstance(given, dict):
        return _group_of_object(given, name)
    if all(isinstance(each, dict) for each in given):
        return _group_of_records(given, name)
    if all(_is_pair(each) for each in given):
        rows = tuple((str(each[0]), str(each[1])) for each in given)
        if sum(ends_as_question(one) for one, _ in rows) * _PAIR > len(rows):
            return _Group(name, (("question", "answer"), *rows))
    return None


def _is_pair(given: object) -> bool:
    """Return True for a list of at least two texts."""
    return (
        isinstance(given, list)
        and len(given) >= _PAIR
        and all(isinstance(each, str) for each in given)
    )


def _group_of_object(given: Mapping[Any, Any], name: str) -> _Group | None:
    if all(isinstance(each, dict) and find_columns(map(str, each)) for each in given.values()):
        return _group_of_records(given.values(), name)
    asked = [(str(key), value) for key, value in given.items() if isinstance(value, str)]
    if sum(ends_as_question(key) for key, _ in asked) * _PAIR > len(given):
        return _Group(name, (("question", "answer"), *asked))
    return None


def _group_of_records(records: Iterable[Mapping[Any, Any]], name: str) -> _Group | None:
    given = list(records)
    head = tuple(dict.fromkeys(str(key) for record in given for key in record))
    if not find_columns(head):
        return None
    cells = ({str(key): _cell(value) for key, value in record.items()} for record in given)
    return _Group(name, (head, *(tuple(row.get(key, "") for key in head) for row in cells)))


def _cell(value: object) -> str:
    """Return a value as a cell's text; a list as lines."""
    if isinstance(value, list):
        if any(_is_record(each) for each in value):
            return ""
        return "".join(f"{text}\n" for text in map(_cell, value) if text)
    if isinstance(value, dict):
        found = (value.get(key) for key in _TEXTS)
        return next((text for text in found if isinstance(text, str)), "")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else ""


def _is_record(value: object) -> bool:
    return isinstance(value, dict) and find_columns(map(str, value)) is not None


def unread(given: object, blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield a record per text in *given* outside *blocks*, with keys."""
    said = [_letters(text) for block in blocks for text in _texts_of(block)]
    exact, whole = frozenset(said), "\n".join(said)
    searches = 0
    for path, text in dict.fromkeys(_leaves(given)):
        letters = _letters(text)
        if not letters or letters in exact:
            continue
        searches += 1
        if searches > _MOST_SEARCHES or letters not in whole:
            yield left_out(f"{path}: {text}" if path else text, _NO_FIELD)


def _texts_of(block: Block) -> Iterator[str]:
    """Yield the texts of *block* that an entry or the summary shows."""
    pair = block.pair
    if pair is None:
        yield block.text
        return
    yield from (pair.answer, pair.id, pair.section, pair.source, pair.url)
    for texts in (pair.questions, pair.not_for, pair.keywords, pair.tags, pair.follow_ups):
        yield from texts
    yield from pair.audience
    yield from (str(day) for day in (pair.reviewed, pair.expires) if day)


def _letters(text: str) -> str:
    """Return the letters and digits of *text*, without tags and entities."""
    return re.sub(r"[\W_]+", "", unescape(_TAG.sub("", text)).casefold())


def _leaves(given: object) -> Iterator[tuple[str, str]]:
    """Yield the texts in *given* with keys, and sentence keys."""
    waiting: list[tuple[str, object]] = [("", given)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, list):
            waiting += [(path, each) for each in reversed(value)]
        elif isinstance(value, dict):
            for key in value:
                if _is_sentence(str(key)):
                    yield path, str(key)
            # Keys such as "@type" and "$schema" belong to the format.
            waiting += [
                (f"{path}.{key}" if path else str(key), value[key])
                for key in reversed(value)
                if not str(key).startswith(("@", "$"))
            ]


def _is_sentence(key: str) -> bool:
    """Return True for a key that is text, not the name of a field."""
    return " " in key.strip() or ends_as_question(key)


def yaml_blocks(text: str) -> list[Block]:
    """Return the pairs of YAML *text*; empty if broken or aliased.

    An alias repeats a part of the document: a small text can expand to a huge one.
    """
    repeated: list[Block] = []
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_LOADER)):
            return []
        given = list(_documents(text, repeated))
    except yaml.YAMLError:
        return []
    blocks = list(grouped_blocks(given))
    if not any(block.kind is Kind.PAIR for block in blocks):
        return []
    return [*blocks, *unread(given, blocks), *repeated]


def _documents(text: str, repeated: list[Block]) -> Iterator[object]:
    """Yield each document of YAML *text*; add repeated keys to *repeated*."""
    loader = _LOADER(text)
    while loader.check_node():
        node = loader.get_node()
        repeated += _repeated_keys(node) if node else ()
        yield loader.construct_document(node)


def _repeated_keys(root: yaml.Node) -> Iterator[Block]:
    """Yield a record of each text under a repeated key below *root*."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            last = {key.value: value for key, value in node.value if isinstance(key.value, str)}
            for key, value in node.value:
                if isinstance(key.value, str) and last[key.value] is not value:
                    yield from _scalars(key.value, value)
                else:
                    waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)


def _scalars(name: str, root: yaml.Node) -> Iterator[Block]:
    """Yield a record per scalar below *root*, under its key *name*."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            place = BlockLocation(node.start_mark.line + 1)
            yield left_out(f"{name}: {node.value}", KEY_TWICE, place)
        elif isinstance(node, yaml.MappingNode):
            for key, value in reversed(node.value):
                waiting += [value, key] if _is_sentence(str(key.value)) else [value]
        else:
            waiting += reversed(node.value)
