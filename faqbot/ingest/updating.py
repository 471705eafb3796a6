"""Update of a knowledge base by a later import, with the import manifest.

Three versions of a text are compared: of the last import, the knowledge base, and the document. A
change by the document is applied; a change by an author stays.

The manifest holds fingerprints of the texts that imports wrote. It lies beside the knowledge base:
``kb.yaml`` has ``kb.import.json``. Without it, every difference counts as a change by an author.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from rapidfuzz import fuzz

from faqbot.errors import IngestError
from faqbot.files import read_regular
from faqbot.ingest.drafts import Draft, Drafts, free_id
from faqbot.ingest.extraction.candidate_pairs import question_key
from faqbot.kb.edits import Edits
from faqbot.kb.saving import Beside
from faqbot.models import Entry

FIELDS = ("question", "answer", "section", "source")
# Version of the manifest's format; a reader refuses other versions.
_VERSION = 1
# Key of the records that become valid when the knowledge base is written.
_COMING = "coming"
# Bytes of a manifest: about 500 for each of the 150,000 entries that a knowledge base can hold.
_MAX_BYTES = 256_000_000
# Likeness, 0 to 100, from which a new entry is an old one in other words; chosen by hand.
_ALIKE = 65
# Characters of two answers that are compared; chosen by hand.
_COMPARED = 2_000
_ABOUT = "Written by `faqbot import` for its --update: the texts taken from each document. Keep it beside the knowledge base."


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """Fingerprints of the texts that an import wrote for one entry.

    *asked* is the question in the document. *gone* says that a later document no longer has the entry,
    and that this was reported.
    """

    asked: str
    question: str
    answer: str
    section: str
    source: str
    alternates: tuple[str, ...] = ()
    gone: bool = False


_Documents: TypeAlias = dict[str, dict[str, ImportRecord]]


@dataclass(slots=True)
class ImportManifest:
    """Records of each document, by the ids of the entries."""

    documents: dict[str, dict[str, ImportRecord]] = field(default_factory=dict)

    @staticmethod
    def path_of(kb: Path) -> Path:
        """Return the path of the manifest of the knowledge base at *kb*."""
        return kb.with_name(f"{kb.stem}.import.json")

    @classmethod
    def read(cls, kb: Path, known: Mapping[str, Entry]) -> ImportManifest:
        """Read the manifest of *kb*; empty without a file.

        *known* are the entries of the knowledge base by id. If an import was interrupted before its
        manifest was complete, each entry gets the record that fits its present texts. Raises
        IngestError if the manifest is broken.
        """
        path = cls.path_of(kb)
        try:
            data = json.loads(read_regular(path, _MAX_BYTES))
            if data["version"] != _VERSION:
                raise IngestError(f"{path} was written by a newer faqbot: update faqbot")
            written = _documents(data["documents"])
            coming = _documents(data.get(_COMING, {}))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise IngestError(
                f"{path} cannot be read: restore it, or delete it to start with a new one"
            ) from error
        return cls(_settled(written, coming, known))

    def beside(self, kb: Path, before: ImportManifest | None = None) -> Beside:
        """Return the writes of the manifest that go with *kb*.

        The new records are written first as coming, then as final. *before* is the present
        manifest. After an interruption at any point `read` can restore the right records.
        """
        path, written = self.path_of(kb), before.documents if before else {}
        coming = _content(written, {_COMING: _plain(self.documents)})
        return Beside(((path, coming),), ((path, _content(self.documents)),))


def _content(documents: _Documents, further: Mapping[str, object] | None = None) -> bytes:
    content = {
        "version": _VERSION,
        "about": _ABOUT,
        "documents": _plain(documents),
        **(further or {}),
    }
    return f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode(errors="replace")


def _plain(documents: _Documents) -> dict[str, dict[str, Any]]:
    return {
        name: {entry_id: asdict(record) for entry_id, record in records.items()}
        for name, records in sorted(documents.items())
    }


def _documents(given: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> _Documents:
    return {name: _records(records) for name, records in given.items()}


def _records(given: Mapping[str, Mapping[str, Any]]) -> dict[str, ImportRecord]:
    return {
        entry_id: ImportRecord(**{**values, "alternates": tuple(values.get("alternates", ()))})
        for entry_id, values in given.items()
    }


def _settled(written: _Documents, coming: _Documents, known: Mapping[str, Entry]) -> _Documents:
    """Return the records of both, for each entry those that fit its present texts."""
    leaning = sum(
        _leaning(written.get(name, {}).get(each), record, known.get(each))
        for name, records in coming.items()
        for each, record in records.items()
    )
    documents = {name: dict(records) for name, records in written.items()}
    for name, records in coming.items():
        for each, record in records.items():
            own = _leaning(written.get(name, {}).get(each), record, known.get(each))
            if (own or leaning) > 0:
                documents.setdefault(name, {})[each] = record
    return documents


def _leaning(old: ImportRecord | None, new: ImportRecord, entry: Entry | None) -> int:
    """Return a number over 0 if *entry* fits *new*, below 0 for *old*.

    0 means that both fit equally.
    """
    if old is None:
        return 1 if entry else -1  # a coming entry that is absent was never added
    return _fit(new, entry) - _fit(old, entry) if entry else 0


def _fit(record: ImportRecord, entry: Entry) -> int:
    """Return the number of texts of *entry* that match *record*."""
    return sum(getattr(record, name) == fingerprint(getattr(entry, name)) for name in FIELDS)


def record_of(entry: Entry) -> ImportRecord:
    """Return the record of *entry* as an import writes it."""
    return ImportRecord(
        entry.question,
        fingerprint(entry.question),
        fingerprint(entry.answer),
        fingerprint(entry.section),
        fingerprint(entry.source),
        entry.alternates,
    )


def fingerprint(text: str) -> str:
    """Return a hash of *text*: 16 hexadecimal digits of SHA-256, blanks normalized."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


