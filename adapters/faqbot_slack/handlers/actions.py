"""Handlers of answer buttons: choices, feedback, sharing and escalation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from faqbot_slack.handlers.answering import (
    RecordedAnswer,
    decline,
    pick,
    post_answer,
    render_answer,
)
from faqbot_slack.handlers.limits import RateDecision
from faqbot_slack.handlers.posting import post, reply_ephemeral, respond
from faqbot_slack.handlers.questions import can_share
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.rendering.modals import reason_view
from faqbot_slack.rendering.reviews import escalation_message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from faqbot import Answer
    from faqbot_slack.events.types import BlockAction
    from faqbot_slack.handlers.asker import Asker
    from faqbot_slack.handlers.handler_memory import PastQuestion
    from faqbot_slack.handlers.state import State
    from faqbot_slack.rendering.calls import Call

# Period in which a question is escalated once, in seconds. Chosen by hand.
_WEEK = 7 * 24 * 60 * 60.0


def handle_escalation(state: State, action: BlockAction) -> Plan:
    """Ask the section's owner about a recorded question, once a week."""
    if action.foreign:
        return reply_ephemeral(action, texts.NOT_FOR_OUTSIDE)
    past = state.recall(action.value)
    if past is None:
        return reply_ephemeral(action, texts.STALE)
    owner = state.settings.owner_of(past.section)
    if not (owner or state.settings.escalation_channel):
        return reply_ephemeral(action, texts.NOBODY_TO_ASK)
    if state.limits.person.take(action.person) is not RateDecision.ALLOWED:
        return reply_ephemeral(action, texts.TOO_MANY)
    key = f"{state.identity.user}:help:{action.value}"
    if not state.store.claim(key, seconds=_WEEK, holder="".join(action.keys[-1:])):
        return reply_ephemeral(action, texts.ESCALATED_BEFORE)
    return Plan({}, _ask(state, action, past, owner))


def _ask(state: State, action: BlockAction, past: PastQuestion, owner: str) -> tuple[Call, ...]:
    """Return calls that ask at the first reachable place, and report back."""
    outgoing = escalation_message(
        past.text, owner=owner, person=action.person, channel=action.channel
    )
    done = reply_ephemeral(action, texts.ESCALATED).calls
    calls = reply_ephemeral(action, texts.CANNOT_ASK).calls
    for channel, thread in reversed([*_places(state, action, owner)]):
        (first, *more) = post(outgoing, channel, thread)
        calls = (replace(first, instead=calls), *more, *done)
    return calls


def _places(state: State, action: BlockAction, owner: str) -> Iterator[tuple[str, str]]:
    """Yield channel and thread of each place to ask, best first."""
    if state.settings.escalation_channel:
        yield state.settings.escalation_channel, ""
    if owner and (action.ephemeral or action.channel.startswith("D")):
        yield owner, ""
    elif owner:
        yield action.channel, action.thread or action.ts


def handle_entry(state: State, action: BlockAction) -> Plan:
    """Answer with the clicked entry, in the same thread, once a minute."""
    asker = _asker(state, action)
    if refusal := _refusal(state, action, asker):
        return refusal
    entry = asker.find(action.value) if asker is not None else None
    if asker is None or entry is None:
        return reply_ephemeral(action, texts.GONE)
    if not (
        action.resumed
        or state.seen.is_first_click("entry", action.channel, action.ts, action.person, entry.id)
    ):
        return reply_ephemeral(action, texts.ALREADY_PRESSED)
    recorded = pick(state, asker, entry)
    return (
        reply_ephemeral(action, texts.GONE)
        if recorded is None
        else _reply(state, asker, action, recorded)
    )


def handle_none_of_these(state: State, action: BlockAction) -> Plan:
    """Decline the choices: offer others, or say there are none."""
    asker = _asker(state, action)
    if refusal := _refusal(state, action, asker):
        return refusal
    shown = state.memory.shown_choices.get((action.channel, action.ts))
    if asker is None or not _is_last_shown(asker, shown):
        return reply_ephemeral(action, texts.STALE)
    if not (
        action.resumed
        or state.seen.is_first_click("none", action.channel, action.ts, action.person)
    ):
        return reply_ephemeral(action, texts.ALREADY_PRESSED)
    recorded = decline(state, asker)
    return (
        reply_ephemeral(action, texts.STALE)
        if recorded is None
        else _reply(state, asker, action, recorded)
    )


