"""A second import: what a document changed goes into the knowledge base, what an author edited stays.

Three versions of a text decide: what the last import wrote (`ledger`), what the knowledge base says
now, and what the document says now.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from faqbot.ingest.drafts import Draft, Drafts
from faqbot.ingest.extraction.candidate_pairs import question_key
from faqbot.ingest.ids import free_id
from faqbot.ingest.ledger import FIELDS, Ledger, Record, fingerprint, record_of
from faqbot.kb.edits import Edits
from faqbot.models import Entry

__all__ = ["Update", "plan_update"]


@dataclass(slots=True)
class Update:
    """What an import would change, as *edits*, and the *ledger* as it is to be afterwards, and as it was.

    The lists hold ids: *kept* are entries that an author edited where the document did not change,
    *conflicts* those that both changed (the author's stay), *deleted* those that an author took out,
    *gone* those that the document has no more, *known* questions that another entry answers.
    """

    edits: Edits
    ledger: Ledger
    before: Ledger
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    phrasings: dict[str, str] = field(default_factory=dict, repr=False)


def plan_update(drafts: Drafts, names: Iterable[str], kb: Path) -> Update:
    """Return what *drafts*, all that the documents *names* hold now, change in the knowledge base *kb*.

    Raises what `Edits` and `Ledger.read` do. Nothing is written.
    """
    edits = Edits(kb)
    ledger = Ledger.read(kb, edits.kb.by_id)
    copied = {name: dict(records) for name, records in ledger.documents.items()}
    update = Update(edits, Ledger(copied), ledger)
    update.phrasings = {
        question_key(said): entry.id
        for entry in update.edits.kb.entries
        for said in entry.phrasings
    }
    matches = dict(_matches(drafts, ledger, update.edits.kb.by_id))
    before = ""
    for draft in drafts.drafts:
        old = matches.get(draft.entry.id)
        before = _put(update, ledger, draft, old, before) or before
    seen = set(matches.values())
    for name in names:
        for entry_id, record in ledger.documents.get(name, {}).items():
            if entry_id not in seen:
                _missing(update, name, entry_id, record)
    return update


def _matches(
    drafts: Drafts, ledger: Ledger, known: Mapping[str, Entry]
) -> Iterator[tuple[str, str]]:
    """Yield the id of each draft with that of the entry it was before: by question, else by answer."""
    asked: dict[tuple[str, str], deque[str]] = defaultdict(deque)
    answers: dict[tuple[str, str], deque[str]] = defaultdict(deque)
    for name, records in ledger.documents.items():
        for entry_id, record in records.items():
            asked[name, question_key(record.asked)].append(entry_id)
            answers[name, record.answer].append(entry_id)
    seen: set[str] = set()
    rest: list[Draft] = []
    for draft in drafts.drafts:
        same = asked[draft.name, question_key(draft.entry.question)]
        if same:
            seen.add(same[0])
            yield draft.entry.id, same.popleft()
        else:
            rest.append(draft)
    for draft in rest:
        renamed = [
            each
            for each in answers[draft.name, fingerprint(draft.entry.answer)]
            if each not in seen
        ]
        unrecorded = known.get(draft.entry.id)
        if renamed:
            seen.add(renamed[0])
            yield draft.entry.id, renamed[0]
        elif unrecorded and question_key(unrecorded.question) == question_key(draft.entry.question):
            yield draft.entry.id, unrecorded.id


def _put(update: Update, ledger: Ledger, draft: Draft, old: str | None, before: str) -> str:
    """Add or change the entry of *draft*, and return its id; "" where there is none to stand behind."""
    records = update.ledger.documents.setdefault(draft.name, {})
    if old is None:
        return _add(update, draft, records, before)
    record = ledger.documents.get(draft.name, {}).get(old)
    ours = update.edits.kb.by_id.get(old)
    records[old] = record_of(draft.entry)
    if ours is None:
        update.deleted.append(old)
        return ""
    _change(update, draft, ours, record)
    return old


def _add(update: Update, draft: Draft, records: dict[str, Record], before: str) -> str:
    kb = update.edits.kb
    other = update.phrasings.get(question_key(draft.entry.question))
    if other:
        update.known.append(other)
        return ""
    entry_id = free_id(draft.entry.id, kb.by_id)
    entry = replace(
        draft.entry,
        id=entry_id,
        follow_ups=tuple(each for each in draft.entry.follow_ups if each in kb.by_id),
    )
    update.edits.add_entry(entry, draft.reason, before)
    records[entry_id] = record_of(draft.entry)
    update.added.append(entry_id)
    return entry_id


def _change(update: Update, draft: Draft, ours: Entry, record: Record | None) -> None:
    changed = conflict = kept = False
    for name in FIELDS:
        new, now = getattr(draft.entry, name), getattr(ours, name)
        was = getattr(record, name) if record else ""
        if fingerprint(new) == fingerprint(now):
            continue
        if fingerprint(now) == was and new.strip():
            update.edits.set_text(ours.id, name, new)
            changed = True
        elif name in {"question", "answer"}:
            kept = True
            conflict = conflict or fingerprint(new) != was
    further = [
        each for each in draft.entry.alternates if each not in (record.alternates if record else ())
    ]
    changed = bool(further and update.edits.add_alternates(ours.id, further)) or changed
    if changed:
        update.changed.append(ours.id)
    if kept:
        (update.conflicts if conflict else update.kept).append(ours.id)


def _missing(update: Update, name: str, entry_id: str, record: Record) -> None:
    """Note an entry that its document has no more, once; it stays, for the author to judge."""
    if not record.gone and entry_id in update.edits.kb.by_id:
        update.gone.append(entry_id)
    update.ledger.documents[name][entry_id] = replace(record, gone=True)
