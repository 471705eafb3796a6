"""A desk to plan at without Slack: a small knowledge base, a store that lists, and requests in brief."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from faqbot import AskedQuestion, Bot, Entry, KnowledgeBase, StoreError, Suggestion
from faqbot_slack.events.types import (
    AnswerThis,
    BlockAction,
    HomeOpened,
    Identity,
    Message,
    MessageDeleted,
    Request,
    SlashCommand,
    SuggestShortcut,
    ViewSubmission,
)
from faqbot_slack.handlers import actions, ambient, home, modals, questions
from faqbot_slack.handlers.state import State
from faqbot_slack.rendering.calls import NOTHING, Plan
from faqbot_slack.settings import SlackSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot import Answer
    from faqbot_slack.rendering.calls import Call

ME = Identity("U0BOT", "B0BOT", "T1")
ASKER, OTHER, OWNER, CHANNEL = "U1ASKER", "U2OTHER", "U9OWNER", "C1GENERAL"
_numbers = itertools.count(1)


def _entry(name: str, question: str, answer: str, *alternates: str, **more: Any) -> Entry:  # noqa: ANN401  fields of an entry
    return Entry(name, question, answer, alternates, **more)


KB = KnowledgeBase(
    (
        _entry(
            "pw",
            "How do I reset my password?",
            "Open **Settings** and click *Reset*. Secret word: xyzzy.",
            "I forgot my password",
            "change my password",
            section="Accounts",
            follow_ups=("mfa", "salary"),
        ),
        _entry("mfa", "How do I set up two-factor login?", "Scan the code.", section="Accounts"),
        _entry(
            "hours",
            "When is the office open?",
            "From 8 to 18.",
            "what are the opening hours",
            section="Office",
        ),
        _entry(
            "parking",
            "Where can I park at the office?",
            "In the yard.",
            "is there parking at the office",
            section="Office",
        ),
        _entry(
            "guests",
            "May I bring guests to the office?",
            "Yes, sign them in.",
            section="Office",
        ),
        _entry("vpn-mac", "How do I install the VPN?", "Get it from the App Store.", "vpn help"),
        _entry("vpn-win", "How do I repair the VPN?", "Restart it, for example.", "vpn help"),
        _entry(
            "salary",
            "When are salaries paid?",
            "On the 25th.",
            "when is payday",
            audience=frozenset(["hr"]),
            section="Pay",
        ),
        _entry(
            "support",
            "How do customers reach support?",
            "By mail.",
            "how can I contact support",
            audience=frozenset(["public"]),
            section="Customers",
        ),
    ),
    title="the house",
    contact="Ask in #internal-secret-channel.",
)


@cache
def bot() -> Bot:
    """Return a bot of the small knowledge base."""
    return Bot.from_knowledge_base(KB, "none", cache=False)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        """Start at some moment."""
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


@dataclass
class OwnCounts:
    """Counts of a single process, which are known to it already."""

    def add(self, count: object) -> None:
        """Count nothing."""

    def total(self, name: str, key: str) -> int:
        """Know of no other process."""
        del name, key
        return 0

    def wait(self, name: str, key: str) -> float:
        """Let nobody wait."""
        del name, key
        return 0.0


@dataclass
class OwnState:
    """Shared state of a store that no other process uses."""

    counts: OwnCounts = field(default_factory=OwnCounts)
    flags: dict[tuple[str, str], float] = field(default_factory=dict)
    is_active: bool = False
    broken: bool = False

    def numbers(self, name: str) -> dict[str, float] | None:
        """Return the flags under *name*."""
        if self.broken:
            return None
        return {key: flag for (kind, key), flag in self.flags.items() if kind == name}

    def set_number(self, name: str, key: str, number: float, *, seconds: float) -> bool:
        """Keep a flag."""
        assert seconds > 0
        if not self.broken:
            self.flags[name, key] = number
        return not self.broken


@dataclass
class ListStore:
    """A store in lists."""

    answers: list[tuple[str, str, Answer]] = field(default_factory=list)
    verdicts: dict[tuple[str, str], tuple[bool, str]] = field(default_factory=dict)
    suggested: dict[str, Suggestion] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    unreadable: bool = False
    reads: int = 0
    shared: OwnState = field(default_factory=OwnState)

    def record(self, answer: Answer, *, adapter: str, person: str = "") -> str | None:
        """Keep *answer*; courtesies are none."""
        if answer.manners or self.broken:
            return None
        self.answers.append((adapter, person, answer))
        return f"r{len(self.answers)}"

    def record_feedback(self, record: str, *, person: str, helpful: bool, reason: str = "") -> bool:
        """Keep a verdict on a record that is there."""
        known = record in {f"r{number}" for number in range(1, len(self.answers) + 1)}
        if known:
            self.verdicts[record, person] = (helpful, reason)
        return known

    def suggest(
        self, question: str, answer: str = "", *, entry: str = "", person: str = ""
    ) -> str | None:
        """Keep a suggestion, the same one once."""
        if self.broken:
            return None
        for each in self.suggested.values():
            if (each.question, each.answer, each.person) == (question, answer, person):
                return each.id
        name = f"s{len(self.suggested) + 1}"
        made = Suggestion(name, question, answer, entry, person, datetime.now(UTC))
        self.suggested[name] = made
        return name

    def decide(self, suggestion: str, status: Any) -> bool:  # noqa: ANN401  the store's literal
        """Set the status of a suggestion."""
        before = self.suggested.get(suggestion)
        if before is None:
            return False
        self.suggested[suggestion] = Suggestion(
            before.id,
            before.question,
            before.answer,
            before.entry,
            before.person,
            before.at,
            status,
        )
        return True

    def claim(self, key: str, *, seconds: float, holder: str = "") -> bool:
        """Give each key once, and to the same holder again."""
        assert seconds > 0
        first = key not in self.claims
        if first:
            self.claims[key] = holder
        return first or (bool(holder) and self.claims[key] == holder)

    def question(self, record: str) -> AskedQuestion | None:
        """Return what was recorded under an id."""
        return next((each for each in self.questions() if each.id == record), None)

    def questions(self, since: datetime | None = None) -> Iterator[AskedQuestion]:
        """Yield what was recorded."""
        assert since is None or since.tzinfo is not None
        self._read()
        for number, (adapter, person, answer) in enumerate(self.answers, 1):
            entry = answer.entry.id if answer.entry else ""
            yield AskedQuestion(
                f"r{number}",
                answer.question.text,
                answer.outcome,
                entry,
                answer.confidence,
                adapter,
                datetime.now(UTC),
                person,
            )

    def _read(self) -> None:
        self.reads += 1
        if self.unreadable:
            raise StoreError("the database is gone")

    def suggestions(self, status: Any = None) -> Iterator[Suggestion]:  # noqa: ANN401  the store's literal
        """Yield the suggestions of a status."""
        self._read()
        yield from (each for each in self.suggested.values() if status in {None, each.status})


def make_state(
    settings: SlackSettings | None = None,
    store: ListStore | None = None,
    clock: Clock | None = None,
    **more: Any,  # noqa: ANN401  whatever an office takes
) -> State:
    """Return what plans are made from, for the small knowledge base."""
    given = settings or SlackSettings(owners=(OWNER,))
    return State(bot(), given, store or ListStore(), ME, clock=clock or Clock(), **more)


_HANDLERS: dict[type[Request], Any] = {
    Message: questions.handle_message,
    MessageDeleted: ambient.handle_deleted,
    SlashCommand: questions.handle_command,
    AnswerThis: questions.handle_answer_shortcut,
    SuggestShortcut: modals.handle_suggest_shortcut,
    ViewSubmission: modals.handle_submission,
    HomeOpened: home.handle_home,
}
_ACTION_HANDLERS = {
    "faq_choice": actions.handle_entry,
    "faq_follow": actions.handle_entry,
    "faq_choice_none": actions.handle_none_of_these,
    "faq_feedback": actions.handle_feedback,
    "faq_share": actions.handle_share,
    "faq_remove": ambient.handle_remove,
    "faq_suggest": modals.handle_suggest,
    "faq_escalate": actions.handle_escalation,
    "faq_approve": modals.handle_decision,
    "faq_edit": modals.handle_decision,
    "faq_reject": modals.handle_decision,
    "faq_home_search": home.handle_search,
    "faq_home_show": home.handle_show,
}


def handle(state: State, request: Request) -> Plan:
    """Return the plan for *request*, without Bolt: test_router has the same table through it."""
    if isinstance(request, BlockAction):
        handler = _ACTION_HANDLERS.get(re.sub(r"_?\d+$", "", request.action_id))
    else:
        handler = _HANDLERS.get(type(request))
    return handler(state, request) if handler else NOTHING


def _ts() -> str:
    return f"{1_700_000_000 + next(_numbers)}.000100"


def channel_message(text: str, **more: Any) -> Message:  # noqa: ANN401  fields of a message
    """Return a message at the top level of a channel."""
    fields = {"person": ASKER, "team": "T1", "channel": CHANNEL, "ts": _ts(), **more}
    return Message(text=text, **fields)


def mention(text: str, **more: Any) -> Message:  # noqa: ANN401  fields of a message
    """Return a message that names the bot."""
    return channel_message(text, mentioned=True, **more)


def direct(text: str, **more: Any) -> Message:  # noqa: ANN401  fields of a message
    """Return a direct message."""
    return channel_message(text, **{"channel": "D1ASKER", "direct": True, **more})


def command(text: str, **more: Any) -> SlashCommand:  # noqa: ANN401  fields of a command
    """Return the slash command with *text*."""
    fields = {
        "person": ASKER,
        "team": "T1",
        "channel": CHANNEL,
        "response_url": "https://r",
        **more,
    }
    return SlashCommand(text=text, raw=text, **fields)


def block_action(action: str, value: str = "", **more: Any) -> BlockAction:  # noqa: ANN401  fields of a press
    """Return a press on a button of a message in a thread."""
    fields = {
        "person": ASKER,
        "team": "T1",
        "channel": CHANNEL,
        "ts": _ts(),
        "trigger": "t",
        **more,
    }
    return BlockAction(action_id=action, value=value, **fields)


def methods(plan: Plan) -> list[str]:
    """Return the methods of the calls of *plan*."""
    return [call.method for call in plan.calls]


def seen(thing: object) -> str:
    """Return all that a person sees of a call, a plan or an acknowledgement, in one text."""
    return repr(thing)


def actions_in(thing: Any) -> dict[str, str]:  # noqa: ANN401  anything with blocks in it
    """Return the buttons in a call's arguments or in an acknowledgement: action ids with values."""
    if isinstance(thing, dict):
        found = {}
        if "action_id" in thing:
            found[thing["action_id"]] = str(thing.get("value", ""))
        for inner in thing.values():
            found |= actions_in(inner)
        return found
    if isinstance(thing, list | tuple):
        return {name: value for inner in thing for name, value in actions_in(inner).items()}
    return {}


def only(plan: Plan) -> Call:
    """Return the one call of *plan*."""
    (call,) = plan.calls
    return call
