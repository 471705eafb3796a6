"""Messages of the bot: answers as blocks, with simpler forms as fallbacks."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from faqbot import Outcome
from faqbot_slack.rendering.block_kit import (
    LONGEST_LABEL,
    Block,
    actions,
    button,
    context,
    markdown,
    section,
)
from faqbot_slack.rendering.block_kit import feedback as feedback_buttons
from faqbot_slack.rendering.escaping import escape, one_line, shorten
from faqbot_slack.rendering.mrkdwn import safe_url
from faqbot_slack.rendering.splitting import (
    LONGEST_SECTION,
    MOST_EXPANDED,
    MessagePiece,
    joined,
    pieces_of,
    split,
)
from faqbot_slack.rendering.writers import link, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from faqbot import Answer, Entry

# Messages of one answer, and rows of each list in it. Chosen by hand.
_MOST_MESSAGES = 3  # chosen by hand
_MOST_NEAREST = 3  # chosen by hand
_MOST_CHOICES = 3  # chosen by hand
_MOST_FOLLOW_UPS = 5  # chosen by hand
_MOST_SOURCES = 3  # chosen by hand
# Characters of a title, a list and a fact. Chosen by hand; the text is within Slack's 4,000.
_LONGEST_TITLE = 300  # characters; chosen by hand
_LONGEST_QUOTE = 100  # as faqbot quotes one of several questions
_LONGEST_LIST = 1200  # characters; chosen by hand
_LONGEST_TEXT = 3960  # characters; chosen by hand
_LONGEST_FACT = 80  # characters; chosen by hand
_LONGEST_PAGE = 400  # characters; chosen by hand
# Lowest confidence of a nearest entry that is offered. Chosen by hand.
_WORTH_OFFERING = 0.02
_OWNER_ID = re.compile(r"[UWS][A-Z0-9]{2,30}")
_NUMBERED = re.compile(r"(\d+)\. (.+)")
_NOTHING = MessagePiece(*["There is no text to this."] * 3)
_CONTINUED = MessagePiece("*(continued)*", "_(continued)_", "(continued)")


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """Message with *blocks*, and *text* for clients and screen readers without blocks.

    *simpler* are forms to send next, in order, if Slack refuses this form: plainer blocks, then
    text. *more* are the further messages of an answer that is too long for one.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    simpler: tuple[OutgoingMessage, ...] = ()
    more: tuple[OutgoingMessage, ...] = ()

    @property
    def body(self) -> dict[str, object]:
        """Arguments of the message for the Web API or a response_url."""
        return {"text": self.text, "blocks": list(self.blocks)}


def note_message(markdown: str) -> OutgoingMessage:
    """Return *markdown* as a message without buttons."""
    return pieces_message(pieces_of(markdown))


def answer_message(  # noqa: PLR0913  one parameter per part of the message
    answer: Answer,
    *,
    record: str = "",
    feedback: bool = True,
    owner: str = "",
    escalate: bool | None = None,
    suggest: bool = True,
    share: bool = False,
    remove: bool = False,
) -> OutgoingMessage:
    """Return *answer* as a message.

    *record* is the id of its record; without it there are no *feedback* buttons. *owner* maintains
    the entry: a Slack id is not shown, since it would ping, a name is. Unanswered questions get
    buttons to *escalate*, by default if there is an owner, and to *suggest* an answer. *share* adds a
    button that posts an ephemeral answer in the channel, *remove* one that deletes an ambient answer.
    """
    ask = bool(owner) if escalate is None else escalate
    foot = [*_sources(answer, owner), *_offers(answer)]
    if answer.outcome is Outcome.UNANSWERED and not answer.manners:
        foot += _unanswered_buttons(answer, record, ask=ask, suggest=suggest)
    foot += _row(*_extra_buttons(answer, record, share=share, remove=remove))
    if feedback and record and _takes_feedback(answer):
        foot.append(feedback_buttons(record))
    url = answer.entry.url if answer.entry is not None else ""
    return pieces_message(_shown(answer), foot, text=_plain_text(answer), url=url)


