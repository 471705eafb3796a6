"""The elements of Block Kit that the bot shows, within Slack's limits whatever is put into them."""

from __future__ import annotations

from typing import Any

from faqbot_slack.rendering.escaping import clean, one_line, shorten, without_tokens

__all__ = [
    "LONGEST_LABEL",
    "Block",
    "actions",
    "button",
    "context",
    "divider",
    "feedback",
    "header",
    "markdown",
    "mrkdwn",
    "plain",
    "plain_section",
    "section",
    "text_input",
]

Block = dict[str, Any]

LONGEST_LABEL = 75
_LONGEST_VALUE = 2000
_LONGEST_SECTION = 3000
_LONGEST_HEADER = 150
_MOST_BUTTONS = 25
_MOST_CONTEXT = 10
_LONGEST_CONTEXT = 2000


def plain(text: str, most: int = _LONGEST_SECTION) -> Block:
    """Return *text* as an object that shows its characters, whatever they are, cut at *most*."""
    return {"type": "plain_text", "text": _filled(_cut(without_tokens(text), most)), "emoji": False}


def mrkdwn(text: str, most: int = _LONGEST_SECTION) -> Block:
    """Return *text*, which is mrkdwn, as an object in which Slack looks for no names to link."""
    return {"type": "mrkdwn", "text": _filled(_cut(text, most)), "verbatim": True}


def markdown(text: str) -> Block:
    """Return a block of Markdown, for a message."""
    return {"type": "markdown", "text": text}


def section(text: str, accessory: Block | None = None) -> Block:
    """Return a section of mrkdwn, with a button beside it perhaps."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def plain_section(text: str) -> Block:
    """Return a section that shows *text* character by character: for what people typed."""
    return {"type": "section", "text": plain(text)}


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain(shorten(text, _LONGEST_HEADER), _LONGEST_HEADER)}


def context(*lines: str) -> Block:
    """Return *lines* of mrkdwn in small print."""
    return {
        "type": "context",
        "elements": [mrkdwn(line, _LONGEST_CONTEXT) for line in lines[:_MOST_CONTEXT]],
    }


def divider() -> Block:
    """Return a line across."""
    return {"type": "divider"}


def actions(*buttons: Block) -> Block:
    """Return a row of *buttons*."""
    return {"type": "actions", "elements": list(buttons[:_MOST_BUTTONS])}


def button(text: str, action: str, value: str = "", *, style: str = "", label: str = "") -> Block:
    """Return a button; *label* is what a screen reader says where *text* alone would not tell enough."""
    made: Block = {
        "type": "button",
        "text": plain(shorten(text, LONGEST_LABEL), LONGEST_LABEL),
        "action_id": action,
    }
    extras = {
        "value": value if len(value) <= _LONGEST_VALUE else "",
        "style": style,
        "accessibility_label": shorten(without_tokens(label), LONGEST_LABEL),
    }
    return made | {name: extra for name, extra in extras.items() if extra}


def feedback(record: str) -> Block:
    """Return the two buttons that say whether the answer recorded as *record* helped."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "faq_feedback",
                "positive_button": _verdict("Helpful", "This answer helped me", f"up:{record}"),
                "negative_button": _verdict(
                    "Not helpful", "This answer did not help me", f"down:{record}"
                ),
            }
        ],
    }


def text_input(
    name: str, label: str, *, value: str = "", most: int = 0, lines: bool = False
) -> Block:
    """Return a field to fill in, found by its block id *name* and filled with *value* at first."""
    element: Block = {"type": "plain_text_input", "action_id": name, "multiline": lines}
    if most:
        element["max_length"] = most
    if initial := _cut(clean(value) if lines else one_line(value), most or _LONGEST_SECTION):
        element["initial_value"] = initial
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, _LONGEST_VALUE),
        "element": element,
    }


def _verdict(text: str, label: str, value: str) -> Block:
    return {"text": plain(text), "accessibility_label": label, "value": value}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _filled(text: str) -> str:
    """Return *text*, or a dash for an empty one, which Slack refuses."""
    return text if text.strip() else "\N{EN DASH}"
