"""Modals: forms for suggestions, feedback reasons and edits, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faqbot_slack.rendering.block_kit import (
    Block,
    context,
    plain,
    plain_section,
    section,
    text_input,
)
from faqbot_slack.rendering.escaping import one_line, shorten
from faqbot_slack.rendering.splitting import LONGEST_SECTION, joined, pieces_of, split
from faqbot_slack.rendering.writers import literal

if TYPE_CHECKING:
    from faqbot import Entry, Suggestion

# Characters of a suggested question. Chosen by hand.
LONGEST_QUESTION = 300  # characters; chosen by hand
# Characters of other fields, and sections of a note: Slack's limits or below them.
_LONGEST_ANSWER = 3000  # characters; chosen by hand
_LONGEST_REASON = 1000  # characters; chosen by hand
_LONGEST_METADATA = 3000  # characters; chosen by hand
_LONGEST_TITLE = 24  # characters; chosen by hand
_MOST_SECTIONS = 40  # chosen by hand


def suggest_view(question: str = "", answer: str = "", metadata: str = "") -> dict[str, Any]:
    """Return the form "faq_suggest_form" with the fields "question" and "answer".

    *question* and *answer* are the initial values; *metadata* comes back with the form.
    """
    blocks = (
        context("What you write goes to those who look after the knowledge base."),
        _with_example(_question(question), "How do I …?"),
        _answer(answer) | {"optional": True},
    )
    return _form("faq_suggest_form", "Suggest an FAQ entry", "Send", blocks, metadata)


def reason_view(record: str) -> dict[str, Any]:
    """Return the form "faq_reason_form" with the field "reason", about the answer of *record*."""
    field = text_input("reason", "What was wrong with it?", most=_LONGEST_REASON, lines=True)
    hint = plain("It went to another question, say, or it is out of date, or something is missing.")
    blocks = (
        context("I am sorry that the answer did not help. If you tell why, the next one can."),
        field | {"hint": hint, "optional": True},
    )
    return _form("faq_reason_form", "That did not help", "Send", blocks, record)


def edit_view(suggestion: Suggestion) -> dict[str, Any]:
    """Return the form "faq_edit_form" with *suggestion* in the fields "question" and "answer"."""
    blocks = (
        _question(suggestion.question),
        _answer(suggestion.answer),
        context("To save is to approve: what you write is taken instead of what was suggested."),
    )
    return _form("faq_edit_form", "Edit the suggestion", "Save and approve", blocks, suggestion.id)


def thanks_view(sentence: str) -> dict[str, Any]:
    """Return the note that replaces a submitted form."""
    return note_view("Thank you", sentence)


def entry_view(entry: Entry) -> dict[str, Any]:
    """Return a modal with the answer of *entry*."""
    return note_view("Answer", f"**{literal(entry.question)}**\n\n{entry.answer}")


def note_view(title: str, markdown: str) -> dict[str, Any]:
    """Return a modal that shows *markdown*."""
    groups = [*split(pieces_of(markdown), LONGEST_SECTION)]
    blocks = [section(joined(group).mrkdwn) for group in groups[:_MOST_SECTIONS]]
    if len(groups) > _MOST_SECTIONS:
        blocks.append(context("There is more of this than fits here."))
    return {
        "type": "modal",
        "title": plain(shorten(title, _LONGEST_TITLE)),
        "close": plain("Close"),
        "blocks": blocks or [plain_section("")],
    }


def _question(question: str) -> Block:
    value = shorten(question, LONGEST_QUESTION)
    return text_input("question", "Question", value=value, most=LONGEST_QUESTION)


def _answer(answer: str) -> Block:
    field = text_input("answer", "Answer", value=answer, most=_LONGEST_ANSWER, lines=True)
    return field | {"hint": plain("Markdown: **bold**, - lists, [text](https://address).")}


def _with_example(field: Block, example: str) -> Block:
    return field | {"element": field["element"] | {"placeholder": plain(example)}}


def _form(
    callback: str, title: str, submit: str, blocks: tuple[Block, ...], metadata: str
) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": one_line(metadata)[:_LONGEST_METADATA],
        "title": plain(title),
        "submit": plain(submit),
        "close": plain("Cancel"),
        "blocks": list(blocks),
    }
