"""Requests stand in the store until they are finished, also while the store has its troubles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from faqbot import AcceptedRequest, open_store
from faqbot_slack.events.stored import request_key
from faqbot_slack.events.types import Message
from faqbot_slack.transport.request_ledger import ReplyProgress, RequestLedger

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("needs_slack")


class _Queue:
    """Queue of a store that can be out of order: then nothing is written."""

    lease_seconds = 15.0

    def __init__(self) -> None:
        self.in_order = True
        self.batches: list[int] = []
        self.stored: dict[str, AcceptedRequest] = {}
        self.finished: list[str] = []
        self.postponed: list[str] = []
        self.foreign: set[str] = set()

    def accept(
        self, requests: Sequence[AcceptedRequest], *, is_retried: bool = False
    ) -> list[bool] | None:
        del is_retried
        if not self.in_order:
            return None
        self.batches.append(len(requests))
        new = [each.key not in self.stored.keys() | self.foreign for each in requests]
        self.stored |= {
            each.key: each for each, is_new in zip(requests, new, strict=True) if is_new
        }
        return new

    def begin_posts(self, requests: Sequence[AcceptedRequest]) -> list[bool] | None:
        return [each.key in self.stored for each in requests] if self.in_order else None

    def finish(self, keys: Sequence[str]) -> bool:
        if self.in_order:
            self.finished.extend(keys)
        return self.in_order

    def replace_payloads(self, requests: Sequence[AcceptedRequest]) -> bool:
        del requests
        return self.in_order

    def postpone(self, keys: Sequence[str], seconds: float) -> bool:
        assert seconds > 0
        if self.in_order:
            self.postponed.extend(keys)
        return self.in_order

    def renew(self, keys: Sequence[str]) -> bool:
        del keys
        return self.in_order

    def take_over(self, most: int) -> list[AcceptedRequest]:
        return [AcceptedRequest("taken")][:most]


class _Store:
    def __init__(self, queue: _Queue) -> None:
        self.queue = queue

    def request_queue(self, service: str, owner: str) -> _Queue:
        assert service
        assert len(owner) == 32
        return self.queue


def _ledger(queue: _Queue) -> RequestLedger:
    return RequestLedger(cast("Any", _Store(queue)), "slack:T1:U0BOT")


def _message(number: int = 1) -> Message:
    return Message(person="U1", channel="C1", ts="1.0", keys=(f"m{number}",), text="why?")


async def test_requests_that_come_together_are_written_together(runner: asyncio.Runner) -> None:
    """A flood costs a transaction for many, and each request gets its own result."""
    del runner
    queue = _Queue()
    queue.foreign.add(request_key(_message(3)))
    ledger = _ledger(queue)
    replies = [ReplyProgress(request_key(_message(number))) for number in range(250)]
    accepted = await asyncio.gather(
        *(ledger.accept(_message(number), reply) for number, reply in enumerate(replies))
    )

    assert [number for number, is_new in enumerate(accepted) if not is_new] == [3]
    assert len(queue.batches) <= 3
    assert sum(queue.batches) == 250


async def test_a_store_out_of_order_is_made_up_for(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests are answered all the same, and stand in the store as soon as it is back."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.RESTART_SECONDS", 0.0)
    queue = _Queue()
    ledger, reply = _ledger(queue), ReplyProgress(request_key(_message()))
    queue.in_order = False

    assert await ledger.accept(_message(), reply)
    assert await ledger.begin_post(reply)
    await ledger.tend(0)
    assert queue.stored == {}
    queue.in_order = True
    await ledger.tend(0)
    assert [*queue.stored] == [reply.key]
    queue.in_order = False
    await ledger.finish(reply)
    assert ledger.is_busy
    queue.in_order = True
    await ledger.tend(0)
    assert queue.finished == [reply.key]
    assert not ledger.is_busy


async def test_without_the_store_no_reply_is_confirmed(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may have answered a duplicate, so the thread is searched, however long it takes."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.ACCEPT_SECONDS", 0.02)
    queue = _Queue()
    ledger, stored = _ledger(queue), ReplyProgress(request_key(_message(1)))
    await ledger.accept(_message(1), stored)
    assert await ledger.begin_post(stored)
    assert not stored.unconfirmed
    queue.in_order = False
    unwritten, late = (ReplyProgress(request_key(_message(number))) for number in (2, 3))
    assert await ledger.accept(_message(2), unwritten)
    assert await ledger.begin_post(stored)
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.RESTART_SECONDS", 0.0)
    assert await ledger.accept(_message(3), late)

    assert (stored.unconfirmed, unwritten.unconfirmed, late.unconfirmed) == (True, True, True)


@pytest.mark.parametrize("how", ["written", "answered"])
async def test_a_question_may_be_acknowledged_once_it_is_safe(
    how: str, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the store, a crash would lose it until its reply is sent."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.RESTART_SECONDS", 0.0)
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.REPLY_SECONDS", 0.0)
    queue = _Queue()
    ledger, reply = _ledger(queue), ReplyProgress(request_key(_message()))
    queue.in_order = False
    await ledger.accept(_message(), reply)
    assert not await ledger.is_safe(_message())
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.REPLY_SECONDS", 30.0)
    waiting = asyncio.create_task(ledger.is_safe(_message()))
    await asyncio.sleep(0)
    queue.in_order = how == "written"
    await (ledger.tend(0) if how == "written" else ledger.finish(reply))

    assert await waiting
    assert await ledger.is_safe(_message())


async def test_a_copy_waits_for_the_first_one(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its acknowledgement would stand for both, while the first is still being written."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.REPLY_SECONDS", 0.0)
    ledger, reply = _ledger(_Queue()), ReplyProgress(request_key(_message()))
    accepting = asyncio.create_task(ledger.accept(_message(), reply))
    await asyncio.sleep(0)

    assert not await ledger.is_safe(_message())
    await accepting
    assert await ledger.is_safe(_message())


async def test_a_request_that_is_written_late_is_left_to_its_process(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The acknowledgement did not wait for the store; it tells before the post who has the request."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.ACCEPT_SECONDS", 0.0)
    queue = _Queue()
    queue.foreign.add(request_key(_message()))
    ledger, reply = _ledger(queue), ReplyProgress(request_key(_message()))
    assert await ledger.accept(_message(), reply)
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.ACCEPT_SECONDS", 30.0)
    await ledger.accept(_message(9), ReplyProgress("other"))  # written after the first

    assert not await ledger.begin_post(reply)


async def test_a_frozen_store_holds_up_no_acknowledgement(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot goes on from memory when the database does not answer in time."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.ACCEPT_SECONDS", 0.0)
    ledger, reply = _ledger(_Queue()), ReplyProgress(request_key(_message()))

    assert await ledger.accept(_message(), reply)
    assert await ledger.begin_post(reply)


async def test_a_request_of_another_process_is_not_posted(runner: asyncio.Runner) -> None:
    """After a takeover the first process learns it before its next post."""
    del runner
    queue = _Queue()
    ledger, reply = _ledger(queue), ReplyProgress(request_key(_message()))
    await ledger.accept(_message(), reply)
    assert await ledger.begin_post(reply)
    queue.stored.clear()

    assert not await ledger.begin_post(reply)
    reply.left = True
    await ledger.end(reply)
    assert not ledger.is_busy
    assert queue.finished == []


@pytest.mark.parametrize("in_order", [True, False])
async def test_a_reply_that_slack_did_not_take_is_postponed(
    in_order: bool,  # noqa: FBT001 - a value of the table
    runner: asyncio.Runner,
) -> None:
    """It is left to the next try; if that cannot be written, this process keeps it for its own."""
    del runner
    queue = _Queue()
    ledger, reply = _ledger(queue), ReplyProgress(request_key(_message()))
    await ledger.accept(_message(), reply)
    reply.postponed = True
    queue.in_order = in_order
    await ledger.end(reply)
    queue.in_order = True
    await ledger.tend(0)

    assert queue.postponed == ([reply.key] if in_order else [])
    assert queue.finished == []
    assert reply.left is in_order
    assert ledger.is_busy is not in_order


async def test_taken_requests_are_held(runner: asyncio.Runner) -> None:
    """Their leases are renewed from now on; with no room nothing is taken."""
    del runner
    ledger = _ledger(_Queue())

    assert await ledger.tend(0) == []
    assert not ledger.is_busy
    assert [each.key for each in await ledger.tend(1)] == ["taken"]
    assert ledger.is_busy


async def test_a_request_that_is_not_kept_costs_no_write(runner: asyncio.Runner) -> None:
    """Its post begins and ends without the store."""
    del runner
    queue = _Queue()
    ledger, reply = _ledger(queue), ReplyProgress("k")

    assert await ledger.begin_post(reply)
    await ledger.finish(reply)
    assert queue.finished == []


async def test_a_stop_leaves_requests_to_the_next_ledger(runner: asyncio.Runner) -> None:
    """What is released is taken over at once, with the text of the question."""
    del runner
    with open_store("sqlite://") as store:
        one, other = (RequestLedger(store, "slack:T1:U0BOT") for _ in range(2))
        await one.accept(_message(), ReplyProgress(request_key(_message())))

        assert await other.tend(10) == []
        assert await one.release() == 1
        (taken,) = await other.tend(10)
        assert taken.key == request_key(_message())
        assert "why?" in taken.payload
