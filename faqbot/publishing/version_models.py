"""Data of published versions: listed, read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

# Version of the form in which a knowledge base is published; a newer faqbot may write another.
FORMAT = 1
# Name of the files among the parts; the others are indexes.
FILES = "files"
# Channel of PostgreSQL that tells the tenant of each change.
CHANNEL = "faqbot_kb"


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """Version of a published knowledge base.

    *version* counts from 1 for each tenant. *sha256* is the digest of the names and bytes of *files*,
    which are paths relative to the folder of the knowledge base. *indexes* counts the built indexes.
    *at* is aware, in UTC. *is_current* is True for the version that is served.
    """

    tenant: str
    version: int
    sha256: str
    files: tuple[str, ...]
    indexes: int
    note: str
    published_by: str
    at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class StoredFile:
    """File of a version, or an index of it: *size* bytes, for an index with the digest *sha256*."""

    name: str
    size: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """Version as a reader needs it, not yet checked."""

    version: int
    form: int
    sha256: str
    files: tuple[StoredFile, ...]
    indexes: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """Version to be written.

    *parts* yields the bytes of all files under the name `FILES`, and of an index under its own.
    """

    sha256: str
    files: tuple[StoredFile, ...]
    indexes: tuple[StoredFile, ...]
    parts: Callable[[str], Iterable[bytes]]
    note: str
    published_by: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Result of publishing: the current *version*.

    *is_new* is False if it had the same content before. *added_indexes* counts the indexes that were
    written.
    """

    version: PublishedVersion
    is_new: bool
    added_indexes: int
