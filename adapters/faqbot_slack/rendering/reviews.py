"""Messages for owners: a suggestion to decide on, and a call for help.

Typed text is shown as plain text or code, never as markup. Only owners are pinged.
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

# Characters of an answer that a form can edit: the limit of an input. A longer one would be cut.
LONGEST_EDITABLE = 3000  # characters; chosen by hand
# Characters of each text that is shown; a section takes 3,000. Chosen by hand.
_LONGEST_SHOWN = 5500  # characters; chosen by hand
_LONGEST_QUESTION = 2500  # characters; chosen by hand
_LONGEST_TOLD = 900  # of the plain text, where an escaped character takes five
_SECTION = 2900  # characters of a section; chosen by hand
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_DECISIONS = {"approved": "Approved", "rejected": "Rejected", "edited": "Approved with edits"}
_CUT = "_It is longer than can be shown here; the full text is in the store._"


def review_message(
    suggestion: Suggestion, *, about: str = "", decided: str = "", by: str = ""
) -> OutgoingMessage:
    """Return *suggestion* with buttons to decide, or once *decided* with the decision.

    *about* is the question of the entry it belongs to, *decided* "approved", "rejected" or "edited",
    and *by* the member id of the owner.
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
    """Yield the blocks that show a suggestion literally."""
    yield plain_section(f"Question: {one_line(suggestion.question)[:_LONGEST_QUESTION]}")
    answer = clean(suggestion.answer).strip()
    if not answer:
        yield context("_No answer was suggested: edit it to write one._")
    for start in range(0, min(len(answer), _LONGEST_SHOWN), _SECTION):
        yield plain_section(answer[start : start + _SECTION])
    if len(answer) > 2 * _SECTION:
        yield context(_CUT)


def decision_buttons(suggestion: Suggestion) -> Iterator[Block]:
    """Yield the buttons to decide: no approval without an answer, no edit of a long one."""
    question = one_line(suggestion.question)
    if suggestion.answer.strip():
        yield _decide("Approve", "faq_approve", suggestion.id, question, style="primary")
    if len(clean(suggestion.answer)) <= LONGEST_EDITABLE:
        yield _decide("Edit", "faq_edit", suggestion.id, question)
    yield _decide("Reject", "faq_reject", suggestion.id, question, style="danger")


def escalation_message(
    question: str, *, owner: str = "", person: str = "", channel: str = ""
) -> OutgoingMessage:
    """Return the call for help with *question* that pings *owner*, a person or a group.

    *person* is the id of the asker, who is linked but not pinged, *channel* that of the place.
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
    """Return links to the asker and the place; a mention might invite the asker there."""
    who = f"https://slack.com/app_redirect?channel={person}" if _PERSON.fullmatch(person) else ""
    parts = (
        f"Asked in <#{channel}>" if _CHANNEL.fullmatch(channel) else "",
        link("Write to the person who asked", who) if who else "",
    )
    return " · ".join(filter(None, parts))
