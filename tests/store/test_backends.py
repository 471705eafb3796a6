"""Addresses of databases, and what their faults are called."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from faqbot.errors import StoreError
from faqbot.store.backends import backend_of, what_is_wrong


@pytest.mark.parametrize("where", ["store.db", "sqlite:///store.db", "sqlite+pysqlite:///store.db"])
def test_a_file_is_found_from_anywhere(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is taken from where the program was when the store was named."""
    monkeypatch.chdir(tmp_path)
    backend = backend_of(where)

    assert backend.path == tmp_path / "store.db"
    assert backend.url.database == str(tmp_path / "store.db")


@pytest.mark.parametrize("name", ["a b?c#d.db", "50%.db", "ü.db"])
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    """What would mean something in a URL means itself in a path."""
    backend = backend_of(str(tmp_path / name))
    with backend.make_engine().connect() as connection:
        connection.exec_driver_sql("CREATE TABLE a (b)")
        connection.engine.dispose()

    assert name in [path.name for path in tmp_path.iterdir()]


def test_a_home_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting is not expanded by a shell."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    assert backend_of("~/store.db").path == tmp_path / "store.db"


@pytest.mark.parametrize("where", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_no_file(where: str) -> None:
    """There is nothing that could go missing."""
    assert backend_of(where).path is None


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nosuch://host/x", "none that SQLAlchemy knows"),
        ("postgresql+nosuch://host/x", "none that SQLAlchemy knows"),
        ("://", "none that SQLAlchemy knows"),
        ("sqlite+aiosqlite:///x.db", "asynchronous|needs the Python package"),
        ("oracle://host/x", "needs the Python package"),
    ],
)
def test_a_wrong_address_is_said(where: str, said: str) -> None:
    """One sentence says what is wrong with a URL, when the store is opened."""
    with pytest.raises(StoreError, match=said):
        backend_of(where)


def test_passwords_are_not_shown() -> None:
    """Neither in the name of a store nor when its address is wrong."""
    with pytest.raises(StoreError) as caught:
        backend_of("nosuch://jo:hunter2@host/x")

    assert "hunter2" not in str(caught.value)


def test_faults_do_not_tell_what_was_written() -> None:
    """A fault is named in a few words, without the statement and what it was to write."""
    error = OperationalError(
        "INSERT", {"text": "private"}, sqlite3.OperationalError("disk full\n!")
    )

    assert what_is_wrong(error) == "there is no room left for it on the disk"
    assert what_is_wrong(OSError("odd\nand long")) == "odd"