def pieces_message(
    pieces: Iterable[MessagePiece],
    foot: Sequence[Block] = (),
    *,
    text: str = "",
    head: Sequence[Block] = (),
    url: str = "",
) -> OutgoingMessage:
    """Return *pieces* as a message, with further messages if they are too long.

    *head* precedes the first message, *foot* ends the last. *text* replaces the plain text of a
    single message. After three messages, a link to *url* replaces the rest.
    """
    known = [*pieces]
    if not any(piece.text.strip() for piece in known):
        known = [_NOTHING]  # a horizontal rule, for example, has no text
    groups = [*split(known)]
    left_out = len(groups) > _MOST_MESSAGES
    groups = groups[:_MOST_MESSAGES]
    if left_out:
        groups[-1] = (*groups[-1], _pointer(url))
    messages = [
        _message(
            group if not place else (_CONTINUED, *group),
            head if not place else (),
            foot if place == len(groups) - 1 else (),
        )
        for place, group in enumerate(groups)
    ]
    first = messages[0] if len(messages) > 1 or not text else _with_text(messages[0], text)
    return replace(first, more=tuple(messages[1:]))


def is_owner_id(owner: str) -> bool:
    """Return True if *owner* is the Slack id of a person or a user group."""
    return bool(_OWNER_ID.fullmatch(owner))


def _message(
    group: Sequence[MessagePiece], head: Sequence[Block], foot: Sequence[Block]
) -> OutgoingMessage:
    whole = joined(group)
    text_only = OutgoingMessage(whole.text)
    plainer = (
        *head,
        *(section(joined(each).mrkdwn) for each in split(group, LONGEST_SECTION)),
        *foot,
    )
    if len(group) > MOST_EXPANDED:
        return OutgoingMessage(whole.text, plainer, (text_only,))
    full = (*head, markdown(whole.markdown), *foot)
    return OutgoingMessage(whole.text, full, (OutgoingMessage(whole.text, plainer), text_only))


def _with_text(outgoing: OutgoingMessage, text: str) -> OutgoingMessage:
    """Return *outgoing* with the plain *text* in each form."""
    simpler = tuple(replace(form, text=text) for form in outgoing.simpler)
    return replace(outgoing, text=text, simpler=simpler)


def _pointer(url: str) -> MessagePiece:
    safe = safe_url(url)
    if 0 < len(safe) <= _LONGEST_PAGE:
        plain = f"There is more of this: {escape(safe)}"
        return MessagePiece(
            f"*There is more of this:* {safe}", f"_There is more of this:_ {link('', safe)}", plain
        )
    said = "There is more of this than fits here."
    return MessagePiece(f"*{said}*", f"_{said}_", said)


def _shown(answer: Answer) -> tuple[MessagePiece, ...]:
    """Return the pieces above the buttons; choices are listed only if buttons shorten them."""
    title = _title(answer)
    if listed := _listed(answer):
        lead, _ = listed
        kept = answer.text if any(map(_is_long, answer.choices)) else lead
        return (*title, *pieces_of(kept))
    return (*title, *pieces_of(_markdown(answer)))


def _markdown(answer: Answer) -> str:
    """Return the text of *answer*, with quoted questions as literal text."""
    said = answer.text
    for part in answer.parts:
        if part.outcome is not Outcome.ANSWERED:
            quoted = textwrap.shorten(part.question.text, _LONGEST_QUOTE, placeholder="…")
            said = said.replace(quoted, literal(quoted)) if quoted else said
    return said


def _plain_text(answer: Answer) -> str:
    """Return *answer* as plain text, with its buttons' questions."""
    follow_ups = () if answer.choices or answer.repeated else answer.follow_ups[:_MOST_FOLLOW_UPS]
    offered = _nearest(answer) or follow_ups
    said = joined((*_title(answer), *pieces_of(_markdown(answer)))).text
    lines = "\n".join(_bulleted(offered, _LONGEST_TEXT - len(said)))
    lead = escape(answer.lead)
    return f"{said}\n\n{lead}\n{lines}" if lines else said


def _title(answer: Answer) -> tuple[MessagePiece, ...]:
    """Return the heading of *answer* as title, if any."""
    if not answer.heading:
        return ()
    question = shorten(answer.heading, _LONGEST_TITLE)
    shown = escape(question)
    return (MessagePiece(f"**{literal(question)}**", f"*{shown}*", shown),)


def _listed(answer: Answer) -> tuple[str, str] | None:
    """Return the text above the numbered choices and the label that declines them.

    Returns None if *answer* has no list.
    """
    lead, _, last = answer.text.rpartition("\n\n")
    lines = [_NUMBERED.fullmatch(line) for line in last.split("\n")]
    found = [line[2] for line in lines if line]
    questions = [entry.question for entry in answer.choices]
    if not questions or len(found) != len(lines) or found[: len(questions)] != questions:
        return None
    return lead, found[len(questions)] if len(found) > len(questions) else ""


