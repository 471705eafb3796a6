"""Code specific to SQLite, PostgreSQL, MySQL or MariaDB."""

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

from faqbot.database_urls import hide_password, is_address
from faqbot.errors import StoreError
from faqbot.installation import package_command
from faqbot.store.circuit_breaker import PATIENCE
from faqbot.store.watchdog import WAITS

if TYPE_CHECKING:
    from sqlite3 import Connection as SqliteConnection

# Execution options of a connection: True if its transactions write; True if they have one statement.
_WRITES, _SINGLE = "faqbot_writes", "faqbot_single"
# Execution option of an engine: False if its commits on PostgreSQL do not wait for the disk.
_WAITS_FOR_DISK = "faqbot_waits_for_disk"
# Timeouts of the drivers for a server that does not answer: 2 seconds (tcp_user_timeout is in
# milliseconds), chosen by hand.
_WAIT = {"connect_timeout": 2}
_WAIT_ON_POSTGRESQL = _WAIT | {"tcp_user_timeout": 2000, "client_encoding": "utf8"}
_WAIT_ON_MYSQL = _WAIT | {"read_timeout": 2, "write_timeout": 2}
_CONNECT_ARGUMENTS = {
    "psycopg": _WAIT_ON_POSTGRESQL
    | {"prepare_threshold": None},  # a pooler may change the server behind
    "psycopg2": _WAIT_ON_POSTGRESQL,
    **dict.fromkeys(("pymysql", "mysqldb"), _WAIT_ON_MYSQL),
    "mariadbconnector": _WAIT,
    "mysqlconnector": {"connection_timeout": 2},
    "pg8000": {"timeout": 2},
}
# Statements that return the encoding of a database, with the encodings that hold every character. PostgreSQL
# keeps the bytes of SQL_ASCII as they are.
_ENCODINGS = {
    "postgresql": ("SHOW server_encoding", ("UTF8", "SQL_ASCII")),
    **dict.fromkeys(("mysql", "mariadb"), ("SELECT @@character_set_database", ("utf8mb4",))),
}
# Code of PostgreSQL for a statement that came while its connection was ended by an administrator, as at a restart.
_SERVER_ENDS = "57P01"
# Seconds after which PostgreSQL ends a transaction whose process sends nothing, unless it may wait longer for
# others. Chosen by hand: a process that stands still in a transaction keeps its locks from the others.
_IDLE = 1.0
# Seconds between two tries for the lock of SQLite, chosen by hand.
_RETRY_LOCK = 0.01
# Locks of migrations, one for each schema (PostgreSQL) or database. The number is arbitrary; the wait on
# MySQL is 2 seconds, as that for a lock elsewhere.
_LOCK_ON_POSTGRESQL = "SELECT pg_advisory_xact_lock(32702, hashtext(current_schema()))"
_LOCK_ON_MYSQL = "SELECT GET_LOCK(CONCAT('faqbot.', DATABASE()), 2)"
# Words in an error of SQLite, with the message to the user.
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
    """Return the default path of the store."""
    return user_data_path("faqbot", appauthor=False) / "store.db"


@dataclass(frozen=True, slots=True)
class Backend:
    """Database at *url*; *path* is its file for SQLite, None otherwise.

    Without *waits_for_disk*, PostgreSQL may lose the commits of the last moments if its machine crashes,
    as SQLite does here in any case.
    """

    url: URL
    path: Path | None
    waits_for_disk: bool = True

    @property
    def is_server(self) -> bool:
        """True for a server, which several machines may share."""
        return self.url.get_backend_name() != "sqlite"

    @property
    def name(self) -> str:
        """Path of the database, or its URL without the password."""
        return str(self.path or hide_password(self.url.render_as_string(hide_password=False)))

    def make_engine(self) -> Engine:
        """Return an engine with a single pooled connection."""
        if not self.is_server:
            return _sqlite_engine(self)
        engine = create_engine(
            self.url,
            hide_parameters=True,
            isolation_level="READ COMMITTED",  # a stricter level makes writers of different rows wait
            pool_size=1,
            pool_pre_ping=True,
            connect_args=_CONNECT_ARGUMENTS.get(self.url.get_driver_name(), {}),
            execution_options={_WAITS_FOR_DISK: self.waits_for_disk},
        )
        event.listen(engine, "begin", _begin)
        return engine

    def truncate_log(self, engine: Engine) -> None:
        """Move the write-ahead log of SQLite into the file.

        Readers in other processes can prevent it.
        """
        if self.path is None:
            return
        with suppress(SQLAlchemyError, SqliteError), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()


