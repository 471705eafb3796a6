"""Queries of the request queue, in the caller's transaction.

Times are those of the database server, as the clocks of several machines differ.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from faqbot.store.accepted_request import AcceptedRequest
from faqbot.store.hashing import read_salt, salted
from faqbot.store.tables import requests

# Seconds that the key of a finished request is kept. Services redeliver for some minutes.
KEPT_SECONDS = 15 * 60.0
# Seconds after which a request is dropped. Chosen by hand: a later answer helps nobody.
LONGEST_WAIT_SECONDS = 60 * 60.0
# Seconds of the longest lease or delay. Chosen by hand: a lease beyond it is from before the clock was set back.
MAX_LEASE_SECONDS = 120.0
# Keys in one statement: SQLite takes some thousands of parameters.
_KEYS_AT_ONCE = 500
# Current time of the server, in seconds since 1970.
_SERVER_TIMES = {
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
    "mysql": "SELECT unix_timestamp(now(6))",
    "mariadb": "SELECT unix_timestamp(now(6))",
}


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """One process, the *owner*, of a *service* of a *tenant*; a *lease* has so many seconds."""

    tenant: str
    service: str
    owner: str
    lease: float

    def rows(self, *more: ColumnElement[bool]) -> ColumnElement[bool]:
        """Return the condition of the service's unfinished requests that fulfil *more*."""
        mine = (requests.c.tenant == self.tenant, requests.c.service == self.service)
        return and_(*mine, requests.c.payload.is_not(None), *more)

    def key(self, key: str) -> ColumnElement[bool]:
        """Return the condition of the request *key*."""
        return and_(requests.c.tenant == self.tenant, requests.c.key == key)


def server_time(connection: Connection) -> float:
    """Return the database server's time, in seconds since 1970."""
    query = _SERVER_TIMES.get(connection.dialect.name)
    return float(connection.scalar(text(query)) or 0.0) if query else time.time()


def accept(
    place: QueuePlace,
    accepted: Sequence[AcceptedRequest],
    is_retried: bool,  # noqa: FBT001  given by `partial`
    connection: Connection,
) -> list[bool]:
    """Insert the requests that no process has accepted; return for each if it was inserted.

    Of requests that are *is_retried*, those of the owner count as inserted: by an earlier try, whose
    answer got lost.
    """
    now = server_time(connection)
    owners = _owners(place, accepted, connection)
    own = {key for key, owner in owners.items() if is_retried and owner == place.owner}
    known = owners.keys() - own
    salt = read_salt(connection)
    rows = {each.key: _row(place, each, now, salt) for each in accepted}
    new = [
        rows[key] for key in sorted(rows.keys() - known - own)
    ]  # in one order, against deadlocks
    if new:
        _insert_missing(connection, new)
    owners = _owners(place, [each for each in accepted if each.key not in known], connection)
    return [owners.pop(each.key, "") == place.owner for each in accepted]


def _row(place: QueuePlace, each: AcceptedRequest, now: float, salt: bytes) -> dict[str, Any]:
    return {
        "tenant": place.tenant,
        "key": each.key,
        "service": place.service,
        "payload": each.payload,
        "person": salted(place.tenant, each.person, salt),
        "accepted": now,
        "owner": place.owner,
        "until": now + place.lease,
        "tries": each.tries,
        "posting": each.posting,
        "posts": json.dumps(each.posts),
    }


def _owners(
    place: QueuePlace, accepted: Sequence[AcceptedRequest], connection: Connection
) -> dict[str, str]:
    """Return the owner of each stored request, by key."""
    found: dict[str, str] = {}
    for keys in _pages([each.key for each in accepted]):
        query = select(requests.c.key, requests.c.owner).where(
            requests.c.tenant == place.tenant, requests.c.key.in_(keys)
        )
        found |= {row.key: row.owner for row in connection.execute(query)}
    return found


