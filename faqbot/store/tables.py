"""Tables of the current schema; `migrations` creates and changes them.

Their names begin with faqbot, so that a database can be shared with other programs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.mysql import MEDIUMTEXT, VARCHAR
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

# Widths of columns in characters: an id has 14 hexadecimal digits of time and 18 random digits.
ID = String(32)
# Hashes have 32 characters; the rest is room for longer ones.
KEY = String(64)
# A text of any length; MariaDB and MySQL end another one at 64 kB.
LONG_TEXT = Text().with_variant(MEDIUMTEXT, "mysql", "mariadb")
# Id of a tenant, "" for records without one. MariaDB and MySQL compare it with its case, as others do.
TENANT = String(64).with_variant(
    VARCHAR(64, collation="ascii_bin", charset="ascii"), "mysql", "mariadb"
)
# A part of a published file: MariaDB and MySQL make it a MEDIUMBLOB, which holds 16 MB.
PART = LargeBinary(2**24 - 1)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetime, stored as UTC without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Convert *value* to UTC; a naive datetime is UTC already."""
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Add the zone UTC to *value*."""
        return value and value.replace(tzinfo=UTC)


metadata = MetaData()

settings = Table(
    "faqbot_settings",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("value", Text, nullable=False),
)

# Ids begin with the time, so that they sort as the records came.
questions = Table(
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
    Column("read_as", Text, nullable=True),
    Column("manners", Boolean, nullable=True),
    Column("tenant", TENANT, nullable=False, server_default=""),
    Index("ix_faqbot_questions_person_id", "person", "id"),
    Index("ix_faqbot_questions_tenant_id", "tenant", "id"),
)

verdicts = Table(
    "faqbot_verdicts",
    metadata,
    Column("question", ID, primary_key=True),
    Column("person", KEY, primary_key=True, index=True),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("tenant", TENANT, nullable=False, server_default=""),
)

suggestions = Table(
    "faqbot_suggestions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("entry", String(255), nullable=False),
    Column("person", KEY, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("status", KEY, nullable=False),
    Column("tenant", TENANT, nullable=False, server_default=""),
    Index("ix_faqbot_suggestions_tenant_id", "tenant", "id"),
)

claims = Table(
    "faqbot_claims",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("until", Float(53), nullable=False, index=True),
    Column("holder", KEY, nullable=True),
)

# Requests that an adapter acknowledged. The payload is deleted when the request is answered; then
# *until* is the end of the key, and before that the end of the lease.
requests = Table(
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

# Stable numbers of names, for clients whose ids are integers.
numbers = Table(
    "faqbot_numbers",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
)

# Encrypted secrets of adapters. A lease ends at a Unix time, in seconds.
sealed_texts = Table(
    "faqbot_sealed_texts",
    metadata,
    Column("kind", KEY, primary_key=True),
    Column("name", KEY, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("locked_until", Float(53), nullable=False),
)

# Published knowledge bases, append only. Their content is in `kb_parts`.
kb_versions = Table(
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

# Version that each tenant serves.
kb_current = Table(
    "faqbot_kb_current",
    metadata,
    Column("tenant", TENANT, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Built indexes of a version, one for each encoder and version of faqbot.
kb_indexes = Table(
    "faqbot_kb_indexes",
    metadata,
    Column("tenant", TENANT, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", KEY, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("sha256", KEY, nullable=False),
)

# Bytes of the files and of each index, in parts that fit into a packet of any database.
kb_parts = Table(
    "faqbot_kb_parts",
    metadata,
    Column("tenant", TENANT, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", KEY, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", PART, nullable=False),
)

# Conversations that any process continues, as `Conversation.to_dict` describes them. Times are Unix times.
conversations = Table(
    "faqbot_conversations",
    metadata,
    Column("tenant", TENANT, primary_key=True),
    Column("key", KEY, primary_key=True),
    Column("person", KEY, nullable=False, index=True),
    Column("version", BigInteger, nullable=False),
    Column("state", LONG_TEXT, nullable=False),
    Column("until", Float(53), nullable=False, index=True),
)

# Numbers that processes share: counts of answers, rates, and flags such as a mute.
shared_numbers = Table(
    "faqbot_shared_numbers",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("key", KEY, primary_key=True),
    Column("number", Float(53), nullable=False),
    Column("until", Float(53), nullable=False, index=True),
)