def _is_last_shown(asker: Asker, shown: tuple[str, ...] | None) -> bool:
    """Return True if the *shown* choices are still open, or forgotten."""
    return shown is None or shown == tuple(entry.id for entry in asker.conversation.choices)


def _asker(state: State, action: BlockAction) -> Asker | None:
    if not action.channel:
        return None
    return state.asker(action, action.thread or action.ts, private=action.ephemeral)


def _refusal(state: State, action: BlockAction, asker: Asker | None) -> Plan | None:
    """Return the plan that refuses an answer; None if one may be given."""
    if asker is None:
        return reply_ephemeral(action, texts.NOT_FOR_OUTSIDE)
    if not action.ephemeral and state.is_muted(action.channel):
        return reply_ephemeral(action, texts.MUTED)
    if state.limits.is_thread_full(asker):
        return reply_ephemeral(action, texts.THREAD_IS_LONG)
    passed = state.limits.person.take(action.person)
    if passed is RateDecision.ALLOWED:
        return None
    return (
        reply_ephemeral(action, texts.TOO_MANY) if passed is RateDecision.REFUSED_FIRST else NOTHING
    )


def _reply(state: State, asker: Asker, action: BlockAction, recorded: RecordedAnswer) -> Plan:
    if not action.ephemeral:
        return Plan({}, post_answer(state, asker, recorded, titled=True))
    share = can_share(state, recorded, action.channel)
    outgoing = render_answer(state, asker, recorded, share=share, titled=True)
    return Plan({}, respond(outgoing, action.response_url) if action.response_url else ())


def handle_feedback(state: State, action: BlockAction) -> Plan:
    """Record feedback and say thanks once; ask for a reason if negative."""
    verdict, _, record = action.value.partition(":")
    helpful = verdict == "up"
    if verdict not in {"up", "down"} or not state.store.record_feedback(
        record, person=action.person, helpful=helpful
    ):
        return reply_ephemeral(action, texts.TOO_LONG_AGO)
    calls: tuple[Call, ...] = ()
    if not helpful and action.trigger:
        opened = {"trigger_id": action.trigger, "view": reason_view(record)}
        calls = (Call("views.open", opened),)
    if state.seen.is_first_time("thanks", record, action.person, verdict):
        calls += reply_ephemeral(action, texts.THANKS).calls
    return Plan({}, calls)


def handle_share(state: State, action: BlockAction) -> Plan:
    """Post an ephemeral answer for the channel if everybody there may see it."""
    asker = state.asker(action, private=False) if action.channel else None
    if asker is None or action.channel.startswith("D"):
        return reply_ephemeral(action, texts.NOT_HERE)
    if state.is_muted(action.channel):
        return reply_ephemeral(action, texts.MUTED)
    answer = _answer_for_all(asker, action.value)
    if answer is None:
        return reply_ephemeral(action, texts.NOT_HERE)
    if not (
        action.resumed
        or state.seen.is_first_click("share", action.channel, action.ts, action.value)
    ):
        return reply_ephemeral(action, texts.SHARED_BEFORE)
    return Plan({}, _share(state, asker, action, answer))


def _answer_for_all(asker: Asker, name: str) -> Answer | None:
    """Return the titled answer of the entry *name*, None if not public."""
    entry = asker.find(name)
    try:
        return replace(asker.bot.answer_with(entry), heading=entry.question) if entry else None
    except KeyError:  # a reload removed it meanwhile
        return None


def _share(state: State, asker: Asker, action: BlockAction, answer: Answer) -> tuple[Call, ...]:
    key = (action.channel, action.person, action.value)
    thread = action.thread or state.memory.share_threads.get(key) or ""

    def remember(answered: Mapping[str, Any]) -> None:
        state.limits.thread_answers.add((action.channel, thread or str(answered.get("ts", ""))))

    outgoing = render_answer(state, asker, RecordedAnswer(answer))
    first, *more = post(outgoing, action.channel, thread, remember)
    return (replace(first, instead=reply_ephemeral(action, texts.CANNOT_POST).calls), *more)
