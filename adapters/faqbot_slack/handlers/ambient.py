"""What to do about messages that nobody put to the bot: answer a few, and take an answer back.

Whether a message looks like a question, for what the bot answers unasked.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from faqbot import Outcome
from faqbot_slack.handlers.answering import ask, look_of, question_of
from faqbot_slack.handlers.memory import Pass
from faqbot_slack.handlers.posting import post, tell
from faqbot_slack.handlers.state import AmbientReply
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot import Answer
    from faqbot_slack.events.types import Message, MessageDeleted, Press
    from faqbot_slack.handlers.state import Office, Seat

_FEWEST_WORDS, _MOST_WORDS = 3, 80
_ASKS = re.compile(
    r"(?:(?:hi|hey|hello|morning|sorry|so|and|but|ok|okay|quick question|question|please|pls)\b[\s,:!.-]*"
    r"(?:(?:all|everyone|everybody|folks|team|guys|there)\b[\s,:!.-]*)?)*"
    r"(?:what|what's|whats|who|who's|whom|whose|which|when|where|where's|why|how|how's|is|are|was|were|"
    r"am|do|does|did|can|could|will|would|should|shall|may|might|has|have|had|"
    r"any(?:one|body)\b.*\b(?:know|have|help|tell)|"
    r"i(?:'m| am)? (?:wonder|wondering|looking for|need|want|can't|cannot|don't know|do not know)|"
    r"looking for|need help|help with|tell me)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"\?(?=[^\w\s]{0,30}+(?:\s|$))")
_CODE_OR_LINK = re.compile(r"```.*?```|`[^`]*`|https?://\S+", re.DOTALL)
SHADOW = "slack-shadow"
"""The adapter's name in the records of what would have been said."""


def looks_like_question(text: str) -> bool:
    """Tell whether *text* seems to ask something: by a question mark, or by how it begins.

    A word or two ask nothing that could be answered unasked, and a long story is for people.
    """
    prose = _CODE_OR_LINK.sub(" ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).strip()
    count = len(prose.split())
    if not _FEWEST_WORDS <= count <= _MOST_WORDS:
        return False
    return _MARK.search(prose) is not None or _ASKS.match(prose) is not None


def plan_ambient(office: Office, message: Message) -> Plan:
    """Answer a question at the top level of a channel that wants that, if the answer is sure."""
    here = office.settings.of_channel(message.channel)
    if not here.ambient or message.external or message.addressed:
        return NOTHING
    budget = office.budgets[message.channel]
    if not looks_like_question(message.text) or not budget.has_room(message.channel):
        return NOTHING
    seat = office.onlooker(message)
    answer = seat.bot.ask(question_of(seat, message.text), seat.conversation)
    if not _is_sure(answer, here.threshold) or budget.take(message.channel) is not Pass.YES:
        return NOTHING
    if here.shadow:
        office.store.record(answer, adapter=SHADOW, person=message.person)
        return NOTHING
    asked = office.seat(message, message.ts)
    return NOTHING if asked is None else Plan({}, _say(office, message, asked))


def _is_sure(answer: Answer, threshold: float) -> bool:
    answered = answer.outcome is Outcome.ANSWERED and not answer.manners
    return answered and answer.confidence >= threshold


def _say(office: Office, message: Message, seat: Seat) -> tuple[Call, ...]:
    said = ask(office, seat, message.text)
    key = (message.channel, message.ts)
    office.ambient.put(key, AmbientReply(message.ts, message.person))

    def remember(answered: Mapping[str, Any]) -> tuple[Call, ...]:
        def with_ts(reply: AmbientReply | None) -> AmbientReply:
            known = reply or AmbientReply(message.ts, message.person)
            return replace(known, ts=str(answered.get("ts", "")))

        reply = office.ambient.change(key, with_ts)
        office.ambient.put((message.channel, reply.ts), reply)
        return (_delete(message.channel, reply.ts),) if reply.unwanted else ()

    look = look_of(office, seat, said, remove=True)
    return post(look, message.channel, message.ts, remember)


def note_reply(office: Office, message: Message) -> None:
    """Note that a person replied where the bot had answered unasked: what is discussed stays."""
    key = (message.channel, message.thread)
    if message.thread and (reply := office.ambient.get(key)) is not None:
        office.ambient.put(key, replace(reply, replied=True))


def plan_deleted(office: Office, deleted: MessageDeleted) -> Plan:
    """Take back what was answered unasked to a message that is gone, unless somebody replied."""
    key = (deleted.channel, deleted.ts)
    reply = office.ambient.get(key)
    if reply is None or reply.question != deleted.ts or reply.unwanted:
        return NOTHING
    if reply.replied or deleted.replied:
        return NOTHING
    known = office.ambient.change(key, lambda now: replace(now or reply, unwanted=True))
    return Plan({}, (_delete(deleted.channel, known.ts),) if known.ts else ())


def plan_remove(office: Office, press: Press) -> Plan:
    """Take back an answer that nobody had asked for: the asker or an owner does not want it."""
    reply = office.ambient.get((press.channel, press.ts))
    asker = reply.asker if reply is not None else press.asker
    if press.person != asker and not office.is_owner(press.person):
        return tell(press, texts.NOT_YOURS)
    if not (press.channel and press.ts):
        return NOTHING
    office.store.record_feedback(press.value, person=press.person, helpful=False)
    if reply is not None:
        office.ambient.take((press.channel, reply.question))
    return Plan({}, (_delete(press.channel, press.ts),))


def _delete(channel: str, ts: str) -> Call:
    return Call("chat.delete", {"channel": channel, "ts": ts})
