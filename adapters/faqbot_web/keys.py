"""Keys of the API: created, shown once, and kept in the settings as hashes."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from faqbot import AdapterSettingsError, parse_settings, write_atomic
from faqbot_web.settings import (
    KEY_NAME,
    KeySettings,
    WebSettings,
    describe_faults,
    load_settings,
)

# Random bytes of a key: 256 bits, twice as many as nobody can guess.
KEY_BYTES = 32
# Beginning of every key, so that people and scanners of leaked secrets know it.
KEY_PREFIX = "fq_"

# Permissions of a new settings file: its owner reads and writes.
PRIVATE_MODE = 0o600


def hash_key(key: str) -> str:
    """Return the SHA-256 of *key* in hexadecimal, as stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def add_key(path: Path, name: str, access: Mapping[str, object]) -> str:
    """Add a key under *name* to the settings file at *path*; return the key.

    A missing file is created. *access* are fields of `KeySettings`. Raises AdapterSettingsError if
    the name is taken or wrong, or the file cannot be used; it is then as it was.
    """
    if not KEY_NAME.fullmatch(name):
        raise AdapterSettingsError(
            f"{name[:100]!r} is no name of a key: use up to 64 letters, digits, hyphens and underscores"
        )
    settings = load_settings(path) if path.exists() else WebSettings()
    if name in settings.keys or name in parse_keys(path):
        raise AdapterSettingsError(f"{path}: there is a key {name!r} already: choose another name")
    key = KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)
    fields = {"hash": hash_key(key), **{field: value for field, value in access.items() if value}}
    try:
        KeySettings.model_validate(fields)
    except ValidationError as error:
        raise AdapterSettingsError("\n".join(describe_faults(error))) from None
    _append(path, "\n".join(_table(name, fields)))
    return key


def parse_keys(path: Path) -> dict[str, object]:
    """Return the keys of *path*; empty without a file."""
    keys = parse_settings(path).get("keys", {}) if path.exists() else {}
    return keys if isinstance(keys, dict) else {}


def _table(name: str, fields: Mapping[str, object]) -> Iterator[str]:
    """Yield the lines of a table in TOML, whose strings and lists are those of JSON."""
    yield f"[keys.{name}]"
    for field, value in fields.items():
        yield f"{field} = {json.dumps(value)}"
    yield ""


def _append(path: Path, table: str) -> None:
    """Append *table* to the file at *path*, whole or not at all.

    A new file can be read by its owner only.
    """
    try:
        before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        gap = "\n" if before and not before.endswith("\n\n") else ""
        text = before.rstrip("\n") + ("\n" if before else "") + gap + table
        write_atomic(path, text.encode(), mode=PRIVATE_MODE)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise AdapterSettingsError(f"{path}: the settings cannot be written: {reason}") from None
