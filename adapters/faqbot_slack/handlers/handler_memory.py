"""Memory of the handlers: questions, answers and places of earlier requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faqbot_slack.expiring import DAY, FIVE_MINUTES, HOUR, ExpiringMap
from faqbot_slack.handlers.shared_memory import AmbientPosts, ThreadCounts

if TYPE_CHECKING:
    from faqbot import SharedState

# Values that each map keeps at most; the oldest goes first. Chosen by hand: some megabytes in all.
_MOST_THREADS, _MOST_QUESTIONS = 1_000, 10_000


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


class HandlerMemory:
    """Maps by message, thread or record. Thread-safe; bounded, and values expire."""

    def __init__(self, shared: SharedState, workspace: str, clock: Callable[[], float]) -> None:
        """Start empty; replicas share a part for *workspace* in *shared*. *clock* returns seconds."""
        self.past_questions: ExpiringMap[str, PastQuestion] = ExpiringMap(
            _MOST_QUESTIONS, DAY, clock
        )
        self.ambient_replies: ExpiringMap[tuple[str, str], AmbientReply] = ExpiringMap(
            _MOST_THREADS, DAY, clock
        )
        self.ambient_posts = AmbientPosts(shared, f"slack-ambient-posts:{workspace}", DAY)
        self.shown_choices: ExpiringMap[tuple[str, str], tuple[str, ...]] = ExpiringMap(
            _MOST_THREADS, DAY, clock
        )
        self.recent_questions: ExpiringMap[str, object] = ExpiringMap(1, FIVE_MINUTES, clock)
        self.review_places: ExpiringMap[str, tuple[str, str]] = ExpiringMap(
            _MOST_THREADS, DAY, clock
        )
        self.share_threads: ExpiringMap[tuple[str, str, str], str] = ExpiringMap(
            _MOST_THREADS, HOUR, clock
        )
        self.joined_threads = ThreadCounts(
            shared, f"slack-joined:{workspace}", _MOST_THREADS, DAY, clock
        )
