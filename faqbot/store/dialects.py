"""The databases a store may be in; everything that is peculiar to one of them stands here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Error as SqliteError
from sqlite3 import OperationalError as SqliteOperationalError
from typing import TYPE_CHECKING, Any

from platformdirs import user_data_path
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    SQLAlchemyError,
)
from sqlalchemy.pool import StaticPool

from faqbot.errors import StoreError
from faqbot.store.circuit_breaker import PATIENCE

if TYPE_CHECKING:
    from sqlite3 import Connection as SqliteConnection

__all__ = ["Backend", "backend_of", "default_path", "is_worth_another_try"]
__all__ += ["transaction", "what_is_wrong"]

# Execution options: whether a connection's transactions write, and how long their statements wait.
_WRITES, _WAITS = "faqbot_writes", "faqbot_waits"
# How a driver is told, in seconds, to give up on a server that does not answer.
_WAIT = {"connect_timeout": 2}
_WAIT_ON_POSTGRESQL = _WAIT | {"tcp_user_timeout": 2000}
_WAIT_ON_MYSQL = _WAIT | {"read_timeout": 2, "write_timeout": 2}
_CONNECT_ARGUMENTS = {
    **dict.fromkeys(("psycopg", "psycopg2"), _WAIT_ON_POSTGRESQL),
    **dict.fromkeys(("pymysql", "mysqldb"), _WAIT_ON_MYSQL),
    "mariadbconnector": _WAIT,
    "mysqlconnector": {"connection_timeout": 2},
    "pg8000": {"timeout": 2},
}
# What SQLite says, and what a person is told.
_SQLITE_FAULTS = {
    "locked": "another process holds it locked",
    "busy": "another process holds it locked",
    "full": "there is no room left for it on the disk",
    "readonly": "it cannot be written to",
    "not a database": "the file is damaged; it was left as it is: put a backup in its place, or move it away",
    "malformed": "the file is damaged; it was left as it is: put a backup in its place, or move it away",
    "unable to open": "the file cannot be opened",
}


def default_path() -> Path:
    """Return where the store is unless a setting names another: a file among the person's data."""
    return user_data_path("faqbot", appauthor=False) / "store.db"


@dataclass(frozen=True, slots=True)
class Backend:
    """One database: its *url*, and its *path* where it is an SQLite file."""

    url: URL
    path: Path | None

    @property
    def name(self) -> str:
        """What to call the database in a message: its path, or its URL without the password."""
        return str(self.path or self.url.render_as_string(hide_password=True))

    def make_engine(self) -> Engine:
        """Return an engine that keeps one connection; raises StoreError when it cannot be made."""
        if self.url.get_backend_name() == "sqlite":
            return _sqlite_engine(self)
        engine = create_engine(
            self.url,
            hide_parameters=True,
            isolation_level="READ COMMITTED",  # more would have writers of unlike rows wait in turns
            pool_size=1,
            pool_pre_ping=True,
            connect_args=_CONNECT_ARGUMENTS.get(self.url.get_driver_name(), {}),
        )
        event.listen(engine, "begin", _begin)
        return engine

    def empty_log(self, engine: Engine) -> None:
        """Move what SQLite's write-ahead log holds into the file, as far as others let it."""
        if self.path is None:
            return
        with suppress(SQLAlchemyError, SqliteError), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()


def backend_of(where: str) -> Backend:
    """Return the database that *where* names: an SQLAlchemy URL, or the path of an SQLite file.

    Raises StoreError when it is no URL, or its driver is not installed or not a synchronous one.
    """
    if "://" not in where:
        path = Path(os.path.abspath(Path(where).expanduser()))  # noqa: PTH100  resolve() would follow links
        return Backend(URL.create("sqlite", database=str(path)), path)
    try:
        url = make_url(where)
        dialect = url.get_dialect()
        dialect.import_dbapi()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise StoreError(_unknown(where, error)) from None
    if dialect.is_async:
        raise StoreError(f"The store's driver {url.drivername} is asynchronous: name another one.")
    return _of_url(url)


def _unknown(where: str, error: Exception) -> str:
    kind = where.split("://", 1)[0]
    if isinstance(error, ImportError):
        return f"A store at {kind}:// needs the Python package {error.name}: install it."
    return (
        f"The store's address, which begins with {kind}://, is none that SQLAlchemy knows: give the "
        "path of a file, or a URL such as postgresql+psycopg://user@host/database."
    )


def _of_url(url: URL) -> Backend:
    file = url.database or ""
    if url.get_backend_name() != "sqlite" or file in {"", ":memory:"} or file.startswith("file:"):
        return Backend(url, None)
    path = Path(os.path.abspath(file))  # noqa: PTH100  resolve() would follow links
    return Backend(url.set(database=str(path)), path)


def _sqlite_engine(backend: Backend) -> Engine:
    pooled: dict[str, Any] = {"pool_size": 1}
    if backend.path is None:  # one connection is all there is of a database in memory
        pooled = {"poolclass": StaticPool}
    arguments = {"check_same_thread": False, "timeout": PATIENCE}
    engine = create_engine(backend.url, hide_parameters=True, connect_args=arguments, **pooled)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: SqliteConnection, _: object) -> None:
    """Set up a new connection to SQLite.

    With a write-ahead log, synchronous = NORMAL never leaves a damaged file, and a killed process
    loses nothing that was committed; only a power cut may take the last commits, which is a fair
    price for not waiting on the disk before every answer. What is deleted is overwritten, so that
    forgetting a person leaves nothing behind.
    """
    connection.isolation_level = None  # the driver shall not begin transactions of its own
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")


def _use_write_ahead_log(connection: SqliteConnection) -> None:
    """Switch the log on; SQLite does not wait by itself while another process does the same."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except SqliteOperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def transaction(engine: Engine, *, writes: bool, waits: float) -> Iterator[Connection]:
    """Return a connection in a transaction whose statements each wait at most *waits* seconds."""
    with engine.connect() as connection:
        connection.execution_options(**{_WRITES: writes, _WAITS: waits})
        with connection.begin():
            yield connection


def _begin(connection: Connection) -> None:
    """Begin a transaction; one that writes takes SQLite's lock at once, where waiting for it is safe."""
    options = connection.get_execution_options()
    waits = round(options.get(_WAITS, PATIENCE) * 1000)
    match connection.dialect.name:
        case "sqlite":
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {waits}")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")
        case "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {waits}")
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {waits}")
        case "mysql" | "mariadb":
            seconds = max(1, round(waits / 1000))
            connection.exec_driver_sql(f"SET SESSION innodb_lock_wait_timeout = {seconds}")


def is_worth_another_try(error: DBAPIError) -> bool:
    """Tell whether *error* is only that another process wrote at the same moment."""
    said = str(error.orig)
    return isinstance(error, IntegrityError) or "eadlock" in said or "could not serialize" in said


def what_is_wrong(error: Exception) -> str:
    """Say in a clause what *error* means, without a word of what was to be written."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    said = (str(cause) or type(cause).__name__).splitlines()[0]
    for words, meaning in _SQLITE_FAULTS.items():
        if words in said and type(cause).__module__ == "sqlite3":
            return meaning
    return said
