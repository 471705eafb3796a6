"""Admission: the requests that get a handler, and are stored before they are acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from faqbot_slack.events.stored import can_wait, request_key
from faqbot_slack.events.types import Message, SlashCommand, ViewSubmission
from faqbot_slack.expiring import ExpiringMap
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import QUIET, Call
from faqbot_slack.transport.request_ledger import CLAIM_SECONDS, ReplyProgress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot_slack.events.types import Request
    from faqbot_slack.transport.request_ledger import RequestLedger

_log = logging.getLogger("faqbot.slack")

# Seconds until a slow command is acknowledged without its answer. Slack waits three seconds.
ACK_SECONDS = 2.5
# Seconds within which the listener of a request starts. Chosen by hand: it takes thousandths.
LISTENER_SECONDS = 10.0
# Request keys that are remembered. Chosen by hand: some 15 minutes of the busiest workspaces.
MAX_KEYS = 10_000
# Acknowledgements that are kept for redelivered commands and forms. Chosen by hand.
MAX_ACKNOWLEDGEMENTS = 100
# Messages that wait in a channel: at one post a second, the last is answered after five minutes.
MAX_WAITING_IN_CHANNEL = 300
# Messages that wait in all channels, about 50 MB. Chosen by hand.
MAX_WAITING = 10_000
# Seconds in which a channel is told once that questions are skipped, and channels that are
# remembered for it. Chosen by hand.
REFUSAL_SECONDS = 300.0
MAX_CHANNELS = 1_000

Acknowledgement = asyncio.Future["Mapping[str, Any]"]


class WaitingMessages:
    """Number of messages per channel whose answer is not yet posted."""

    def __init__(self) -> None:
        """Start without any."""
        self._channels: Counter[str] = Counter()
        self._total = 0

    def __len__(self) -> int:
        """Return the number in all channels."""
        return self._total

    def add(self, request: Request) -> None:
        """Count *request* if it is a message."""
        if isinstance(request, Message):
            self._channels[request.channel] += 1
            self._total += 1

    def remove(self, request: Request) -> None:
        """Count *request* no longer."""
        if isinstance(request, Message):
            self._total -= 1
            self._channels[request.channel] -= 1
            if not self._channels[request.channel]:
                del self._channels[request.channel]

    def is_full(self, request: Message) -> bool:
        """Return True if too many messages wait, in the channel or in all."""
        in_channel = self._channels.get(request.channel, 0)
        return in_channel >= MAX_WAITING_IN_CHANNEL or self._total >= MAX_WAITING


class Admission:
    """Decides which requests get a handler: new ones, which this process accepts first.

    *waiting* counts the messages that wait for their answer to be posted.
    """

    def __init__(self, ledger: RequestLedger | None, tell: Callable[[Call], None]) -> None:
        """Accept requests with *ledger*; *tell* makes a call that tells a channel of a refusal."""
        self.waiting = WaitingMessages()
        self._ledger = ledger
        self._tell = tell
        self._seen: ExpiringMap[str, bool] = ExpiringMap(MAX_KEYS, CLAIM_SECONDS)
        self._acknowledgements: ExpiringMap[str, Acknowledgement] = ExpiringMap(
            MAX_ACKNOWLEDGEMENTS, CLAIM_SECONDS
        )
        self._refused: ExpiringMap[str, bool] = ExpiringMap(MAX_CHANNELS, REFUSAL_SECONDS)
        self._admitted: dict[Request, tuple[float, ReplyProgress]] = {}

    def __len__(self) -> int:
        """Return the number of admitted requests not yet handled."""
        return len(self._admitted)

    async def admit(
        self, request: Request, *, is_redelivered: bool = False
    ) -> Mapping[str, Any] | None:
        """Return the acknowledgement of a request that needs no handler, None for any other.

        A redelivered command or form gets the acknowledgement of its first copy. The two events
        that Slack sends for one mention share a key, so the second is a repetition, too. Requests
        that another process accepted are repetitions. A message is refused if too many wait in its
        channel. Any other question stands in the store when this returns. A request that
        *is_redelivered* may have been answered by a process that lost the store, and died.
        """
        if not self._is_new(request):
            return await self._first_acknowledgement(request)
        if self._is_refused(request):
            return {}
        self.waiting.add(request)
        reply = ReplyProgress(request_key(request), unconfirmed=is_redelivered)
        if not await self._accept(request, reply):
            self.waiting.remove(request)
            return {}
        self._admitted[request] = (_now(), reply)
        return None

    def take(self, request: Request) -> ReplyProgress:
        """Return the progress of an admitted *request*, whose handler starts now."""
        admitted = self._admitted.pop(request, None)
        if admitted is not None:
            return admitted[1]
        self.waiting.add(request)
        return ReplyProgress(request_key(request))

    async def drop(self, request: Request) -> None:
        """Forget an admitted *request* that no listener takes."""
        admitted = self._admitted.pop(request, None)
        if admitted is not None:
            self.waiting.remove(request)
        if admitted is not None and self._ledger is not None:
            await self._ledger.finish(admitted[1])

    async def drop_stale(self) -> None:
        """Forget the requests that Bolt could not read."""
        started_before = _now() - LISTENER_SECONDS
        for request, (at, _) in [*self._admitted.items()]:
            if at < started_before:
                await self.drop(request)

    def resume(self, request: Request) -> None:
        """Note a *request* that was taken over, so that its redelivery is a repetition."""
        for key in request.keys:
            self._seen.put(key, True)  # noqa: FBT003 - a value
        self.waiting.add(request)

    def acknowledge(self, request: Request, body: Mapping[str, Any]) -> None:
        """Keep the acknowledgement *body* for copies of *request*."""
        for key in request.keys:
            if (waiting := self._acknowledgements.get(key)) and not waiting.done():
                waiting.set_result(body)

    def _is_new(self, request: Request) -> bool:
        """Return True if no key of *request* is known, and note them."""
        added = [self._seen.add(key, True) for key in request.keys]  # noqa: FBT003 - a value
        is_new = all(added)
        if is_new and is_answered_in_acknowledgement(request):
            waiting: Acknowledgement = asyncio.get_running_loop().create_future()
            for key in request.keys:
                self._acknowledgements.put(key, waiting)
        return is_new

    async def _first_acknowledgement(self, request: Request) -> Mapping[str, Any]:
        found = (self._acknowledgements.get(key) for key in request.keys)
        first = next(filter(None, found), None)
        if first is None:
            return {}
        done, _ = await asyncio.wait({first}, timeout=ACK_SECONDS)
        return first.result() if done else {}

    def _is_refused(self, request: Request) -> bool:
        """Return True if the channel is full; the first refused person is told."""
        if not isinstance(request, Message) or not self.waiting.is_full(request):
            return False
        if is_addressed(request) and self._refused.add(request.channel, True):  # noqa: FBT003 - a value
            _log.warning("Too many questions wait in a channel: some are skipped.")
            self._tell(_refusal(request))
        return True

    async def _accept(self, request: Request, reply: ReplyProgress) -> bool:
        """Keep a question in the ledger; return False if another process has accepted it."""
        if self._ledger is None or not _is_kept_at_once(request):
            return True
        return await self._ledger.accept(request, reply)


def _now() -> float:
    return asyncio.get_running_loop().time()


def is_addressed(request: Message) -> bool:
    """Return True if *request* is for the bot."""
    return request.mentioned or request.direct


def _is_kept_at_once(request: Request) -> bool:
    """Return True if *request* is for the bot, and can be answered later.

    Other messages are kept only while their answer waits to be posted: the store has no text of
    conversations between people.
    """
    if isinstance(request, Message):
        return can_wait(request) and is_addressed(request)
    return can_wait(request) and not isinstance(request, SlashCommand)


def _refusal(request: Message) -> Call:
    """Return the call that tells a channel of skipped questions."""
    thread = {"thread_ts": request.thread or request.ts}
    text = {"text": texts.TOO_MANY_HERE}
    return Call("chat.postMessage", {"channel": request.channel, **thread, **text, **QUIET})


def is_answered_in_acknowledgement(request: Request) -> bool:
    """Return True if Slack shows the person the acknowledgement."""
    return isinstance(request, SlashCommand | ViewSubmission)
