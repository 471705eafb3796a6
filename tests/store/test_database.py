"""Real faults of a database, which cost no answer and are logged once."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError

from faqbot.errors import StoreError
from faqbot.models import Answer, Outcome, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Clock, OpenStore

    from faqbot.store import Store

_ANSWER = Answer(Question("why?"), Outcome.UNANSWERED, 0.0, "")
_ROOT = Path(__file__).parents[2]
_WRITER = """
import sys
from faqbot import Answer, Outcome, Question, open_store
store = open_store(sys.argv[1])
for number in range(int(sys.argv[2])):
    record = store.record(Answer(Question(f"{number}"), Outcome.UNANSWERED, 0.0, ""), adapter="a")
    print(record, store.claim(f"{number}", seconds=600), flush=True)
"""


@pytest.fixture
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a store wait for others hardly at all, where they would hold it for good."""
    monkeypatch.setattr("faqbot.store.circuit_breaker.PATIENCE", 0.05)


def _tell(store: Store) -> list[object]:
    """Write in every way, and return the results."""
    return [
        store.record(_ANSWER, adapter="a", person="U1"),
        store.record_feedback("0", person="U1", helpful=True),
        store.suggest("why?"),
        store.decide("0", "approved"),
        store.prepare(),
    ]


def _write_through(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture, fault: Iterator[None]
) -> list[str]:
    """Write before, during and after a *fault*, and return the log messages."""
    caplog.set_level(logging.INFO, "faqbot.store")
    assert store.record(_ANSWER, adapter="a")
    next(fault)
    for _ in range(3):
        assert _tell(store) == [None, False, None, False, False]
        assert store.claim(f"{clock.now}", seconds=60)
        clock.now += 10
    next(fault, None)
    assert store.record(_ANSWER, adapter="a")
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    return [record.getMessage() for record in caplog.records]


def _locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def _renamed(path: Path) -> Iterator[None]:
    aside = path.with_suffix(".aside")
    path.rename(aside)
    yield
    aside.rename(path)


