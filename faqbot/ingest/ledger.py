"""What imports wrote into a knowledge base, kept beside it: ``kb.yaml`` has ``kb.import.json``.

Only so can a later import tell what the document changed from what an author edited, and an entry
that is new from one that an author has deleted. The knowledge base itself stays free of it; without
the ledger it works as before, and an import takes every difference for an author's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from faqbot.authoring.overwriting import Beside
from faqbot.errors import IngestError
from faqbot.files import read_regular
from faqbot.models import Entry

__all__ = ["FIELDS", "Ledger", "Record", "fingerprint", "record_of"]

FIELDS = ("question", "answer", "section", "source")
_VERSION = 1
# The key of the records that hold once the knowledge base is written, too.
_COMING = "coming"
# Bytes; a ledger has about 500 for an entry, of which a knowledge base of 128 MB has 150,000.
_MAX_BYTES = 256_000_000
_ABOUT = "Written by `faqbot import`, for its --update: what it took from each document. Keep it beside the knowledge base."


@dataclass(frozen=True, slots=True)
class Record:
    """What an import wrote for one entry: fingerprints of its texts, and its *asked* question.

    *gone* says that the document has it no more, which was reported.
    """

    asked: str
    question: str
    answer: str
    section: str
    source: str
    alternates: tuple[str, ...] = ()
    gone: bool = False


_Documents: TypeAlias = dict[str, dict[str, Record]]


@dataclass(slots=True)
class Ledger:
    """The records of each document, by the ids of the entries."""

    documents: dict[str, dict[str, Record]] = field(default_factory=dict)

    @staticmethod
    def path_of(kb: Path) -> Path:
        """Return where the ledger of the knowledge base at *kb* is kept."""
        return kb.with_name(f"{kb.stem}.import.json")

    @classmethod
    def read(cls, kb: Path, known: Mapping[str, Entry]) -> Ledger:
        """Read the ledger of *kb*, whose entries are *known* by their ids; an empty one where there is none.

        Raises IngestError if it is broken. Where an import was cut off between the knowledge base and
        its ledger, each entry has the record that fits its present texts.
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
                f"{path} cannot be read: restore it, or delete it to let the next import begin anew"
            ) from error
        return cls(_settled(written, coming, known))

    def beside(self, kb: Path, before: Ledger | None = None) -> Beside:
        """Return how to write the ledger together with *kb*: records to come first, then as records.

        *before* is the ledger as it is now. Killed at any point between, the files on the disk fit
        each other: `read` knows both what was written and what was coming.
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


def _records(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Record]:
    return {
        entry_id: Record(**{**values, "alternates": tuple(values.get("alternates", ()))})
        for entry_id, values in given.items()
    }


def _settled(written: _Documents, coming: _Documents, known: Mapping[str, Entry]) -> _Documents:
    """Return the records of both, for each entry those that fit what it says now."""
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


def _leaning(old: Record | None, new: Record, entry: Entry | None) -> int:
    """Return over 0 where *entry* is as *new* has it, below 0 as *old* has it, 0 where that is open."""
    if old is None:
        return 1 if entry else -1  # an entry that was coming and is not there was never added
    return _fit(new, entry) - _fit(old, entry) if entry else 0


def _fit(record: Record, entry: Entry) -> int:
    """Return the number of texts of *entry* that are as *record* has them."""
    return sum(getattr(record, name) == fingerprint(getattr(entry, name)) for name in FIELDS)


def record_of(entry: Entry) -> Record:
    """Return what is kept of *entry* as an import writes it."""
    return Record(
        entry.question,
        fingerprint(entry.question),
        fingerprint(entry.answer),
        fingerprint(entry.section),
        fingerprint(entry.source),
        entry.alternates,
    )


def fingerprint(text: str) -> str:
    """Return a short mark that two texts share only if they are the same but for blanks."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]
