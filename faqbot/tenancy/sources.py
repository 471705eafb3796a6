"""Sources of tenants: places with a knowledge base for each."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from faqbot.bot import Bot
from faqbot.errors import Fault, KnowledgeBaseError, KnowledgeBaseNotFound, TenantError
from faqbot.kb import load_knowledge_base
from faqbot.retrieval import cache_folder
from faqbot.tenant_ids import check_tenant
from faqbot.watching import file_stamps

_SUFFIXES = (".yaml", ".yml")
# Characters of the name of a folder of cached indexes: 128 bits.
_DIGITS = 32


class TenantSource(Protocol):
    """Place with the knowledge bases of tenants. Thread-safe."""

    @property
    def name(self) -> str:
        """The place, as messages name it, without a password."""

    def tenants(self) -> Iterator[str]:
        """Yield the ids of all tenants."""

    def stamp(self, tenant: str) -> Hashable | None:
        """Return a value that changes with the knowledge base of *tenant*; None without this tenant.

        It is cheap, as it is asked at most once a second for each tenant that is in use.
        """

    def open(self, tenant: str, encoder: str) -> Bot:
        """Make a bot of the knowledge base of *tenant*; raises the errors of `Bot.from_file`."""

    def close(self) -> None:
        """End connections and threads."""


class FolderSource:
    """Folder with a knowledge base for each tenant: ``TENANT.yaml``, or a folder ``TENANT``.

    Other names are left alone: hidden ones, and those that are no id of a tenant.
    """

    def __init__(self, folder: str | Path) -> None:
        """Serve the knowledge bases in *folder*; raises KnowledgeBaseNotFound if it is no folder."""
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100  resolve() would follow links
        if not self._folder.is_dir():
            message = "this is no folder: name one with a knowledge base for each tenant"
            raise KnowledgeBaseNotFound([Fault(self._folder, 0, message)])

    @property
    def name(self) -> str:
        """The path of the folder."""
        return str(self._folder)

    def tenants(self) -> Iterator[str]:
        """Yield the ids of all tenants, sorted; nothing while the folder cannot be read."""
        try:
            found = sorted(self._folder.iterdir())
        except OSError:
            return
        names = (path.stem if path.suffix in _SUFFIXES else path.name for path in found)
        yield from dict.fromkeys(name for name in names if _is_id(name) and self._paths(name))

    def stamp(self, tenant: str) -> Hashable | None:
        """Return the size and time of each file of *tenant*; None without this tenant."""
        paths = self._paths(tenant)
        stamps = tuple((path, *file_stamps(path)) for path in paths)
        return stamps or None

    def open(self, tenant: str, encoder: str) -> Bot:
        """Make a bot of the knowledge base of *tenant*, whose cached index has a folder of its own.

        Raises TenantError without this tenant, and the errors of `Bot.from_file`.
        """
        paths = self._paths(tenant)
        if not paths:
            raise TenantError(f"there is no tenant {tenant!r} in {self._folder}")
        if len(paths) > 1:
            message = f"{paths[1].name} is there too: keep one of the two"
            raise KnowledgeBaseError([Fault(paths[0], 0, message)])
        kb = load_knowledge_base(paths[0])
        return Bot.from_knowledge_base(kb, encoder, cache=index_folder(self.name, tenant) or False)

    def close(self) -> None:
        """Do nothing: a folder stays open to nobody."""

    def _paths(self, tenant: str) -> list[Path]:
        """Return the file or folder of *tenant*; two if both are there."""
        if not _is_id(tenant):
            return []
        files = [self._folder / f"{tenant}{suffix}" for suffix in _SUFFIXES]
        own = [path for path in files if path.is_file()]
        folder = self._folder / tenant
        return [*([folder] if folder.is_dir() else []), *own]


def index_folder(source: str, tenant: str) -> Path | None:
    """Return the folder of the cached indexes of *tenant* in *source*; None without a home folder.

    Each tenant has its own, so that the indexes of many tenants do not displace each other.
    """
    name = sha256(f"{source}\0{tenant}".encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    try:
        return cache_folder() / "tenants" / name
    except RuntimeError:
        return None


def _is_id(text: str) -> bool:
    try:
        return bool(check_tenant(text))
    except TenantError:
        return False
