"""Migrations of older schemas to that of `tables`, in place.

A migration spells out the tables of its version, and is never edited afterwards. The first line of its
docstring is shown to operators. Older replicas serve while it runs, so it adds: a table, a nullable column,
a column with a default. To remove a thing, first land code that does without it, and raise `OLDEST_READER`
with the migration of a later version.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
    update,
)

from faqbot.errors import StoreError
from faqbot.store.dialects import check_encoding, holding_schema
from faqbot.store.tables import ID, KEY, LONG_TEXT, PART, TENANT, UtcDateTime, settings

# Oldest version of the schema whose faqbot can use today's schema. A migration that only adds tables,
# nullable columns or columns with a default leaves this as it is. One that removes or changes a thing
# raises it to the first version that does without. Code before version 6 refuses every
# newer schema.
OLDEST_READER = 6
# Names in the settings: the version of the schema, and `OLDEST_READER` of the faqbot that wrote it.
_VERSION, _OLDEST_READER = "version", "oldest_reader"


def schema_version(connection: Connection) -> int:
    """Return the version of the schema, 0 for an empty database.

    It may be newer than this faqbot. Raises StoreError for a schema or an encoding that this faqbot
    cannot use.
    """
    check_encoding(connection)
    if not inspect(connection).has_table(settings.name):
        return 0
    version = _number(connection, _VERSION) or 0
    if version > len(MIGRATIONS) and (_number(connection, _OLDEST_READER) or version) > len(
        MIGRATIONS
    ):
        raise StoreError(
            f"it was written by a newer faqbot (its schema has version {version}, this faqbot "
            f"knows {len(MIGRATIONS)}): upgrade faqbot, or name another store"
        )
    return version


def migrate(connection: Connection) -> None:
    """Apply the missing migrations in the transaction of the caller.

    One process at a time: others wait, and then find nothing to do.
    """
    with holding_schema(connection):
        version = schema_version(connection)
        for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
            migration(connection)
            _state(connection, _VERSION, number)
            _state(connection, _OLDEST_READER, OLDEST_READER)


def migrate_while_serving(connection: Connection) -> None:
    """Apply the missing migrations as `migrate` does, unless they break other replicas.

    Raises StoreError then. A file is not refused, as its processes are upgraded together.
    """
    version = schema_version(connection)
    if ends_older_code(version) and connection.dialect.name != "sqlite":
        raise StoreError(
            f"its schema has version {version}, which replicas of an older faqbot may still use: end "
            "them, and run  faqbot migrate"
        )
    migrate(connection)


def ends_older_code(version: int) -> bool:
    """Return True if code that made a schema of *version* cannot use today's."""
    return 0 < version < OLDEST_READER


def _number(connection: Connection, name: str) -> int | None:
    found = connection.scalar(select(settings.c.value).where(settings.c.name == name))
    return None if found is None else int(found)


def _state(connection: Connection, name: str, number: int) -> None:
    stated = update(settings).where(settings.c.name == name).values(value=str(number))
    if not connection.execute(stated).rowcount:
        connection.execute(insert(settings).values(name=name, value=str(number)))


