"""Sources of tenants: places with a knowledge base for each."""

from __future__ import annotations

import logging
import os
from collections.abc import Hashable, Iterator
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from faqbot.bot import Bot
from faqbot.database_urls import is_address
from faqbot.errors import (
    Fault,
    KnowledgeBaseError,
    KnowledgeBaseNotFound,
    PublishError,
    StoreError,
    TenantError,
)
from faqbot.kb import load_knowledge_base
from faqbot.publishing import (
    PublishedAddress,
    PublishedBases,
    changed_tenants,
    open_version,
)
from faqbot.retrieval import cache_folder
from faqbot.tenant_ids import check_tenant
from faqbot.watching import file_stamps

_log = logging.getLogger(__name__)

_SUFFIXES = (".yaml", ".yml")
# Seconds for which the end waits for the thread that follows versions. Chosen by hand.
_END_SECONDS = 5.0
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
        """Make a bot of the knowledge base of *tenant*.

        Raises the errors of `Bot.from_file`.
        """

    def close(self) -> None:
        """End connections and threads."""


class FolderTenants:
    """Folder with a knowledge base for each tenant: ``TENANT.yaml``, or a folder ``TENANT``.

    Other names are left alone: hidden ones, and those that are no id of a tenant.
    """

    def __init__(self, folder: str | Path) -> None:
        """Serve the knowledge bases in *folder*.

        Raises KnowledgeBaseNotFound if it is no folder.
        """
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100  resolve() would follow links
        if not self._folder.is_dir():
            message = "this is no folder: name one with a knowledge base for each tenant"
            raise KnowledgeBaseNotFound([Fault(self._folder, 0, message)])

    @property
    def name(self) -> str:
        """The path of the folder."""
        return str(self._folder)

    def tenants(self) -> Iterator[str]:
        """Yield the ids of all tenants, sorted.

        Nothing while the folder cannot be read.
        """
        try:
            found = sorted(self._folder.iterdir())
        except OSError:
            return
        names = (path.stem if path.suffix in _SUFFIXES else path.name for path in found)
        yield from dict.fromkeys(name for name in names if _is_id(name) and self._paths(name))

    def stamp(self, tenant: str) -> Hashable | None:
        """Return the size and time of each file of *tenant*.

        The result is None without this tenant.
        """
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
        """Return the file or folder of *tenant*.

        Two if both are there.
        """
        if not _is_id(tenant):
            return []
        files = [self._folder / f"{tenant}{suffix}" for suffix in _SUFFIXES]
        own = [path for path in files if path.is_file()]
        folder = self._folder / tenant
        return [*([folder] if folder.is_dir() else []), *own]


class PublishedTenants:
    """Published knowledge bases of all tenants in a database.

    A thread hears of their versions, and polls. While the database does not answer, the versions known before
    count.
    """

    def __init__(self, url: str) -> None:
        """Follow the versions in the database at *url*, an SQLAlchemy URL.

        Raises StoreError for a fault of the database, and PublishError if *url* names a tenant.
        """
        address = PublishedAddress.parse(url)
        if address.tenant:
            raise PublishError(
                "this address names one tenant: leave out  tenant=  to serve them all"
            )
        self._url = address.url
        self._bases = PublishedBases(address.url)
        self._versions = self._bases.current_of_all()
        self._ended = Event()
        self._thread = Thread(target=self._follow, name="faqbot-published", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        """The URL of the database, without the password."""
        return self._bases.name

    def tenants(self) -> Iterator[str]:
        """Yield the ids of all tenants, sorted."""
        yield from sorted(name for name in self._versions if name)

    def stamp(self, tenant: str) -> Hashable | None:
        """Return the number of the version of *tenant*.

        The result is None without this tenant.
        """
        return self._versions.get(tenant)

    def open(self, tenant: str, encoder: str) -> Bot:
        """Make a bot of the version that *tenant* serves.

        Raises the errors of `open_published`.
        """
        cache = index_folder(self.name, tenant) or False
        return open_version(self._bases, tenant, encoder, cache=cache)

    def close(self) -> None:
        """End the thread, and close the connection."""
        self._ended.set()
        self._thread.join(_END_SECONDS)
        self._bases.close()

    def _follow(self) -> None:
        for _ in changed_tenants(self._url, self._ended):
            try:
                self._versions = self._bases.current_of_all()
            except StoreError as error:
                _log.debug("The versions of tenants cannot be read: %s", error)


def open_source(place: str | Path) -> TenantSource:
    """Return the source of the tenants at *place*, a folder or the URL of a database.

    Raises KnowledgeBaseNotFound, StoreError or PublishError if there is none.
    """
    if is_address(str(place)):
        return PublishedTenants(str(place))
    return FolderTenants(place)


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
