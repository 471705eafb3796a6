"""Published knowledge bases of all tenants in one SQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self, TypeVar

from faqbot.errors import MissingDependency, PublishError, StoreError, TenantError
from faqbot.publishing.version_models import Publication

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from faqbot.publishing.version_models import PublishedVersion, StoredVersion, Upload
    from faqbot.store.database import Database

with suppress(ModuleNotFoundError):  # without the extra, the class can be named but not used
    from faqbot.publishing import version_queries as queries

_Result = TypeVar("_Result")
# Seconds that a publisher waits for another one, and for each part. Chosen by hand.
WRITE_SECONDS = 60.0
# Seconds that a reader waits for each part. Chosen by hand.
READ_SECONDS = 10.0
# Words of databases for a lock that was not had in time.
_LOCKED = ("lock timeout", "Lock wait timeout", "holds it locked", "statement timeout")


class PublishedBases:
    """Published knowledge bases of all tenants in one database. Thread-safe.

    Methods raise StoreError for a fault of the database.
    """

    def __init__(self, url: str, *, migrates: bool = False) -> None:
        """Prepare for the database at *url*; open nothing yet.

        Missing tables are created only if it *migrates*. Raises StoreError for a wrong URL, and
        MissingDependency if a library is not installed.
        """
        if not all(map(find_spec, ("sqlalchemy", "platformdirs"))):
            raise MissingDependency("a published knowledge base", "store")
        from faqbot.store.database import Database
        from faqbot.store.dialects import find_backend

        try:
            backend = find_backend(url)
        except StoreError as error:
            raise StoreError(_of_database(error)) from None
        self._database: Database = Database(backend) if migrates else Database(backend, None)
        self._migrates = self._has_tables = migrates

    @property
    def name(self) -> str:
        """Path of the database, or its URL without the password."""
        return self._database.backend.name

    def __enter__(self) -> Self:
        """Return itself; the end of the block closes the connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection for good."""
        self._database.close()

    def current(self, tenant: str) -> int:
        """Return the version number that *tenant* serves; raises TenantError without one."""
        return self._read(lambda connection: self._current(connection, tenant))

    def current_of_all(self) -> dict[str, int]:
        """Return the version number that each tenant serves, by id."""
        return self._read(lambda connection: queries.current_numbers(self._checked(connection)))

    def stored(self, tenant: str) -> StoredVersion:
        """Return the version that *tenant* serves.

        Raises TenantError without one, and PublishError if its record is gone.
        """
        return self._read(lambda connection: self._stored(connection, tenant))

    def listed(self, tenant: str) -> list[PublishedVersion]:
        """Return the versions of *tenant*, oldest first; raise TenantError without one."""
        return self._read(lambda connection: self._listed(connection, tenant))

    def parts(self, tenant: str, version: int, name: str) -> Iterator[bytes]:
        """Yield the parts of *name* of a *version*, read on demand."""
        number = 0
        while (data := self._part(tenant, version, name, number)) is not None:
            yield data
            number += 1

    def publish(self, tenant: str, upload: Upload) -> Publication:
        """Write *upload* as the version that *tenant* serves, in one transaction."""
        return self._write(lambda connection: queries.write_version(connection, tenant, upload))

    def roll_back(self, tenant: str, version: int) -> Publication:
        """Make *version* the one that *tenant* serves, if it is not.

        Raises TenantError if the tenant has no version, and PublishError if it has not this one.
        """
        return self._write(lambda connection: self._roll_back(connection, tenant, version))

    def _part(self, tenant: str, version: int, name: str, number: int) -> bytes | None:
        return self._read(
            lambda connection: queries.read_part(connection, tenant, version, name, number)
        )

    def _current(self, connection: Connection, tenant: str) -> int:
        found = queries.current_number(self._checked(connection), tenant)
        if found is None:
            whose = f"of the tenant {tenant!r}" if tenant else "without a tenant"
            raise TenantError(
                f"no knowledge base {whose} is published in {self.name}: publish one with  "
                "faqbot publish"
            )
        return found

    def _stored(self, connection: Connection, tenant: str) -> StoredVersion:
        number = self._current(connection, tenant)
        found = queries.stored_version(connection, tenant, number)
        if found is None:
            raise PublishError(
                f"version {number} is not in {self.name} any more: publish the knowledge base again"
            )
        return found

    def _listed(self, connection: Connection, tenant: str) -> list[PublishedVersion]:
        self._current(connection, tenant)
        return queries.listed_versions(connection, tenant)

    def _roll_back(self, connection: Connection, tenant: str, version: int) -> Publication:
        queries.lock(self._checked(connection), tenant)
        before = {each.version: each for each in self._listed(connection, tenant)}
        if version not in before:
            known = "version 1 only" if len(before) == 1 else f"versions 1 to {max(before)}"
            raise PublishError(f"there is no version {version}: {self.name} has {known}")
        is_new = not before[version].is_current
        if is_new:
            queries.move_pointer(connection, tenant, version)
        after = {each.version: each for each in queries.listed_versions(connection, tenant)}
        return Publication(after[version], is_new, 0)

    def _checked(self, connection: Connection) -> Connection:
        """Return *connection*; raise PublishError unless the database has the tables."""
        if not self._has_tables and not queries.has_tables(connection):
            raise PublishError(
                f"{self.name} has no published knowledge bases: check the address, or publish one with  "
                "faqbot publish"
            )
        self._has_tables = True
        return connection

    def _read(self, work: Callable[[Connection], _Result]) -> _Result:
        return self._transact(work, writes=False, seconds=READ_SECONDS)

    def _write(self, work: Callable[[Connection], _Result]) -> _Result:
        return self._transact(work, writes=True, seconds=WRITE_SECONDS)

    def _transact(
        self, work: Callable[[Connection], _Result], *, writes: bool, seconds: float
    ) -> _Result:
        path = self._database.backend.path
        if not self._migrates and path is not None and not path.exists():
            raise StoreError(
                f"the database {self.name} cannot be used: there is no such file: check the path"
            )
        try:
            return self._database.transact(work, writes=writes, patience=seconds)
        except StoreError as error:
            said = _of_database(error)
            if writes and any(words in said for words in _LOCKED):
                said = f"{self.name} is locked, as another process publishes: try again"
            raise StoreError(said) from error


def _of_database(error: StoreError) -> str:
    """Return the message of *error* with the words for a database that need not be a store."""
    article, space, rest = str(error).partition(" store")
    return f"{article} database{rest}" if space else article