def _insert_missing(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert *rows* whose keys no other process inserted meanwhile."""
    match connection.dialect.name:
        case "sqlite":
            connection.execute(sqlite_insert(requests).on_conflict_do_nothing(), rows)
        case "postgresql":
            # One statement: after several in a pipeline, PostgreSQL 15 does not end an idle transaction.
            connection.execute(postgresql_insert(requests).values(rows).on_conflict_do_nothing())
        case _:
            connection.execute(insert(requests).prefix_with("IGNORE"), rows)


def begin_posts(
    place: QueuePlace, accepted: Sequence[AcceptedRequest], connection: Connection
) -> list[bool]:
    """Mark the requests as being posted, and extend their leases; return which are still held."""
    until = server_time(connection) + place.lease
    held = {}
    for each in sorted(accepted, key=lambda each: each.key):
        mine = place.rows(place.key(each.key), requests.c.owner == place.owner)
        values = {"posting": True, "posts": json.dumps(each.posts), "until": until}
        held[each.key] = bool(
            connection.execute(update(requests).where(mine).values(values)).rowcount
        )
    return [held[each.key] for each in accepted]


def finish(place: QueuePlace, keys: Sequence[str], connection: Connection) -> None:
    """Delete payload and person of the requests; their keys stay for a while.

    The key of a request that was never written is inserted. So a write that is still under way
    cannot leave an answered request behind.
    """
    now = server_time(connection)
    done = {
        "payload": None,
        "person": "",
        "posts": "[]",
        "owner": "",
        "until": now + KEPT_SECONDS,
    }
    for page in _pages(sorted({*keys})):
        theirs = and_(requests.c.tenant == place.tenant, requests.c.key.in_(page))
        changed = connection.execute(update(requests).where(theirs).values(done)).rowcount
        if changed < len(page):
            rows = [_row(place, AcceptedRequest(key), now, b"") | done for key in page]
            _insert_missing(connection, rows)


def renew(place: QueuePlace, keys: Sequence[str], connection: Connection) -> None:
    """Extend the leases of the owner on the requests *keys*."""
    until = server_time(connection) + place.lease
    for page in _pages(sorted(keys)):
        mine = place.rows(requests.c.owner == place.owner, requests.c.key.in_(page))
        connection.execute(update(requests).where(mine).values(until=until))


def replace_payloads(
    place: QueuePlace, accepted: Sequence[AcceptedRequest], connection: Connection
) -> None:
    """Replace the payloads of the requests that the owner holds."""
    for each in sorted(accepted, key=lambda each: each.key):
        mine = place.rows(place.key(each.key), requests.c.owner == place.owner)
        connection.execute(update(requests).where(mine).values(payload=each.payload))


def postpone(
    place: QueuePlace, keys: Sequence[str], seconds: float, connection: Connection
) -> None:
    """Leave the owner's requests to nobody until *seconds* have passed."""
    until = server_time(connection) + seconds
    for page in _pages(sorted(keys)):
        mine = place.rows(requests.c.owner == place.owner, requests.c.key.in_(page))
        connection.execute(update(requests).where(mine).values(owner="", until=until))


def release(place: QueuePlace, connection: Connection) -> int:
    """End the leases of a living owner; this try does not count."""
    mine = place.rows(requests.c.owner == place.owner)
    ended = {"until": 0.0, "owner": "", "tries": requests.c.tries - 1}
    return connection.execute(update(requests).where(mine).values(ended)).rowcount


def take_over(
    place: QueuePlace, most: int, connection: Connection
) -> tuple[list[AcceptedRequest], int]:
    """Give the owner at most *most* requests without a lease, and return them.

    Also returns the number of requests that waited too long: they are deleted. Expired keys are too.
    """
    now = server_time(connection)
    dropped = _delete_old(connection, now)
    free = place.rows(_is_free(now))
    query = select(requests).where(free).order_by(requests.c.accepted, requests.c.key).limit(most)
    rows = connection.execute(query).all()
    return [_request(row) for row in rows if _take(place, row, now, connection)], dropped


def _is_free(now: float) -> ColumnElement[bool]:
    """Return the condition of requests whose lease ran out."""
    return or_(requests.c.until <= now, requests.c.until > now + MAX_LEASE_SECONDS)


def _delete_old(connection: Connection, now: float) -> int:
    """Delete expired keys, and requests of any service that waited too long; return their number."""
    expired = requests.c.until <= now
    connection.execute(delete(requests).where(requests.c.payload.is_(None), expired))
    too_old = requests.c.accepted <= now - LONGEST_WAIT_SECONDS
    return connection.execute(delete(requests).where(expired, too_old)).rowcount


def waiting(connection: Connection) -> list[tuple[str, str]]:
    """Return tenant and service of unleased requests; delete too old ones."""
    now = server_time(connection)
    _delete_old(connection, now)
    free = and_(requests.c.payload.is_not(None), _is_free(now))
    query = select(requests.c.tenant, requests.c.service).where(free).distinct()
    return [(row.tenant, row.service) for row in connection.execute(query)]


def _take(
    place: QueuePlace, row: Row[tuple[object, ...]], now: float, connection: Connection
) -> bool:
    """Give the owner the request *row*, unless already taken."""
    unchanged = place.rows(
        place.key(row.key), requests.c.owner == row.owner, requests.c.until == row.until
    )
    taken = {"owner": place.owner, "until": now + place.lease, "tries": row.tries + 1}
    return bool(connection.execute(update(requests).where(unchanged).values(taken)).rowcount)


def _request(row: Row[tuple[object, ...]]) -> AcceptedRequest:
    """Return the request of *row*, once taken over."""
    return AcceptedRequest(
        key=row.key,
        payload=row.payload,
        tries=row.tries + 1,
        posting=row.posting,
        posts=tuple(json.loads(row.posts)),
    )


def _pages(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    """Yield *keys* in groups that fit one statement."""
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[first : first + _KEYS_AT_ONCE]
