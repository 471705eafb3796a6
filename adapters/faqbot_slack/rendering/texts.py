"""Sentences of the bot itself, in Markdown; answers come from the knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faqbot import KnowledgeBase

ALREADY_PRESSED = "I have answered that already, in this conversation."
CANNOT_ASK = "I could not reach anybody who could help. Please ask in a channel."
CANNOT_POST = "I cannot post in this channel. Invite me with `/invite`, and try again."
DECIDED_BEFORE = "Somebody has decided on that suggestion already."
ESCALATED = "I have asked for help. Somebody will get back to you."
ESCALATED_BEFORE = "I have already asked for help with that question."
GONE = "That question is no longer in the knowledge base, or it is not for everybody here."
MUTED = "I have been muted in this channel. Ask me in a direct message, or with `/ask`."
NOBODY_TO_ASK = "Nobody is set up to be asked for help. Try a channel where people help each other."
NOT_FOR_OUTSIDE = "I can only answer people of the workspace that I belong to."
NOT_HERE = "That answer is not for everybody in this channel, so I have not shared it."
NOT_KEPT = "I could not keep that just now. Please try again in a minute."
NOT_YOURS = "Only the person who asked, or one of my owners, can take that away."
NO_ANSWER_YET = "That suggestion has no answer yet: edit it to write one."
OWNERS_ONLY = "Only my owners can do that."
SHARED_CHANNEL = (
    "This channel is shared with another organisation, so I do not answer here. "
    "Ask me in a direct message, or with `/ask`."
)
SHARED_BEFORE = "That answer has been shared already."
STALE = "That is from a while ago. Please ask again."
SUGGESTED = "Thank you! Your suggestion is with those who look after the knowledge base."
THANKS = "Thank you, that helps me to get better."
THREAD_IS_LONG = "I have answered a lot in this thread. Please begin a new one."
TOO_LONG_AGO = "That answer is from too long ago, so I could not note that."
TOO_MANY_HERE = (
    "There are more questions here than I can answer just now, so I skip some. Please ask again in a "
    "few minutes."
)
TOO_MANY = "That was a lot of questions at once. Please give me a minute."

# Sections that the help names. Chosen by hand.
_MOST_TOPICS = 8


def help_text(kb: KnowledgeBase, sections: tuple[str, ...]) -> str:
    """Return the reply to an empty mention; *sections* are the visible ones."""
    greeting = kb.greeting or f"Hello! I answer questions about {kb.title or 'what I was taught'}."
    parts = [greeting]
    if topics := ", ".join(section for section in sections[:_MOST_TOPICS] if section):
        parts.append(f"I know about: {topics}.")
    parts.append(
        "Mention me with a question, write to me directly, or type `/ask` and a question, which only "
        "you will see."
    )
    return "\n\n".join(parts)


def usage(*, owner: bool) -> str:
    """Return the usage of the slash command, for an *owner* with admin commands."""
    lines = ["Type a question behind the command: `/ask how do I …?` Only you will see the answer."]
    if owner:
        lines.append(
            "As an owner you may also type `/ask admin mute` and `/ask admin unmute` (this channel, or "
            "one that you name with #), `/ask admin stats` and `/ask admin reload`."
        )
    return "\n\n".join(lines)
