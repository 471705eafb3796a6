"""What an import found, left out and why: for people, and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from faqbot.ingest.candidates import Found, LeftOut
from faqbot.ingest.draft import Draft, Drafts
from faqbot.ingest.importing import Import, nothing_found

__all__ = ["counted", "summary_json", "summary_lines"]

_SHOWN = 3
_LONGEST = 48


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 entry", "2 entries"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def summary_lines(result: Import, drafts: Drafts) -> Iterator[str]:
    """Yield the lines of a summary: a paragraph a document, then what was merged and what failed."""
    for found in result.documents:
        yield from _document(found, [each for each in drafts.drafts if each.name == found.name])
    for note in drafts.notes[:_SHOWN]:
        yield f"merged: {note}"
    if len(drafts.notes) > _SHOWN:
        yield f"merged: {len(drafts.notes) - _SHOWN} more"
    for failure in result.failures:
        yield f"not imported: {failure.why}"


def _document(found: Found, made: Sequence[Draft]) -> Iterator[str]:
    if not found.candidates:
        yield f"{nothing_found(found)}."
    else:
        waiting = sum(1 for each in made if each.reason)
        drafts = (
            f", {waiting:,} of them {'a draft' if waiting == 1 else 'drafts'} for you to look at"
            if waiting
            else ""
        )
        yield f"{found.name} ({found.format}): {counted(len(made), 'entry', 'entries')}{drafts}"
        rules = Counter(each.candidate.rule.value for each in made)
        merged = len(found.candidates) - len(made)
        if merged > 0:
            yield f"  merged with others: {merged:,}"
        if made:
            yield "  found by " + ", ".join(
                f"{rule} {count:,}" for rule, count in rules.most_common()
            )
    reasons: dict[str, list[LeftOut]] = {}
    for left in found.left_out:
        reasons.setdefault(left.why, []).append(left)
    for why, group in reasons.items():
        yield from _left_out(why, group)


def _left_out(why: str, group: Sequence[LeftOut]) -> Iterator[str]:
    if not why:
        yield from (f"  note: {_placed(each, cut=False)}" for each in group)
        return
    yield f"  left out, because {why}: {len(group):,}"
    yield from (f"    {_placed(each)}" for each in group[:_SHOWN])
    if len(group) > _SHOWN:
        yield f"    and {len(group) - _SHOWN:,} more"


def _placed(left: LeftOut, *, cut: bool = True) -> str:
    short = (
        left.what
        if len(left.what) <= _LONGEST or not cut
        else f"{left.what[: _LONGEST - 1].rstrip()}\u2026"
    )
    return f"{left.place}: {short}" if str(left.place) else short


def summary_json(result: Import, drafts: Drafts) -> dict[str, Any]:
    """Return the same for programs, nothing cut."""
    return {
        "documents": [
            {
                "name": found.name,
                "format": found.format,
                "entries": [_entry(each) for each in drafts.drafts if each.name == found.name],
                "left_out": [
                    {"what": each.what, "why": each.why, "place": str(each.place)}
                    for each in found.left_out
                ],
            }
            for found in result.documents
        ],
        "merged": list(drafts.notes),
        "failures": [{"name": each.name, "why": each.why} for each in result.failures],
    }


def _entry(draft: Draft) -> dict[str, Any]:
    entry, candidate = draft.entry, draft.candidate
    return {
        "id": entry.id,
        "question": entry.question,
        "alternates": list(entry.alternates),
        "answer": entry.answer,
        "section": entry.section,
        "source": entry.source,
        "place": str(candidate.place),
        "rule": candidate.rule.value,
        "draft": entry.draft,
        "reason": draft.reason,
        "suggested": list(draft.suggested),
    }
