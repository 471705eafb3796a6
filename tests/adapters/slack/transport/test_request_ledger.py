"""The ledger of accepted requests while the database restarts, or is out of order for long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from faqbot_slack.events.payloads import read_request
from faqbot_slack.events.stored import request_key
from faqbot_slack.events.types import Identity
from faqbot_slack.transport import request_ledger
from faqbot_slack.transport.request_ledger import ReplyProgress, RequestLedger
from tests.adapters.slack.fake import payloads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faqbot import AcceptedRequest


@dataclass
class Queue:
    """Queue whose database is out of order for so many tries, and that others write to."""

    failures: int
    taken: bool = False
    tries: list[bool] = field(default_factory=list)
    lease_seconds: float = 15.0

    def request_queue(self, service: str, owner: str) -> Queue:
        """Return the queue of the store, which is this."""
        del service, owner
        return self

    def accept(
        self, requests: Sequence[AcceptedRequest], *, is_retried: bool = False
    ) -> list[bool] | None:
        """Return None at first, and then what was taken."""
        self.tries.append(is_retried)
        if len(self.tries) <= self.failures:
            return None
        return [not self.taken] * len(requests)


async def _accept(queue: Queue) -> tuple[bool, ReplyProgress, RequestLedger]:
    """Accept a question with a ledger on *queue*; return the ledger too."""
    ledger = RequestLedger(queue, "slack")  # type: ignore[arg-type]  a store of the test
    body = payloads.mention("<@U0BOT> office hours")
    request = read_request(body, Identity(user="U0BOT", bot="B0BOT", team="T0TEAM"))
    reply = ReplyProgress(request_key(request))
    return await ledger.accept(request, reply), reply, ledger


@pytest.mark.parametrize("taken", [False, True])
async def test_a_database_that_restarts_is_waited_for(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    """So a duplicate that another process accepted meanwhile is not answered twice."""
    del runner
    monkeypatch.setattr(request_ledger, "RETRY_SECONDS", 0.0)
    queue = Queue(failures=3, taken=taken)
    is_new, *_ = await _accept(queue)

    assert is_new is not taken
    assert queue.tries == [False, True, True, True]


async def test_a_database_that_stays_away_delays_no_answer(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some seconds after the first failure, questions are answered from memory at once."""
    del runner
    monkeypatch.setattr(request_ledger, "RESTART_SECONDS", 0.0)
    queue = Queue(failures=9)
    is_new, reply, _ = await _accept(queue)

    assert is_new
    assert reply.kept
    assert queue.tries == [False]
