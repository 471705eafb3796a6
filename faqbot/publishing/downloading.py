"""Reading of a published knowledge base: cached files and index, and a bot."""

from __future__ import annotations

import logging
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from faqbot.bot import Bot
from faqbot.errors import KnowledgeBaseError, PublishError
from faqbot.files import check_own_folder, is_own
from faqbot.kb import load_knowledge_base
from faqbot.publishing.address import PublishedAddress
from faqbot.publishing.content import (
    ContentDigest,
    PartReader,
    folder_digest,
    name_fault,
    size_fault,
)
from faqbot.publishing.version_models import FILES, FORMAT
from faqbot.publishing.versions import PublishedBases
from faqbot.retrieval import cache_folder, index_path, kept_in, language_of, place_index

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faqbot.publishing.version_models import StoredFile, StoredVersion
    from faqbot.retrieval import Encoder

_log = logging.getLogger(__name__)
# Bytes of versions that are kept in the cache, the latest used first. Chosen by hand.
_KEPT_BYTES = 2_000_000_000
_WRITING = ".writing-"
# Age, in seconds, from which a half-written version is left over from a killed process. Chosen by hand.
_LEFT_OVER_AFTER = 3600


def open_published(url: str, tenant: str = "", encoder: str | Encoder = "auto") -> Bot:
    """Make a bot of the published knowledge base at *url*, an SQLAlchemy URL.

    *url* may name the tenant, as in ``postgresql://user@host/database?tenant=T``; *tenant* is it
    otherwise. *encoder* is that of `Bot.from_file`. The files and the published index are kept in the
    cache. Raises TenantError if the tenant has no version, PublishError if the version cannot be read,
    StoreError for a fault of the database, and the errors of `Bot.from_file`.
    """
    address = PublishedAddress.parse(url, tenant)
    with PublishedBases(address.url) as bases:
        return open_version(bases, address.tenant, encoder)


def open_version(
    bases: PublishedBases,
    tenant: str,
    encoder: str | Encoder = "auto",
    *,
    cache: bool | Path = True,
) -> Bot:
    """Make a bot of *tenant*'s version; raises as `open_published`.

    *cache* is that of `Bot.from_file`.
    """
    stored, folder = lay_out(bases, tenant)
    try:
        kb = replace(load_knowledge_base(folder), published_version=stored.version)
    except KnowledgeBaseError as error:
        raise PublishError(
            f"version {stored.version} in {bases.name} cannot be used:\n{error}"
        ) from error
    path = index_path(kb.served, kb.synonyms, encoder, language_of(kb.language), cache=cache)
    if path is not None and not path.exists():
        _download_index(bases, tenant, stored, path, kept_in(cache))
    return Bot.from_knowledge_base(kb, encoder, cache=cache)


def published_folder(address: PublishedAddress) -> Path:
    """Return a folder with the files of the version at *address*, in the cache.

    Raises the errors of `open_published`.
    """
    with PublishedBases(address.url) as bases:
        return lay_out(bases, address.tenant)[1]


def lay_out(bases: PublishedBases, tenant: str) -> tuple[StoredVersion, Path]:
    """Return the version of *tenant*, and a private folder with its files."""
    stored = bases.stored(tenant)
    _check(stored, bases.name)
    try:
        place = _own_place()
        folder = place / stored.sha256[:32]
        if not _is_laid_out(folder, stored):
            _write_folder(folder, stored, bases.parts(tenant, stored.version, FILES), bases.name)
            _forget_oldest(place)
        folder.touch()
    except OSError as error:
        raise PublishError(
            f"version {stored.version} cannot be written to the cache: {error.strerror or error}: set "
            "FAQBOT_CACHE to a folder of yours"
        ) from error
    except RuntimeError as error:
        raise PublishError("there is no home folder: set FAQBOT_CACHE to a folder") from error
    return stored, folder


def _check(stored: StoredVersion, name: str) -> None:
    """Raise PublishError unless *stored* is of a form that this faqbot reads, and of names and sizes."""
    which = f"version {stored.version} in {name}"
    if stored.form != FORMAT:
        raise PublishError(f"{which} was published by a newer faqbot: update faqbot to read it")
    faults = (*(name_fault(file.name) for file in stored.files), size_fault(stored.files))
    if not stored.files or any(faults) or len(stored.sha256) != sha256().digest_size * 2:
        raise _damaged(stored, name)


