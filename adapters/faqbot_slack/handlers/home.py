"""Handlers of the App Home: the page, its search, and suggested prompts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from faqbot import Outcome, StoreError
from faqbot_slack.handlers.ambient import SHADOW
from faqbot_slack.handlers.answering import ask, pick
from faqbot_slack.handlers.handler_memory import PastQuestion
from faqbot_slack.handlers.limits import RateDecision
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.rendering.escaping import one_line, shorten
from faqbot_slack.rendering.home import OwnerQueue, home_view
from faqbot_slack.rendering.modals import note_view
from faqbot_slack.rendering.writers import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from faqbot import Answer, AskedQuestion, Entry
    from faqbot_slack.events.types import BlockAction, HomeOpened, Request
    from faqbot_slack.handlers.asker import Asker
    from faqbot_slack.handlers.state import State

# Days that the statistics of the page cover. Chosen by hand.
_DAYS = 30
# Questions that they read, and rows of each list. Chosen by hand.
_MOST_READ = 50_000  # chosen by hand
_MOST_TOP = 5  # chosen by hand
_MOST_MISSES = 20  # chosen by hand
# Suggested prompts, and characters of a prompt's title: Slack's limits.
_MOST_PROMPTS = 4  # chosen by hand
_LONGEST_PROMPT = 75  # characters; chosen by hand
# Characters of a search. Chosen by hand.
_LONGEST_QUERY = 500  # characters; chosen by hand


@dataclass(frozen=True, slots=True)
class RecentQuestions:
    """Recent questions: ids of the most asked entries, and unanswered questions."""

    top: tuple[str, ...] = ()
    misses: tuple[AskedQuestion, ...] = ()


def handle_home(state: State, opened: HomeOpened) -> Plan:
    """Publish the person's page, or suggest prompts in the messages tab."""
    asker = state.asker(opened, private=True)
    if asker is None:
        return NOTHING
    if opened.tab == "home":
        return Plan({}, (_publish(state, asker),))
    if opened.tab != "messages" or not state.settings.agent or not opened.channel:
        return NOTHING
    return Plan({}, _prompts(state, asker))


def handle_search(state: State, action: BlockAction) -> Plan:
    """Publish the page again, with the search results."""
    asker = state.asker(action, private=True)
    if asker is None or state.limits.person.take(action.person) is not RateDecision.ALLOWED:
        return NOTHING
    query = one_line(action.text or action.value)[:_LONGEST_QUERY]
    if not query:
        return Plan({}, (_publish(state, asker),))
    with asker.conversation:
        asker.conversation.forget()  # a search is no follow-up
        found = _found(ask(state, asker, query).answer)
    return Plan({}, (_publish(state, asker, query, found),))


def handle_show(state: State, action: BlockAction) -> Plan:
    """Show the answer of an entry in a modal."""
    asker = state.asker(action, private=True)
    if asker is None or not action.trigger:
        return NOTHING
    entry = asker.find(action.value)
    recorded = pick(state, asker, entry) if entry is not None else None
    if entry is None or recorded is None:
        view = note_view("Not there any more", texts.GONE)
    else:
        view = note_view("An answer", f"**{literal(entry.question)}**\n\n{recorded.answer.text}")
    return Plan({}, (Call("views.open", {"trigger_id": action.trigger, "view": view}),))


def home_call(state: State, request: Request) -> Call:
    """Return the call that publishes an owner's current page."""
    asker = state.asker(request, private=True) or state.channel_asker(request)
    return _publish(state, asker)


def _publish(
    state: State, asker: Asker, query: str = "", found: Sequence[Entry] | None = None
) -> Call:
    recent = _recent(state)
    view = home_view(
        asker.bot.kb,
        asker.audience,
        query=query,
        found=found,
        top=_top(asker, recent),
        owner=_owner_queue(state, recent) if state.is_owner(asker.person) else None,
        suggest=not asker.outside,
    )
    return Call("views.publish", {"user_id": asker.person, "view": view})


def _found(answer: Answer) -> tuple[Entry, ...]:
    if answer.manners:
        return ()
    parts = tuple(part.entry for part in answer.parts if part.entry is not None)
    return parts or ((answer.entry,) if answer.entry is not None else answer.choices)


def _top(asker: Asker, recent: RecentQuestions) -> tuple[Entry, ...]:
    entries = (asker.find(name) for name in recent.top)
    return tuple(islice((entry for entry in entries if entry is not None), _MOST_TOP))


def _owner_queue(state: State, recent: RecentQuestions) -> OwnerQueue:
    try:
        return OwnerQueue(tuple(state.store.suggestions("open")), recent.misses)
    except StoreError:
        return OwnerQueue((), recent.misses)


def _prompts(state: State, asker: Asker) -> tuple[Call, ...]:
    """Return the call that suggests prompts; the agent view wants it without a thread."""
    known = (entry for entry in asker.bot.kb.served if asker.may_see(entry))
    entries = dict.fromkeys((*_top(asker, _recent(state)), *islice(known, _MOST_PROMPTS)))
    prompts = [
        {"title": shorten(entry.question, _LONGEST_PROMPT), "message": one_line(entry.question)}
        for entry in islice(entries, _MOST_PROMPTS)
    ]
    arguments = {"channel_id": asker.channel, "title": "You could ask:", "prompts": prompts}
    return (Call("assistant.threads.setSuggestedPrompts", arguments),) if prompts else ()


def _recent(state: State) -> RecentQuestions:
    """Return the recent questions, read from the store every five minutes."""
    kept = state.memory.recent_questions.get("recent")
    if isinstance(kept, RecentQuestions):
        return kept
    since = datetime.now(UTC) - timedelta(days=_DAYS)
    try:
        recent = _count(islice(state.store.questions(since), _MOST_READ))
    except StoreError:
        return RecentQuestions()
    state.memory.recent_questions.put("recent", recent)
    for miss in recent.misses:
        state.memory.past_questions.put(miss.id, PastQuestion(miss.text))
    return recent


def _count(asked: Iterable[AskedQuestion]) -> RecentQuestions:
    answered: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    latest: dict[str, AskedQuestion] = {}
    for question in asked:
        if question.adapter == SHADOW:
            continue
        if entry := question.picked or question.entry:
            answered[entry] += 1
        elif question.outcome is Outcome.UNANSWERED:
            key = question.text.casefold()
            missed[key] += 1
            latest[key] = question
    top = tuple(entry for entry, _ in answered.most_common(4 * _MOST_TOP))
    return RecentQuestions(top, tuple(latest[key] for key, _ in missed.most_common(_MOST_MISSES)))
