"""Upgrades of a schema while replicas of an older faqbot serve, on files and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from faqbot.errors import StoreError
from faqbot.store import Store, migrations, read_schema, upgrade_schema, upgrading
from faqbot.store.database import Database
from faqbot.store.dialects import find_backend, holding_schema
from faqbot.store.migrations import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import MakeAnswer
    from sqlalchemy import Connection

_NEWEST = len(MIGRATIONS)


@pytest.fixture(params=["file", "PostgreSQL"])
def url(request: pytest.FixtureRequest, path: Path) -> str:
    """Return the address of a database where nothing is yet."""
    if request.param == "file":
        return str(path)
    found: str = request.getfixturevalue("postgresql")
    return found


@pytest.fixture
def replica(url: str) -> Iterator[Store]:
    """Return the store of a replica that serves."""
    with Store(Database(find_backend(url))) as opened:
        yield opened


def _add_color(connection: Connection) -> None:
    """Version NEXT: a nullable column, as migrations may add."""
    connection.execute(text("ALTER TABLE faqbot_questions ADD COLUMN color TEXT"))


def _release(patch: pytest.MonkeyPatch, *added: Callable[[Connection], None], oldest: int) -> None:
    """Let this process be a newer faqbot with the migrations *added*."""
    patch.setattr(migrations, "OLDEST_READER", oldest)
    for module in ("migrations", "database"):
        patch.setattr(f"faqbot.store.{module}.MIGRATIONS", (*MIGRATIONS, *added))


def test_an_older_replica_goes_on_while_another_upgrades(
    url: str, replica: Store, answer: MakeAnswer
) -> None:
    """It writes before and after, also over a new connection, and is told of nothing."""
    assert replica.record(answer("before?"), adapter="web")
    with pytest.MonkeyPatch.context() as patch:
        _release(patch, _add_color, oldest=_NEWEST)
        upgrade_schema(url)

    assert replica.record(answer("after?"), adapter="web")
    with Store(Database(find_backend(url))) as restarted:
        assert [asked.text for asked in restarted.questions()] == ["before?", "after?"]
    assert read_schema(url).version == _NEWEST + 1


def test_a_schema_that_ends_older_code_is_refused_by_it(url: str, replica: Store) -> None:
    """A restarted replica says which faqbot it needs, instead of failing in the middle."""
    replica.prepare()
    with pytest.MonkeyPatch.context() as patch:
        _release(patch, _add_color, oldest=_NEWEST + 1)
        upgrade_schema(url)

    with (
        Store(Database(find_backend(url))) as restarted,
        pytest.raises(StoreError, match=r"newer faqbot.*upgrade faqbot"),
    ):
        list(restarted.questions())


def test_replicas_do_not_end_each_other(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer replica adds by itself, and leaves to `faqbot migrate` what older ones cannot bear."""
    with Store(Database(find_backend(postgresql))) as older:
        older.prepare()
    _release(monkeypatch, _add_color, oldest=_NEWEST + 1)
    with Store(Database(find_backend(postgresql))) as newer:
        assert not newer.prepare()
        with pytest.raises(StoreError, match="end them, and run  faqbot migrate"):
            list(newer.questions())
        assert upgrade_schema(postgresql).ends_older_code
        assert list(newer.questions()) == []


def test_a_file_is_upgraded_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes of one machine are upgraded together, so nobody is asked."""
    with Store(Database(find_backend(str(path)))) as older:
        older.prepare()
    _release(monkeypatch, _add_color, oldest=_NEWEST + 1)
    with Store(Database(find_backend(str(path)))) as newer:
        assert newer.prepare()


def test_reading_a_schema_changes_nothing(url: str, path: Path) -> None:
    """Not even an empty file is made, and all migrations are missing."""
    found = read_schema(url)

    assert (found.version, found.newest, len(found.missing)) == (0, _NEWEST, _NEWEST)
    assert not found.ends_older_code
    assert not path.exists()
    assert read_schema(url) == found


def test_upgrading_says_the_schema_before(url: str) -> None:
    """The second upgrade finds nothing to do."""
    assert upgrade_schema(url).version == 0
    assert upgrade_schema(url).missing == ()


def test_two_upgrades_at_once_are_done_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One waits for the other, and then finds nothing to do."""
    replica_migrations = (*MIGRATIONS, _add_color)  # a second addition of the column would fail
    _release(monkeypatch, *replica_migrations[_NEWEST:], oldest=_NEWEST)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(upgrade_schema, [url, url]))

    assert read_schema(url).missing == ()


def test_the_store_that_is_read_is_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable may name another one a moment later."""
    monkeypatch.setenv("FAQBOT_STORE", str(tmp_path / "a.db"))
    is_created = Database.is_created

    def look(database: Database) -> bool:
        monkeypatch.setenv("FAQBOT_STORE", str(tmp_path / "b.db"))
        return bool(is_created.fget and is_created.fget(database))

    monkeypatch.setattr(Database, "is_created", property(look))
    before = upgrade_schema()

    assert before.store == str(tmp_path / "a.db")
    assert [path.name for path in tmp_path.glob("?.db")] == ["a.db"]


def test_an_upgrade_waits_for_its_lock(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process migrates it tries again, and ends with a sentence after the last try."""
    monkeypatch.setattr(upgrading, "_TRIES", 1)
    defaults = {**(Database.transact.__kwdefaults__ or {}), "patience": 0.05}
    monkeypatch.setattr(Database.transact, "__kwdefaults__", defaults)
    engine, held, done = create_engine(postgresql), Event(), Event()

    def hold() -> None:
        with engine.begin() as connection, holding_schema(connection):
            held.set()
            done.wait(30)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(hold)
        held.wait(30)
        with pytest.raises(StoreError, match="Nothing was changed: end long transactions"):
            upgrade_schema(postgresql)
        done.set()
        other.result()
    engine.dispose()
    assert read_schema(postgresql).version == 0


def test_each_migration_says_its_version_and_subject() -> None:
    """Operators read the first line of its docstring."""
    for number, migration in enumerate(MIGRATIONS, start=1):
        assert (migration.__doc__ or "").startswith(f"Version {number}: ")
