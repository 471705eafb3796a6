"""Accepted requests, kept until they are answered, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faqbot.store import AcceptedRequest, RequestQueue, Store, request_rows
from faqbot.store.request_queue import LEASE_SECONDS
from faqbot.store.request_rows import KEPT_SECONDS, LONGEST_WAIT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock, OpenAt
    from sqlalchemy import Connection

    OpenReplica = Callable[[], Store]

_ONE = AcceptedRequest("k1", '{"text": "why?"}', "U1")
_TWO = AcceptedRequest("k2", '{"text": "how?"}', "U2")


@pytest.fixture(params=["sqlite", "postgresql"])
def open_replica(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    open_at: OpenAt,
) -> OpenReplica:
    """Return a function that opens the test's store as another process would, at the test's time."""
    sqlite = request.param == "sqlite"
    url = str(tmp_path / "store.db") if sqlite else request.getfixturevalue("postgresql")
    for module in ("circuit_breaker", "dialects", "database"):  # a busy machine shall not decide
        monkeypatch.setattr(f"faqbot.store.{module}.PATIENCE", 30.0)
    monkeypatch.setattr(request_rows, "server_time", lambda _: clock.now)
    return partial(open_at, url)


@pytest.fixture
def queues(open_replica: OpenReplica) -> tuple[RequestQueue, RequestQueue]:
    """Return the queues of two processes of one service."""
    return _queue(open_replica(), "p1"), _queue(open_replica(), "p2")


def _queue(store: Store, owner: str) -> RequestQueue:
    return store.request_queue("slack:U0BOT", owner)


def test_a_request_is_accepted_by_one_process(queues: tuple[RequestQueue, RequestQueue]) -> None:
    """A second delivery is known, in the same process and in another, and so it stays."""
    one, other = queues

    assert one.accept([_ONE, _TWO, _ONE]) == [True, True, False]
    assert one.accept([_ONE]) == [False]
    assert other.accept([_ONE, AcceptedRequest("k3", "{}")]) == [False, True]
    assert one.finish(["k1"])
    assert other.accept([_ONE]) == [False]


def test_a_retried_request_is_new_to_its_process_only(
    queues: tuple[RequestQueue, RequestQueue],
) -> None:
    """The first try may have been committed, although its answer got lost."""
    one, other = queues

    assert one.accept([_ONE]) == [True]
    assert one.accept([_ONE, _TWO], is_retried=True) == [True, True]
    assert other.accept([_ONE, _TWO], is_retried=True) == [False, False]


def test_requests_of_a_live_process_stay_with_it(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """As long as leases are renewed, nothing is taken over."""
    one, other = queues
    one.accept([_ONE])
    for _ in range(5):
        clock.now += LEASE_SECONDS - 1
        assert one.renew(["k1"])
        assert other.take_over(10) == []

    assert one.begin_posts([_ONE]) == [True]


def test_only_named_leases_are_renewed(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """A request that a busy process has forgotten goes to another."""
    one, other = queues
    one.accept([_ONE, _TWO])
    clock.now += LEASE_SECONDS - 1
    one.renew(["k1"])
    clock.now += 2

    assert [each.key for each in other.take_over(10)] == ["k2"]


def test_requests_of_a_dead_process_are_taken_over_once(
    queues: tuple[RequestQueue, RequestQueue], open_replica: OpenReplica, clock: Clock
) -> None:
    """Another process gets payload and tries, the oldest first, and a third gets nothing."""
    one, other = queues
    one.accept([_TWO])
    clock.now += 1
    one.accept([_ONE])
    clock.now += LEASE_SECONDS
    taken = [*other.take_over(1), *other.take_over(10)]

    assert taken == [replace(each, person="", tries=1) for each in (_TWO, _ONE)]
    assert _queue(open_replica(), "p3").take_over(10) == []
    assert one.begin_posts([_ONE]) == [False]
    assert other.begin_posts([_ONE]) == [True]


def test_posts_are_remembered_for_the_next_process(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """What was posted, and that more may have been, is known after a takeover."""
    one, other = queues
    one.accept([_ONE])
    one.begin_posts([replace(_ONE, posts=("17.1", "17.2"))])
    clock.now += LEASE_SECONDS + 1
    (taken,) = other.take_over(10)

    assert (taken.posting, taken.posts) == (True, ("17.1", "17.2"))


def test_a_payload_is_replaced_by_its_holder(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """What the holder learned about its request is there after a takeover, and others change nothing."""
    one, other = queues
    one.accept([_ONE])

    assert one.replace_payloads([replace(_ONE, payload="planned")])
    assert other.replace_payloads([replace(_ONE, payload="stolen")])
    clock.now += LEASE_SECONDS + 1
    (taken,) = other.take_over(10)
    assert taken.payload == "planned"


def test_beginning_a_post_renews_the_lease(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """A post gets the whole time of a lease."""
    one, other = queues
    one.accept([_ONE])
    clock.now += LEASE_SECONDS - 1
    one.begin_posts([_ONE])
    clock.now += LEASE_SECONDS - 1

    assert other.take_over(10) == []


def test_a_stopped_process_leaves_its_requests_at_once(
    queues: tuple[RequestQueue, RequestQueue],
) -> None:
    """A release needs no time to pass, and is no failed try."""
    one, other = queues
    one.accept([_ONE, _TWO])
    one.finish(["k2"])

    assert one.release() == 1
    assert one.release() == 0
    assert [(each.key, each.tries) for each in other.take_over(10)] == [("k1", 0)]


def test_a_postponed_request_is_taken_over_later(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """Nobody holds it, and nobody gets it before; this try counts."""
    one, other = queues
    one.accept([_ONE])

    assert one.postpone(["k1"], 30)
    assert one.begin_posts([_ONE]) == [False]
    clock.now += 29
    assert other.take_over(10) == []
    clock.now += 1
    assert [(each.key, each.tries) for each in one.take_over(10)] == [("k1", 1)]


def test_a_finished_request_is_over(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """Nobody takes it over; its key is known for a while, and then it is new again."""
    one, other = queues
    one.accept([_ONE])
    one.finish(["k1"])
    clock.now += LEASE_SECONDS + 1

    assert other.take_over(10) == []
    assert one.begin_posts([_ONE]) == [False]
    clock.now += KEPT_SECONDS
    other.take_over(10)
    assert other.accept([_ONE]) == [True]


def test_a_request_that_is_written_after_its_reply_is_over(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """A write may hang while the request is answered from memory; it leaves nothing to answer again."""
    one, other = queues
    one.accept([_TWO])
    assert one.finish(["k1", "k2"])

    assert one.accept([_ONE], is_retried=True) == [False]
    assert other.accept([_ONE]) == [False]
    clock.now += LEASE_SECONDS + 1
    assert other.take_over(10) == []
    clock.now += KEPT_SECONDS
    other.take_over(10)
    assert other.accept([_ONE]) == [True]


def test_services_share_no_request(open_replica: OpenReplica, clock: Clock) -> None:
    """A process of another bot takes nothing over."""
    one, other = open_replica(), open_replica()
    _queue(one, "p1").accept([_ONE])
    clock.now += LEASE_SECONDS + 1

    assert other.request_queue("slack:U0OTHER", "p2").take_over(10) == []


def test_a_clock_that_is_set_back_delays_no_takeover(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock
) -> None:
    """A lease that ends too late to be one has run out."""
    one, other = queues
    one.accept([_ONE])
    clock.now -= 3_600.0

    assert [each.key for each in other.take_over(10)] == ["k1"]
    assert one.take_over(10) == []
    assert one.begin_posts([_ONE]) == [False]


def test_what_nobody_answers_is_dropped(
    queues: tuple[RequestQueue, RequestQueue], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """After an hour a request goes, with a line in the log that has no text of it."""
    one, other = queues
    one.accept([_ONE])
    clock.now += LONGEST_WAIT_SECONDS + 1
    with caplog.at_level(logging.WARNING, "faqbot.store"):
        assert other.take_over(10) == []

    assert "1 accepted requests were dropped" in caplog.text
    assert "why" not in caplog.text
    assert one.accept([_ONE]) == [True]


def test_a_person_is_forgotten_in_the_queue_too(open_replica: OpenReplica, clock: Clock) -> None:
    """Requests that wait are deleted and counted; those of others and finished ones stay."""
    store = open_replica()
    queue = _queue(store, "p1")
    queue.accept([_ONE, _TWO])

    assert store.forget("U1") == 1
    clock.now += LEASE_SECONDS + 1
    assert [each.key for each in queue.take_over(10)] == ["k2"]
    queue.finish(["k2"])
    assert store.forget("U2") == 0


def test_a_finished_request_leaves_no_text(tmp_path: Path, open_at: OpenAt) -> None:
    """Neither text nor person stand in the file, once the log was written back."""
    path = tmp_path / "store.db"
    store = open_at(str(path))
    queue = _queue(store, "p1")
    queue.accept([AcceptedRequest("k1", "a secret text", "U1")])
    queue.finish(["k1"])
    store.close()

    assert not any(b"secret" in each.read_bytes() for each in tmp_path.iterdir())


def test_a_process_that_stands_still_while_it_accepts_holds_up_no_other(
    postgresql: str, monkeypatch: pytest.MonkeyPatch, open_at: OpenAt
) -> None:
    """The server ends its transaction, whose rows are locked, so another process gets its requests."""
    one, other = (_queue(open_at(postgresql), name) for name in ("p1", "p2"))
    other.renew([])  # makes the tables
    insert, taken = request_rows._insert_missing, []

    def stand_still(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        insert(connection, rows)
        monkeypatch.setattr(request_rows, "_insert_missing", insert)
        monkeypatch.setattr("faqbot.store.circuit_breaker.PATIENCE", 30.0)
        taken.extend(other.accept([_ONE, _TWO]) or [])

    monkeypatch.setattr(request_rows, "_insert_missing", stand_still)
    accepted = one.accept([_ONE, _TWO])

    assert taken == [True, True]
    assert accepted in ([False, False], None)


def test_processes_that_accept_at_once_get_each_request_once(open_replica: OpenReplica) -> None:
    """Of many processes with the same requests in another order, one gets each."""
    requests = [AcceptedRequest(f"k{number}", "{}") for number in range(40)]
    turned = [requests[turn:] + requests[:turn] for turn in range(0, 40, 10)]
    queues = [_queue(open_replica(), f"p{number}") for number in range(4)]
    queues[0].renew([])  # makes the tables
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda queue, given: queue.accept(given), queues, turned))

    got = Counter(
        each.key
        for given, result in zip(turned, results, strict=True)
        for each, is_new in zip(given, result or [], strict=True)
        if is_new
    )
    assert got == Counter(each.key for each in requests)


def test_processes_that_take_over_at_once_get_each_request_once(
    open_replica: OpenReplica, clock: Clock
) -> None:
    """What one process takes over is gone for the others."""
    requests = [AcceptedRequest(f"k{number}", "{}") for number in range(40)]
    _queue(open_replica(), "dead").accept(requests)
    clock.now += LEASE_SECONDS + 1
    queues = [_queue(open_replica(), f"p{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = [each.key for part in pool.map(lambda q: q.take_over(40), queues) for each in part]

    assert sorted(taken) == sorted(each.key for each in requests)


def test_a_store_out_of_order_says_so(tmp_path: Path, open_at: OpenAt) -> None:
    """Nothing raises, so that the bot answers from memory."""
    (tmp_path / "store.db").write_bytes(b"no database" * 500)
    queue = _queue(open_at(str(tmp_path / "store.db")), "p1")

    assert queue.accept([_ONE]) is None
    assert queue.begin_posts([_ONE]) is None
    assert not queue.finish(["k1"])
    assert not queue.renew(["k1"])
    assert queue.release() == 0
    assert queue.take_over(10) == []


def test_the_time_is_that_of_the_server(
    postgresql: str, monkeypatch: pytest.MonkeyPatch, open_at: OpenAt
) -> None:
    """A machine whose clock is an hour ahead takes nothing from the others."""
    _queue(open_at(postgresql), "p1").accept([_ONE])
    monkeypatch.setattr("time.time", lambda: 2e10)

    assert _queue(open_at(postgresql), "p2").take_over(10) == []


def test_a_holder_gets_its_key_again(open_replica: OpenReplica) -> None:
    """The process that takes a request over may take the keys that the request holds."""
    one, other = open_replica(), open_replica()

    assert one.claim("answered:C1:1.0", seconds=60, holder="k1")
    assert one.claim("answered:C1:1.0", seconds=60, holder="k1")
    assert other.claim("answered:C1:1.0", seconds=60, holder="k1")
    assert not one.claim("answered:C1:1.0", seconds=60, holder="k2")
    assert not other.claim("answered:C1:1.0", seconds=60)


@pytest.fixture
def stores(open_replica: OpenReplica) -> tuple[Store, Store]:
    """Return the store as two processes open it."""
    return open_replica(), open_replica()


_numbers = itertools.count()
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "begin", "finish", "renew", "release", "take", "wait", "step back"]
        ),
        st.integers(0, 1),
        st.integers(0, 3),
    ),
    max_size=30,
)


@given(steps=_STEPS)
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_a_request_has_one_holder_until_it_is_finished(
    stores: tuple[Store, Store], clock: Clock, steps: list[tuple[str, int, int]]
) -> None:
    """Whatever two processes do, and however the clock steps, at most one may post; none is lost."""
    service = f"s{next(_numbers)}"
    queues = [store.request_queue(service, f"p{n}") for n, store in enumerate(stores)]
    accepted, finished, latest = set[str](), set[str](), clock.now
    for step, place, number in steps:
        queue, key = queues[place], f"{service}:k{number}"
        if step == "accept":
            assert queue.accept([AcceptedRequest(key, "{}")]) == [key not in accepted]
            accepted.add(key)
        elif step == "finish" and key in accepted:
            queue.finish([key])
            finished.add(key)
        elif step == "begin":
            held = [
                bool((each.begin_posts([AcceptedRequest(key)]) or [False])[0]) for each in queues
            ]
            assert sum(held) <= (key in accepted - finished)
        elif step == "wait":
            clock.now += number * LEASE_SECONDS / 2
            latest = max(latest, clock.now)
        elif step == "step back":
            clock.now -= number * LEASE_SECONDS
        elif step == "renew":
            queue.renew([key])
        elif step == "release":
            queue.release()
        else:
            queue.take_over(number)
    clock.now = latest + LEASE_SECONDS + 1
    left = {each.key for each in queues[0].take_over(10)}
    assert left == accepted - finished
