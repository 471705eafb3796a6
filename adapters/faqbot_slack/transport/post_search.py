"""Search for a post that Slack may have taken, by its metadata."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from faqbot_slack.transport.web_api import CallFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from faqbot_slack.transport.web_api import WebApi

_log = logging.getLogger("faqbot.slack")

# Name of the metadata of the bot's posts.
EVENT_TYPE = "faqbot_reply"
# Scopes of which one lets the bot read a conversation, by the first letter of its id. The id of a
# private channel begins with C or G, that of a group message with C or G, too.
READING_SCOPES = {
    "C": {"channels:history", "groups:history", "mpim:history"},
    "D": {"im:history"},
    "G": {"groups:history", "mpim:history"},
}
# Messages of a page, and pages that are read. Chosen by hand: the post is among the first after the
# question.
_PAGE_SIZE = 100
_MAX_PAGES = 5
# Seconds before the question from which messages are read: servers of Slack have clocks of their own.
_MARGIN_SECONDS = 60.0


def marked(arguments: Mapping[str, Any], key: str, number: int) -> dict[str, Any]:
    """Return *arguments* with the metadata of post *number* of the request *key*."""
    payload = {"request": key, "post": number}
    return {**arguments, "metadata": {"event_type": EVENT_TYPE, "event_payload": payload}}


class PostSearch:
    """Looks in a thread or a channel for a post of the bot. Of several posts the first stays.

    It needs a scope that reads the conversation. Without it nothing is found, which the log says once.
    """

    def __init__(self, web: WebApi) -> None:
        """Read conversations over *web*."""
        self._web = web
        self._refused: set[str] = set()

    async def find(self, arguments: Mapping[str, Any], oldest: str) -> dict[str, Any] | None:
        """Return Slack's response to the first post with *arguments*, else None.

        Later posts with the same metadata are deleted: two processes may have posted at the same moment.
        Messages before the timestamp *oldest* are not read. Raises CallFailed if Slack is out of reach.
        """
        channel = str(arguments.get("channel", ""))
        if not self._may_read(channel):
            return None
        found = [
            str(message.get("ts", ""))
            async for message in self._messages(arguments, oldest)
            if message.get("metadata") == arguments["metadata"]
        ]
        if not found:
            return None
        first, *repetitions = sorted(found)
        for ts in repetitions:
            await self._delete(channel, ts)
        return {"ok": True, "channel": channel, "ts": first}

    async def _delete(self, channel: str, ts: str) -> None:
        """Delete a repetition; another process may delete it as well."""
        with suppress(CallFailed):
            await self._web.call("chat.delete", {"channel": channel, "ts": ts})
            _log.info("A second reply to a question was deleted.")

    def _may_read(self, channel: str) -> bool:
        needed = READING_SCOPES.get(channel[:1], set())
        return bool(needed) and (not self._web.scopes or bool(needed & self._web.scopes))

    async def _messages(
        self, arguments: Mapping[str, Any], oldest: str
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the messages of the thread or channel of the post."""
        thread = arguments.get("thread_ts")
        method = "conversations.replies" if thread else "conversations.history"
        where = {"channel": arguments["channel"], **({"ts": thread} if thread else {})}
        page = {**where, **_since(oldest), "include_all_metadata": True, "limit": _PAGE_SIZE}
        for _ in range(_MAX_PAGES):
            try:
                response = await self._web.read(method, page)
            except CallFailed as failure:
                if failure.is_passing:
                    raise
                self._log_refusal(method, failure)
                return
            for message in response.get("messages") or ():
                yield message
            cursor = (response.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            page["cursor"] = cursor

    def _log_refusal(self, method: str, failure: CallFailed) -> None:
        level = logging.DEBUG if failure.reason in self._refused else logging.INFO
        self._refused.add(failure.reason)
        _log.log(
            level,
            "Slack refused %s: %s. A post whose response was lost is repeated.",
            method,
            failure.reason,
        )


def _since(oldest: str) -> dict[str, Any]:
    """Return the arguments that leave out messages before the timestamp *oldest*."""
    try:
        return {"oldest": f"{float(oldest) - _MARGIN_SECONDS:.6f}", "inclusive": True}
    except ValueError:
        return {}
