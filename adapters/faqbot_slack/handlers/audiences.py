"""Audience labels of people and channels, and the bot for people from outside."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from faqbot import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot import KnowledgeBase
    from faqbot_slack.settings import SlackSettings

# Label that everybody holds, also people from outside.
PUBLIC = "public"


def channel_labels(settings: SlackSettings, channel: str) -> frozenset[str]:
    """Return the labels that everybody in *channel* holds."""
    held = (label for label, who in settings.audiences.items() if channel in who.channels)
    return frozenset((PUBLIC, *held))


def person_labels(settings: SlackSettings, person: str, channel: str = "") -> frozenset[str]:
    """Return the labels of *person* and *channel*, for a private answer."""
    held = (label for label, who in settings.audiences.items() if person in who.people)
    return frozenset(held) | channel_labels(settings, channel)


class PublicBot:
    """Bot for people from outside, with entries for the audience "public" only.

    Built from *bot* on first use, and again after a reload of its knowledge base.
    """

    def __init__(self, bot: Bot) -> None:
        """Start without building."""
        self._bot = bot
        self._lock = Lock()
        self._made: tuple[KnowledgeBase, Bot] | None = None

    def get(self) -> Bot:
        """Return the bot for the current public entries. Thread-safe."""
        with self._lock:
            kb = self._bot.kb
            if self._made is None or self._made[0] is not kb:
                encoder = self._bot.encoder or "none"
                public = Bot.from_knowledge_base(_only_public(kb), encoder, cache=False)
                self._made = (kb, public)
            return self._made[1]


def _only_public(kb: KnowledgeBase) -> KnowledgeBase:
    """Return *kb* with public entries only, without texts for people inside."""
    entries = tuple(entry for entry in kb.served if PUBLIC in entry.audience)
    manners = None if kb.manners else kb.manners
    return replace(
        kb, entries=entries, greeting="", fallback="", contact="", manners=manners, tests=()
    )


def audience_notes(settings: SlackSettings, kb: KnowledgeBase) -> Iterator[str]:
    """Yield a sentence for each label or section missing in *settings* or *kb*."""
    used = {label for entry in kb.entries for label in entry.audience} - {PUBLIC}
    for label in sorted(used - {*settings.audiences}):
        yield f"nobody in Slack sees the entries for the audience {label!r}: there is no [audiences.{label}]"
    for label in sorted({*settings.audiences} - used - {PUBLIC}):
        yield f"no entry is for the audience {label!r} of [audiences.{label}]"
    sections = {entry.section for entry in kb.entries}
    for section in settings.sections:
        if section not in sections:
            yield f"no entry is in the section {section!r} that [sections] names"