def _begin(connection: Connection) -> None:
    """Version 1: questions, verdicts, suggestions, claims and the store's salt."""
    metadata = MetaData()
    Table(
        "faqbot_settings",
        metadata,
        Column("name", KEY, primary_key=True),
        Column("value", Text, nullable=False),
    )
    Table(
        "faqbot_questions",
        metadata,
        Column("id", ID, primary_key=True),
        Column("text", Text, nullable=False),
        Column("outcome", KEY, nullable=False),
        Column("entry", String(255), nullable=False),
        Column("confidence", Float, nullable=False),
        Column("adapter", String(255), nullable=False),
        Column("at", UtcDateTime, nullable=False, index=True),
        Column("person", KEY, nullable=False),
        Column("nearest", JSON, nullable=False),
        Column("picked", String(255), nullable=False),
        Index("ix_faqbot_questions_person_id", "person", "id"),
    )
    Table(
        "faqbot_verdicts",
        metadata,
        Column("question", ID, primary_key=True),
        Column("person", KEY, primary_key=True, index=True),
        Column("helpful", Boolean, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", UtcDateTime, nullable=False),
    )
    Table(
        "faqbot_suggestions",
        metadata,
        Column("id", ID, primary_key=True),
        Column("question", Text, nullable=False),
        Column("answer", Text, nullable=False),
        Column("entry", String(255), nullable=False),
        Column("person", KEY, nullable=False, index=True),
        Column("at", UtcDateTime, nullable=False, index=True),
        Column("status", KEY, nullable=False),
    )
    Table(
        "faqbot_claims",
        metadata,
        Column("key", KEY, primary_key=True),
        Column("until", Float(53), nullable=False, index=True),
    )
    metadata.create_all(connection)
    connection.execute(insert(settings).values(name="salt", value=secrets.token_hex(32)))


def _add_read_as(connection: Connection) -> None:
    """Version 2: a follow-up question as completed from the conversation."""
    connection.execute(text("ALTER TABLE faqbot_questions ADD COLUMN read_as TEXT"))


def _add_manners(connection: Connection) -> None:
    """Version 3: courtesies, such as greetings and thanks."""
    connection.execute(text("ALTER TABLE faqbot_questions ADD COLUMN manners BOOLEAN"))


def _add_numbers(connection: Connection) -> None:
    """Version 4: stable numbers of names, such as entries."""
    metadata = MetaData()
    Table(
        "faqbot_numbers",
        metadata,
        Column("name", String(255), primary_key=True),
        Column("number", Integer, nullable=False, unique=True),
    )
    metadata.create_all(connection)


def _add_sealed_texts(connection: Connection) -> None:
    """Version 5: encrypted secrets of adapters."""
    metadata = MetaData()
    Table(
        "faqbot_sealed_texts",
        metadata,
        Column("kind", KEY, primary_key=True),
        Column("name", KEY, primary_key=True),
        Column("sealed", Text, nullable=False),
        Column("locked_until", Float(53), nullable=False),
    )
    metadata.create_all(connection)


def _add_tenants(connection: Connection) -> None:
    """Version 6: the tenant of each record, "" for earlier ones."""
    kind = TENANT.compile(dialect=connection.dialect)
    for table in ("questions", "verdicts", "suggestions"):
        added = f"ALTER TABLE faqbot_{table} ADD COLUMN tenant {kind} DEFAULT '' NOT NULL"
        connection.execute(text(added))
    for table in ("questions", "suggestions"):
        index = f"CREATE INDEX ix_faqbot_{table}_tenant_id ON faqbot_{table} (tenant, id)"
        connection.execute(text(index))


def _add_requests(connection: Connection) -> None:
    """Version 7: accepted requests that are not answered yet, and the holder of a dedup key."""
    metadata = MetaData()
    Table(
        "faqbot_requests",
        metadata,
        Column("tenant", TENANT, primary_key=True),
        Column("key", KEY, primary_key=True),
        Column("service", String(255), nullable=False),
        Column("payload", Text, nullable=True),
        Column("person", KEY, nullable=False, index=True),
        Column("accepted", Float(53), nullable=False),
        Column("owner", KEY, nullable=False),
        Column("until", Float(53), nullable=False, index=True),
        Column("tries", Integer, nullable=False),
        Column("posting", Boolean, nullable=False),
        Column("posts", Text, nullable=False),
    )
    metadata.create_all(connection)
    connection.execute(text("ALTER TABLE faqbot_claims ADD COLUMN holder VARCHAR(64)"))


def _add_published_versions(connection: Connection) -> None:
    """Version 8: published knowledge bases, with their files and indexes."""
    metadata = MetaData()
    Table(
        "faqbot_kb_versions",
        metadata,
        Column("tenant", TENANT, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("format", Integer, nullable=False),
        Column("sha256", KEY, nullable=False),
        Column("files", JSON, nullable=False),
        Column("note", Text, nullable=False),
        Column("published_by", String(255), nullable=False),
        Column("at", UtcDateTime, nullable=False),
    )
    Table(
        "faqbot_kb_current",
        metadata,
        Column("tenant", TENANT, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("at", UtcDateTime, nullable=False),
    )
    Table(
        "faqbot_kb_indexes",
        metadata,
        Column("tenant", TENANT, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("name", KEY, primary_key=True),
        Column("size", BigInteger, nullable=False),
        Column("sha256", KEY, nullable=False),
    )
    Table(
        "faqbot_kb_parts",
        metadata,
        Column("tenant", TENANT, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("name", KEY, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("data", PART, nullable=False),
    )
    metadata.create_all(connection)


def _add_shared_state(connection: Connection) -> None:
    """Version 9: conversations, and numbers such as counts of answers, shared by processes."""
    metadata = MetaData()
    Table(
        "faqbot_conversations",
        metadata,
        Column("tenant", TENANT, primary_key=True),
        Column("key", KEY, primary_key=True),
        Column("person", KEY, nullable=False, index=True),
        Column("version", BigInteger, nullable=False),
        Column("state", LONG_TEXT, nullable=False),
        Column("until", Float(53), nullable=False, index=True),
    )
    Table(
        "faqbot_shared_numbers",
        metadata,
        Column("name", KEY, primary_key=True),
        Column("key", KEY, primary_key=True),
        Column("number", Float(53), nullable=False),
        Column("until", Float(53), nullable=False, index=True),
    )
    metadata.create_all(connection)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _begin,
    _add_read_as,
    _add_manners,
    _add_numbers,
    _add_sealed_texts,
    _add_tenants,
    _add_requests,
    _add_published_versions,
    _add_shared_state,
)
