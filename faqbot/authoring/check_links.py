"""Checks of follow-ups: each leads on, to an entry that is served, for people who may see it."""

from __future__ import annotations

from collections.abc import Iterator

from faqbot.authoring.checks.source_map import Manuscript
from faqbot.authoring.findings import Finding
from faqbot.models import Entry

__all__ = ["check_links"]


def check_links(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield what is wrong with the follow-ups of the served entries."""
    for entry in manuscript.kb.served:
        yield from _check_entry(manuscript, entry)
    yield from _rings(manuscript)


def _check_entry(manuscript: Manuscript, entry: Entry) -> Iterator[Finding]:
    seen = set[str]()
    for link in manuscript.items(entry, "follow_ups"):
        target = manuscript.kb.by_id[link.text]
        if target is entry:
            yield link.finding("L401", f"`{entry.id}` offers itself as a follow-up.")
        elif link.text in seen:
            yield link.finding("L404", f"the follow-up `{link.text}` is there twice.")
        elif target.draft:
            yield link.finding(
                "L402", f"the follow-up `{link.text}` is a draft, and never offered."
            )
        elif target.audience and not entry.audience:
            labels = ", ".join(sorted(target.audience))
            yield link.finding("L406", f"the follow-up `{link.text}` is offered to {labels} only.")
        elif target.audience and not target.audience & entry.audience:
            message = f"nobody who sees `{entry.id}` may see the follow-up `{link.text}`."
            yield link.finding("L403", message)
        seen.add(link.text)


def _rings(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield each ring of entries whose only follow-up is the next, at its first entry."""
    only = {entry.id: _only_follow_up(manuscript, entry) for entry in manuscript.kb.served}
    done = set[str]()
    for start in only:
        walked = list[str]()
        here = start
        while here and here not in done:
            done.add(here)
            walked.append(here)
            here = only.get(here, "")
        if here in walked and len(walked) - walked.index(here) > 1:
            yield _ring(manuscript, walked[walked.index(here) :])


def _only_follow_up(manuscript: Manuscript, entry: Entry) -> str:
    """Return the one other entry that *entry* leads to; "" if there is none, or there are several."""
    found = {
        follow_up
        for follow_up in entry.follow_ups
        if follow_up != entry.id and not manuscript.kb.by_id[follow_up].draft
    }
    return found.pop() if len(found) == 1 else ""


def _ring(manuscript: Manuscript, ids: list[str]) -> Finding:
    numbers = {entry.id: number for number, entry in enumerate(manuscript.kb.entries)}
    first = min(range(len(ids)), key=lambda place: numbers[ids[place]])
    ring = [*ids[first:], *ids[:first]]
    entry = manuscript.kb.by_id[ring[0]]
    link = next(item for item in manuscript.items(entry, "follow_ups") if item.text == ring[1])
    path = " \u2192 ".join([*ring, ring[0]])
    return link.finding("L405", f"these follow-ups only lead round: {path}.")
