"""What Botpress 12 exports of its Q&A module: items with questions and answers in each language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faqbot.ingest.blocks import Block, Kind, Pair, Place
from faqbot.ingest.fields import answer_of, slug_of, words_of

__all__ = ["botpress_blocks"]

_EVERYWHERE = "global"


def botpress_blocks(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield a pair for each item of Botpress's export, in one language; nothing for other data."""
    items = given.get("qnas") if isinstance(given, dict) else given
    found = [each for each in items if _is_item(each)] if isinstance(items, list) else []
    if not found:
        return
    languages = _languages(found)
    empty = varied = 0
    for number, item in enumerate(found, start=1):
        pair = _pair(item, languages[0] if languages else "")
        varied += len(_texts(item, "answers", languages[0] if languages else "")) > 1
        if pair.questions and pair.answer:
            yield Block(Kind.PAIR, pair.questions[0], place=Place(number, "item"), pair=pair)
        else:
            empty += 1
    yield from _notes(languages, empty, varied)


def _is_item(item: object) -> bool:
    data = item.get("data") if isinstance(item, dict) else None
    return isinstance(data, dict) and isinstance(data.get("questions"), dict | list)


def _languages(items: list[dict[str, Any]]) -> list[str]:
    """Return the languages of *items*, English first, then those with the most questions."""
    count: dict[str, int] = {}
    for item in items:
        asked = item["data"]["questions"]
        for language, texts in asked.items() if isinstance(asked, dict) else ():
            count[language] = count.get(language, 0) + bool(texts)
    return sorted(count, key=lambda language: (not language.startswith("en"), -count[language]))


def _texts(item: dict[str, Any], name: str, language: str) -> list[str]:
    given = item["data"].get(name)
    texts = given.get(language) if isinstance(given, dict) else given
    return [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []


def _pair(item: dict[str, Any], language: str) -> Pair:
    data = item["data"]
    # "#!builtin_..." names a thing of Botpress that the export does not hold.
    answers = [text for text in _texts(item, "answers", language) if not text.startswith("#!")]
    contexts = data.get("contexts") or [data.get("category")]
    tags = [words_of(each) for each in contexts] if isinstance(contexts, list) else []
    return Pair(
        questions=tuple(
            dict.fromkeys(filter(None, map(words_of, _texts(item, "questions", language))))
        ),
        answer=answer_of(answers[0]) if answers else "",
        id=slug_of(words_of(item.get("id"))),
        tags=tuple(tag for tag in tags if tag and tag != _EVERYWHERE),
        reason="it was switched off in Botpress" if data.get("enabled") is False else "",
    )


def _notes(languages: list[str], empty: int, varied: int) -> Iterator[Block]:
    if empty:
        yield Block(
            Kind.NOTE,
            f"questions without an answer in text were left out, as they lead to flows or cards: {empty}",
        )
    if varied:
        yield Block(
            Kind.NOTE, f"of several answers to one question only the first was kept: {varied}"
        )
    if languages[1:]:
        rest = ", ".join(languages[1:])
        yield Block(
            Kind.NOTE, f"only the language {languages[0]} was read; the export has {rest} too"
        )
