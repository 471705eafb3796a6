"""What to do about a question: put by a mention, directly, in a thread, by command or by shortcut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot import Conversation, Outcome
from faqbot_slack.handlers.admin import plan_order
from faqbot_slack.handlers.ambient import looks_like_question, note_reply, plan_ambient
from faqbot_slack.handlers.answering import ask, look_of, post_answer, question_of
from faqbot_slack.handlers.audiences import labels_here
from faqbot_slack.handlers.memory import Pass
from faqbot_slack.handlers.posting import ephemeral_ack, post, respond, whisper
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Plan
from faqbot_slack.rendering.messages import note_look

if TYPE_CHECKING:
    from faqbot import Question
    from faqbot_slack.events.types import AnswerThis, Command, Message
    from faqbot_slack.handlers.answering import Said
    from faqbot_slack.handlers.state import Office, Seat
    from faqbot_slack.rendering.messages import Look

__all__ = ["can_share", "plan_command", "plan_message", "plan_shortcut"]


def plan_message(office: Office, message: Message) -> Plan:
    """Answer a message that is put to the bot, or that it may answer unasked; else do nothing."""
    if message.external and not message.direct:
        office.shared.put(message.channel, True)  # noqa: FBT003 - a value
    note_reply(office, message)
    if office.is_muted(message.channel):
        return NOTHING
    if message.direct or message.mentioned:
        return _plan_called(office, message)
    if message.thread:
        return _plan_follow_up(office, message)
    return plan_ambient(office, message)


def _plan_called(office: Office, message: Message) -> Plan:
    """Answer what was put to the bot: always, but within limits, and once however often it is edited."""
    if not office.is_first_time(message.channel, message.ts):
        return NOTHING
    thread = message.thread or message.ts
    seat = office.seat(message, thread)
    if seat is None:
        return NOTHING if message.foreign else _whisper(message, texts.SHARED_CHANNEL)
    if refusal := _refusal(office, message, seat):
        return refusal
    if not _has_words(message.text):
        office.count_answer(seat)
        return Plan({}, post(_help(seat), message.channel, thread))
    said = ask(office, seat, message.text, anew=message.direct and not message.thread)
    return Plan({}, post_answer(office, seat, said))


def _refusal(office: Office, message: Message, seat: Seat) -> Plan | None:
    """Return what is done instead of an answer where there were too many; None where there is room."""
    if office.is_thread_full(seat):
        key = (message.channel, seat.thread)
        first = not office.told.get(key)
        office.told.put(key, True)  # noqa: FBT003 - a value
        return _whisper(message, texts.THREAD_IS_LONG) if first else NOTHING
    passed = office.people.take(message.person)
    if passed is Pass.YES:
        return None
    return _whisper(message, texts.TOO_MANY) if passed is Pass.TELL else NOTHING


def _whisper(message: Message, words_said: str) -> Plan:
    call = whisper(note_look(words_said), message.channel, message.person, message.thread)
    return Plan({}, (call,))


def _plan_follow_up(office: Office, message: Message) -> Plan:
    """Answer a message in a thread where the bot answered, if it seems to be meant for the bot."""
    if message.addressed or (message.channel, message.thread) not in office.threads:
        return NOTHING
    conversing = office.is_conversing(message.person, message.channel, message.thread)
    if not conversing:
        office.joined.put((message.channel, message.thread), True)  # noqa: FBT003 - a value
    if not _has_words(message.text) or not (conversing or looks_like_question(message.text)):
        return NOTHING
    seat = office.seat(message, message.thread)
    if seat is None or office.is_thread_full(seat):
        return NOTHING
    alone = (message.channel, message.thread) not in office.joined
    if not _is_worth_saying(seat, message.text, conversing=conversing, alone=alone):
        return NOTHING
    if office.people.take(message.person) is not Pass.YES:
        return NOTHING
    return Plan({}, post_answer(office, seat, ask(office, seat, message.text)))


def _is_worth_saying(seat: Seat, text: str, *, conversing: bool, alone: bool) -> bool:
    """Tell whether what would be answered is worth it: people in a thread also talk to each other.

    Who is *alone* there with the bot is told, too, that it has no answer.
    """
    question = question_of(seat, text)
    asked = alone and looks_like_question(text)
    if conversing and (asked or _picks(seat.conversation, question)):
        return True
    answer = seat.bot.ask(question, Conversation())
    if conversing:
        return answer.outcome is not Outcome.UNANSWERED
    return answer.outcome is Outcome.ANSWERED and not answer.manners


def _picks(conversation: Conversation, question: Question) -> bool:
    """Tell whether *question* is the number of something that was offered."""
    with conversation:
        return conversation.picked(question) is not None or conversation.declines(question)


def plan_command(office: Office, command: Command) -> Plan:
    """Answer in the acknowledgement, for nobody else to see."""
    if order := plan_order(office, command):
        return order
    if not _has_words(command.text):
        return Plan(ephemeral_ack(note_look(texts.usage(owner=office.is_owner(command.person)))))
    seat = office.seat(command, private=True)
    if seat is None:
        return Plan(ephemeral_ack(note_look(texts.NOT_FOR_OUTSIDE)))
    if office.people.take(command.person) is not Pass.YES:
        return Plan(ephemeral_ack(note_look(texts.TOO_MANY)))
    said = ask(office, seat, command.text)
    look = look_of(office, seat, said, share=can_share(office, said, command.channel))
    _, *more = respond(look, command.response_url)
    return Plan(ephemeral_ack(look), tuple(more) if command.response_url else ())


def plan_shortcut(office: Office, shortcut: AnswerThis) -> Plan:
    """Answer the message that a person pointed at, to that person only."""
    look = _shortcut_look(office, shortcut)
    return Plan({}, respond(look, shortcut.response_url) if shortcut.response_url else ())


def _shortcut_look(office: Office, shortcut: AnswerThis) -> Look:
    seat = office.seat(shortcut, private=True)
    if seat is None:
        return note_look(texts.NOT_FOR_OUTSIDE)
    if not _has_words(shortcut.text):
        return _help(seat)
    if office.people.take(shortcut.person) is not Pass.YES:
        return note_look(texts.TOO_MANY)
    with seat.conversation:
        seat.conversation.forget()  # the message is somebody's, so it leans on nothing asked here
        said = ask(office, seat, shortcut.text)
    if said.answer.entry is not None:
        key = (shortcut.channel, shortcut.person, said.answer.entry.id)
        office.share_in.put(key, shortcut.thread or shortcut.ts)
    return look_of(office, seat, said, share=can_share(office, said, shortcut.channel))


def can_share(office: Office, said: Said, channel: str) -> bool:
    """Tell whether *said* is an entry's answer that everybody in *channel* may see."""
    entry = said.answer.entry
    if entry is None or said.answer.manners or said.answer.parts or channel[:1] not in {"C", "G"}:
        return False
    return entry.is_for(labels_here(office.settings, channel)) and not office.is_shared(channel)


def _help(seat: Seat) -> Look:
    sections = tuple(
        section
        for section, entries in seat.bot.kb.sections()
        if any(seat.may_see(entry) for entry in entries)
    )
    return note_look(texts.help_text(seat.bot.kb, sections))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)
