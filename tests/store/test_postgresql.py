"""The store on a server, which is PostgreSQL in most tests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from faqbot.errors import StoreError
from faqbot.store import AcceptedRequest, queries
from faqbot.store.database import Database
from faqbot.store.dialects import find_backend

if TYPE_CHECKING:
    from datetime import datetime

    from conftest import MakeAnswer, OpenAt, OpenStore
    from sqlalchemy import URL, Connection


@pytest.fixture
def open_server(postgresql: str, open_at: OpenAt) -> OpenStore:
    """Return a function that opens the same store as another replica would."""
    return partial(open_at, postgresql)


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


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_of_equal_suggestions_at_the_same_moment_one_is_kept(
    server: str, request: pytest.FixtureRequest, open_at: OpenAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look for an equal one and its commit, another replica writes none."""
    url = request.getfixturevalue(server)
    one, other = open_at(url), open_at(url)
    assert one.prepare()
    assert other.prepare()
    made, meanwhile = queries.new_id, list[str | None]()

    def new_id(now: datetime) -> str:
        monkeypatch.setattr(queries, "new_id", made)
        meanwhile.append(other.suggest("why?", "so.", person="U1"))
        return made(now)

    monkeypatch.setattr(queries, "new_id", new_id)
    monkeypatch.setattr("faqbot.store.circuit_breaker.PATIENCE", 0.2)  # a shorter wait for the lock
    kept = one.suggest("why?", "so.", person="U1")
    monkeypatch.undo()

    assert meanwhile == [None]  # it waited for the first one
    assert kept
    assert [each.id for each in one.suggestions()] == [kept]


def _cut(url: str) -> int:
    """End the connections of everybody else to the database, as a restart does; return their number."""
    engine = create_engine(url)
    with engine.connect() as connection:
        ended = connection.scalar(
            text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
    return int(ended or 0)


@pytest.mark.parametrize("single", [False, True])
def test_a_transaction_goes_on_over_another_connection(postgresql: str, *, single: bool) -> None:
    """A connection that ends before the commit costs nothing: the work is done once."""
    database = Database(find_backend(postgresql))
    database.transact(lambda connection: connection.execute(text("CREATE TABLE kept (a int)")))
    tries = []

    def work(connection: Connection) -> None:
        tries.append(1)
        if len(tries) == 1:
            assert _cut(postgresql)
        connection.execute(text("INSERT INTO kept VALUES (1)"))

    database.transact(work, single=single)
    kept = database.transact(
        lambda connection: connection.scalar(text("SELECT count(*) FROM kept"))
    )
    database.close()

    assert (len(tries), kept) == (2, 1)


def test_a_connection_that_always_ends_is_a_fault(postgresql: str) -> None:
    """It is tried again once, and then the store is out of order for a moment."""
    database = Database(find_backend(postgresql))
    tries = []

    def work(connection: Connection) -> None:
        tries.append(1)
        assert _cut(postgresql)
        connection.execute(text("SELECT 1"))

    with pytest.raises(StoreError, match="cannot be used"):
        database.transact(work)
    database.close()

    assert len(tries) == 2


def test_accepted_requests_wait_for_no_record(open_server: OpenStore) -> None:
    """They have a connection of their own, so a burst of records delays no acknowledgement."""
    store = open_server()
    queue = store.request_queue("slack", "p1")
    with store._database._lock:
        assert queue.accept([AcceptedRequest("k", "{}")]) == [True]


@pytest.mark.parametrize(("waits", "shown"), [(True, "on"), (False, "off")])
def test_only_some_commits_wait_for_the_disk(postgresql: str, shown: str, *, waits: bool) -> None:
    """Shared state delays no answer; records and accepted requests survive a crash of the server."""
    first = Database(find_backend(postgresql))
    own = first.with_own_connection(waits_for_disk=waits)
    for _ in range(2):
        setting = own.transact(lambda opened: opened.scalar(text("SHOW synchronous_commit")))
        assert setting == shown
        assert _cut(postgresql)
    own.close()
    first.close()


def test_a_process_that_stands_still_in_a_transaction_holds_up_no_other(
    postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends its transaction, so that its locks go; its work is done again afterwards."""
    monkeypatch.setattr("faqbot.store.dialects._IDLE", 0.1)
    still, other = Database(find_backend(postgresql)), Database(find_backend(postgresql))
    other.transact(lambda connection: connection.execute(text("CREATE TABLE one (a int)")))
    other.transact(lambda connection: connection.execute(text("INSERT INTO one VALUES (0)")))
    add = text("UPDATE one SET a = a + 1")
    tries = []

    def stand_still(connection: Connection) -> None:
        tries.append(connection.execute(add))
        if len(tries) == 1:
            other.transact(lambda others: others.execute(add), patience=30.0)
        connection.execute(add)

    still.transact(stand_still, patience=0.1)
    added = other.transact(lambda connection: connection.scalar(text("SELECT a FROM one")))
    for each in (still, other):
        each.close()

    assert (len(tries), added) == (2, 3)


def _encoding(name: str) -> str:
    return f"ENCODING '{name}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"


@pytest.mark.parametrize("empty_database", [_encoding("SQL_ASCII"), ""], indirect=True)
def test_every_character_is_kept(empty_database: URL, open_at: OpenAt, answer: MakeAnswer) -> None:
    """Also by a database that knows no encoding, as one of the locale C."""
    store = open_at(empty_database.render_as_string(hide_password=False))

    assert store.record(answer("why \u2192 \U0001f600?"), adapter="slack")
    assert [asked.text for asked in store.questions()] == ["why \u2192 \U0001f600?"]


@pytest.mark.parametrize("empty_database", [_encoding("LATIN1")], indirect=True)
def test_encoding_that_lacks_characters_is_refused(empty_database: URL) -> None:
    """The sentence says which encoding it is, and which is needed."""
    database = Database(find_backend(empty_database.render_as_string(hide_password=False)))

    with pytest.raises(StoreError, match=r"its encoding LATIN1 lacks .* with the encoding UTF8$"):
        database.transact(lambda connection: connection.scalar(text("SELECT 1")))


@pytest.mark.parametrize("mariadb", ["CHARACTER SET utf8mb3"], indirect=True)
def test_encoding_of_mariadb_that_lacks_characters_is_refused(mariadb: str) -> None:
    """Its older utf8 has no emoji."""
    database = Database(find_backend(mariadb))

    with pytest.raises(StoreError, match=r"its encoding utf8mb3 lacks .* encoding utf8mb4$"):
        database.transact(lambda connection: connection.scalar(text("SELECT 1")))
