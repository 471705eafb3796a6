"""SQL of published versions, within the transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, inspect, select, text, update

from faqbot.publishing.version_models import (
    CHANNEL,
    FILES,
    FORMAT,
    Publication,
    PublishedVersion,
    StoredFile,
    StoredVersion,
    Upload,
)
from faqbot.store.tables import kb_current, kb_indexes, kb_parts, kb_versions

# Lock of PostgreSQL for the versions of a tenant, held to the end of the transaction. The number is arbitrary.
_LOCK = "SELECT pg_advisory_xact_lock(32703, hashtext(current_schema() || '.' || :tenant))"


def has_tables(connection: Connection) -> bool:
    """Return True if the database has the tables of publishing."""
    return inspect(connection).has_table(kb_current.name)


def current_number(connection: Connection, tenant: str) -> int | None:
    """Return the version number that *tenant* serves; None without one."""
    return connection.scalar(select(kb_current.c.version).where(kb_current.c.tenant == tenant))


def current_numbers(connection: Connection) -> dict[str, int]:
    """Return the number of the version that each tenant serves."""
    rows = connection.execute(select(kb_current.c.tenant, kb_current.c.version))
    return {row.tenant: row.version for row in rows}


def stored_version(connection: Connection, tenant: str, number: int) -> StoredVersion | None:
    """Return the version *number* of *tenant*; None without one."""
    row = connection.execute(select(kb_versions).where(*_at(kb_versions, tenant, number))).first()
    if row is None:
        return None
    indexes = _indexes(connection, tenant, number)
    return StoredVersion(number, row.format, row.sha256, _files(row), indexes)


def listed_versions(connection: Connection, tenant: str) -> list[PublishedVersion]:
    """Return the versions of *tenant*, oldest first."""
    current = current_number(connection, tenant)
    counted = select(kb_indexes.c.version, func.count()).where(kb_indexes.c.tenant == tenant)
    rows = connection.execute(counted.group_by(kb_indexes.c.version))
    counts = {row[0]: row[1] for row in rows}
    wanted = select(kb_versions).where(kb_versions.c.tenant == tenant)
    found = connection.execute(wanted.order_by(kb_versions.c.version))
    return [_published(row, counts.get(row.version, 0), current) for row in found]


def read_part(
    connection: Connection, tenant: str, version: int, name: str, number: int
) -> bytes | None:
    """Return part *number* of *name*, from 0; None after the last."""
    wanted = (*_at(kb_parts, tenant, version), kb_parts.c.name == name, kb_parts.c.number == number)
    return connection.scalar(select(kb_parts.c.data).where(*wanted))


def write_version(connection: Connection, tenant: str, upload: Upload) -> Publication:
    """Write *upload* as the version that *tenant* serves.

    A version with the same content gets only the indexes that it lacks. A second publisher waits for
    the first one.
    """
    lock(connection, tenant)
    number = current_number(connection, tenant)
    before = None if number is None else stored_version(connection, tenant, number)
    is_new = before is None or before.sha256 != upload.sha256
    if number is None or is_new:
        number = _write_files(connection, tenant, upload)
    known = {index.name for index in _indexes(connection, tenant, number)}
    added = [index for index in upload.indexes if index.name not in known]
    for index in added:
        values = {"name": index.name, "size": index.size, "sha256": index.sha256}
        connection.execute(insert(kb_indexes).values(tenant=tenant, version=number, **values))
        _write_parts(connection, tenant, number, index.name, upload.parts(index.name))
    if is_new:
        move_pointer(connection, tenant, number)
    (version,) = (each for each in listed_versions(connection, tenant) if each.is_current)
    return Publication(version, is_new, len(added))


def lock(connection: Connection, tenant: str) -> None:
    """Hold the versions of *tenant* until the transaction ends.

    A write to SQLite has a lock already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(_LOCK), {"tenant": tenant})
    else:
        row = select(kb_current.c.version).where(kb_current.c.tenant == tenant)
        connection.execute(row.with_for_update())


def _write_files(connection: Connection, tenant: str, upload: Upload) -> int:
    """Write the files of *upload* as the next version; return its number."""
    newest = select(func.max(kb_versions.c.version)).where(kb_versions.c.tenant == tenant)
    number = (connection.scalar(newest) or 0) + 1
    values = {
        "format": FORMAT,
        "sha256": upload.sha256,
        "files": [[file.name, file.size] for file in upload.files],
        "note": upload.note,
        "published_by": upload.published_by,
        "at": datetime.now(UTC),
    }
    connection.execute(insert(kb_versions).values(tenant=tenant, version=number, **values))
    _write_parts(connection, tenant, number, FILES, upload.parts(FILES))
    return number


def _write_parts(
    connection: Connection, tenant: str, version: int, name: str, parts: Iterable[bytes]
) -> None:
    for number, data in enumerate(parts):
        values = {"name": name, "number": number, "data": data}
        connection.execute(insert(kb_parts).values(tenant=tenant, version=version, **values))


def move_pointer(connection: Connection, tenant: str, version: int) -> None:
    """Let *tenant* serve *version*, and tell the replicas at commit."""
    values = {"version": version, "at": datetime.now(UTC)}
    moved = update(kb_current).where(kb_current.c.tenant == tenant).values(values)
    if not connection.execute(moved).rowcount:
        connection.execute(insert(kb_current).values(tenant=tenant, **values))
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, tenant)))


def _indexes(connection: Connection, tenant: str, version: int) -> tuple[StoredFile, ...]:
    rows = connection.execute(select(kb_indexes).where(*_at(kb_indexes, tenant, version)))
    return tuple(StoredFile(row.name, row.size, row.sha256) for row in rows)


def _at(table: Table, tenant: str, version: int) -> tuple[Any, Any]:
    return table.c.tenant == tenant, table.c.version == version


def _files(row: Row[Any]) -> tuple[StoredFile, ...]:
    """Return the files of *row*; none if malformed."""
    with suppress(TypeError, ValueError):
        return tuple(StoredFile(str(name), int(size)) for name, size in row.files)
    return ()


def _published(row: Row[Any], indexes: int, current: int | None) -> PublishedVersion:
    files = tuple(file.name for file in _files(row))
    return PublishedVersion(
        *(row.tenant, row.version, row.sha256, files, indexes),
        *(row.note, row.published_by, row.at, row.version == current),
    )