def find_backend(where: str) -> Backend:
    """Return the database at *where*, a URL or a path.

    *where* is an SQLAlchemy URL, or the path of an SQLite file.

    Raises StoreError for an invalid URL, and for a driver that is missing or asynchronous.
    """
    if not is_address(where):
        path = Path(os.path.abspath(Path(where).expanduser()))  # noqa: PTH100  resolve() would follow links
        return Backend(URL.create("sqlite", database=str(path)), path)
    try:
        url = make_url(where)
        if url.drivername == "postgresql":  # the driver of the extra, also with SQLAlchemy 2.0
            url = url.set(drivername="postgresql+psycopg")
        dialect = url.get_dialect()
        dialect.import_dbapi()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise StoreError(_unusable(where, error)) from None
    if dialect.is_async:
        raise StoreError(f"the store's driver {url.drivername} is asynchronous: name another one")
    return _backend_at(url)


# Distributions of drivers whose modules have another name. psycopg needs its compiled part as well.
_DISTRIBUTIONS = {"MySQLdb": "mysqlclient", "psycopg": "psycopg[binary]"}


def _unusable(where: str, error: Exception) -> str:
    kind = where.split("://", 1)[0]
    if isinstance(error, ImportError):
        module = error.name or kind
        command = package_command(_DISTRIBUTIONS.get(module, module))
        return f"a store at {kind}:// needs a library that is not installed: run  {command}"
    return (
        f"the store's address begins with {kind}://, which SQLAlchemy does not know: give the path of "
        "a file, or a URL such as postgresql+psycopg://user@host/database"
    )


def _backend_at(url: URL) -> Backend:
    file = url.database or ""
    if url.get_backend_name() != "sqlite" or file in {"", ":memory:"} or file.startswith("file:"):
        return Backend(url, None)
    path = Path(os.path.abspath(file))  # noqa: PTH100  resolve() would follow links
    return Backend(url.set(database=str(path)), path)


def _sqlite_engine(backend: Backend) -> Engine:
    pooled: dict[str, Any] = {"pool_size": 1}
    if backend.path is None:  # a database in memory lives as long as its connection
        pooled = {"poolclass": StaticPool}
    arguments = {"check_same_thread": False, "timeout": PATIENCE}
    engine = create_engine(backend.url, hide_parameters=True, connect_args=arguments, **pooled)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: SqliteConnection, _: object) -> None:
    """Set up a new connection to SQLite.

    With a write-ahead log, synchronous = NORMAL never leaves a damaged file, and a killed process
    loses no committed record. Only a power cut may lose the last commits; in return no answer waits
    for the disk. Deleted records are overwritten, so that forgetting a person leaves no trace.
    """
    connection.isolation_level = None  # transactions begin in `_begin`, not in the driver
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")


