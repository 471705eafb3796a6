"""A folder of tenants, and a source that counts and can be stopped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

import pytest

from faqbot import Bot, Entry, KnowledgeBase, TenantError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_BASE = """\
version: 1
title: {title}
entries:
  - id: pay
    question: How do I pay?
    answer: {answer}
"""


@dataclass
class Clock:
    """Clock that shows the time that a test sets, in seconds."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@dataclass
class StoredBases:
    """Source of knowledge bases made in Python; *opened* counts openings by tenant.

    A tenant in *faults* raises its fault. Openings wait for *may_open*.
    """

    name: str = "memory"
    answers: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Exception] = field(default_factory=dict)
    opened: Counter[str] = field(default_factory=Counter)
    may_open: Event = field(default_factory=Event)
    was_closed: bool = False

    def tenants(self) -> Iterator[str]:
        """Yield the ids of all tenants."""
        yield from sorted(self.answers)

    def stamp(self, tenant: str) -> str | None:
        """Return the answer, which stands for the version."""
        return self.answers.get(tenant)

    def open(self, tenant: str, encoder: str) -> Bot:
        """Make a bot with one entry."""
        self.opened[tenant] += 1
        assert self.may_open.wait(30)
        if tenant in self.faults:
            raise self.faults[tenant]
        if tenant not in self.answers:
            raise TenantError(tenant)
        entry = Entry("pay", "How do I pay?", self.answers[tenant])
        return Bot.from_knowledge_base(KnowledgeBase((entry,)), encoder, cache=False)

    def close(self) -> None:
        """Note the end."""
        self.was_closed = True


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the test's tenants."""
    return Clock()


@pytest.fixture
def bases() -> StoredBases:
    """Return a source of three tenants."""
    source = StoredBases(answers={name: f"Pay at {name}." for name in ("acme", "globex", "hooli")})
    source.may_open.set()
    return source


@pytest.fixture
def write_base() -> Callable[[Path, str], None]:
    """Return a function that writes a knowledge base of one entry with an answer."""

    def write(path: Path, answer: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_BASE.format(title=path.stem, answer=answer))

    return write
