"""Handlers of questions: mentions, direct messages, threads, command and shortcut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot import Conversation, Outcome
from faqbot_slack.handlers.admin import handle_admin_command
from faqbot_slack.handlers.ambient import handle_ambient, looks_like_question, note_reply
from faqbot_slack.handlers.answering import ask, post_answer, question_of, render_answer
from faqbot_slack.handlers.audiences import channel_labels
from faqbot_slack.handlers.limits import RateDecision
from faqbot_slack.handlers.posting import ephemeral_ack, post, post_ephemeral, respond
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Plan
from faqbot_slack.rendering.messages import note_message

if TYPE_CHECKING:
    from faqbot_slack.events.types import AnswerThis, Message, SlashCommand
    from faqbot_slack.handlers.answering import RecordedAnswer
    from faqbot_slack.handlers.asker import Asker
    from faqbot_slack.handlers.state import State
    from faqbot_slack.rendering.messages import OutgoingMessage


def handle_message(state: State, message: Message) -> Plan:
    """Answer a message to the bot, a follow-up in its thread, or an ambient question."""
    if message.external and not message.direct:
        state.note_external(message.channel)
    note_reply(state, message)
    if state.is_muted(message.channel):
        return NOTHING
    if message.direct or message.mentioned:
        return _handle_addressed(state, message)
    if message.thread:
        return _handle_follow_up(state, message)
    return handle_ambient(state, message)


def _handle_addressed(state: State, message: Message) -> Plan:
    """Answer a message to the bot within limits, once despite edits."""
    if not state.seen.is_first_answer(message):
        return NOTHING
    thread = message.thread or message.ts
    asker = state.asker(message, thread)
    if asker is None:
        return NOTHING if message.foreign else _notify(message, texts.SHARED_CHANNEL)
    if refusal := _refusal(state, message, asker):
        return refusal
    if not _has_words(message.text):
        state.limits.count_answer(asker)
        return Plan({}, post(_help(asker), message.channel, thread))
    repeat = message.resumed or (message.direct and not message.thread)
    recorded = ask(state, asker, message.text, repeat=repeat)
    return Plan({}, post_answer(state, asker, recorded))


def _refusal(state: State, message: Message, asker: Asker) -> Plan | None:
    """Return the plan that refuses above a limit; None below it."""
    if state.limits.is_thread_full(asker):
        first = state.seen.is_first_warning(asker)
        return _notify(message, texts.THREAD_IS_LONG) if first else NOTHING
    passed = state.limits.person.take(message.person)
    if passed is RateDecision.ALLOWED or message.resumed:  # it was counted before
        return None
    return _notify(message, texts.TOO_MANY) if passed is RateDecision.REFUSED_FIRST else NOTHING


def _notify(message: Message, sentence: str) -> Plan:
    call = post_ephemeral(note_message(sentence), message.channel, message.person, message.thread)
    return Plan({}, (call,))


def _handle_follow_up(state: State, message: Message) -> Plan:
    """Answer a message in a thread of the bot if it seems to be for the bot."""
    known = message.resumed or (message.channel, message.thread) in state.limits.thread_answers
    if message.addressed or not known:
        return NOTHING
    conversing = state.is_conversing(message.person, message.channel, message.thread)
    if not conversing:
        state.memory.joined_threads.add((message.channel, message.thread))
    if not _has_words(message.text) or not (conversing or looks_like_question(message.text)):
        return NOTHING
    asker = state.asker(message, message.thread)
    if asker is None or state.limits.is_thread_full(asker):
        return NOTHING
    alone = (message.channel, message.thread) not in state.memory.joined_threads
    if not _is_worth_saying(asker, message.text, conversing=conversing, alone=alone):
        return NOTHING
    if state.limits.person.take(message.person) is not RateDecision.ALLOWED:
        return NOTHING
    return Plan({}, post_answer(state, asker, ask(state, asker, message.text)))


def _is_worth_saying(asker: Asker, text: str, *, conversing: bool, alone: bool) -> bool:
    """Return True if a thread message deserves a reply: people also talk to each other there.

    A person who is *alone* with the bot also learns that it has no answer.
    """
    question = question_of(asker, text)
    asked = alone and looks_like_question(text)
    if conversing and (asked or asker.bot.picks(question, asker.conversation)):
        return True
    answer = asker.bot.ask(question, Conversation())
    if conversing:
        return answer.outcome is not Outcome.UNANSWERED
    return answer.outcome is Outcome.ANSWERED and not answer.manners


def handle_command(state: State, command: SlashCommand) -> Plan:
    """Answer a slash command in its acknowledgement, to the person only."""
    if order := handle_admin_command(state, command):
        return order
    if not _has_words(command.text):
        return Plan(ephemeral_ack(note_message(texts.usage(owner=state.is_owner(command.person)))))
    asker = state.asker(command, private=True)
    if asker is None:
        return Plan(ephemeral_ack(note_message(texts.NOT_FOR_OUTSIDE)))
    if state.limits.person.take(command.person) is not RateDecision.ALLOWED:
        return Plan(ephemeral_ack(note_message(texts.TOO_MANY)))
    recorded = ask(state, asker, command.text)
    outgoing = render_answer(
        state, asker, recorded, share=can_share(state, recorded, command.channel)
    )
    _, *more = respond(outgoing, command.response_url)
    return Plan(ephemeral_ack(outgoing), tuple(more) if command.response_url else ())


def handle_answer_shortcut(state: State, shortcut: AnswerThis) -> Plan:
    """Answer a shortcut's message, visible to the person only."""
    outgoing = _shortcut_answer(state, shortcut)
    return Plan({}, respond(outgoing, shortcut.response_url) if shortcut.response_url else ())


def _shortcut_answer(state: State, shortcut: AnswerThis) -> OutgoingMessage:
    asker = state.asker(shortcut, private=True)
    if asker is None:
        return note_message(texts.NOT_FOR_OUTSIDE)
    if not _has_words(shortcut.text):
        return _help(asker)
    if state.limits.person.take(shortcut.person) is not RateDecision.ALLOWED:
        return note_message(texts.TOO_MANY)
    # The message may be another person's, so it is no follow-up.
    recorded = ask(state, asker, shortcut.text, fresh=True)
    if recorded.answer.entry is not None:
        key = (shortcut.channel, shortcut.person, recorded.answer.entry.id)
        state.memory.share_threads.put(key, shortcut.thread or shortcut.ts)
    return render_answer(state, asker, recorded, share=can_share(state, recorded, shortcut.channel))


def can_share(state: State, recorded: RecordedAnswer, channel: str) -> bool:
    """Return True if *recorded* answers with an entry for everybody in *channel*."""
    entry = recorded.answer.entry
    if (
        entry is None
        or recorded.answer.manners
        or recorded.answer.parts
        or channel[:1] not in {"C", "G"}
    ):
        return False
    return entry.is_for(channel_labels(state.settings, channel)) and not state.is_shared(channel)


def _help(asker: Asker) -> OutgoingMessage:
    sections = tuple(
        section
        for section, entries in asker.bot.kb.sections()
        if any(asker.may_see(entry) for entry in entries)
    )
    return note_message(texts.help_text(asker.bot.kb, sections))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)
