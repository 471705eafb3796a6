"""State of the handlers: the bot, settings, conversations and rate limits."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from faqbot import Conversation, ConversationError, Conversations, SharedConversations, StoreError
from faqbot_slack.events.stored import request_key
from faqbot_slack.expiring import ExpiringMap
from faqbot_slack.handlers.audiences import PublicBot, channel_labels, person_labels
from faqbot_slack.handlers.limits import RateLimit
from faqbot_slack.handlers.shared_memory import AmbientPosts, ChannelFlags, ThreadCounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from faqbot import Bot, Entry, Store
    from faqbot_slack.events.types import Identity, Message, Request
    from faqbot_slack.settings import SlackSettings

_Result = TypeVar("_Result")

# Periods after which a remembered value expires, in seconds.
_DAY = 24 * 60 * 60.0  # seconds
_HOUR = 60 * 60.0  # seconds
_MINUTE = 60.0  # seconds
_FIVE_MINUTES = 300.0  # seconds
# Values that each map keeps at most; the oldest goes first. Chosen by hand: some megabytes in all.
_MOST_THREADS = 1_000  # values; chosen by hand
_MOST_QUESTIONS = 10_000  # values; chosen by hand
_MOST_ACTIONS = 10_000  # values; chosen by hand


@dataclass(frozen=True, slots=True)
class Asker:
    """One person at one place: their *bot*, *audience* labels and *conversation*.

    *private* means that nobody else sees the answers, *outside* that people of another organisation
    do. *key* names the conversation in the store, "" for one that is not kept, and *request* the request.
    """

    bot: Bot
    audience: frozenset[str]
    conversation: Conversation
    person: str
    channel: str
    thread: str
    private: bool
    outside: bool = False
    key: str = ""
    request: str = ""

    def may_see(self, entry: Entry) -> bool:
        """Return True if *entry* may be shown here."""
        return not entry.draft and entry.is_for(self.audience)

    def find(self, name: str) -> Entry | None:
        """Return the entry with the id *name* if it may be shown here, else None."""
        entry = self.bot.kb.by_id.get(name)
        return entry if entry is not None and self.may_see(entry) else None


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """Answered question, kept for the buttons below its answer."""

    text: str
    section: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class AmbientReply:
    """Ambient answer: the message *ts*, in reply to the *asker*'s message *question*.

    *ts* is "" while the answer is being posted. *unwanted* means that it must be deleted as soon as
    it is posted.
    """

    question: str
    asker: str
    ts: str = ""
    replied: bool = False
    unwanted: bool = False


class State:
    """State that the handlers share. Thread-safe; every map is bounded and expires."""

    def __init__(
        self,
        bot: Bot,
        settings: SlackSettings,
        store: Store,
        identity: Identity,
        *,
        clock: Callable[[], float] = time.monotonic,
        reload: Callable[[], None] | None = None,
    ) -> None:
        """Start empty; *reload* requests a reload of the knowledge base, None if impossible."""
        self.bot = bot
        self.settings = settings
        self.store = store
        self.identity = identity
        self.clock = clock
        self.reload = reload
        self.public_bot = PublicBot(bot)
        self.conversations = Conversations(clock=clock)
        self.shared_conversations = SharedConversations(store)
        # Last turns of other processes: their request, and the conversation before.
        self._foreign_turns: WeakKeyDictionary[Conversation, dict[str, object]] = (
            WeakKeyDictionary()
        )
        shared, here = store.shared, identity.team or identity.enterprise
        self.person_limit = RateLimit(
            settings.limits.per_person,
            _MINUTE,
            clock,
            counts=shared.counts,
            name=f"slack-person:{here}",
        )
        self.ambient_budgets = {
            channel: RateLimit(
                set_there.budget,
                _HOUR,
                clock,
                keys=1,
                counts=shared.counts,
                name=f"slack-ambient:{here}",
            )
            for channel, set_there in settings.channels.items()
        }
        self.thread_answers = ThreadCounts(
            shared, f"slack-answers:{here}", _MOST_THREADS, _DAY, clock
        )
        self.warned_threads: ExpiringMap[tuple[str, str], bool] = ExpiringMap(
            _MOST_THREADS, _DAY, clock
        )
        self.past_questions: ExpiringMap[str, PastQuestion] = ExpiringMap(
            _MOST_QUESTIONS, _DAY, clock
        )
        self.ambient_replies: ExpiringMap[tuple[str, str], AmbientReply] = ExpiringMap(
            _MOST_THREADS, _DAY, clock
        )
        self.ambient_posts = AmbientPosts(shared, f"slack-ambient-posts:{here}", _DAY)
        self.shown_choices: ExpiringMap[tuple[str, str], tuple[str, ...]] = ExpiringMap(
            _MOST_THREADS, _DAY, clock
        )
        self.recent_questions: ExpiringMap[str, object] = ExpiringMap(1, _FIVE_MINUTES, clock)
        self.review_places: ExpiringMap[str, tuple[str, str]] = ExpiringMap(
            _MOST_THREADS, _DAY, clock
        )
        self.seen_this_minute: ExpiringMap[tuple[str, ...], bool] = ExpiringMap(
            _MOST_ACTIONS, _MINUTE, clock
        )
        self.seen_today: ExpiringMap[tuple[str, ...], bool] = ExpiringMap(
            _MOST_ACTIONS, _DAY, clock
        )
        self.joined_threads = ThreadCounts(
            shared, f"slack-joined:{here}", _MOST_THREADS, _DAY, clock
        )
        self.share_threads: ExpiringMap[tuple[str, str, str], str] = ExpiringMap(
            _MOST_THREADS, _HOUR, clock
        )
        self.shared_channels = ChannelFlags(shared, f"slack-external:{here}", clock)
        self.muted_channels = ChannelFlags(shared, f"slack-muted:{here}", clock)

    def is_owner(self, person: str) -> bool:
        """Return True if *person* may decide on suggestions and give admin commands."""
        return bool(person) and person in self.settings.owners

    def is_muted(self, channel: str) -> bool:
        """Return True if the bot is muted in *channel*."""
        given = self.muted_channels.get(channel)
        return self.settings.of_channel(channel).muted if given is None else given

    def is_shared(self, channel: str) -> bool:
        """Return True if *channel* is known to be shared with another organisation."""
        return self.settings.of_channel(channel).shared or bool(self.shared_channels.get(channel))

    def note_external(self, channel: str) -> None:
        """Note that people of another organisation are in *channel*."""
        if not self.is_shared(channel):
            self.shared_channels.put(channel, True)  # noqa: FBT003 - a value

    def asker(self, request: Request, thread: str = "", *, private: bool = False) -> Asker | None:
        """Return the asker of *request*, None if they may get no answer.

        Direct messages and ephemeral answers are *private*: the person's own labels count. Elsewhere
        the labels of the whole channel count.
        """
        alone = private or request.channel.startswith("D")
        outside = (
            request.foreign if private else request.external or self.is_shared(request.channel)
        )
        if outside and not self.settings.public_to_external:
            return None
        bot, audience = self._knowledge(request, outside=outside, alone=alone)
        place = "private" if private else ("" if alone else thread)
        key = self._key(request.channel, place, request.person, outside=outside)
        conversation = self._conversation(key, bot)
        name = request_key(request)
        if request.resumed:
            self._undo_turn(conversation, name, bot)
        return Asker(
            bot,
            audience,
            conversation,
            request.person,
            request.channel,
            thread,
            alone,
            outside,
            key,
            name,
        )

    def _key(self, channel: str, place: str, person: str, *, outside: bool) -> str:
        kind = "outside" if outside else "inside"
        team = self.identity.team or self.identity.enterprise
        return f"slack\0{team}\0{channel}\0{place}\0{person}\0{kind}"

    def _conversation(self, key: str, bot: Bot) -> Conversation:
        """Return the conversation of *key* in its newest version."""
        found = self.conversations.of(key)
        extra = self.shared_conversations.refresh(key, found, bot.kb)
        if extra is not None:
            self._foreign_turns[found] = extra
        return found

    def _undo_turn(self, conversation: Conversation, name: str, bot: Bot) -> None:
        """Undo the last turn of *conversation* if a process that ended took it for the request *name*.

        It may not have posted the answer. Without this, a "1" would pick from that answer.
        """
        turn = self._foreign_turns.get(conversation, {})
        before = turn.get("before")
        if name and turn.get("request") == name and isinstance(before, dict):
            with suppress(ConversationError):  # it is of a newer faqbot
                conversation.restore(before, bot.kb)

    def take_turn(self, asker: Asker, turn: Callable[[], _Result]) -> _Result:
        """Return the result of *turn*, a turn of the asker's conversation, and keep the conversation.

        *turn* is called again if another process took a turn of it meanwhile.
        """
        if not asker.key:
            return turn()

        def noted(_: object) -> tuple[_Result, dict[str, object]]:
            if not self.shared_conversations.is_active:
                return turn(), {}
            before = asker.conversation.to_dict()
            return turn(), {"request": asker.request, "before": before}

        return self.shared_conversations.take_turn(
            asker.key, asker.conversation, asker.bot.kb, noted, person=asker.person
        )

    def channel_asker(self, request: Request) -> Asker:
        """Return an asker with the channel's labels and a conversation that is not kept."""
        audience = channel_labels(self.settings, request.channel)
        apart = Conversation()
        return Asker(self.bot, audience, apart, request.person, request.channel, "", private=False)

    def is_conversing(self, person: str, channel: str, thread: str) -> bool:
        """Return True if *person* has a conversation with the bot in *thread*."""
        for outside in (False, True):
            key = self._key(channel, thread, person, outside=outside)
            if self.shared_conversations.is_active:
                self._conversation(key, self.public_bot.get() if outside else self.bot)
            if key in self.conversations and self.conversations.of(key).last is not None:
                return True
        return False

    def _knowledge(
        self, request: Request, *, outside: bool, alone: bool
    ) -> tuple[Bot, frozenset[str]]:
        if outside:
            return self.public_bot.get(), frozenset(["public"])
        if alone:
            return self.bot, person_labels(self.settings, request.person, request.channel)
        return self.bot, channel_labels(self.settings, request.channel)

    def recall(self, record: str) -> PastQuestion | None:
        """Return the question of *record*, at most a day old; other processes' are in the store."""
        known = self.past_questions.get(record)
        if known is not None or not record:
            return known
        try:
            found = self.store.question(record)
        except StoreError:
            return None
        if found is None or found.at < datetime.now(UTC) - timedelta(days=1):
            return None
        nearest = self.bot.kb.by_id.get(found.entry or next(iter(found.nearest), ""))
        return PastQuestion(found.text, nearest.section if nearest else "", found.entry)

    def count_answer(self, asker: Asker) -> None:
        """Count an answer in the thread of *asker*."""
        if asker.thread and not asker.private:
            self.thread_answers.add((asker.channel, asker.thread))

    def is_thread_full(self, asker: Asker) -> bool:
        """Return True if the thread of *asker* has reached its limit; direct messages have none."""
        given = 0 if asker.private else self.thread_answers.total((asker.channel, asker.thread))
        return given >= self.settings.limits.per_thread

    def is_first_click(self, *key: str) -> bool:
        """Return True if *key* was not clicked within the last minute, and note the click.

        The period is short so that a person can try again after an error.
        """
        is_first = self.seen_this_minute.add(key, True)  # noqa: FBT003 - a value
        return is_first and self._is_first_of_all("click", key, _MINUTE)

    def is_first_warning(self, asker: Asker) -> bool:
        """Return True if nobody was told within a day that the thread of *asker* is full; note it."""
        thread = (asker.channel, asker.thread)
        is_first = self.warned_threads.add(thread, True)  # noqa: FBT003 - a value
        return is_first and self._is_first_of_all("full", thread, _DAY)

    def _is_first_of_all(self, kind: str, key: tuple[str, ...], seconds: float) -> bool:
        """Return True if no other replica noted *key* within *seconds*."""
        if not self.store.shared.is_active:
            return True
        return self.store.claim("\0".join((kind, self.identity.team, *key)), seconds=seconds)

    def is_first_answer(self, message: Message) -> bool:
        """Return True if *message* was not answered within a day, by any process; note it.

        Slack reports a mention again when the message is edited. A resumed request gets True again: a
        process may have ended between the handler and the post.
        """
        key, holder = f"answered:{message.channel}:{message.ts}", "".join(message.keys[-1:])
        is_new = self.is_first_time(message.channel, message.ts) or message.resumed
        return is_new and self.store.claim(key, seconds=_DAY, holder=holder)

    def is_first_time(self, *key: str) -> bool:
        """Return True if *key* was not seen within a day, and note it."""
        return self.seen_today.add(key, True)  # noqa: FBT003 - a value
