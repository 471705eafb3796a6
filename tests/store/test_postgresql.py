"""The store on a server of PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from faqbot.store import Store
from faqbot.store.database import Database
from faqbot.store.dialects import find_backend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import MakeAnswer, OpenStore


@pytest.fixture
def open_server(postgresql: str) -> Iterator[OpenStore]:
    """Return a function that opens the same store as another replica would."""
    opened = []

    def open_it(*, days_kept: int = 0) -> Store:
        opened.append(Store(Database(find_backend(postgresql)), days_kept=days_kept))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


def test_replicas_share_records(open_server: OpenStore, answer: MakeAnswer) -> None:
    """One replica reads what another wrote, and takes no key that the other holds."""
    one, other = open_server(), open_server()

    assert one.record(answer("why?", "a"), adapter="slack", person="U1")
    assert [asked.text for asked in other.questions()] == ["why?"]
    assert one.claim("k", seconds=60)
    assert not other.claim("k", seconds=60)


def test_replicas_begin_a_store_at_once(
    open_server: OpenStore, answer: MakeAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One creates the tables, the others wait for it, and all hash a person alike."""
    for module in ("circuit_breaker", "dialects"):  # a busy machine shall not decide
        monkeypatch.setattr(f"faqbot.store.{module}.PATIENCE", 30.0)
    stores = [open_server() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(
                lambda store: store.record(answer("why?"), adapter="slack", person="U1"), stores
            )
        )

    assert None not in made
    assert stores[0].forget("U1") == 4
