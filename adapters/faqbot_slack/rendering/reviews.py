"""What owners are shown: a suggestion to decide on, and a question that somebody wants a person for.

What people typed stands in plain text or in code, never as markup; who is called is an owner.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from faqbot_slack.rendering.block_kit import (
    Block,
    actions,
    button,
    context,
    plain_section,
    section,
)
from faqbot_slack.rendering.escaping import clean, escape, one_line, shorten
from faqbot_slack.rendering.messages import OutgoingMessage, is_owner_id
from faqbot_slack.rendering.writers import fenced, link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot import Suggestion

__all__ = [
    "LONGEST_EDITABLE",
    "decision_buttons",
    "escalation_message",
    "review_message",
    "typed_blocks",
]

LONGEST_EDITABLE = 3000
"""A field of a form takes no more: a longer answer would lose its end in one."""
_LONGEST_SHOWN = 5500
_LONGEST_QUESTION = 2500
_LONGEST_TOLD = 900  # in the text beside blocks, where a character may take five
_SECTION = 2900
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_DECISIONS = {"approved": "Approved", "rejected": "Rejected", "edited": "Approved with edits"}
_CUT = "_It is longer than can be shown here; the whole is in the store._"


def review_message(
    suggestion: Suggestion, *, about: str = "", decided: str = "", by: str = ""
) -> OutgoingMessage:
    """Return *suggestion* for an owner to decide on, or, once *decided*, what became of it.

    *about* is the question of the entry that it is about, *decided* "approved", "rejected" or
    "edited", and *by* the member id of the owner who did.
    """
    title = f"A suggestion about “{shorten(about, 200)}”" if about else "A suggestion for the FAQ"
    state = _state(decided, by)
    blocks = [section(f"*{escape(title)}*"), *typed_blocks(suggestion)]
    blocks.append(context(state) if state else actions(*decision_buttons(suggestion)))
    said = f"{suggestion.question}\n\n{suggestion.answer or 'No answer was suggested.'}"
    told = fenced(clean(said)[:_LONGEST_TOLD])
    text = "\n".join(filter(None, (f"{escape(title)}:", told, state)))
    return OutgoingMessage(text, tuple(blocks), (OutgoingMessage(text),))


def typed_blocks(suggestion: Suggestion) -> Iterator[Block]:
    """Yield what a person suggested, character by character."""
    yield plain_section(f"Question: {one_line(suggestion.question)[:_LONGEST_QUESTION]}")
    answer = clean(suggestion.answer).strip()
    if not answer:
        yield context("_No answer was suggested: edit it to write one._")
    for start in range(0, min(len(answer), _LONGEST_SHOWN), _SECTION):
        yield plain_section(answer[start : start + _SECTION])
    if len(answer) > 2 * _SECTION:
        yield context(_CUT)


def decision_buttons(suggestion: Suggestion) -> Iterator[Block]:
    """Yield the buttons that decide; what has no answer, or too long a one for a form, lacks one."""
    question = one_line(suggestion.question)
    if suggestion.answer.strip():
        yield _decide("Approve", "faq_approve", suggestion.id, question, style="primary")
    if len(clean(suggestion.answer)) <= LONGEST_EDITABLE:
        yield _decide("Edit", "faq_edit", suggestion.id, question)
    yield _decide("Reject", "faq_reject", suggestion.id, question, style="danger")


def escalation_message(
    question: str, *, owner: str = "", person: str = "", channel: str = ""
) -> OutgoingMessage:
    """Return the call for help with *question* to *owner*, the id of a person or a group, if there is one.

    *person* is who asked, linked and not called, and *channel* where, both ids.
    """
    whom = f"{_mention(owner)}, can you" if is_owner_id(owner) else "Can somebody"
    call = f"{whom} help with this question? I have no answer to it."
    asked = _asked(person, channel)
    typed = clean(question).strip()[:_LONGEST_QUESTION]
    text = "\n".join(filter(None, (call, fenced(typed[:_LONGEST_TOLD]), asked)))
    blocks = [section(call), plain_section(typed), *([context(asked)] if asked else [])]
    return OutgoingMessage(text, tuple(blocks), (OutgoingMessage(text),))


def _decide(text: str, action: str, value: str, question: str, *, style: str = "") -> Block:
    return button(text, action, value, style=style, label=f"{text} the suggestion: {question}")


def _state(decided: str, by: str) -> str:
    if not decided:
        return ""
    return _DECISIONS.get(decided, "Decided") + (f" by {_mention(by)}" if is_owner_id(by) else "")


def _mention(owner: str) -> str:
    return f"<!subteam^{owner}>" if owner.startswith("S") else f"<@{owner}>"


def _asked(person: str, channel: str) -> str:
    """Say who asked and where, by links: a mention would call the person to where they may not be."""
    who = f"https://slack.com/app_redirect?channel={person}" if _PERSON.fullmatch(person) else ""
    parts = (
        f"Asked in <#{channel}>" if _CHANNEL.fullmatch(channel) else "",
        link("Write to the person who asked", who) if who else "",
    )
    return " · ".join(filter(None, parts))
