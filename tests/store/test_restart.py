"""A server of PostgreSQL that restarts: what was accepted before is there, and writing goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest

from faqbot.store import AcceptedRequest
from tests.postgresql_cluster import (
    MISSING,
    PostgresqlCluster,
    find_binaries,
    postgresql_cluster,
)

if TYPE_CHECKING:
    from conftest import Clock, OpenAt


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresqlCluster]:
    """Return a server of the module's own."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip(MISSING)
    with postgresql_cluster(binaries) as made:
        yield made


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_loses_no_accepted_request(
    cluster: PostgresqlCluster,
    open_at: OpenAt,
    clock: Clock,
    mode: Literal["fast", "immediate"],
) -> None:
    """An immediate restart is a crash of the server: it recovers what it confirmed."""
    store = open_at(cluster.url, clock=clock)
    queue = store.request_queue(f"slack:{mode}", "p1")
    assert queue.accept([AcceptedRequest(f"{mode}1", "{}")]) == [True]
    cluster.stop(mode)
    assert queue.accept([AcceptedRequest(f"{mode}2", "{}")]) is None
    cluster.start()
    clock.now += 60.0

    assert queue.begin_posts([AcceptedRequest(f"{mode}1")]) == [True]
    assert queue.accept([AcceptedRequest(f"{mode}2", "{}")]) == [True]
    assert queue.release() == 2
