"""Faults of a knowledge base, collected for a single error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from faqbot.errors import (
    Fault,
    InvalidEntry,
    InvalidYaml,
    KnowledgeBaseError,
    KnowledgeBaseNotFound,
)

if TYPE_CHECKING:
    from pathlib import Path

# Faults after which reading stops: more help no author. Chosen by hand.
MAX_FAULTS = 1_000
# The most basic kind first: the first kind that occurs is the class of the error.
_KINDS = (KnowledgeBaseNotFound, InvalidYaml, InvalidEntry)
# Characters of a text that a message quotes: about half a line. Chosen by hand.
_MAX_QUOTED = 60


class TooManyFaults(Exception):
    """Signal that `MAX_FAULTS` faults were found, so that reading stops."""


@dataclass(slots=True)
class FaultList:
    """Faults found so far; *path* is the file being read.

    *unread* holds the paths that were not read to their end. Entries that seem to be missing may be
    defined there.
    """

    path: Path
    unread: set[Path] = field(default_factory=set)
    found: list[tuple[type[KnowledgeBaseError], Fault]] = field(default_factory=list)

    def add(self, line: int, message: str, kind: type[KnowledgeBaseError] = InvalidEntry) -> None:
        """Add *message* at *line* (0: the whole file).

        Raises TooManyFaults after `MAX_FAULTS`.
        """
        if len(self.found) >= MAX_FAULTS:
            note = f"there are more than these {MAX_FAULTS:,} faults: fix these first"
            self.found.append((kind, Fault(self.path, 0, note)))
            raise TooManyFaults
        self.found.append((kind, Fault(self.path, line, message)))

    def stop(self, line: int, message: str, kind: type[KnowledgeBaseError]) -> None:
        """Add *message*, the reason to stop reading *path*."""
        self.unread.add(self.path)
        self.add(line, message, kind)

    def replace(self, line: int, message: str) -> None:
        """Replace the faults of *path* by *message*, and stop reading it."""
        self.found = [(kind, fault) for kind, fault in self.found if fault.path != self.path]
        self.stop(line, message, InvalidEntry)

    def raise_any(self) -> None:
        """Raise a single error that lists every fault, if any.

        Its class is that of the most basic fault: KnowledgeBaseNotFound for a file that cannot be
        read, then InvalidYaml, then InvalidEntry.
        """
        if not self.found:
            return
        kinds = {kind for kind, _ in self.found}
        error = next(kind for kind in _KINDS if kind in kinds)
        raise error(fault for _, fault in self.found)


def quoted(text: str) -> str:
    """Return *text* in backticks, on one line and shortened."""
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= _MAX_QUOTED else f"`{line[:_MAX_QUOTED].rstrip()}`..."
