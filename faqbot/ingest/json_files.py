"""Reading JSON: what other bots export, FAQPage data, and any list of questions with answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from faqbot.errors import UnreadableDocument, UnsupportedDocument
from faqbot.ingest.blocks import Block
from faqbot.ingest.botpress import botpress_blocks
from faqbot.ingest.columns import find_columns
from faqbot.ingest.decoding import decode
from faqbot.ingest.exported import blocks_of_data
from faqbot.ingest.fields import answer_of
from faqbot.ingest.html_data import json_pairs
from faqbot.ingest.qnabot import qnabot_blocks
from faqbot.ingest.qnamaker import qnamaker_blocks
from faqbot.ingest.tables import Row, blocks_of_rows

__all__ = ["read"]

_DEEPEST = 6
_PAIR = 2


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the questions in a JSON file; see `Reader`."""
    text = decode(data, name)
    try:
        given = json.loads(text, strict=False)
    except RecursionError as error:
        message = f"{name} is nested deeper than any list of questions is: export it again"
        raise UnreadableDocument(message) from error
    except ValueError as error:
        raise UnreadableDocument(f"{name} is not JSON, or cut off: {error}") from error
    own = list(blocks_of_data(text))
    if own:
        yield from own
        return
    for shape in _SHAPES:
        blocks = list(shape(given))
        if blocks:
            yield from blocks
            return
    if any(mark in text for mark in ('"@type"', '"@graph"')):
        yield from json_pairs(text, answer_of)
        return
    raise UnsupportedDocument(
        f"{name} is JSON of a shape that faqbot does not know: it reads exports of QnABot, Botpress and "
        "QnA Maker, schema.org's FAQPage, and lists of objects with a question and an answer"
    )


def _listed(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield the pairs of the first list of objects that have a question and an answer."""
    for records in _lists(given, _DEEPEST):
        head = tuple(dict.fromkeys(str(key) for record in records for key in record))
        if find_columns(head):
            rows = (
                Row(n, tuple(_cell(each.get(key)) for key in head))
                for n, each in enumerate(records, 1)
            )
            yield from blocks_of_rows((Row(0, head), *rows))
            return


def _lists(given: Any, left: int) -> Iterator[list[dict[str, Any]]]:  # noqa: ANN401 - whatever JSON holds
    if left <= 0 or not isinstance(given, list | dict):
        return
    if isinstance(given, dict):
        for value in given.values():
            yield from _lists(value, left - 1)
    elif given and all(isinstance(each, dict) for each in given):
        yield given
        for each in given:
            yield from _lists(each, left - 1)


def _cell(value: object) -> str:
    """Return a value as it would stand in a cell of a table: the items of a list one a line."""
    if isinstance(value, list):
        return "".join(f"{_cell(each)}\n" for each in value if not isinstance(each, list | dict))
    return str(value) if isinstance(value, str | int) else ""


def _mapped(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield the pairs of an object whose keys are questions and whose values are their answers."""
    if (
        isinstance(given, dict)
        and given
        and all(isinstance(value, str) for value in given.values())
    ):
        asked = [key for key in given if key.rstrip().endswith("?")]
        if len(asked) * _PAIR > len(given):
            rows = [Row(number, each) for number, each in enumerate(given.items(), start=1)]
            yield from blocks_of_rows([Row(0, ("question", "answer")), *rows])


_SHAPES: tuple[Callable[[Any], Iterator[Block]], ...] = (
    qnabot_blocks,
    botpress_blocks,
    qnamaker_blocks,
    _listed,
    _mapped,
)
