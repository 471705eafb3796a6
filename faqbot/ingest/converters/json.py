"""Converter of JSON: bot exports, FAQPage data, lists of questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from faqbot.errors import UnreadableDocument, UnsupportedDocument
from faqbot.ingest.blocks import Block, Kind, left_out
from faqbot.ingest.converters.bots.bot_exports import (
    botpress_blocks,
    intents_blocks,
    qnabot_blocks,
    qnamaker_blocks,
)
from faqbot.ingest.converters.faqbot_export import blocks_of_data
from faqbot.ingest.converters.html import answer_of
from faqbot.ingest.converters.plain_data import KEY_TWICE, grouped_blocks, unread
from faqbot.ingest.converters.structured_data import json_pairs
from faqbot.ingest.documents import decode


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the questions in a JSON file; see `Reader`."""
    text = decode(data, name)
    repeated: list[str] = []
    try:
        given = _loaded(text, _noting(repeated))
    except RecursionError as error:
        message = f"{name} is nested too deep: export it again"
        raise UnreadableDocument(message) from error
    except ValueError as error:
        raise UnreadableDocument(f"{name} is not JSON, or cut off: {error}") from error
    own = list(blocks_of_data(text, answer_of))
    if own:
        yield from own
        yield from (left_out(each, KEY_TWICE) for each in repeated)
        return
    blocks = _blocks(given, text)
    if blocks or _is_faq_page(given):
        yield from blocks
        yield from unread(given, blocks)
        yield from (left_out(each, KEY_TWICE) for each in repeated)
        return
    raise UnsupportedDocument(
        f"{name} is JSON in an unknown format: faqbot reads exports of QnABot, Botpress and "
        "QnA Maker, intents with patterns and responses, schema.org's FAQPage, and lists of objects with a "
        "question and an answer"
    )


def _loaded(text: str, made: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the data of JSON, or of a file with a JSON object on each line."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and all(line.strip()[0] == "{" and line.strip()[-1] == "}" for line in lines):
        return [json.loads(line, strict=False, object_pairs_hook=made) for line in lines]
    return json.loads(text, strict=False, object_pairs_hook=made)


def _is_faq_page(given: object) -> bool:
    """Return True for a FAQPage of schema.org, even without questions."""
    return isinstance(given, dict) and given.get("@type") == "FAQPage"


def _blocks(given: object, text: str) -> list[Block]:
    """Return the blocks of the first format with pairs, else records."""
    found = [list(shape(given)) for shape in _SHAPES]
    if any(mark in text for mark in ('"@type"', '"@graph"')):
        found.append(list(json_pairs(text, answer_of)))
    with_pairs = (each for each in found if any(block.kind is Kind.PAIR for block in each))
    return next(with_pairs, next(filter(None, found), []))


def _noting(repeated: list[str]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """Return an object factory that collects repeated keys in *repeated*."""

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in pairs:
            if key in result and result[key] != value:
                repeated.append(f"{key}: {result[key]}")
            result[key] = value
        return result

    return made


_SHAPES: tuple[Callable[[Any], Iterator[Block]], ...] = (
    qnabot_blocks,
    botpress_blocks,
    qnamaker_blocks,
    intents_blocks,
    grouped_blocks,
)
