"""What to do about a question: put by a mention, directly, in a thread, by command or by shortcut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot import Conversation, Outcome
from faqbot_slack.handlers.admin import handle_admin_command
from faqbot_slack.handlers.ambient import handle_ambient, looks_like_question, note_reply
from faqbot_slack.handlers.answering import ask, post_answer, question_of, render_answer
from faqbot_slack.handlers.audiences import channel_labels
from faqbot_slack.handlers.limits import RateDecision
from faqbot_slack.handlers.posting import ephemeral_ack, post, respond, whisper
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Plan
from faqbot_slack.rendering.messages import note_message

if TYPE_CHECKING:
    from faqbot import Question
    from faqbot_slack.events.types import AnswerThis, Message, SlashCommand
    from faqbot_slack.handlers.answering import RecordedAnswer
    from faqbot_slack.handlers.state import Asker, State
    from faqbot_slack.rendering.messages import OutgoingMessage

__all__ = ["can_share", "handle_answer_shortcut", "handle_command", "handle_message"]


def handle_message(state: State, message: Message) -> Plan:
    """Answer a message that is put to the bot, or that it may answer unasked; else do nothing."""
    if message.external and not message.direct:
        state.shared_channels.put(message.channel, True)  # noqa: FBT003 - a value
    note_reply(state, message)
    if state.is_muted(message.channel):
        return NOTHING
    if message.direct or message.mentioned:
        return _plan_called(state, message)
    if message.thread:
        return _plan_follow_up(state, message)
    return handle_ambient(state, message)


def _plan_called(state: State, message: Message) -> Plan:
    """Answer what was put to the bot: always, but within limits, and once however often it is edited."""
    if not state.is_first_time(message.channel, message.ts):
        return NOTHING
    thread = message.thread or message.ts
    asker = state.asker(message, thread)
    if asker is None:
        return NOTHING if message.foreign else _whisper(message, texts.SHARED_CHANNEL)
    if refusal := _refusal(state, message, asker):
        return refusal
    if not _has_words(message.text):
        state.count_answer(asker)
        return Plan({}, post(_help(asker), message.channel, thread))
    recorded = ask(state, asker, message.text, anew=message.direct and not message.thread)
    return Plan({}, post_answer(state, asker, recorded))


def _refusal(state: State, message: Message, asker: Asker) -> Plan | None:
    """Return what is done instead of an answer where there were too many; None where there is room."""
    if state.is_thread_full(asker):
        key = (message.channel, asker.thread)
        first = not state.warned_threads.get(key)
        state.warned_threads.put(key, True)  # noqa: FBT003 - a value
        return _whisper(message, texts.THREAD_IS_LONG) if first else NOTHING
    passed = state.person_limit.take(message.person)
    if passed is RateDecision.ALLOWED:
        return None
    return _whisper(message, texts.TOO_MANY) if passed is RateDecision.REFUSED_FIRST else NOTHING


def _whisper(message: Message, words_said: str) -> Plan:
    call = whisper(note_message(words_said), message.channel, message.person, message.thread)
    return Plan({}, (call,))


def _plan_follow_up(state: State, message: Message) -> Plan:
    """Answer a message in a thread where the bot answered, if it seems to be meant for the bot."""
    if message.addressed or (message.channel, message.thread) not in state.thread_answers:
        return NOTHING
    conversing = state.is_conversing(message.person, message.channel, message.thread)
    if not conversing:
        state.joined_threads.put((message.channel, message.thread), True)  # noqa: FBT003 - a value
    if not _has_words(message.text) or not (conversing or looks_like_question(message.text)):
        return NOTHING
    asker = state.asker(message, message.thread)
    if asker is None or state.is_thread_full(asker):
        return NOTHING
    alone = (message.channel, message.thread) not in state.joined_threads
    if not _is_worth_saying(asker, message.text, conversing=conversing, alone=alone):
        return NOTHING
    if state.person_limit.take(message.person) is not RateDecision.ALLOWED:
        return NOTHING
    return Plan({}, post_answer(state, asker, ask(state, asker, message.text)))


def _is_worth_saying(asker: Asker, text: str, *, conversing: bool, alone: bool) -> bool:
    """Tell whether what would be answered is worth it: people in a thread also talk to each other.

    Who is *alone* there with the bot is told, too, that it has no answer.
    """
    question = question_of(asker, text)
    asked = alone and looks_like_question(text)
    if conversing and (asked or _picks(asker.conversation, question)):
        return True
    answer = asker.bot.ask(question, Conversation())
    if conversing:
        return answer.outcome is not Outcome.UNANSWERED
    return answer.outcome is Outcome.ANSWERED and not answer.manners


def _picks(conversation: Conversation, question: Question) -> bool:
    """Tell whether *question* is the number of something that was offered."""
    with conversation:
        return conversation.picked(question) is not None or conversation.declines(question)


def handle_command(state: State, command: SlashCommand) -> Plan:
    """Answer in the acknowledgement, for nobody else to see."""
    if order := handle_admin_command(state, command):
        return order
    if not _has_words(command.text):
        return Plan(ephemeral_ack(note_message(texts.usage(owner=state.is_owner(command.person)))))
    asker = state.asker(command, private=True)
    if asker is None:
        return Plan(ephemeral_ack(note_message(texts.NOT_FOR_OUTSIDE)))
    if state.person_limit.take(command.person) is not RateDecision.ALLOWED:
        return Plan(ephemeral_ack(note_message(texts.TOO_MANY)))
    recorded = ask(state, asker, command.text)
    outgoing = render_answer(
        state, asker, recorded, share=can_share(state, recorded, command.channel)
    )
    _, *more = respond(outgoing, command.response_url)
    return Plan(ephemeral_ack(outgoing), tuple(more) if command.response_url else ())


def handle_answer_shortcut(state: State, shortcut: AnswerThis) -> Plan:
    """Answer the message that a person pointed at, to that person only."""
    outgoing = _shortcut_look(state, shortcut)
    return Plan({}, respond(outgoing, shortcut.response_url) if shortcut.response_url else ())


def _shortcut_look(state: State, shortcut: AnswerThis) -> OutgoingMessage:
    asker = state.asker(shortcut, private=True)
    if asker is None:
        return note_message(texts.NOT_FOR_OUTSIDE)
    if not _has_words(shortcut.text):
        return _help(asker)
    if state.person_limit.take(shortcut.person) is not RateDecision.ALLOWED:
        return note_message(texts.TOO_MANY)
    with asker.conversation:
        asker.conversation.forget()  # the message is somebody's, so it leans on nothing asked here
        recorded = ask(state, asker, shortcut.text)
    if recorded.answer.entry is not None:
        key = (shortcut.channel, shortcut.person, recorded.answer.entry.id)
        state.share_threads.put(key, shortcut.thread or shortcut.ts)
    return render_answer(state, asker, recorded, share=can_share(state, recorded, shortcut.channel))


def can_share(state: State, recorded: RecordedAnswer, channel: str) -> bool:
    """Tell whether *said* is an entry's answer that everybody in *channel* may see."""
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
