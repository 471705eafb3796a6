"""Converters of the exports of QnABot, QnA Maker, CQA and Botpress 12, and of lists of intents.

QnABot exports a list of items with ids, questions, an answer and a topic. QnA Maker and custom question
answering (CQA) share a format. Botpress 12 exports its Q&A module in several languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from faqbot.ingest.blocks import Block, BlockLocation, Kind, Pair
from faqbot.ingest.columns import listed, slug_of, tags_of, words_of
from faqbot.ingest.converters.bots.rasa_project import RasaProject, RasaResponse
from faqbot.ingest.converters.html import answer_of
from faqbot.ingest.markdown_text import link
from faqbot.ingest.tabular import CONTEXT_ONLY

_POINTER = "qid::"
_LISTS = ("qnadocuments", "qnas", "qnalist")
_EVERYWHERE = "global"


def qnabot_blocks(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield a pair for each item of a QnABot export.

    Other data gives no block.
    """
    items = given.get("qna") if isinstance(given, dict) else None
    if not isinstance(items, list):
        return
    left_out = 0
    for number, item in enumerate(items, start=1):
        pair = _qnabot_pair(item) if isinstance(item, dict) else None
        if pair and pair.questions and pair.answer:
            yield Block(
                Kind.PAIR, pair.questions[0], place=BlockLocation(number, "item"), pair=pair
            )
        else:
            left_out += 1
    if left_out:
        items_are = "1 item is" if left_out == 1 else f"{left_out} items are"
        yield Block(
            Kind.NOTE, f"{items_are} no question with an answer, but a slot, a quiz or similar"
        )


def _qnabot_pair(item: dict[str, Any]) -> Pair:
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
    """Yield the ids or questions behind a response card's buttons."""
    buttons = card.get("buttons")
    for button in buttons if isinstance(buttons, list) else []:
        value = words_of(button.get("value")) if isinstance(button, dict) else ""
        if value.lower().startswith(_POINTER):
            yield slug_of(value[len(_POINTER) :]) or value
        elif value:
            yield value


def qnamaker_blocks(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield a pair per question of a QnA Maker or CQA export.

    Other data gives no block.
    """
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
            reason=CONTEXT_ONLY if _lower(item.get("context")).get("iscontextonly") is True else "",
        )
        yield Block(Kind.PAIR, questions[0], place=BlockLocation(number, "item"), pair=pair)


def _lower(given: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """Return an object with keys in lower case.

    The two products differ in case.
    """
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
    """Yield the first question of each item that prompts of *item* lead to."""
    prompts = _lower(item.get("context")).get("prompts")
    for prompt in map(_lower, prompts if isinstance(prompts, list) else []):
        yield from asked.get(words_of(prompt.get("qnaid")), ())[:1]


def botpress_blocks(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield a pair per item of a Botpress export, in one language.

    Other data gives no block.
    """
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
            yield Block(
                Kind.PAIR, pair.questions[0], place=BlockLocation(number, "item"), pair=pair
            )
        else:
            empty += 1
    yield from _notes(languages, empty, varied)


def _is_item(item: object) -> bool:
    data = item.get("data") if isinstance(item, dict) else None
    return isinstance(data, dict) and isinstance(data.get("questions"), dict | list)


def _languages(items: list[dict[str, Any]]) -> list[str]:
    """Return the languages of *items*: English, then by number of questions."""
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
    # "#!builtin_..." refers to Botpress content outside the export.
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
            Kind.NOTE, f"only the first of several answers to a question was kept: {varied}"
        )
    if languages[1:]:
        rest = ", ".join(languages[1:])
        yield Block(
            Kind.NOTE, f"only the language {languages[0]} was read; the export has {rest} too"
        )


def intents_blocks(given: Any) -> Iterator[Block]:  # noqa: ANN401 - whatever JSON holds
    """Yield a pair for each intent with patterns and responses, as many tutorials for chatbots have them.

    Other data gives no block.
    """
    items = given.get("intents") if isinstance(given, dict) else None
    project = RasaProject()
    for number, item in enumerate(items if isinstance(items, list) else [], start=1):
        fields = _lower(item)
        tag = words_of(fields.get("tag", fields.get("intent"))) or f"intent {number}"
        patterns, responses = fields.get("patterns"), fields.get("responses")
        if not isinstance(patterns, list) or not isinstance(responses, list):
            continue
        project.add_examples(tag, map(words_of, patterns), ("", number))
        project.responses[f"utter_{tag}"] = [
            RasaResponse(each) for each in responses if isinstance(each, str) and each.strip()
        ]
    for block in project.blocks():
        place = BlockLocation(block.place.number, "item") if block.place.number else block.place
        yield replace(block, place=place)