def _use_write_ahead_log(connection: SqliteConnection) -> None:
    """Enable the write-ahead log; retry while another process holds the lock.

    SQLite does not wait by itself here.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except SqliteOperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_LOCK)
        else:
            return


@contextmanager
def transaction(
    engine: Engine, *, writes: bool, waits: float, single: bool = False
) -> Iterator[Connection]:
    """Return a connection in a transaction.

    Each statement waits at most *waits* seconds. A *single* statement on a server needs no transaction,
    which saves most of its time.
    """
    with engine.connect() as connection:
        connection.execution_options(**{_WRITES: writes, WAITS: waits, _SINGLE: single})
        if single and engine.dialect.name != "sqlite":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        with connection.begin():
            yield connection


def _begin(connection: Connection) -> None:
    """Begin a transaction.

    A write takes the lock of SQLite at once, while waiting is safe.
    """
    options = connection.get_execution_options()
    waits = round(options.get(WAITS, PATIENCE) * 1000)
    if options.get(_SINGLE) and connection.dialect.name != "sqlite":
        return
    match connection.dialect.name:
        case "sqlite":
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {waits}")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")
        case "postgresql":
            idle = max(waits, round(_IDLE * 1000))
            given = {
                "lock_timeout": waits,
                "statement_timeout": waits,
                "idle_in_transaction_session_timeout": idle,
            }
            if not options.get(_WAITS_FOR_DISK, True):
                given["synchronous_commit"] = "off"
            # For this transaction only: a pooler may give the connection to others afterwards.
            calls = [f"set_config('{name}', '{value}', true)" for name, value in given.items()]
            connection.exec_driver_sql(f"SELECT {', '.join(calls)}")
        case "mysql" | "mariadb":
            seconds = max(1, round(waits / 1000))
            connection.exec_driver_sql(f"SET SESSION innodb_lock_wait_timeout = {seconds}")


@contextmanager
def holding_schema(connection: Connection) -> Iterator[None]:
    """Hold the lock of migrations, which other processes wait for.

    A write to SQLite has its own. PostgreSQL frees the lock with the transaction, in which statements may
    then take any time; waiting for other transactions stays bounded, so that replicas are not held up.
    """
    match connection.dialect.name:
        case "postgresql":
            connection.execution_options(**{WAITS: None})  # neither does the watchdog end one
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            connection.exec_driver_sql(_LOCK_ON_POSTGRESQL)
            yield
        case "mysql" | "mariadb":
            if not connection.exec_driver_sql(_LOCK_ON_MYSQL).scalar():
                raise StoreError("another process migrates it: try again")
            try:
                yield
            finally:
                connection.exec_driver_sql("DO RELEASE_LOCK(CONCAT('faqbot.', DATABASE()))")
        case _:
            yield


def is_lock_timeout(error: BaseException | None) -> bool:
    """Return True if *error* reports a lock held too long."""
    said = str(error.orig) if isinstance(error, DBAPIError) else ""
    return any(words in said for words in ("lock timeout", "Lock wait timeout", "is locked"))


def is_conflict(error: DBAPIError) -> bool:
    """Return True if *error* is a conflict with another process."""
    said = str(error.orig)
    return isinstance(error, IntegrityError) or "eadlock" in said or "could not serialize" in said


def is_undone(error: DBAPIError, *, is_open: bool) -> bool:
    """Return True if *error* is a lost connection, and the transaction surely has no effect.

    *is_open* means that its commit was not sent.
    """
    ended = getattr(error.orig, "sqlstate", None) == _SERVER_ENDS
    return error.connection_invalidated and (is_open or ended)


def describe_fault(error: Exception) -> str:
    """Return the meaning of *error*, without text of the record."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    said = (str(cause) or type(cause).__name__).splitlines()[0]
    for words, meaning in _SQLITE_FAULTS.items():
        if words in said and type(cause).__module__ == "sqlite3":
            return meaning
    return said


def check_encoding(connection: Connection) -> None:
    """Raise StoreError unless the database holds every character that people write.

    Otherwise a single emoji would be a fault of the store, again and again.
    """
    statement, complete = _ENCODINGS.get(connection.dialect.name, ("", ()))
    if not statement:
        return
    encoding = str(connection.exec_driver_sql(statement).scalar())
    if encoding not in complete:
        raise StoreError(
            f"its encoding {encoding} lacks most characters: create a database with the encoding {complete[0]}"
        )
