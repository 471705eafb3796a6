"""Posts of replies, each made once, while this process holds the request."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from faqbot_slack.transport.post_search import PostSearch, marked
from faqbot_slack.transport.web_api import REQUEST_SECONDS, CallFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot_slack.events.types import Request
    from faqbot_slack.transport.request_ledger import ReplyProgress, RequestLedger
    from faqbot_slack.transport.web_api import WebApi

# Pauses before the second and the third try of a post, in seconds. Chosen by hand: a post whose
# response was lost shows in the thread by then.
POST_PAUSES = (1.0, 3.0)
# Seconds that a search for the post of another process may take, while the store cannot tell. Chosen by
# hand: an answer does not wait for long because of a repetition that is unlikely.
SEARCH_SECONDS = 5.0
# Seconds after the end of a request that more than one process may have answered, until the thread is searched
# once more: a try of a post that was under way has ended by then.
LATE_SECONDS = 10.0


class LeftToOthers(Exception):
    """A reply that another process finishes, or that stays in the store for the next one."""


class ReplyPoster:
    """Posts messages of replies.

    Before each try the store confirms the lease of the request. Where a second post is possible, the
    thread is searched before the post and again after it. Of several posts the first stays.
    """

    def __init__(self, web: WebApi, ledger: RequestLedger | None = None) -> None:
        """Post over *web*; *ledger* has the leases, None without a store."""
        self._web = web
        self._ledger = ledger
        self._search = PostSearch(web)
        self._is_closing = False
        self._late: set[asyncio.Task[None]] = set()
        self._searching = asyncio.Lock()  # one at a time: Slack limits the rate of searches

    def leave_rest(self) -> None:
        """Leave further posts of kept requests to the next process."""
        self._is_closing = True
        for search in self._late:
            search.cancel()

    async def post(
        self, arguments: Mapping[str, Any], request: Request, reply: ReplyProgress
    ) -> dict[str, Any]:
        """Post the next message of *reply*, unless it is there; return Slack's response.

        Raises CallFailed, and LeftToOthers if another process has the request.
        """
        message, oldest = arguments, ""
        if reply.key:
            message = marked(arguments, reply.key, reply.made)
            oldest = str(getattr(request, "ts", ""))
        for pause in (*POST_PAUSES, None):
            try:
                response = await self._find_or_post(message, oldest, reply)
            except CallFailed as failure:
                reply.uncertain = reply.uncertain or failure.is_unknown
                if not failure.is_passing:
                    raise
                if pause is None:
                    return await self._find_or_raise(message, oldest, reply, failure)
                await asyncio.sleep(pause)
            else:
                reply.uncertain = False
                return response
        raise AssertionError("the last try returns or raises")

    async def settle(self, reply: ReplyProgress) -> None:
        """Search again for repeated posts, before the request of *reply* ends.

        If this process dies meanwhile, the next one searches.
        """
        repeated, reply.repeated = reply.repeated, []
        if repeated:
            await asyncio.sleep(LATE_SECONDS)
        for message, oldest in repeated:
            await self._delete_repetitions(message, oldest)

    async def confirm(self, reply: ReplyProgress) -> None:
        """Renew the lease of *reply*; raises LeftToOthers if it is lost."""
        if self._ledger is not None and not await self._ledger.begin_post(reply):
            raise LeftToOthers

    async def _find_or_post(
        self, message: Mapping[str, Any], oldest: str, reply: ReplyProgress
    ) -> dict[str, Any]:
        if self._is_closing and reply.kept:
            raise LeftToOthers
        if found := await self._find(message, oldest, reply):
            return found
        is_known = not (reply.uncertain or reply.unconfirmed)
        seconds = REQUEST_SECONDS if self._ledger is None else self._ledger.post_seconds
        before = partial(self.confirm, reply)
        response = await self._web.post(message, before=before, seconds=seconds)
        if reply.uncertain and reply.key:
            reply.repeated.append((message, oldest))
        has_lease = self._ledger is None or self._ledger.has_lease(reply)
        if is_known and has_lease and not reply.unconfirmed:
            return response
        if reply.key and reply.unconfirmed:
            late = asyncio.create_task(self._search_later(message, oldest, reply))
            self._late.add(late)
            late.add_done_callback(self._late.discard)
        return await self._find_first(message, oldest, reply) or response

    async def _search_later(
        self, message: Mapping[str, Any], oldest: str, reply: ReplyProgress
    ) -> None:
        """Search the thread again, and delete a late post.

        Another process may have accepted the request, too, and answers it until the store has its end.
        As this process may die before, it searches meanwhile, too.
        """
        ending = asyncio.create_task(self._end_of(reply))
        try:
            await asyncio.sleep(LATE_SECONDS)
            await self._delete_repetitions(message, oldest)
            if not ending.done():
                await ending
                await self._delete_repetitions(message, oldest)
            await asyncio.sleep(LATE_SECONDS)
            await self._delete_repetitions(message, oldest)
        finally:
            ending.cancel()

    async def _end_of(self, reply: ReplyProgress) -> None:
        if self._ledger is not None:
            await self._ledger.ended(reply)

    async def _delete_repetitions(self, message: Mapping[str, Any], oldest: str) -> None:
        async with self._searching:
            with suppress(CallFailed):
                await self._search.find(message, oldest)

    async def _find(
        self, message: Mapping[str, Any], oldest: str, reply: ReplyProgress
    ) -> dict[str, Any] | None:
        """Return the response to *message* if it may be there, and is."""
        if reply.uncertain and reply.key:
            return await self._search.find(message, oldest)
        return await self._find_first(message, oldest, reply) if reply.unconfirmed else None

    async def _find_first(
        self, message: Mapping[str, Any], oldest: str, reply: ReplyProgress
    ) -> dict[str, Any] | None:
        """Return the response to the first post of *message*, None if Slack does not tell in time."""
        if not reply.key:
            return None
        with suppress(CallFailed, TimeoutError):
            async with asyncio.timeout(SEARCH_SECONDS):
                return await self._search.find(message, oldest)
        return None

    async def _find_or_raise(
        self, message: Mapping[str, Any], oldest: str, reply: ReplyProgress, failure: CallFailed
    ) -> dict[str, Any]:
        try:
            response = await self._find(message, oldest, reply)
        except CallFailed:
            raise failure from None
        if response is None:
            raise failure
        return response
