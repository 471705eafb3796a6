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
from typing import Any

from faqbot.authoring.saving import save_text
from faqbot.errors import IngestError
from faqbot.models import Entry

__all__ = ["FIELDS", "Ledger", "Record", "fingerprint", "record_of"]

FIELDS = ("question", "answer", "section", "source")
_VERSION = 1
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


@dataclass(slots=True)
class Ledger:
    """The records of each document, by the ids of the entries."""

    documents: dict[str, dict[str, Record]] = field(default_factory=dict)

    @staticmethod
    def path_of(kb: Path) -> Path:
        """Return where the ledger of the knowledge base at *kb* is kept."""
        return kb.with_name(f"{kb.stem}.import.json")

    @classmethod
    def read(cls, kb: Path) -> Ledger:
        """Read the ledger of *kb*, an empty one where there is none; raises IngestError if it is broken."""
        path = cls.path_of(kb)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["version"] != _VERSION:
                raise IngestError(f"{path} was written by a newer faqbot: update faqbot")
            return cls({name: _records(given) for name, given in data["documents"].items()})
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise IngestError(
                f"{path} cannot be read: restore it, or delete it to let the next import begin anew"
            ) from error

    def write(self, kb: Path) -> None:
        """Write the ledger beside *kb*; raises FaqbotError when that fails."""
        documents = {
            name: {entry_id: asdict(record) for entry_id, record in records.items()}
            for name, records in sorted(self.documents.items())
        }
        content = {"version": _VERSION, "about": _ABOUT, "documents": documents}
        save_text(self.path_of(kb), json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _records(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Record]:
    return {
        entry_id: Record(**{**values, "alternates": tuple(values.get("alternates", ()))})
        for entry_id, values in given.items()
    }


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
