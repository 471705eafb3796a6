"""Hashes of people and of keys: the store keeps no plain id, and each tenant has hashes of its own."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select

from faqbot.store.tables import settings

# Bytes of a digest: 128 bits, 32 hexadecimal digits.
_DIGEST_BYTES = 16
_IS_SALT = settings.c.name == "salt"


def digest(tenant: str, text: str, key: bytes = b"") -> str:
    """Return the digest of *text* in hexadecimal digits, another one for each tenant.

    It is BLAKE2b with *key*, at most 64 bytes.
    """
    content = f"{tenant}\0{text}" if tenant else text
    data = content.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, key=key, digest_size=_DIGEST_BYTES).hexdigest()


def hash_person(connection: Connection, tenant: str, person: str) -> str:
    """Return the salted hash of *person* at *tenant*, "" if unknown."""
    return salted(tenant, person, read_salt(connection)) if person else ""


def salted(tenant: str, person: str, salt: bytes) -> str:
    """Return *person*'s hash at *tenant* by *salt*, "" if unknown.

    A person has another hash at each tenant, so that tenants cannot compare their records.
    """
    return digest(tenant, person, salt) if person else ""


def read_salt(connection: Connection) -> bytes:
    """Return the salt of the store."""
    salt = connection.scalars(select(settings.c.value).where(_IS_SALT)).one()
    return str(salt).encode()


def wait_for_turn(connection: Connection) -> None:
    """Hold the row of the salt until the transaction ends, so that others which call this wait for it.

    Nothing else locks the row, and readers do not wait. SQLite has a single writer in any case.
    """
    connection.execute(select(settings.c.value).where(_IS_SALT).with_for_update())
