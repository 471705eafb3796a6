"""Driver of an adapter: sends messages, and returns the texts shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faqbot.adapters import Capabilities

if TYPE_CHECKING:
    from faqbot.bot import Bot


@dataclass(frozen=True, slots=True)
class SentMessage:
    """Message of a person to the bot.

    *person* and *thread* are names that a driver maps to ids of its place: another name is another
    person, or another thread. A *private* message asks for an answer that nobody else sees.
    """

    text: str
    person: str = "ann"
    thread: str = "first"
    private: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that a person gets for one step.

    *messages* are the visible texts, in order, without the labels of buttons; *buttons* are those
    labels, *links* the addresses that a click opens. *active* are parts of the text that the place would
    act on: a mention, a script, a style, a control sequence. *private* is True if
    nobody else sees it.
    """

    messages: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    private: bool = False

    @property
    def text(self) -> str:
        """The visible texts as one, with single spaces."""
        return " ".join(" ".join(self.messages).split())


class Driver(ABC):
    """Driver of one adapter. Each golden conversation is run in a new, empty place.

    Implement `start` and `say`, and a method for each capability that you declare.
    """

    capabilities: Capabilities = Capabilities()

    @abstractmethod
    def start(self, bot: Bot) -> None:
        """Serve *bot* in a new place without earlier messages."""

    @abstractmethod
    def say(self, message: SentMessage) -> Shown:
        """Send *message*; return everything that is shown for it."""

    def stop(self) -> None:  # noqa: B027  most places need no closing
        """Close the place. Called after each conversation, also after a failed one."""

    def click(self, label: str, message: SentMessage) -> Shown:
        """Press the button *label* of the last reply, where *message* says who presses, and where.

        Needed for `buttons`.
        """
        raise NotImplementedError(
            f"a driver with buttons needs a method click ({label!r}, {message})"
        )

    def repeat(self) -> Shown:
        """Deliver the last message once more, as the place does after a lost acknowledgement.

        Needed for `redelivery`.
        """
        raise NotImplementedError("a driver with redelivery needs a method repeat")

    def edit(self, text: str) -> Shown:
        """Change the last message to *text*, as its author would.

        Needed for `edits`.
        """
        raise NotImplementedError(f"a driver with edits needs a method edit ({text!r})")

    def rate(self, *, helpful: bool) -> Shown:
        """Say whether the last answer was helpful. Needed for `feedback`."""
        raise NotImplementedError(f"a driver with feedback needs a method rate ({helpful})")

    def ratings(self) -> tuple[bool, ...]:
        """Return the verdicts that are kept, oldest first. Needed for `feedback`."""
        raise NotImplementedError("a driver with feedback needs a method ratings")
