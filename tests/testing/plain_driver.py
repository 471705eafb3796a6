"""Driver of the bot itself, without an adapter."""

from __future__ import annotations

import re

from faqbot import Bot, Conversations
from faqbot.testing import Capabilities, Driver, SentMessage, Shown

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class PlainDriver(Driver):
    """Driver that shows the texts of answers, without control characters."""

    capabilities = Capabilities(persons=True, threads=True, rendering=False)

    def start(self, bot: Bot) -> None:
        """Keep *bot*, without conversations."""
        self.bot = bot
        self.conversations: Conversations[tuple[str, str]] = Conversations()

    def say(self, message: SentMessage) -> Shown:
        """Ask the bot; show the heading, the text and the follow-ups as lines."""
        conversation = self.conversations.of((message.person, message.thread))
        answer = self.bot.ask(message.text, conversation)
        follow_ups = "\n".join(entry.question for entry in answer.follow_ups)
        lines = filter(None, (answer.heading, answer.text, follow_ups))
        return Shown((_CONTROLS.sub("", "\n\n".join(lines)),))
