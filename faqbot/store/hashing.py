"""Hashes of people and of keys: the store keeps no plain id, and each tenant has hashes of its own."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select

from faqbot.store.tables import settings

# Bytes of a digest: 128 bits, 32 hexadecimal digits.
_DIGEST_BYTES = 16


def digest(tenant: str, text: str, key: bytes = b"") -> str:
    """Return the digest of *text* in hexadecimal digits, another one for each tenant.

    It is BLAKE2b with *key*, at most 64 bytes.
    """
    content = f"{tenant}\0{text}" if tenant else text
    data = content.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, key=key, digest_size=_DIGEST_BYTES).hexdigest()


def hash_person(connection: Connection, tenant: str, person: str) -> str:
    """Return the salted hash of *person* at *tenant*, "" for an unknown person."""
    return salted(tenant, person, read_salt(connection)) if person else ""


def salted(tenant: str, person: str, salt: bytes) -> str:
    """Return the hash of *person* at *tenant* by *salt*, "" for an unknown person.

    A person has another hash at each tenant, so that tenants cannot compare their records.
    """
    return digest(tenant, person, salt) if person else ""


def read_salt(connection: Connection) -> bytes:
    """Return the salt of the store."""
    salt = connection.scalars(select(settings.c.value).where(settings.c.name == "salt")).one()
    return str(salt).encode()
