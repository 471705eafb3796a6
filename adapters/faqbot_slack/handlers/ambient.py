"""Ambient answers: to questions that are not addressed to the bot, and their removal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from faqbot import Outcome
from faqbot_slack.handlers.answering import ask, question_of, render_answer
from faqbot_slack.handlers.handler_memory import AmbientReply
from faqbot_slack.handlers.limits import RateDecision
from faqbot_slack.handlers.posting import post, reply_ephemeral
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot import Answer
    from faqbot_slack.events.types import BlockAction, Message, MessageDeleted
    from faqbot_slack.handlers.asker import Asker
    from faqbot_slack.handlers.state import State

# Words of an ambient question. Chosen by hand: shorter asks nothing, longer is a story for people.
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
# Adapter name in the records of shadow answers, which are not posted.
SHADOW = "slack-shadow"


def looks_like_question(text: str) -> bool:
    """Return True if *text* has a question mark at the end of a word or begins as a question.

    Texts of fewer than 3 or more than 80 words do not count.
    """
    prose = _CODE_OR_LINK.sub(" ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")).strip()
    count = len(prose.split())
    if not _FEWEST_WORDS <= count <= _MOST_WORDS:
        return False
    return _MARK.search(prose) is not None or _ASKS.match(prose) is not None


def handle_ambient(state: State, message: Message) -> Plan:
    """Answer a top-level question of an ambient channel if certain."""
    here = state.settings.of_channel(message.channel)
    if not here.ambient or message.external or message.addressed:
        return NOTHING
    budget = state.limits.ambient[message.channel]
    if not looks_like_question(message.text) or not budget.has_room(message.channel):
        return NOTHING
    asker = state.channel_asker(message)
    answer = asker.bot.ask(question_of(asker, message.text), asker.conversation)
    if (
        not _is_certain(answer, here.threshold)
        or budget.take(message.channel) is not RateDecision.ALLOWED
    ):
        return NOTHING
    if here.shadow:
        state.store.record(answer, adapter=SHADOW, person=message.person)
        return NOTHING
    asked = state.asker(message, message.ts)
    return NOTHING if asked is None else Plan({}, _post(state, message, asked))


def _is_certain(answer: Answer, threshold: float) -> bool:
    answered = answer.outcome is Outcome.ANSWERED and not answer.manners
    return answered and answer.confidence >= threshold


def _post(state: State, message: Message, asker: Asker) -> tuple[Call, ...]:
    recorded = ask(state, asker, message.text)
    key = (message.channel, message.ts)
    state.memory.ambient_replies.put(key, AmbientReply(message.ts, message.person))

    def remember(answered: Mapping[str, Any]) -> tuple[Call, ...]:
        def with_ts(reply: AmbientReply | None) -> AmbientReply:
            known = reply or AmbientReply(message.ts, message.person)
            return replace(known, ts=str(answered.get("ts", "")))

        reply = state.memory.ambient_replies.change(key, with_ts)
        state.memory.ambient_posts.note(key, reply.ts)
        state.memory.ambient_replies.put((message.channel, reply.ts), reply)
        return (_delete(message.channel, reply.ts),) if reply.unwanted else ()

    outgoing = render_answer(state, asker, recorded, remove=True)
    return post(outgoing, message.channel, message.ts, remember)


def note_reply(state: State, message: Message) -> None:
    """Note a person's reply below an ambient answer, which then stays."""
    key = (message.channel, message.thread)
    if message.thread and (reply := state.memory.ambient_replies.get(key)) is not None:
        state.memory.ambient_replies.put(key, replace(reply, replied=True))


def handle_deleted(state: State, deleted: MessageDeleted) -> Plan:
    """Delete the ambient answer to a deleted message, unless a person replied."""
    key = (deleted.channel, deleted.ts)
    reply = state.memory.ambient_replies.get(key)
    if reply is None and not deleted.replied:
        ts = state.memory.ambient_posts.take(key)
        return Plan({}, (_delete(deleted.channel, ts),)) if ts else NOTHING
    if reply is None or reply.question != deleted.ts or reply.unwanted:
        return NOTHING
    if reply.replied or deleted.replied:
        return NOTHING
    known = state.memory.ambient_replies.change(
        key, lambda now: replace(now or reply, unwanted=True)
    )
    return Plan({}, (_delete(deleted.channel, known.ts),) if known.ts else ())


def handle_remove(state: State, action: BlockAction) -> Plan:
    """Delete an ambient answer for its asker or an owner."""
    reply = state.memory.ambient_replies.get((action.channel, action.ts))
    asker = reply.asker if reply is not None else action.asker
    if action.person != asker and not state.is_owner(action.person):
        return reply_ephemeral(action, texts.NOT_YOURS)
    if not (action.channel and action.ts):
        return NOTHING
    state.store.record_feedback(action.value, person=action.person, helpful=False)
    if reply is not None:
        state.memory.ambient_replies.take((action.channel, reply.question))
    return Plan({}, (_delete(action.channel, action.ts),))


def _delete(channel: str, ts: str) -> Call:
    return Call("chat.delete", {"channel": channel, "ts": ts})