def _offers(answer: Answer) -> Iterator[Block]:
    """Yield the buttons of choices and follow-ups."""
    if answer.choices:
        listed = _listed(answer)
        none = "None of these" if listed is None else listed[1]
        rest = (button(none, "faq_choice_none"),) if none else ()
        yield from _row(*_entry_buttons("faq_choice", answer.choices[:_MOST_CHOICES]), *rest)
    elif answer.repeated and answer.entry is not None:
        yield from _row(button("Show it again", "faq_choice_1", answer.entry.id))
    elif answer.follow_ups:
        follow_ups = answer.follow_ups[:_MOST_FOLLOW_UPS]
        yield from _lead(answer.lead, follow_ups)
        yield from _row(*_entry_buttons("faq_follow", follow_ups))


def _lead(words: str, entries: Sequence[Entry]) -> Iterator[Block]:
    """Yield *words*, and below them in full each question that its button shortens."""
    lines = [*filter(None, (escape(words),)), *_bulleted(filter(_is_long, entries))]
    if lines:
        yield context("\n".join(lines))


def _bulleted(entries: Iterable[Entry], most: int = _LONGEST_LIST) -> Iterator[str]:
    """Yield a line per question of *entries*, *most* characters in all."""
    left = most
    for entry in entries:
        line = f"• {escape(one_line(entry.question))}"
        left -= len(line) + 1
        if left < 0:
            return
        yield line


def _is_long(entry: Entry) -> bool:
    return len(one_line(entry.question)) > LONGEST_LABEL


def _entry_buttons(action: str, entries: Iterable[Entry]) -> Iterator[Block]:
    for place, entry in enumerate(entries, 1):
        yield button(entry.question, f"{action}_{place}", entry.id)


def _nearest(answer: Answer) -> tuple[Entry, ...]:
    """Return the nearest entries that an unanswered question may offer."""
    if answer.outcome is not Outcome.UNANSWERED or answer.manners or answer.parts:
        return ()
    worth = (match.entry for match in answer.matches if match.confidence >= _WORTH_OFFERING)
    return tuple(worth)[:_MOST_NEAREST]


def _unanswered_buttons(
    answer: Answer, record: str, *, ask: bool, suggest: bool
) -> Iterator[Block]:
    """Yield the buttons below an unanswered question."""
    if nearest := _nearest(answer):
        yield from _lead(answer.lead, nearest)
        yield from _row(*_entry_buttons("faq_choice", nearest))
    yield from _row(
        *([button("Suggest an answer", "faq_suggest", record)] if suggest else []),
        *([button("Ask a person", "faq_escalate", record)] if ask else []),
    )


def _extra_buttons(answer: Answer, record: str, *, share: bool, remove: bool) -> Iterator[Block]:
    if share and answer.entry is not None and not answer.manners:
        yield button("Share with channel", "faq_share", answer.entry.id)
    if remove:
        yield button(
            "Not helpful? Remove", "faq_remove", record, label="Remove this answer from the thread"
        )


def _row(*buttons: Block) -> Iterator[Block]:
    if buttons:
        yield actions(*buttons)


def _takes_feedback(answer: Answer) -> bool:
    said = answer.outcome is Outcome.ANSWERED and not answer.manners
    return said and not answer.repeated


def _sources(answer: Answer, owner: str) -> Iterator[Block]:
    """Yield the context block with the sources of the answer."""
    answers = [part for part in answer.parts or (answer,) if part.entry is not None]
    if answer.repeated or answer.manners:
        return
    lines = (_source(part.entry, owner) for part in answers[:_MOST_SOURCES] if part.entry)
    shown = [*dict.fromkeys(filter(None, lines))]
    if shown:
        yield context(*shown)


def _source(entry: Entry, owner: str) -> str:
    page = safe_url(entry.url)
    source, name = shorten(entry.source, _LONGEST_FACT), shorten(owner, _LONGEST_FACT)
    facts = (
        escape(shorten(entry.section, _LONGEST_FACT)),
        link(source or "source", page) if 0 < len(page) <= _LONGEST_PAGE else escape(source),
        f"updated {entry.reviewed.day} {entry.reviewed:%b %Y}" if entry.reviewed else "",
        f"owner: {escape(name)}" if name and not is_owner_id(name) else "",
    )
    return " · ".join(filter(None, facts))