@dataclass(slots=True)
class Update:
    """Changes of an import as *edits*, with the manifest before and after.

    The lists hold ids. *kept* are entries that only an author edited, *conflicts* those that
    document and author changed (the author's text stays). *deleted* were removed by an author,
    *gone* from the document. *reworded* are those that the document asks in other words, in a new
    entry: they become drafts. *known* are questions that another entry answers. Each id is in one
    list.
    """

    edits: Edits
    manifest: ImportManifest
    before: ImportManifest
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    phrasings: dict[str, str] = field(default_factory=dict, repr=False)


def plan_update(drafts: Drafts, names: Iterable[str], kb: Path) -> Update:
    """Return the changes of *drafts* to the knowledge base *kb*.

    *drafts* are the present content of the documents *names*. Raises as `Edits` and `ImportManifest.read`
    do. Nothing is written.
    """
    edits = Edits(kb)
    manifest = ImportManifest.read(kb, edits.kb.by_id)
    copied = {name: dict(records) for name, records in manifest.documents.items()}
    update = Update(edits, ImportManifest(copied), manifest)
    update.phrasings = {
        question_key(said): entry.id
        for entry in update.edits.kb.entries
        for said in entry.phrasings
    }
    matches = dict(_matches(drafts, manifest, update.edits.kb.by_id))
    before = ""
    for draft in drafts.drafts:
        old = matches.get(draft.entry.id)
        before = _put(update, manifest, draft, old, before) or before
    seen = set(matches.values())
    for name in names:
        for entry_id, record in manifest.documents.get(name, {}).items():
            if entry_id not in seen:
                _missing(update, name, entry_id, record)
    _retire_reworded(update, manifest)
    _tell_once(update)
    return update


def _retire_reworded(update: Update, manifest: ImportManifest) -> None:
    """Make drafts of gone entries that a new entry of their document asks in other words.

    Otherwise both are served, the old one with an answer that the document no longer gives.
    """
    entries = update.edits.kb.by_id
    for name, records in manifest.documents.items():
        new = [each for each in update.added if each in update.manifest.documents.get(name, {})]
        for old in [each for each in update.gone if each in records]:
            ours, record = entries[old], records[old]
            found = max(new, key=lambda each: _likeness(ours, entries[each]), default="")
            is_edited = fingerprint(ours.answer) != record.answer
            if found and not is_edited and _likeness(ours, entries[found]) >= _ALIKE:
                update.gone.remove(old)
                update.reworded.append(old)
                update.edits.set_draft(
                    old, f"the document asks this in other words now, in the entry {found}"
                )


def _likeness(one: Entry, other: Entry) -> float:
    """Return the likeness of two entries by question or answer, 0 to 100, whichever is greater."""
    return max(
        fuzz.token_sort_ratio(question_key(one.question), question_key(other.question)),
        fuzz.token_sort_ratio(one.answer[:_COMPARED], other.answer[:_COMPARED]),
    )


def _tell_once(update: Update) -> None:
    """Keep each id in the first of the lists that has it."""
    seen: set[str] = set()
    for ids in (update.added, update.conflicts, update.changed, update.kept, update.reworded, update.gone, update.deleted, update.known):  # fmt: skip
        ids[:] = [each for each in dict.fromkeys(ids) if each not in seen]
        seen.update(ids)


def _matches(
    drafts: Drafts, manifest: ImportManifest, known: Mapping[str, Entry]
) -> Iterator[tuple[str, str]]:
    """Yield the ids of each draft and its present entry.

    They are matched by question, else by answer.
    """
    asked: dict[tuple[str, str], deque[str]] = defaultdict(deque)
    answers: dict[tuple[str, str], deque[str]] = defaultdict(deque)
    for name, records in manifest.documents.items():
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


def _put(
    update: Update, manifest: ImportManifest, draft: Draft, old: str | None, before: str
) -> str:
    """Add or change the entry of *draft*, and return its id.

    The id is "" if the next new entry cannot be placed after it.
    """
    records = update.manifest.documents.setdefault(draft.name, {})
    if old is None:
        return _add(update, draft, records, before)
    record = manifest.documents.get(draft.name, {}).get(old)
    ours = update.edits.kb.by_id.get(old)
    records[old] = record_of(draft.entry)
    if ours is None:
        update.deleted.append(old)
        return ""
    _change(update, draft, ours, record)
    return old


def _add(update: Update, draft: Draft, records: dict[str, ImportRecord], before: str) -> str:
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


def _change(update: Update, draft: Draft, ours: Entry, record: ImportRecord | None) -> None:
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


def _missing(update: Update, name: str, entry_id: str, record: ImportRecord) -> None:
    """Note, once, an entry that its document no longer has.

    The entry stays.
    """
    if not record.gone and entry_id in update.edits.kb.by_id:
        update.gone.append(entry_id)
    update.manifest.documents[name][entry_id] = replace(record, gone=True)
