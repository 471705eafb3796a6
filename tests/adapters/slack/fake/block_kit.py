"""What Slack takes as blocks and views, with its limits, those that it does not write down included."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from tests.adapters.slack.fake.shapes import (
    Check,
    anything,
    boolean,
    many,
    number,
    one_of,
    shape,
    string,
    typed,
)

Json = Mapping[str, Any]
Surface = Literal["message", "modal", "home"]

MOST_CHARACTERS = 13_200  # of text in a whole message; Slack measures it and does not document it
_MOST_MARKDOWN = 12_000
_MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
_MOST_VIEW_BYTES = 250_000
_PING = re.compile(r"<(?:!(?:channel|here|everyone)|!subteam\^\w+|@[UW]\w+)(?:\|[^<>]*)?>")

_ID = string(255)


def _plain(most: int) -> Check:
    return shape({"type": one_of("plain_text"), "text": string(most)}, {"emoji": boolean})


def _mrkdwn(most: int) -> Check:
    return shape({"type": one_of("mrkdwn"), "text": string(most)}, {"verbatim": boolean})


def _text(most: int) -> Check:
    return typed({"plain_text": _plain(most), "mrkdwn": _mrkdwn(most)})


_CONFIRM = shape(
    {"title": _plain(100), "text": _text(300), "confirm": _plain(30), "deny": _plain(30)},
    {"style": one_of("primary", "danger")},
)
_BUTTON = shape(
    {"type": anything, "text": _plain(75)},
    {
        "action_id": _ID,
        "value": string(2000),
        "url": string(3000),
        "style": one_of("primary", "danger"),
        "confirm": _CONFIRM,
        "accessibility_label": string(75),
    },
)
_FEEDBACK_BUTTON = shape(
    {"text": _plain(75), "value": string(2000)}, {"accessibility_label": string(75)}
)
_FEEDBACK_BUTTONS = shape(
    {"type": anything, "positive_button": _FEEDBACK_BUTTON, "negative_button": _FEEDBACK_BUTTON},
    {"action_id": _ID},
)
_ICON_BUTTON = shape(
    {"type": anything, "icon": one_of("trash"), "text": _plain(75)},
    {
        "action_id": _ID,
        "value": string(2000),
        "confirm": _CONFIRM,
        "accessibility_label": string(75),
        "visible_to_user_ids": many(_ID, 100),
    },
)
_OPTION = shape(
    {"text": _text(75), "value": string(150)}, {"description": _text(75), "url": string(3000)}
)
_OVERFLOW = shape(
    {"type": anything, "options": many(_OPTION, 5)}, {"action_id": _ID, "confirm": _CONFIRM}
)
_CHOICE = {
    "action_id": _ID,
    "placeholder": _plain(150),
    "confirm": _CONFIRM,
    "focus_on_load": boolean,
}
_OPTION_GROUP = shape({"label": _plain(75), "options": many(_OPTION, 100)})
_SELECT = shape(
    {"type": anything},
    {
        **_CHOICE,
        "options": many(_OPTION, 100),
        "option_groups": many(_OPTION_GROUP, 100),
        "initial_option": _OPTION,
    },
)
_PEOPLE_SELECT = shape(
    {"type": anything},
    {
        **_CHOICE,
        "initial_user": _ID,
        "initial_conversation": _ID,
        "initial_channel": _ID,
        "default_to_current_conversation": boolean,
        "response_url_enabled": boolean,
        "filter": anything,
    },
)
_CHECKS = shape(
    {"type": anything, "options": many(_OPTION, 10)},
    {
        "action_id": _ID,
        "initial_options": many(_OPTION, 10),
        "initial_option": _OPTION,
        "confirm": _CONFIRM,
        "focus_on_load": boolean,
    },
)
_PLAIN_INPUT = shape(
    {"type": anything},
    {
        "action_id": _ID,
        "placeholder": _plain(150),
        "initial_value": string(3000),
        "multiline": boolean,
        "min_length": number(0, 3000),
        "max_length": number(1, 3000),
        "dispatch_action_config": shape(
            {},
            {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2)},
        ),
        "focus_on_load": boolean,
    },
)
_IMAGE = shape(
    {"type": anything, "alt_text": string(2000)},
    {"image_url": string(3000), "slack_file": anything},
)
_SELECTS: dict[str, Check] = {
    "static_select": _SELECT,
    "users_select": _PEOPLE_SELECT,
    "conversations_select": _PEOPLE_SELECT,
    "channels_select": _PEOPLE_SELECT,
    "checkboxes": _CHECKS,
    "radio_buttons": _CHECKS,
}
_PRESSED: dict[str, Check] = {"button": _BUTTON, "overflow": _OVERFLOW, **_SELECTS}
_CONTEXT_BLOCK = shape(
    {
        "type": anything,
        "elements": many(
            typed({"plain_text": _plain(2000), "mrkdwn": _mrkdwn(2000), "image": _IMAGE}), 10
        ),
    },
    {"block_id": _ID},
)
_EVERYWHERE: dict[str, Check] = {
    "section": shape(
        {"type": anything},
        {
            "text": _text(3000),
            "fields": many(_text(2000), 10),
            "accessory": typed({**_PRESSED, "image": _IMAGE}),
            "expand": boolean,
            "block_id": _ID,
        },
    ),
    "divider": shape({"type": anything}, {"block_id": _ID}),
    "header": shape({"type": anything, "text": _plain(150)}, {"block_id": _ID}),
    "context": _CONTEXT_BLOCK,
    "actions": shape({"type": anything, "elements": many(typed(_PRESSED), 25)}, {"block_id": _ID}),
    "image": shape(
        {"type": anything, "alt_text": string(2000)},
        {
            "image_url": string(3000),
            "slack_file": anything,
            "title": _plain(2000),
            "block_id": _ID,
        },
    ),
    "input": shape(
        {
            "type": anything,
            "label": _plain(2000),
            "element": typed({"plain_text_input": _PLAIN_INPUT, **_SELECTS}),
        },
        {"hint": _plain(2000), "optional": boolean, "dispatch_action": boolean, "block_id": _ID},
    ),
    "rich_text": shape({"type": anything, "elements": many(anything, 1000)}, {"block_id": _ID}),
}
_IN_MESSAGES: dict[str, Check] = {
    **_EVERYWHERE,
    "markdown": shape({"type": anything, "text": string(_MOST_MARKDOWN)}, {"block_id": _ID}),
    "context_actions": shape(
        {
            "type": anything,
            "elements": many(
                typed({"feedback_buttons": _FEEDBACK_BUTTONS, "icon_button": _ICON_BUTTON}), 5
            ),
        },
        {"block_id": _ID},
    ),
}
_VIEW = {
    "type": one_of("modal", "home"),
    "blocks": anything,
}
_VIEW_OPTIONS = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255),
    "external_id": string(255, 0),
}
_HOME = shape(_VIEW, _VIEW_OPTIONS)
_MODAL = shape(
    {**_VIEW, "title": _plain(24)},
    {
        **_VIEW_OPTIONS,
        "submit": _plain(24),
        "close": _plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)


def block_problems(blocks: object, surface: Surface = "message") -> Iterator[str]:
    """Yield why Slack refuses *blocks* as invalid; nothing where it takes them."""
    kinds = typed(_IN_MESSAGES if surface == "message" else _EVERYWHERE)
    found = list(many(kinds, _MOST_BLOCKS[surface], 0)(blocks, "blocks"))
    yield from found
    if found or not isinstance(blocks, Sequence):
        return
    yield from _section_problems(blocks)
    yield from _id_problems(blocks)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > _MOST_MARKDOWN:
        yield f"blocks: {markdown} characters of markdown, allowed are {_MOST_MARKDOWN}"
    if surface == "message" and (count := expanded_count(blocks)) > _MOST_BLOCKS[surface]:
        yield f"blocks: {count} blocks once markdown is expanded, allowed are 50"


def _section_problems(blocks: Sequence[Json]) -> Iterator[str]:
    for place, block in enumerate(blocks):
        if block["type"] == "section" and not {"text", "fields"} & block.keys():
            yield f"blocks/{place}: a section needs text or fields"


def _id_problems(blocks: Sequence[Json]) -> Iterator[str]:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    yield from (f"blocks: block_id {each!r} is used twice" for each in _twice(ids))
    for place, block in enumerate(blocks):
        for each in _twice(_action_ids(block)):
            yield f"blocks/{place}: action_id {each!r} is used twice"


def _action_ids(block: Json) -> list[str]:
    within = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    return [
        each["action_id"] for each in within if isinstance(each, Mapping) and "action_id" in each
    ]


def _twice(values: Sequence[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def expanded_count(blocks: Sequence[Json]) -> int:
    """Return how many blocks Slack makes of *blocks*: a markdown block becomes one a paragraph."""
    return sum(_parts(block["text"]) if block["type"] == "markdown" else 1 for block in blocks)


def _parts(markdown: str) -> int:
    tokens = _markdown().parse(markdown)
    return sum(token.level == 0 and token.nesting >= 0 for token in tokens)


@cache
def _markdown() -> Any:  # noqa: ANN401 - the library is imported only where markdown is sent
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def characters(blocks: Sequence[Json]) -> int:
    """Return how many characters of text stand in *blocks*."""
    return sum(len(text) for text, _ in _texts(blocks))


def pings(text: str, blocks: Sequence[Json] = ()) -> list[str]:
    """Return whom a message would notify: each token in what Slack reads as its markup."""
    read = [text, *(each for each, parsed in _texts(blocks) if parsed)]
    return [token for each in read for token in _PING.findall(each)]


def _texts(value: object) -> Iterator[tuple[str, bool]]:
    """Yield each text that is shown in *value*, and whether Slack reads tokens in it."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in {"text", "fallback"} and isinstance(inner, str):
                yield inner, value.get("type") != "plain_text"
            else:
                yield from _texts(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _texts(inner)


def view_problems(view: object) -> Iterator[str]:
    """Yield why Slack refuses *view* as a modal or App Home; nothing where it takes it."""
    if not isinstance(view, Mapping) or view.get("type") not in {"modal", "home"}:
        yield "view: must be an object of type modal or home"
        return
    surface: Surface = view["type"]
    yield from (_MODAL if surface == "modal" else _HOME)(view, "view")
    blocks = view.get("blocks")
    yield from block_problems(blocks, surface)
    if isinstance(blocks, Sequence) and "submit" not in view and surface == "modal":
        yield from (
            "view: a modal with an input needs submit"
            for block in blocks
            if isinstance(block, Mapping) and block.get("type") == "input"
        )
    if len(json.dumps(view)) > _MOST_VIEW_BYTES:
        yield "view: is larger than 250 kB"
