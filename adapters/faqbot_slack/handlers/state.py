"""State of the handlers: bot, settings, conversations, rate limits."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from faqbot import Conversation, StoreError
from faqbot_slack.events.stored import request_key
from faqbot_slack.handlers.asker import Asker
from faqbot_slack.handlers.audiences import PublicBot, channel_labels, person_labels
from faqbot_slack.handlers.handler_memory import HandlerMemory, PastQuestion
from faqbot_slack.handlers.kept_conversations import KeptConversations
from faqbot_slack.handlers.limits import AnswerLimits
from faqbot_slack.handlers.seen_before import SeenBefore
from faqbot_slack.handlers.shared_memory import ChannelFlags

if TYPE_CHECKING:
    from collections.abc import Callable

    from faqbot import Bot, Store
    from faqbot_slack.events.types import Identity, Request
    from faqbot_slack.settings import SlackSettings


class State:
    """State that the handlers share. Thread-safe; all maps are bounded and expire."""

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
        """Start empty; *reload* requests a reload, None if impossible."""
        self.bot = bot
        self.settings = settings
        self.store = store
        self.identity = identity
        self.clock = clock
        self.reload = reload
        self.public_bot = PublicBot(bot)
        shared, here = store.shared, identity.team or identity.enterprise
        self.conversations = KeptConversations(store, clock)
        self.limits = AnswerLimits(settings, shared, here, clock)
        self.memory = HandlerMemory(shared, here, clock)
        self.seen = SeenBefore(store, identity.team, clock)
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
        conversation = self.conversations.find(key, bot)
        name = request_key(request)
        if request.resumed:
            self.conversations.undo_turn(conversation, name, bot)
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

    def channel_asker(self, request: Request) -> Asker:
        """Return an asker with the channel's labels, whose conversation is not kept."""
        audience = channel_labels(self.settings, request.channel)
        apart = Conversation()
        return Asker(self.bot, audience, apart, request.person, request.channel, "", private=False)

    def is_conversing(self, person: str, channel: str, thread: str) -> bool:
        """Return True if *person* has a conversation with the bot in *thread*."""
        for outside in (False, True):
            key = self._key(channel, thread, person, outside=outside)
            if self.conversations.has_turn(key, self.public_bot.get() if outside else self.bot):
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
        known = self.memory.past_questions.get(record)
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
