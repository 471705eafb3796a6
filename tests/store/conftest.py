"""A store in a folder of the test's own, a clock that the test sets, and answers to record."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from faqbot.models import Answer, Entry, Match, Outcome, Question
from faqbot.store import Store
from faqbot.store.database import Database
from faqbot.store.dialects import find_backend

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Clock:
    """Shows the time that a test sets, in seconds."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class MakeAnswer(Protocol):
    """Makes an answer to a question, which the entries named match."""

    def __call__(self, text: str, *entries: str, **fields: Any) -> Answer:  # noqa: ANN401  any of Answer's
        """Return it; answered when entries match, unless *fields* say otherwise."""


class OpenStore(Protocol):
    """Opens the store of a test."""

    def __call__(self, *, days_kept: int = 0) -> Store:
        """Return another store on the same file."""


class OpenAt(Protocol):
    """Opens stores, which the end of the test closes."""

    def __call__(self, where: str, **options: Any) -> Store:  # noqa: ANN401  any of Store's
        """Return one more store at *where*, a path or an address, as another process opens it."""


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the test's stores."""
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of the test's store, where nothing is yet."""
    return tmp_path / "store" / "store.db"


@pytest.fixture
def open_at() -> Iterator[OpenAt]:
    """Return a function that opens a store at any place as another process would."""
    with ExitStack() as opened:

        def open_it(where: str, **options: Any) -> Store:  # noqa: ANN401  any of Store's
            return opened.enter_context(Store(Database(find_backend(where)), **options))

        yield open_it


@pytest.fixture
def open_again(path: Path, clock: Clock, open_at: OpenAt) -> OpenStore:
    """Return a function that opens the test's store as another process would."""
    return partial(open_at, str(path), clock=clock)


@pytest.fixture
def store(open_again: OpenStore) -> Store:
    """Return the test's store."""
    return open_again()


@pytest.fixture
def answer() -> MakeAnswer:
    """Return a function that makes answers."""

    def make(text: str, *entries: str, **fields: Any) -> Answer:  # noqa: ANN401  any of Answer's
        matches = tuple(Match(Entry(name, f"{name}?", ""), 1.0, 0.9, "") for name in entries)
        outcome = Outcome.ANSWERED if matches else Outcome.UNANSWERED
        known = {"outcome": outcome, "confidence": 0.9, "text": "", "matches": matches}
        return Answer(Question(text), **{**known, **fields})

    return make
