"""Schemas of older and newer versions."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import MetaData, create_engine, inspect, select

from faqbot.errors import StoreError
from faqbot.models import Outcome
from faqbot.store import migrations, tables

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeAnswer, OpenStore
    from sqlalchemy import Engine

    from faqbot.store import Store


def _engine(path: Path) -> Engine:
    path.parent.mkdir(exist_ok=True)
    return create_engine(f"sqlite:///{path}")


def _write_version_1(path: Path) -> None:
    """Write a store as the first version did, with one question in it."""
    engine = _engine(path)
    with engine.begin() as connection:
        migrations._begin(connection)
        connection.execute(tables.settings.insert().values(name="version", value="1"))
        connection.exec_driver_sql(
            "INSERT INTO faqbot_questions VALUES ('0', 'old?', 'answered', 'a', 0.5, 'slack', "
            "'2026-01-02 03:04:05.000000', 'abc', '[\"a\", \"b\"]', '')"
        )
    engine.dispose()


def test_an_older_store_is_brought_up_to_date(store: Store, path: Path, answer: MakeAnswer) -> None:
    """Records are kept, and new columns can be written."""
    _write_version_1(path)

    (old,) = store.questions()
    assert (old.text, old.outcome, old.nearest) == ("old?", Outcome.ANSWERED, ("a", "b"))
    assert old.at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert old.read_as == ""
    assert not old.manners
    store.record(answer("why?", read_as="why so?"), adapter="slack")
    assert [asked.read_as for asked in store.questions()] == ["", "why so?"]


def test_migrations_lead_to_the_tables(tmp_path: Path) -> None:
    """All migrations together give the schema of `tables`."""
    migrated, made = _engine(tmp_path / "a.db"), _engine(tmp_path / "b.db")
    with migrated.begin() as connection:
        migrations.migrate(connection)
    tables.metadata.create_all(made)

    assert _described(migrated) == _described(made)
    for engine in (migrated, made):
        engine.dispose()


def _described(engine: Engine) -> dict[str, object]:
    """Return the columns, keys and indexes of each table, as the database has them."""
    found, inspector = MetaData(), inspect(engine)
    found.reflect(engine)
    return {
        name: (
            [(column.name, str(column.type), column.nullable, column.primary_key) for column in table.columns],
            sorted((index["name"], *index["column_names"]) for index in inspector.get_indexes(name)),
        )
        for name, table in found.tables.items()
    }  # fmt: skip


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    """A database that is up to date is left as it is, its salt above all."""
    engine = _engine(tmp_path / "a.db")
    kept = []
    for _ in range(2):
        with engine.begin() as connection:
            migrations.migrate(connection)
            kept.append(connection.execute(select(tables.settings)).all())
    engine.dispose()

    assert kept[0] == kept[1]
    assert dict(kept[0])["version"] == str(len(migrations.MIGRATIONS))


def test_a_newer_store_is_refused(
    store: Store, path: Path, answer: MakeAnswer, caplog: pytest.LogCaptureFixture
) -> None:
    """Readers are told in a sentence; recording says so in the log, and costs no answer."""
    _write_version_1(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE faqbot_settings SET value = '99' WHERE name = 'version'")
        connection.commit()
        before = list(connection.iterdump())

    with pytest.raises(StoreError, match=r"newer faqbot.*version 99.*upgrade faqbot"):
        list(store.questions())
    assert store.record(answer("why?"), adapter="slack") is None
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "upgrade faqbot" in caplog.text
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


def test_a_migration_happens_whole_or_not_at_all(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that fails leaves the store as it was, for another try."""
    _write_version_1(path)

    def fails(connection: object) -> None:
        migrations._add_read_as(connection)  # type: ignore[arg-type]
        raise OSError("no room")

    with monkeypatch.context() as patch:
        steps = (migrations._begin, fails)
        patch.setattr(migrations, "MIGRATIONS", steps)
        with pytest.raises(StoreError, match="no room"):
            list(store.questions())
    assert [asked.text for asked in store.questions()] == ["old?"]


def test_many_may_begin_a_store_at_once(
    open_again: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each finds it begun by whoever was first, and all know a person by the same hash."""
    for module in ("circuit_breaker", "dialects"):  # a busy machine shall not decide
        monkeypatch.setattr(f"faqbot.store.{module}.PATIENCE", 30.0)
    stores = [open_again() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda store: store.suggest("why?", person="U1"), stores))

    assert None not in made
    assert len(set(made)) == 1
    assert len(list(stores[0].suggestions())) == 1
