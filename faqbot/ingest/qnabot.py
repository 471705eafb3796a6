"""What QnABot exports as JSON: a list of items with ids, questions, an answer and a topic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faqbot.ingest.blocks import Block, Kind, Pair, Place
from faqbot.ingest.columns import listed
from faqbot.ingest.fields import answer_of, slug_of, tags_of, words_of
from faqbot.ingest.markdown_text import link

__all__ = ["qnabot_blocks"]

_POINTER = "qid::"


def qnabot_blocks(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield a pair for each item of QnABot's export; nothing for other data."""
    items = given.get("qna") if isinstance(given, dict) else None
    if not isinstance(items, list):
        return
    left_out = 0
    for number, item in enumerate(items, start=1):
        pair = _pair(item) if isinstance(item, dict) else None
        if pair and pair.questions and pair.answer:
            yield Block(Kind.PAIR, pair.questions[0], place=Place(number, "item"), pair=pair)
        else:
            left_out += 1
    if left_out:
        items_are = "1 item is" if left_out == 1 else f"{left_out} items are"
        yield Block(
            Kind.NOTE, f"{items_are} no question with an answer, but a slot, a quiz or the like"
        )


def _pair(item: dict[str, Any]) -> Pair:
    asked = item.get("q")
    questions = map(words_of, asked if isinstance(asked, list) else [asked])
    other = item.get("alt")
    markdown = other.get("markdown") if isinstance(other, dict) else ""
    answer = answer_of(markdown) or answer_of(item.get("a"))
    given = item.get("r")
    card: dict[str, Any] = given if isinstance(given, dict) else {}
    return Pair(
        questions=tuple(dict.fromkeys(filter(None, questions))),
        answer="\n\n".join(filter(None, (answer, _image(card)))),
        id=slug_of(words_of(item.get("qid"))),
        section=words_of(item.get("t")),
        tags=tags_of(words_of(item.get("tags"))),
        audience=frozenset(listed(words_of(item.get("clientFilterValues")).replace(",", ";"))),
        follow_ups=tuple(_pointers(card)),
        reason="QnABot filled in a part of the answer ({{...}})" if "{{" in answer else "",
    )


def _image(card: dict[str, Any]) -> str:
    return (
        link(words_of(card.get("title")) or "Image", words_of(card.get("imageUrl")))
        if card.get("imageUrl")
        else ""
    )


def _pointers(card: dict[str, Any]) -> Iterator[str]:
    """Yield the ids or questions that the buttons of a response card ask for."""
    buttons = card.get("buttons")
    for button in buttons if isinstance(buttons, list) else []:
        value = words_of(button.get("value")) if isinstance(button, dict) else ""
        if value.lower().startswith(_POINTER):
            yield slug_of(value[len(_POINTER) :]) or value
        elif value:
            yield value
