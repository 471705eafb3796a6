"""App Home page: search, most asked questions, contents, and the owners' queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from faqbot_slack.rendering.block_kit import (
    Block,
    actions,
    button,
    context,
    divider,
    header,
    plain,
    plain_section,
    section,
    text_input,
)
from faqbot_slack.rendering.escaping import escape, one_line, shorten
from faqbot_slack.rendering.mrkdwn import safe_url
from faqbot_slack.rendering.reviews import decision_buttons, typed_blocks
from faqbot_slack.rendering.splitting import LONGEST_SECTION, joined, pieces_of, split
from faqbot_slack.rendering.writers import link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from faqbot import AskedQuestion, Entry, KnowledgeBase, Suggestion

# Blocks of a view: Slack's limit.
_MOST_BLOCKS = 100  # Slack's limit
# Rows of each list of the page, and characters of a text in it. Chosen by hand.
_MOST_FOUND = 3  # chosen by hand
_MOST_TOP = 5  # chosen by hand
_MOST_SECTIONS = 12  # chosen by hand
_MOST_QUESTIONS = 5  # chosen by hand
_MOST_SUGGESTIONS = 5  # chosen by hand
_MOST_MISSES = 8  # chosen by hand
_LONGEST_QUERY = 150  # characters; chosen by hand
_LONGEST_QUESTION = 200  # characters; chosen by hand


@dataclass(frozen=True, slots=True)
class OwnerQueue:
    """Queue of an owner: open *suggestions*, and *misses*, the unanswered questions."""

    suggestions: Sequence[Suggestion] = ()
    misses: Sequence[AskedQuestion] = ()


def home_view(  # noqa: PLR0913  one parameter per part of the page
    kb: KnowledgeBase,
    audience: frozenset[str] = frozenset(),
    *,
    query: str = "",
    found: Sequence[Entry] | None = None,
    top: Sequence[Entry] = (),
    owner: OwnerQueue | None = None,
    suggest: bool = True,
) -> dict[str, Any]:
    """Return the page for a person of *audience*.

    *found* are the results of a search for *query*, None without a search. *top* are the entries asked
    for most. *owner* is the queue of an owner, None for everybody else. *suggest* offers the form.
    """
    blocks = [
        *_search(kb, query),
        *_results(query, found),
        *_asked_most(top),
        *(_owner_queue(owner) if owner is not None else ()),
        *_known(kb, audience),
        *_footer(kb, suggest=suggest),
    ]
    return {"type": "home", "callback_id": "faq_home", "blocks": blocks[:_MOST_BLOCKS]}


def _search(kb: KnowledgeBase, query: str) -> Iterator[Block]:
    yield header(kb.title or "Frequently asked questions")
    field = text_input("faq_home_search", "Ask a question", value=query, most=_LONGEST_QUERY)
    element = field["element"] | {
        "placeholder": plain("Type a question and press Enter"),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    yield field | {"element": element, "dispatch_action": True}


def _results(query: str, found: Sequence[Entry] | None) -> Iterator[Block]:
    if found is None:
        return
    if not found:
        asked = shorten(query, _LONGEST_QUERY)
        yield plain_section(f"I have found nothing for “{asked}”. Could you put it another way?")
    for entry in found[:_MOST_FOUND]:
        yield from _answer(entry)
    yield divider()


def _answer(entry: Entry) -> Iterator[Block]:
    """Yield a question and the first section of its answer; most answers fit."""
    question = f"*{escape(shorten(entry.question, _LONGEST_QUESTION))}*"
    groups = [*split(pieces_of(entry.answer), LONGEST_SECTION)]
    yield section(question)
    if groups:
        yield section(joined(groups[0]).mrkdwn)
    page = safe_url(entry.url)
    more = "There is more of this than fits here: ask me in a message." if len(groups) > 1 else ""
    facts = (escape(shorten(entry.section, 80)), link("source", page) if page else "", more)
    if shown := " · ".join(filter(None, facts)):
        yield context(shown)


def _asked_most(top: Sequence[Entry]) -> Iterator[Block]:
    if not top:
        return
    yield header("Asked most")
    for place, entry in enumerate(top[:_MOST_TOP], 1):
        question = shorten(entry.question, _LONGEST_QUESTION)
        show = button(
            "Show", f"faq_home_show_{place}", entry.id, label=f"Show the answer to: {question}"
        )
        yield section(escape(question), show)


def _known(kb: KnowledgeBase, audience: frozenset[str]) -> Iterator[Block]:
    sections = (
        (name, [entry for entry in entries if entry.is_for(audience)])
        for name, entries in kb.sections()
    )
    shown = [(name, entries) for name, entries in sections if entries]
    if not shown:
        return
    yield header("What I know")
    for name, entries in shown[:_MOST_SECTIONS]:
        yield section(_contents(name, entries))
    if len(shown) > _MOST_SECTIONS:
        rest = shown[_MOST_SECTIONS:]
        names = ", ".join(escape(shorten(name, 60)) for name, _ in rest[:20] if name)
        yield context(f"And {len(rest)} more: {names}" if names else f"And {len(rest)} more.")


def _contents(name: str, entries: Sequence[Entry]) -> str:
    """Return a section's name, its number of questions, and the first ones."""
    count = f"{len(entries)} question{'s' if len(entries) != 1 else ''}"
    lines = [f"*{escape(shorten(name or 'Other questions', 100))}* · {count}"]
    lines += [f"• {escape(shorten(entry.question, 100))}" for entry in entries[:_MOST_QUESTIONS]]
    return "\n".join(lines)


def _owner_queue(queue: OwnerQueue) -> Iterator[Block]:
    yield header("For owners")
    yield section(f"*Suggestions to decide on* · {len(queue.suggestions)} open")
    for suggestion in queue.suggestions[:_MOST_SUGGESTIONS]:
        yield from typed_blocks(suggestion)
        yield actions(*decision_buttons(suggestion))
    yield section(f"*Questions without an answer* · {len(queue.misses)} recently")
    for miss in queue.misses[:_MOST_MISSES]:
        text = shorten(miss.text, _LONGEST_QUESTION)
        answer = button("Answer it", "faq_suggest", miss.id, label=f"Write an answer to: {text}")
        yield plain_section(text) | {"accessory": answer}
    yield divider()


def _footer(kb: KnowledgeBase, *, suggest: bool) -> Iterator[Block]:
    yield divider()
    if suggest:
        yield actions(button("Suggest an FAQ entry", "faq_suggest"))
    if contact := joined(pieces_of(one_line(kb.contact))[:1]).mrkdwn:
        yield context(contact)