def _damaged(stored: StoredVersion, name: str) -> PublishError:
    return PublishError(
        f"version {stored.version} in {name} is damaged: publish the knowledge base again"
    )


def _own_place() -> Path:
    place = cache_folder() / "published"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_own_folder(place)
    return place


def _is_laid_out(folder: Path, stored: StoredVersion) -> bool:
    """Return True if *folder* has exactly the unchanged files of *stored*."""
    try:
        if not is_own(folder.lstat()):
            return False
        found = {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        }
        names = {file.name for file in stored.files}
        return found == names and folder_digest(folder, stored.files) == stored.sha256
    except OSError:
        return False


def _write_folder(folder: Path, stored: StoredVersion, parts: Iterable[bytes], name: str) -> None:
    """Write the files of *stored* to *folder*, all or none."""
    new = folder.with_name(f"{_WRITING}{secrets.token_hex(16)}")
    new.mkdir(mode=0o700)
    try:
        if _write_files(new, stored.files, PartReader(parts)) != stored.sha256:
            raise _damaged(stored, name)
        _take_place(new, folder, stored)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _take_place(new: Path, folder: Path, stored: StoredVersion) -> None:
    """Rename *new* to *folder*, or replace the files in it one by one if there is a folder.

    Other threads and processes may do the same meanwhile, and read the files.
    """
    if folder.is_symlink() or folder.is_file():
        folder.unlink(missing_ok=True)
    try:
        new.rename(folder)
    except OSError:  # there is a folder
        names = {file.name for file in stored.files}
        for path in [path for path in folder.rglob("*") if not path.is_dir()]:
            if path.relative_to(folder).as_posix() not in names:
                path.unlink(missing_ok=True)
        for name in names:
            (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (new / name).replace(folder / name)


def _write_files(folder: Path, files: Iterable[StoredFile], content: PartReader) -> str:
    """Write *files* to *folder*; return their digest, "" if there are more or fewer bytes."""
    digest = ContentDigest()
    with suppress(PublishError):
        for file in files:
            digest.begin(file)
            path = folder / file.name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with path.open("xb") as opened:
                for data in content.take(file.size):
                    digest.add(data)
                    opened.write(data)
        return digest.hex() if content.is_at_end() else ""
    return ""


def _forget_oldest(place: Path) -> None:
    """Remove the least recently used versions beyond `_KEPT_BYTES`, and half-written ones."""
    with suppress(OSError):  # another process may be forgetting them too
        folders = sorted(place.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        kept, latest = 0, time.time() - _LEFT_OVER_AFTER
        for folder in folders:
            if folder.name.startswith(_WRITING):
                if folder.stat().st_mtime < latest:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            kept += sum(path.stat().st_size for path in folder.rglob("*"))
            if kept > _KEPT_BYTES and folder is not folders[0]:
                shutil.rmtree(folder, ignore_errors=True)


def _download_index(
    bases: PublishedBases,
    tenant: str,
    stored: StoredVersion,
    path: Path,
    kept: int,
) -> None:
    """Place the published index in the cache at *path*, if there is one."""
    index = next((each for each in stored.indexes if each.name == path.stem), None)
    if index is None or size_fault((), (index,)):
        _log.info(
            "Version %d has no index of this encoder and faqbot, so it is built here: publish it again "
            "with the same encoder, faqbot and numpy.",
            stored.version,
        )
        return
    parts = bases.parts(tenant, stored.version, index.name)
    try:
        place_index(path, partial(_write_index, index, parts), kept)
    except (OSError, PublishError) as error:
        _log.warning(
            "The index of version %d is built here: the published one %s.", stored.version, error
        )


def _write_index(index: StoredFile, parts: Iterable[bytes], file: BinaryIO) -> None:
    """Write *parts* to *file*; raise PublishError unless they are the bytes of *index*."""
    digest, content = sha256(), PartReader(parts)
    for data in content.take(index.size):
        digest.update(data)
        file.write(data)
    if digest.hexdigest() != index.sha256 or not content.is_at_end():
        raise PublishError("is damaged")
