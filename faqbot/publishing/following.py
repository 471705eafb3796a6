"""Following of a published knowledge base, by notifications and polling."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from faqbot.publishing.address import PublishedAddress
from faqbot.publishing.downloading import open_version
from faqbot.publishing.version_models import CHANNEL
from faqbot.publishing.versions import PublishedBases

if TYPE_CHECKING:
    from psycopg import Connection

    from faqbot.bot import Bot
    from faqbot.retrieval import Encoder
    from faqbot.watching import StopEvent

# Seconds between two polls beside notifications. They are lost while disconnected, and PgBouncer in
# transaction mode carries none.
POLL_SECONDS = 30.0
# Seconds between two polls of a database without notifications: one small query. Chosen by hand.
POLL_ALONE_SECONDS = 1.0
# Seconds until the first try to connect again, and the longest. Each try doubles them. Chosen by hand.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# Seconds after which a thread that waits for notifications looks for its end. Chosen by hand.
_LOOK_SECONDS = 0.5
# Seconds to connect, and those after which a server that is gone is noticed: 10 and 3 times 5.
_KEEPALIVE = {
    "connect_timeout": 2,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class PublishedSource:
    """Source of bots of the published knowledge base at *address*, for a `Reloader`.

    Its polls share a connection, which the first one opens. Not thread-safe.
    """

    def __init__(self, address: PublishedAddress, encoder: str | Encoder = "auto") -> None:
        """Prepare; nothing is opened yet."""
        self._address = address
        self._encoder = encoder
        self._bases: PublishedBases | None = None

    def newest(self, bot: Bot) -> Bot | None:
        """Return a bot of the version that is served now; None if *bot* is one.

        Raises the errors of `open_published`.
        """
        tenant = self._address.tenant
        if self._bases is None:
            self._bases = PublishedBases(self._address.url)
        if self._bases.current(tenant) == bot.kb.published_version:
            return None
        return open_version(self._bases, tenant, self._encoder)

    def changes(self, stop: StopEvent) -> Iterator[None]:
        """Yield when another version may be served, until *stop* is set."""
        for tenant in changed_tenants(self._address.url, stop):
            if tenant in {None, self._address.tenant}:
                yield

    def close(self) -> None:
        """Close the connection; another poll opens one again."""
        bases, self._bases = self._bases, None
        if bases is not None:
            bases.close()


def changed_tenants(url: str, stop: StopEvent) -> Iterator[str | None]:
    """Yield the tenant of each new version in the database at *url*, until *stop* is set.

    Yields None where any tenant may have a new version: at the start, at each poll, and while the
    database does not answer. A lost connection is made again. Raises StoreError for a wrong URL.
    """
    arguments = _arguments(url)
    if arguments is None:
        while not stop.is_set():
            yield None
            stop.wait(POLL_ALONE_SECONDS)
        return
    import psycopg

    pause = FIRST_PAUSE
    while not stop.is_set():
        with suppress(psycopg.Error), psycopg.connect(**arguments, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            pause = FIRST_PAUSE
            yield from _heard(connection, stop)
        if not stop.is_set():
            yield None  # the poll tells the fault, or finds a change
            stop.wait(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, LONGEST_PAUSE)


def _heard(connection: Connection[Any], stop: StopEvent) -> Iterator[str | None]:
    """Yield each notification's tenant, and None every `POLL_SECONDS` and at the start."""
    poll_at = 0.0
    while not stop.is_set():
        if time.monotonic() >= poll_at:
            poll_at = time.monotonic() + POLL_SECONDS
            yield None
        for notification in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
            yield notification.payload


def _arguments(url: str) -> dict[str, Any] | None:
    """Return psycopg's arguments for *url*; None for another driver."""
    from faqbot.store.dialects import find_backend

    address = find_backend(url).url
    if address.get_backend_name() != "postgresql" or address.get_driver_name() != "psycopg":
        return None
    _, arguments = address.get_dialect()().create_connect_args(address)
    return {**_KEEPALIVE, **arguments}
