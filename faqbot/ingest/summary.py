"""Summary of an import or update, as lines and JSON."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from faqbot.ingest.drafts import Draft, Drafts
from faqbot.ingest.extraction.candidate_pairs import Found, LeftOut
from faqbot.ingest.importing import Import, nothing_found
from faqbot.ingest.updating import Update
from faqbot.plurals import counted

# Examples per reason; --verbose shows all. Chosen by hand.
_SHOWN = 3
# Characters of an example; with its place it fits a line of 80. Chosen by hand.
_LONGEST = 48
# Ids per kind of change; chosen by hand.
_SHOWN_IDS = 5
_SENTENCES = {
    "added": "new",
    "changed": "changed in the document",
    "kept": "edited by you, and left as they are",
    "conflicts": "changed in the document and edited by you: yours stay, compare them",
    "deleted": "deleted by you, and not brought back",
    "reworded": "asked in other words in the document, and drafts now",
    "gone": "no longer in the document, and still served: delete them if they are out of date",
    "known": "asked in the document, and answered by an entry of yours already",
}


def summary_lines(result: Import, drafts: Drafts, *, verbose: bool = False) -> Iterator[str]:
    """Yield the lines of a summary: documents, merged questions, failures.

    Three examples are listed for each reason, cut to 48 characters; with *verbose*, all in full.
    """
    shown = sys.maxsize if verbose else _SHOWN
    for found in result.documents:
        made = [each for each in drafts.drafts if each.name == found.name]
        yield from _document(found, made, _of_document(found, drafts), verbose=verbose)
    for note in drafts.notes[:shown]:
        yield f"merged: {note}"
    if len(drafts.notes) > shown:
        yield f"merged: {len(drafts.notes) - shown} more"
    for failure in result.failures:
        yield f"not imported: {failure.why}"


def _of_document(found: Found, drafts: Drafts) -> list[LeftOut]:
    """Return the texts of a document that no entry holds."""
    return [*found.left_out, *(each for name, each in drafts.left_out if name == found.name)]


def _document(
    found: Found, made: Sequence[Draft], left_out: Sequence[LeftOut], *, verbose: bool
) -> Iterator[str]:
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
    for left in left_out:
        reasons.setdefault(left.why, []).append(left)
    for why, group in reasons.items():
        yield from _left_out(why, group, verbose=verbose)


def _left_out(why: str, group: Sequence[LeftOut], *, verbose: bool) -> Iterator[str]:
    if not why:
        yield from (f"  note: {_placed(each, cut=False)}" for each in group)
        return
    shown = len(group) if verbose else _SHOWN
    yield f"  left out, because {why}: {len(group):,}"
    yield from (f"    {_placed(each, cut=not verbose)}" for each in group[:shown])
    if len(group) > shown:
        yield f"    and {len(group) - shown:,} more (--verbose lists all)"


def _placed(left: LeftOut, *, cut: bool) -> str:
    long = cut and len(left.what) > _LONGEST
    short = f"{left.what[: _LONGEST - 1].rstrip()}\u2026" if long else left.what
    return f"{left.place}: {short}" if str(left.place) else short


def summary_json(result: Import, drafts: Drafts) -> dict[str, Any]:
    """Return the summary as JSON data, with nothing cut."""
    return {
        "documents": [
            {
                "name": found.name,
                "format": found.format,
                "entries": [_entry(each) for each in drafts.drafts if each.name == found.name],
                "left_out": [
                    {"what": each.what, "why": each.why, "place": str(each.place)}
                    for each in _of_document(found, drafts)
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


def update_lines(update: Update) -> Iterator[str]:
    """Yield a line for each kind of change to entries."""
    for name, sentence in _SENTENCES.items():
        ids: list[str] = getattr(update, name)
        if ids:
            shown = ", ".join(ids[:_SHOWN_IDS]) + (
                f" and {len(ids) - _SHOWN_IDS:,} more" if ids[_SHOWN_IDS:] else ""
            )
            yield f"{counted(len(ids), 'entry', 'entries')} {sentence}: {shown}"


def update_json(update: Update) -> dict[str, Any]:
    """Return the changes as JSON data: ids by kind."""
    return {name: list(getattr(update, name)) for name in _SENTENCES}
