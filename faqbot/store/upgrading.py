"""Upgrade of a store's schema, and the facts about it that an operator needs before."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faqbot.errors import MissingDependency, StoreError

if TYPE_CHECKING:
    from faqbot.store.database import Database
    from faqbot.store.dialects import Backend

# Tries to get a lock, of up to two seconds each: a minute. A single longer wait would hold up every
# replica, as their transactions queue behind it.
_TRIES = 30


@dataclass(frozen=True, slots=True)
class StoreSchema:
    """Version of a store's schema, beside that of this faqbot.

    *store* is the path, or the URL without its password. *version* is 0 before the first use. It may be
    newer than *newest*: then a newer faqbot made it, in a way that this one can use. *missing* has a
    sentence on each missing migration. *ends_older_code* is True if replicas of an older faqbot cannot go
    on after them.
    """

    store: str
    version: int
    newest: int
    missing: Sequence[str]
    ends_older_code: bool


def locate_store(url: str = "") -> Backend:
    """Return the database of the store at *url*, by default that of FAQBOT_STORE or a file.

    Raises MissingDependency without the extra "store", and StoreError for a wrong address.
    """
    try:
        from faqbot.store.dialects import default_path, find_backend
    except ModuleNotFoundError as error:
        raise MissingDependency("the store", "store") from error
    return find_backend(url or os.environ.get("FAQBOT_STORE") or str(default_path()))


def read_schema(url: str = "") -> StoreSchema:
    """Return the facts about the schema of a store, and change nothing.

    *url* is as for `open_store`. Raises StoreError if the database cannot be read, or if this faqbot
    cannot use it, and MissingDependency without the extra "store".
    """
    return _read(locate_store(url))


def upgrade_schema(url: str = "") -> StoreSchema:
    """Upgrade the schema of a store; return the facts about the one before.

    *url* is as for `open_store`. Replicas of an older faqbot may serve meanwhile, unless
    `StoreSchema.ends_older_code`. Waits up to a minute for other processes. Raises StoreError if the
    database cannot be used: the store is then as before.
    """
    backend = locate_store(url)
    before = _read(backend)
    from faqbot.store.database import Database

    database = Database(backend, migration=None)
    try:
        _migrate(database)
    finally:
        database.close()
    return before


def _read(backend: Backend) -> StoreSchema:
    """Return the facts about the store's schema in *backend*."""
    from faqbot.store import migrations
    from faqbot.store.database import Database

    database = Database(backend, migration=None)
    try:
        created = database.is_created
        version = database.transact(migrations.schema_version, writes=False) if created else 0
    finally:
        database.close()
    missing = migrations.MIGRATIONS[version:]
    return StoreSchema(
        store=backend.name,
        version=version,
        newest=len(migrations.MIGRATIONS),
        missing=tuple((each.__doc__ or "").splitlines()[0] for each in missing),
        ends_older_code=migrations.ends_older_code(version),
    )


def _migrate(database: Database) -> None:
    """Migrate when no other transaction is in the way."""
    from faqbot.store.dialects import is_lock_timeout
    from faqbot.store.migrations import migrate

    for left in reversed(range(_TRIES)):
        try:
            return database.transact(migrate)
        except StoreError as error:
            if not is_lock_timeout(error.__cause__):
                raise
            if not left:
                raise StoreError(
                    f"{error}. Nothing was changed: end long transactions, and run  faqbot migrate  again"
                ) from error
    return None
