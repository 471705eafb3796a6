"""Converter of schema.org FAQPage data in pages: JSON-LD and microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from faqbot.ingest.blocks import NO_ANSWER, Block, Kind, Pair, left_out
from faqbot.ingest.markdown_text import plain

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_OPENED = re.compile(r"\s*+(?:<!--|//\s*+<!\[CDATA\[|/\*\s*+<!\[CDATA\[\s*+\*/|<!\[CDATA\[)")
_CLOSED = re.compile(r"(?:-->|(?://|/\*|(?<!\s))\s*+\]\]>(?:\s*+\*/)?)\s*+;?$")
# Characters at the end of a script that may hold a closing mark; chosen by hand.
_END = 100
# Depth of nested JSON-LD that is searched for questions; chosen by hand.
_DEEPEST = 40


def json_pairs(script: str, markdown_of: Callable[[str], str]) -> Iterator[Block]:
    """Yield the pairs of a JSON-LD script, or a note if broken.

    *markdown_of* converts HTML answers.
    """
    try:
        data = json.loads(_unwrapped(_unwrapped(script)), strict=False)
    except (ValueError, RecursionError):
        if re.search(r"FAQPage|\"Question\"", script):
            yield Block(
                Kind.NOTE, "a script with the page's questions is broken JSON, and was left out"
            )
        return
    for node in _questions(data, _DEEPEST):
        yield from _pair(
            _texts(node.get("name")) or _texts(node.get("text")), _answers(node), markdown_of
        )


def _unwrapped(script: str) -> str:
    """Return *script* without a comment or CDATA section around it."""
    opened = _OPENED.match(script)
    text = script[opened.end() if opened else 0 :].rstrip()
    closed = _CLOSED.search(text, max(len(text) - _END, 0))
    return text[: closed.start()] if closed else text


def _questions(data: Any, left: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    if left <= 0:
        return
    if isinstance(data, list):
        for item in data:
            yield from _questions(item, left - 1)
    elif isinstance(data, dict):
        kinds = _texts(data.get("@type"))
        if any(kind.rpartition("/")[2] == "Question" for kind in kinds):
            yield data
            return
        for value in data.values():
            yield from _questions(value, left - 1)


def _answers(node: dict[str, Any]) -> list[str]:
    found = node.get("acceptedAnswer") or node.get("suggestedAnswer") or []
    answers = found if isinstance(found, list) else [found]
    texts = [each.get("text") if isinstance(each, dict) else each for each in answers]
    return [text for each in texts for text in _texts(each)][:1]


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        value = value.get("@value")
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str) and each.strip()]


def _pair(
    names: list[str], answers: list[str], markdown_of: Callable[[str], str]
) -> Iterator[Block]:
    questions = tuple(dict.fromkeys(filter(None, (plain(markdown_of(name)) for name in names))))
    answer = "\n\n".join(filter(None, map(markdown_of, answers)))
    if questions and answer:
        shown = f"**{questions[0]}**\n\n{answer}"
        yield Block(Kind.PAIR, shown, pair=Pair(questions, answer))
    else:
        yield from (left_out(question, NO_ANSWER) for question in questions)
        if answer:
            yield Block(Kind.TEXT, answer)


def microdata_pair(node: LexborNode, markdown_of: Callable[[str], str]) -> Block | None:
    """Return the pair of an element of type Question.

    The result is None if incomplete.
    """
    name = node.css_first("[itemprop~=name]")
    answer = node.css_first("[itemprop~=acceptedAnswer], [itemprop~=suggestedAnswer]")
    if name is None or answer is None:
        return None
    text = answer.css_first("[itemprop~=text]")
    body = (text if text is not None else answer).inner_html or ""
    blocks = _pair([name.inner_html or ""], [body], markdown_of)
    return next((block for block in blocks if block.kind is Kind.PAIR), None)
