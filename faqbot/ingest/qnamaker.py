"""What QnA Maker and custom question answering (CQA) export as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faqbot.ingest.blocks import Block, Kind, Pair, Place
from faqbot.ingest.fields import answer_of, words_of

__all__ = ["qnamaker_blocks"]

_LISTS = ("qnadocuments", "qnas", "qnalist")


def qnamaker_blocks(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield a pair for each question of the export; nothing for other data."""
    items = _items(_lower(given))
    asked = {words_of(item.get("id")): _questions(item) for item in items}
    for number, item in enumerate(items, start=1):
        questions, answer = _questions(item), answer_of(item.get("answer"))
        if not questions or not answer:
            continue
        pair = Pair(
            questions,
            answer,
            source=words_of(item.get("source")),
            tags=tuple(_tags(item.get("metadata"))),
            follow_ups=tuple(_follow_ups(item, asked)),
        )
        yield Block(Kind.PAIR, questions[0], place=Place(number, "item"), pair=pair)


def _lower(given: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """Return an object with its keys in small letters: the two products write them differently."""
    return (
        {str(key).lower(): value for key, value in given.items()} if isinstance(given, dict) else {}
    )


def _items(given: dict[str, Any]) -> list[dict[str, Any]]:
    if "assets" in given:
        return _items(_lower(given["assets"]))
    none: list[Any] = []
    found = next((given[name] for name in _LISTS if isinstance(given.get(name), list)), none)
    items = [_lower(item) for item in found]
    return [item for item in items if isinstance(item.get("questions"), list)]


def _questions(item: dict[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(words_of, item["questions"]))))


def _tags(metadata: object) -> Iterator[str]:
    if isinstance(metadata, dict):
        yield from (f"{key}:{words_of(value)}" for key, value in metadata.items())
    elif isinstance(metadata, list):
        for each in map(_lower, metadata):
            yield f"{words_of(each.get('name'))}:{words_of(each.get('value'))}"


def _follow_ups(item: dict[str, Any], asked: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the first question of each item that the prompts of *item* lead to."""
    prompts = _lower(item.get("context")).get("prompts")
    for prompt in map(_lower, prompts if isinstance(prompts, list) else []):
        yield from asked.get(words_of(prompt.get("qnaid")), ())[:1]
