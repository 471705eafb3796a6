"""Gathering everything that is wrong with a knowledge base, to tell its author in one message."""

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

__all__ = ["MAX_FAULTS", "FaultList", "TooManyFaults", "quoted"]

MAX_FAULTS = 1_000
# What stands in the way of the others comes first: it names the class of an error of many faults.
_KINDS = (KnowledgeBaseNotFound, InvalidYaml, InvalidEntry)
_SHOWN = 60


class TooManyFaults(Exception):
    """There are `MAX_FAULTS` faults, and reading on would cost memory and help nobody."""


@dataclass(slots=True)
class FaultList:
    """The faults found so far; those that are added stand in *path*.

    *unread* are the paths that could not be read to their end: what seems to be missing from the
    knowledge base may stand there.
    """

    path: Path
    unread: set[Path] = field(default_factory=set)
    found: list[tuple[type[KnowledgeBaseError], Fault]] = field(default_factory=list)

    def add(self, line: int, message: str, kind: type[KnowledgeBaseError] = InvalidEntry) -> None:
        """Note *message* at *line* (0: the whole file). Raises TooManyFaults after `MAX_FAULTS`."""
        if len(self.found) >= MAX_FAULTS:
            note = f"there are more than these {MAX_FAULTS:,} faults: mend them first"
            self.found.append((kind, Fault(self.path, 0, note)))
            raise TooManyFaults
        self.found.append((kind, Fault(self.path, line, message)))

    def stop(self, line: int, message: str, kind: type[KnowledgeBaseError]) -> None:
        """Note *message* as the reason why *path* is not read any further."""
        self.unread.add(self.path)
        self.add(line, message, kind)

    def replace(self, line: int, message: str) -> None:
        """Forget what was found in *path*, and note *message* as why it is not read."""
        self.found = [(kind, fault) for kind, fault in self.found if fault.path != self.path]
        self.stop(line, message, InvalidEntry)

    def raise_any(self) -> None:
        """Raise one error that lists every fault; do nothing if there are none.

        The class is that of the most basic fault: a file that cannot be read, then one that is not
        YAML, then one that is not a knowledge base.
        """
        if not self.found:
            return
        kinds = {kind for kind, _ in self.found}
        error = next(kind for kind in _KINDS if kind in kinds)
        raise error(fault for _, fault in self.found)


def quoted(text: str) -> str:
    """Return *text* in backticks on one line, cut short if it is long."""
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= _SHOWN else f"`{line[:_SHOWN].rstrip()}`..."
