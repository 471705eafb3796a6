"""What every test shares: folders of its own, and no settings of the person who runs it."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import OperationalError

# No deadline: a shared machine is slow at times. Under CI the same examples are tried each time.
settings.register_profile("faqbot", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("faqbot")

_SETTINGS = (
    *(
        "FAQBOT_KB",
        "FAQBOT_PUBLISHED",
        "FAQBOT_ADAPTERS",
        "FAQBOT_DEBUG",
        "FAQBOT_STORE",
        "FAQBOT_RETENTION",
    ),
    "NO_COLOR",
)
_FOLDERS = ("FAQBOT_CACHE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
_ROOT = Path(__file__).parents[1]
# Address of a server of PostgreSQL in which the tests make a database of their own, and drop it.
_POSTGRESQL = os.environ.get("FAQBOT_TEST_POSTGRESQL", "postgresql+psycopg:///test")
# The same of MariaDB.
_MARIADB = os.environ.get(
    "FAQBOT_TEST_MARIADB", "mariadb+pymysql://root@localhost/?unix_socket=/run/mysqld/mysqld.sock"
)


class RunFaqbot(Protocol):
    """Runs the command line in a process of its own, with more in its environment."""

    def __call__(
        self, *arguments: str | bytes | Path, stdin: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Return what came of the process."""


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where models are unpacked, once for all tests: that takes seconds, and 82 MB."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQBOT_MODELS", str(models_folder))
    for name in _SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name in _FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture
def run_faqbot() -> RunFaqbot:
    """Return what runs the command line as a person's shell does."""

    def run(
        *arguments: str | bytes | Path, stdin: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "faqbot", *arguments],
            env={**os.environ, **environment},
            cwd=_ROOT,
            input=stdin,
            capture_output=True,
            check=False,
        )

    return run


@pytest.fixture
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 256 kB; only root may make one, and not in every container.

    An indirect parameter is another size, as mount reads it.
    """
    folder, mount = tmp_path / "small", shutil.which("mount")
    folder.mkdir()
    command = [
        mount or "",
        "-t",
        "tmpfs",
        "-o",
        f"size={getattr(request, 'param', '256k')}",
        "tmpfs",
        str(folder),
    ]
    if not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)  # noqa: S607  where mount is, there is umount


def _execute(url: URL, statement: str) -> None:
    """Run *statement* outside a transaction, as making a database needs."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


@contextmanager
def _own_database(
    address: str, title: str, how_to_drop: str = "", how_to_create: str = ""
) -> Iterator[URL]:
    """Make an empty database on the server at *address*, and drop it in the end.

    Skip the test if no server of the product *title* answers.
    """
    server, name = make_url(address), f"faqbot_{secrets.token_hex(6)}"
    try:
        _execute(server, f"CREATE DATABASE {name} {how_to_create}")
    except OperationalError:
        pytest.skip(f"no server of {title} answers at FAQBOT_TEST_{title.upper()}")
    try:
        yield server.set(database=name)
    finally:
        _execute(server, f"DROP DATABASE {name} {how_to_drop}")


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[URL]:
    """Return a database of PostgreSQL for all tests, which is dropped in the end."""
    with _own_database(_POSTGRESQL, "PostgreSQL", "WITH (FORCE)") as url:
        yield url


@pytest.fixture
def empty_database(request: pytest.FixtureRequest) -> Iterator[URL]:
    """Return a database of PostgreSQL without a schema, the test's own.

    A parameter is the end of the statement that creates it.
    """
    options = getattr(request, "param", "")
    with _own_database(_POSTGRESQL, "PostgreSQL", "WITH (FORCE)", options) as url:
        yield url


@pytest.fixture
def postgresql(postgresql_database: URL) -> Iterator[str]:
    """Return the address of an empty schema of PostgreSQL, the test's own."""
    schema = f"test_{secrets.token_hex(6)}"
    _execute(postgresql_database, f"CREATE SCHEMA {schema}")
    url = postgresql_database.update_query_dict({"options": f"-csearch_path={schema}"})
    yield url.render_as_string(hide_password=False)
    _execute(postgresql_database, f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def mariadb(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of an empty database of MariaDB, the test's own.

    A parameter is the end of the statement that creates it.
    """
    options = getattr(request, "param", "")
    with _own_database(_MARIADB, "MariaDB", how_to_create=options) as url:
        yield url.render_as_string(hide_password=False)