def _deleted(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        kept = copy.serialize()
    path.unlink()
    yield
    path.write_bytes(kept)


def _folder_gone(path: Path) -> Iterator[None]:
    aside = path.parent.with_suffix(".aside")
    path.parent.rename(aside)
    path.parent.write_text("a file where the folder was")
    yield
    path.parent.unlink()
    aside.rename(path.parent)


@pytest.mark.usefixtures("little_patience")
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_locked, "another process holds it locked"),
        (_renamed, "the file is gone; put it back"),
        (_deleted, "the file is gone; put it back"),
        (_folder_gone, "the file is gone; put it back"),
    ],
)
def test_faults_of_the_file_cost_nothing(
    fault: Callable[[Path], Iterator[None]],
    said: str,
    store: Store,
    path: Path,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Locked, renamed, deleted, or its folder away: one warning, and nothing written is lost."""
    warning, _ = _write_through(store, clock, caplog, fault(path))

    assert said in warning
    assert str(path) in warning
    assert len(list(store.questions())) == 2


@contextmanager
def _pragmas(store: Store, *pragmas: str) -> Iterator[None]:
    """Let every connection that is made meanwhile have these *pragmas*."""

    def set_up(connection: sqlite3.Connection, _: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    store._database._disconnect()
    event.listen(Engine, "connect", set_up)
    try:
        yield
    finally:
        event.remove(Engine, "connect", set_up)


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("max_page_count = 1", "no room left for it on the disk"),
        ("query_only = ON", "it cannot be written to"),
    ],
)
def test_faults_of_the_disk_cost_nothing(
    pragma: str, said: str, store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Full or read-only: one warning, and writing resumes when there is room again."""

    def fault() -> Iterator[None]:
        with _pragmas(store, pragma):
            # Full is what does not fit into the pages there are.
            while pragma.startswith("max") and store.suggest("x" * 3999 + clock.now.hex()):
                clock.now += 1
            clock.now += 10
            yield

    assert said in _write_through_full(store, clock, caplog, fault())


def _write_through_full(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture, fault: Iterator[None]
) -> str:
    """Write before, during and after a *fault* that small records may still survive."""
    caplog.set_level(logging.INFO, "faqbot.store")
    assert store.record(_ANSWER, adapter="a")
    next(fault)
    for _ in range(3):
        assert store.suggest("y" * 3999 + clock.now.hex()) is None
        clock.now += 10
    next(fault, None)
    assert store.record(_ANSWER, adapter="a")
    warning, back = caplog.records
    assert (warning.levelname, back.levelname) == ("WARNING", "INFO")
    return warning.getMessage()


def test_a_damaged_file_is_said_and_left(
    store: Store, path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays as it is until someone puts another in its place."""
    path.parent.mkdir()
    path.write_bytes(b"garbage " * 1000)

    assert _tell(store) == [None, False, None, False, False]
    with pytest.raises(StoreError, match="damaged; it was left as it is"):
        list(store.questions())
    with pytest.raises(StoreError, match="damaged"):
        store.forget("U1")
    assert path.read_bytes() == b"garbage " * 1000
    path.unlink()
    clock.now += 10
    assert store.record(_ANSWER, adapter="a")
    assert [record.levelname for record in caplog.records].count("WARNING") == 1


def test_a_file_damaged_while_in_use_is_noticed(
    store: Store, path: Path, open_again: OpenStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Writing to it does not go on as if nothing were."""
    store.record(_ANSWER, adapter="a")
    store._database.truncate_log()
    path.write_bytes(b"garbage " * 1000)

    assert store.record(_ANSWER, adapter="a") is None
    assert "damaged" in caplog.text
    assert open_again().record(_ANSWER, adapter="a") is None
    assert path.read_bytes() == b"garbage " * 1000


def test_a_folder_is_no_store(store: Store, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A path that names a folder is said so."""
    path.mkdir(parents=True)

    assert store.record(_ANSWER, adapter="a") is None
    assert "it is a folder: name a file" in caplog.text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_store(store: Store, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A pipe, which would wait for another program, is said so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)

    assert store.record(_ANSWER, adapter="a") is None
    assert "it is not a regular file: name a file" in caplog.text


def test_a_path_below_a_file_is_no_store(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that cannot be made is said so, once."""
    path.parent.write_text("a file")

    assert [store.record(_ANSWER, adapter="a") for _ in range(3)] == [None] * 3
    assert len(caplog.records) == 1
    assert str(path) in caplog.text


def test_another_file_in_its_place_is_used(
    store: Store, open_again: OpenStore, path: Path, tmp_path: Path
) -> None:
    """A backup moved over the open store receives the next records."""
    store.record(_ANSWER, adapter="a")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(tmp_path / "b")) as copy:
        source.backup(copy)
    store.suggest("lost with the old file")
    (tmp_path / "b").replace(path)

    assert store.record(_ANSWER, adapter="a")
    assert len(list(open_again().questions())) == 2
    assert list(store.suggestions()) == []


def test_a_closed_store_takes_nothing(store: Store) -> None:
    """Later writes are lost, and a reader gets an error."""
    store.record(_ANSWER, adapter="a")
    store.close()
    store.close()

    assert store.record(_ANSWER, adapter="a") is None
    with pytest.raises(StoreError, match="it was closed"):
        list(store.questions())


def test_a_fault_of_ours_costs_no_answer(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One record that faqbot fails to write is told without its text, and does not stop the others."""

    def fails(*_: object) -> None:
        raise RuntimeError("a private question")

    with monkeypatch.context() as patch:
        patch.setattr("faqbot.store.queries.record", fails)
        assert store.record(_ANSWER, adapter="a") is None
    assert "RuntimeError" in caplog.text
    assert "private" not in caplog.text
    assert store.record(_ANSWER, adapter="a")


@pytest.mark.parametrize(("failures", "done"), [(4, 5), (5, None)])
def test_a_write_that_met_another_is_tried_again(
    failures: int, done: int | None, store: Store
) -> None:
    """Four times more, and then it is a fault."""
    tries = []

    def work(_: object) -> int:
        tries.append(1)
        if len(tries) <= failures:
            raise IntegrityError("INSERT", {}, Exception("the key is there"))
        return len(tries)

    with suppress(StoreError):
        assert store._database.transact(work) == done
    assert len(tries) == 5


def test_threads_share_a_store(store: Store) -> None:
    """Every record of many threads is there, once."""
    with ThreadPoolExecutor(8) as pool:
        records = list(pool.map(lambda _: store.record(_ANSWER, adapter="a"), range(200)))

    assert {asked.id for asked in store.questions()} == set(records) - {None}
    assert len(set(records)) == 200


@pytest.mark.usefixtures("little_patience")
def test_a_busy_store_is_not_waited_for(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """A thread waits for another for a while only; the database is not out of order because of it."""
    with store._database._lock:
        assert [store.record(_ANSWER, adapter="a") for _ in range(2)] == [None, None]

    assert caplog.text.count("it is busy. A write is left out.") == 1
    assert store.is_in_order
    assert store.record(_ANSWER, adapter="a")


@pytest.mark.parametrize("where", ["sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_is_shared(where: str) -> None:
    """All threads see one database, also where there is no file."""
    from faqbot.store import open_store

    with open_store(where) as store, ThreadPoolExecutor(4) as pool:
        records = list(pool.map(lambda _: store.record(_ANSWER, adapter="a"), range(20)))
        assert [asked.id for asked in store.questions()] == sorted(map(str, records))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_opens_its_own(path: Path, store: Store) -> None:
    """A server that forks after opening the store writes from both, without sharing a connection."""
    code = f"""
import os, sys
from faqbot import Answer, Outcome, Question, open_store
store = open_store({str(path)!r})
answer = Answer(Question("why?"), Outcome.UNANSWERED, 0.0, "")
assert store.record(answer, adapter="parent")
child = os.fork()
assert store.record(answer, adapter="either")
assert store.record(answer, adapter="either")
if child:
    assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-c", code], cwd=_ROOT, check=True)

    assert len(list(store.questions())) == 5


def _writer(path: Path, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path), str(count)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def test_processes_share_a_file(path: Path, store: Store) -> None:
    """Two that write at once lose nothing, and each claim is granted to one of them."""
    with _writer(path, 100) as one, _writer(path, 100) as other:
        said = [process.communicate()[0].split() for process in (one, other)]

    records = {record for words in said for record in words[::2]}
    assert {asked.id for asked in store.questions()} == records
    assert len(records) == 200
    granted = [[word == "True" for word in words[1::2]] for words in said]
    assert all(first != second for first, second in zip(*granted, strict=True))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
@pytest.mark.parametrize("lines", [1, 2, 10, 37, 101])
def test_a_killed_process_loses_one_record_at_most(path: Path, store: Store, lines: int) -> None:
    """Whatever it was told is written is there, and the file is whole."""
    with _writer(path, 1_000_000) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()

    acknowledged = [line.split()[0] for line in told if line.endswith("\n")]
    kept = [asked.id for asked in store.questions()]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) <= len(acknowledged) + 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert store.record(_ANSWER, adapter="a")
