"""Addresses of databases, and messages of their faults."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import IntegrityError, OperationalError

from faqbot.errors import StoreError
from faqbot.store import dialects
from faqbot.store.dialects import Backend, describe_fault, find_backend, is_conflict


@pytest.mark.parametrize("where", ["store.db", "sqlite:///store.db", "sqlite+pysqlite:///store.db"])
def test_a_file_is_found_from_anywhere(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is taken from where the program was when the store was named."""
    monkeypatch.chdir(tmp_path)
    backend = find_backend(where)

    assert backend.path == tmp_path / "store.db"
    assert backend.url.database == str(tmp_path / "store.db")


@pytest.mark.parametrize("name", ["a b?c#d.db", "50%.db", "ü.db"])
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    """Special characters of a URL are ordinary in a path."""
    backend = find_backend(str(tmp_path / name))
    with backend.make_engine().connect() as connection:
        connection.exec_driver_sql("CREATE TABLE a (b)")
        connection.engine.dispose()

    assert name in [path.name for path in tmp_path.iterdir()]


def test_a_home_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting is not expanded by a shell."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    assert find_backend("~/store.db").path == tmp_path / "store.db"


@pytest.mark.parametrize("where", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_no_file(where: str) -> None:
    """There is nothing that could go missing."""
    assert find_backend(where).path is None


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nosuch://host/x", "which SQLAlchemy does not know"),
        ("postgresql+nosuch://host/x", "which SQLAlchemy does not know"),
        ("://", "which SQLAlchemy does not know"),
        ("sqlite+aiosqlite:///x.db", "asynchronous|needs a library"),
        ("oracle://host/x", r"needs a library that is not installed: run  .* install oracledb$"),
    ],
)
def test_a_wrong_address_is_said(where: str, said: str) -> None:
    """One sentence says what is wrong with a URL, when the store is opened."""
    with pytest.raises(StoreError, match=said):
        find_backend(where)


def test_passwords_are_not_shown() -> None:
    """Neither in the name of a store nor when its address is wrong."""
    with pytest.raises(StoreError) as caught:
        find_backend("nosuch://jo:hunter2@host/x")

    assert "hunter2" not in str(caught.value)


def test_faults_do_not_tell_what_was_written() -> None:
    """A fault is named in a few words, without the statement and its values."""
    error = OperationalError(
        "INSERT", {"text": "private"}, sqlite3.OperationalError("disk full\n!")
    )

    assert describe_fault(error) == "there is no room left for it on the disk"
    assert describe_fault(OSError("odd\nand long")) == "odd"
    assert describe_fault(PermissionError(13, "Permission denied", "a/b")) == "permission denied"


@pytest.mark.parametrize(
    ("url", "arguments"),
    [
        (
            "postgresql+psycopg://h/x",
            {"connect_timeout": 2, "tcp_user_timeout": 2000, "prepare_threshold": None},
        ),
        ("mysql+pymysql://h/x", {"connect_timeout": 2, "read_timeout": 2, "write_timeout": 2}),
        ("mssql+pyodbc://h/x", {}),
    ],
)
def test_servers_are_not_waited_for(
    url: str, arguments: dict[str, int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each driver is told in its own words to give up soon; one that is not known, nothing."""
    given: dict[str, Any] = {}

    def make(_: object, **options: object) -> object:
        given.update(options)
        return create_engine("sqlite://")

    monkeypatch.setattr(dialects, "create_engine", make)
    Backend(make_url(url), None).make_engine().dispose()

    assert given["connect_args"].items() >= arguments.items()
    assert given["hide_parameters"]


@dataclass
class FakeConnection:
    """Notes the statements that a transaction begins with."""

    dialect_name: str
    said: list[str]

    @property
    def dialect(self) -> SimpleNamespace:
        """Return the kind of database."""
        return SimpleNamespace(name=self.dialect_name)

    def get_execution_options(self) -> dict[str, object]:
        """Return the options that `transaction` sets."""
        return {"faqbot_writes": True, "faqbot_waits": 0.25}

    def exec_driver_sql(self, statement: str) -> None:
        """Note *statement*."""
        self.said.append(statement)


@pytest.mark.parametrize(
    ("dialect", "said"),
    [
        ("sqlite", ["PRAGMA busy_timeout = 250", "BEGIN IMMEDIATE"]),
        (
            "postgresql",
            [
                (
                    "SELECT set_config('lock_timeout', '250', true), "
                    "set_config('statement_timeout', '250', true), "
                    "set_config('idle_in_transaction_session_timeout', '1000', true)"
                )
            ],
        ),
        ("mysql", ["SET SESSION innodb_lock_wait_timeout = 1"]),
        ("mssql", []),
    ],
)
def test_a_transaction_waits_as_it_is_told(dialect: str, said: list[str]) -> None:
    """Each database is told in its own words how long a statement may wait."""
    connection = FakeConnection(dialect, [])
    dialects._begin(connection)  # type: ignore[arg-type]

    assert connection.said == said


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (IntegrityError("", {}, Exception("UNIQUE constraint failed")), True),
        (OperationalError("", {}, Exception("(1213, 'Deadlock found')")), True),
        (OperationalError("", {}, Exception("could not serialize access")), True),
        (OperationalError("", {}, Exception("database is locked")), False),
    ],
)
def test_what_passes_at_once_is_tried_again(error: OperationalError, worth: bool) -> None:  # noqa: FBT001  a column
    """Another's write at the same moment is no fault; a lock that was waited for is."""
    assert is_conflict(error) is worth
