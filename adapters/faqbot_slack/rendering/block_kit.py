"""Block Kit elements within Slack's limits, for any text length."""

from __future__ import annotations

from typing import Any

from faqbot_slack.rendering.escaping import clean, one_line, shorten, without_tokens

Block = dict[str, Any]

# Slack's limits: characters of a button's label, of other texts, and elements of a block.
LONGEST_LABEL = 75  # characters, Slack's limit
_LONGEST_VALUE = 2000  # characters, Slack's limit
_LONGEST_SECTION = 3000  # characters, Slack's limit
_LONGEST_HEADER = 150  # characters, Slack's limit
_MOST_BUTTONS = 25  # elements, Slack's limit
_MOST_CONTEXT = 10  # elements, Slack's limit
_LONGEST_CONTEXT = 2000  # characters, Slack's limit


def plain(text: str, most: int = _LONGEST_SECTION) -> Block:
    """Return a plain text object of literal *text*, cut at *most* characters."""
    return {"type": "plain_text", "text": _filled(_cut(without_tokens(text), most)), "emoji": False}


def mrkdwn(text: str, most: int = _LONGEST_SECTION) -> Block:
    """Return a mrkdwn object of *text* in which Slack links no names."""
    return {"type": "mrkdwn", "text": _filled(_cut(text, most)), "verbatim": True}


def markdown(text: str) -> Block:
    """Return a Markdown block, for messages only."""
    return {"type": "markdown", "text": text}


def section(text: str, accessory: Block | None = None) -> Block:
    """Return a section of mrkdwn, optionally with a button beside it."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def plain_section(text: str) -> Block:
    """Return a section that shows *text* literally, for typed text."""
    return {"type": "section", "text": plain(text)}


def header(text: str) -> Block:
    """Return a header block."""
    return {"type": "header", "text": plain(shorten(text, _LONGEST_HEADER), _LONGEST_HEADER)}


def context(*lines: str) -> Block:
    """Return a context block with *lines* of mrkdwn."""
    return {
        "type": "context",
        "elements": [mrkdwn(line, _LONGEST_CONTEXT) for line in lines[:_MOST_CONTEXT]],
    }


def divider() -> Block:
    """Return a divider block."""
    return {"type": "divider"}


def actions(*buttons: Block) -> Block:
    """Return an actions block of *buttons*."""
    return {"type": "actions", "elements": list(buttons[:_MOST_BUTTONS])}


def button(text: str, action: str, value: str = "", *, style: str = "", label: str = "") -> Block:
    """Return a button; *label* is the text for screen readers if *text* is too short."""
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
    """Return the feedback buttons for the answer recorded as *record*."""
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
    """Return an input block with the id *name* and the initial *value*."""
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
    """Return *text*, or a dash for an empty text, which Slack refuses."""
    return text if text.strip() else "\N{EN DASH}"
