"""Sealed texts: kept by name, apart by kind, and locked against other threads and replicas."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from faqbot.errors import StoreError
from faqbot.store.tables import sealed_texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import OpenAt

    from faqbot.store import Store

    Open = Callable[[], Store]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def replica(request: pytest.FixtureRequest, path: Path, open_at: OpenAt) -> Open:
    """Return a function that opens the same store as another process would."""
    sqlite = request.param == "sqlite"
    where = str(path) if sqlite else str(request.getfixturevalue(request.param))
    return partial(open_at, where)


def test_texts_are_kept_by_name_and_kind(replica: Open) -> None:
    """Another process reads the last text of a name, and no kind shows those of another."""
    texts, other = replica().sealed_texts("a"), replica().sealed_texts("b")
    texts.put("T2", "two")
    texts.put("T1", "one")
    texts.put("T1", "ONE")

    assert replica().sealed_texts("a").all() == {"T1": "ONE", "T2": "two"}
    assert list(texts.all()) == ["T1", "T2"]
    assert (texts.get("T1"), other.get("T1"), texts.get("T3")) == ("ONE", None, None)
    assert other.all() == {}


def test_a_deleted_text_is_gone(replica: Open) -> None:
    """Deleting says whether there was one, and leaves the others."""
    texts = replica().sealed_texts("a")
    for name in ("T1", "T2"):
        texts.put(name, "sealed")

    assert not replica().sealed_texts("b").delete("T1")
    assert texts.delete("T1")
    assert not texts.delete("T1")
    assert texts.all() == {"T2": "sealed"}


def test_a_text_is_replaced_only_as_it_was_read(replica: Open) -> None:
    """A process that read an older text does not overwrite a newer one."""
    texts = replica().sealed_texts("a")
    texts.put("T1", "one")

    assert texts.replace("T1", "one", "two")
    assert not texts.replace("T1", "one", "three")
    assert not texts.replace("T2", "one", "three")
    assert texts.all() == {"T1": "two"}


def test_a_lock_lets_in_one_at_a_time(replica: Open) -> None:
    """Eight replicas each add one to a number that they read before: none is lost."""
    first = replica().sealed_texts("a")
    first.put("T1", "0")
    stores = [replica().sealed_texts("a") for _ in range(8)]

    def count(texts: object) -> None:
        assert isinstance(texts, type(first))
        with texts.lock("T1", seconds=20):
            texts.put("T1", str(int(texts.get("T1") or "0") + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, stores))
    assert first.get("T1") == "8"


def test_a_lock_that_is_held_is_not_waited_for_long(replica: Open) -> None:
    """After *seconds* the waiting replica is told; other names are free meanwhile."""
    texts, other = replica().sealed_texts("a"), replica().sealed_texts("a")
    for name in ("T1", "T2"):
        texts.put(name, "sealed")
    held, told = Event(), Event()

    def hold() -> None:
        with texts.lock("T1", seconds=30):
            held.set()
            assert told.wait(30)

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert held.wait(30)
        with pytest.raises(StoreError, match="another process holds it locked"):
            other.lock("T1", seconds=0.2).__enter__()
        with other.lock("T2", seconds=0.2):
            pass
        told.set()
        holder.result()
    with other.lock("T1", seconds=20):
        pass


def test_an_error_frees_the_lock(replica: Open) -> None:
    """Whatever happens in the block, the next one gets in."""
    texts = replica().sealed_texts("a")
    texts.put("T1", "sealed")
    with pytest.raises(KeyError), texts.lock("T1", seconds=5):
        raise KeyError

    with replica().sealed_texts("a").lock("T1", seconds=5):
        pass


@pytest.mark.parametrize("ahead", [-1.0, 3600.0])
def test_a_lease_of_a_dead_process_ends(path: Path, ahead: float, open_at: OpenAt) -> None:
    """A lease that ran out, or that is from before the clock was set back, holds nobody up."""
    import time

    store = open_at(str(path))
    texts = store.sealed_texts("a")
    texts.put("T1", "sealed")
    left = update(sealed_texts).values(locked_until=time.time() + ahead)
    store._database.transact(lambda connection: connection.execute(left))

    with texts.lock("T1", seconds=5):
        pass
    read = select(sealed_texts.c.locked_until)
    assert store._database.transact(lambda connection: connection.scalar(read)) == 0


def test_faults_are_sentences(path: Path, open_at: OpenAt) -> None:
    """A database that cannot be used is told, with its name."""
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    texts = open_at(str(path)).sealed_texts("a")

    for use in (texts.all, lambda: texts.get("T1"), lambda: texts.put("T1", "x")):
        with pytest.raises(StoreError, match="the file is damaged"):
            use()
