"""Executor of a plan's calls: simpler forms after refusals, error replies.

An error reply never gives the cause. It has a reference that the log has, too.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING, Any

from faqbot_slack.events.stored import request_key
from faqbot_slack.events.types import (
    AnswerThis,
    BlockAction,
    HomeOpened,
    Message,
    MessageDeleted,
    SlashCommand,
)
from faqbot_slack.rendering.calls import NOTHING, QUIET, Call, Plan
from faqbot_slack.transport.reply_posts import LeftToOthers, ReplyPoster
from faqbot_slack.transport.request_ledger import ReplyProgress
from faqbot_slack.transport.web_api import CallFailed, ChannelRateLimiter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from faqbot_slack.events.types import Request
    from faqbot_slack.transport.http import Health
    from faqbot_slack.transport.request_ledger import RequestLedger
    from faqbot_slack.transport.web_api import WebApi

_log = logging.getLogger("faqbot.slack")

# Errors of Slack for the form of the arguments: a simpler form may pass.
MALFORMED_ARGUMENTS = {
    "invalid_arguments",
    "invalid_array_arg",
    "invalid_attachments",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_form_data",
    "invalid_json",
    "invalid_payload",
    "json_not_object",
    "markdown_text_conflict",
    "message_too_long",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "too_many_attachments",
    "view_too_large",
}
# Errors of Slack for the place: an error reply there would fail, too.
UNREACHABLE = {
    "access_denied",
    "account_inactive",
    "cannot_reply_to_message",
    "channel_is_archived",
    "channel_not_found",
    "ekm_access_denied",
    "invalid_auth",
    "is_archived",
    "is_inactive",
    "messages_tab_disabled",
    "not_authed",
    "not_in_channel",
    "org_login_required",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "team_access_not_granted",
    "team_not_found",
    "thread_not_found",
    "token_expired",
    "token_revoked",
    "user_not_found",
    "user_not_in_channel",
}
# Errors of Slack for the token: nothing can be answered any more.
REFUSED_TOKEN = {
    "account_inactive",
    "app_uninstalled",
    "invalid_auth",
    "not_authed",
    "token_expired",
    "token_revoked",
}
# Methods that a person waits for. Failures of other methods are only logged.
AWAITED_METHODS = {
    "chat.postEphemeral",
    "chat.postMessage",
    "response",
    "views.open",
    "views.push",
    "views.update",
}
# Methods besides posts whose result a person sees once: a process that lost its lease must not call them.
SHOWN_METHODS = {"chat.postEphemeral", "response"}


def new_reference() -> str:
    """Return four hex digits that name one failure to a person and in the log."""
    return secrets.token_hex(2).upper()


def error_plan(request: Request, reference: str) -> Plan:
    """Return the plan for a *request* whose handler failed."""
    if isinstance(request, SlashCommand):
        return Plan({"response_type": "ephemeral", "text": error_text(reference)})
    if isinstance(request, Message) and not (request.mentioned or request.direct):
        return NOTHING  # the message may not have been for the bot
    return Plan({}, tuple(error_replies(request, reference))[:1])


def error_replies(request: Request, reference: str, *, failed: str = "") -> Iterator[Call]:
    """Yield calls that tell the person of an error, best first.

    Nothing is yielded for a request that nobody waits for. *failed* is a response_url that is known
    not to work.
    """
    text = error_text(reference)
    if isinstance(request, HomeOpened | MessageDeleted):
        return
    if isinstance(request, Message):
        if request.mentioned or request.direct or request.thread:
            thread = {"thread_ts": request.thread or request.ts}
            yield Call(
                "chat.postMessage", {"channel": request.channel, "text": text, **QUIET, **thread}
            )
        return
    if isinstance(request, SlashCommand | AnswerThis | BlockAction):
        url = request.response_url
        if url and url != failed:
            body = {"response_type": "ephemeral", "replace_original": False, "text": text}
            yield Call("response", body, url)
        if request.channel and request.person:
            where = {"channel": request.channel, "user": request.person}
            yield Call("chat.postEphemeral", {**where, "text": text})
    elif request.person:
        yield Call("chat.postMessage", {"channel": request.person, "text": text, **QUIET})


def error_text(reference: str) -> str:
    """Return the text of an error reply."""
    return (
        "Sorry, something went wrong on my side, so I could not do that. Please try again in a "
        f"minute. If it keeps happening, tell whoever looks after me the reference {reference}."
    )


class Executor:
    """Makes calls over one `WebApi`, one message per second and channel."""

    def __init__(
        self,
        web: WebApi,
        limiter: ChannelRateLimiter | None = None,
        health: Health | None = None,
        ledger: RequestLedger | None = None,
    ) -> None:
        """Make calls over *web*, and report to *health* whether Slack accepts the token.

        *ledger* notes the posts of requests that are kept.
        """
        self._web = web
        self._limiter = limiter or ChannelRateLimiter()
        self._health = health
        self._poster = ReplyPoster(web, ledger)
        self._logged: set[tuple[str, str]] = set()

    async def run(
        self, calls: Iterable[Call], request: Request, reply: ReplyProgress | None = None
    ) -> None:
        """Make *calls* one after the other; never raises.

        A failed call that a person waits for ends the sequence. The person of *request* gets an
        error reply if one can arrive, and the log has the same reference. *reply* is what is known of
        the request's posts; it is marked as left if another process finishes it.
        """
        progress = reply or ReplyProgress(request_key(request))
        try:
            await _CallSequence(self, request, progress).make(calls)
        except LeftToOthers:
            progress.left = True

    async def settle(self, reply: ReplyProgress) -> None:
        """Wait until no repeated post of *reply* can arrive; usually returns at once."""
        await self._poster.settle(reply)

    async def attempt(self, call: Call) -> None:
        """Make *call* at once, without a turn; a failure is logged at DEBUG only."""
        try:
            await self._web.call(call.method, call.arguments)
        except CallFailed as failure:
            _log.debug("Slack refused %s: %s.", call.method, failure.reason)

    def disable_rate_limit(self) -> None:
        """Send without pauses from now on, as the bot ends."""
        self._limiter.disable()

    def leave_rest(self) -> None:
        """Leave further posts of kept requests to the next process."""
        self._poster.leave_rest()

    async def send(
        self, call: Call, arguments: Mapping[str, Any], request: Request, reply: ReplyProgress
    ) -> dict[str, Any]:
        """Make *call* with *arguments*, and report to the health.

        Raises CallFailed, and LeftToOthers if another process has the request.
        """
        if call.method in SHOWN_METHODS:
            await self._poster.confirm(reply)
        if call.url:  # needs no token
            return await self._web.respond(call.url, arguments)
        try:
            response = await self._call(call.method, arguments, request, reply)
        except CallFailed as failure:
            if self._health is not None and failure.reason in REFUSED_TOKEN:
                self._health.is_refused(failure.reason)
            raise
        if self._health is not None:
            self._health.is_accepted()
        return response

    async def _call(
        self, method: str, arguments: Mapping[str, Any], request: Request, reply: ReplyProgress
    ) -> dict[str, Any]:
        if method != "chat.postMessage":
            return await self._web.call(method, arguments)
        channel = str(arguments.get("channel", ""))
        if reply.made < len(reply.posts):  # a process that died has posted it
            response = {"ok": True, "channel": channel, "ts": reply.posts[reply.made]}
        else:
            async with self._limiter.turn(channel):
                response = await self._poster.post(arguments, request, reply)
            reply.posts.append(str(response.get("ts", "")))
        reply.made += 1
        return response

    def log_refusal(self, call: Call, failure: CallFailed) -> None:
        """Log a failure that nobody waits for, once per reason."""
        refusal = (call.method, failure.reason)
        level = logging.DEBUG if refusal in self._logged else logging.WARNING
        self._logged.add(refusal)
        _log.log(level, "Slack refused %s: %s.", *refusal)


class _CallSequence:
    """Calls for one request, made in order."""

    def __init__(self, executor: Executor, request: Request, reply: ReplyProgress) -> None:
        self._executor = executor
        self._request = request
        self._reply = reply

    async def make(self, calls: Iterable[Call]) -> None:
        """Make *calls*; raises LeftToOthers."""
        for call in calls:
            try:
                response = await self._make(call)
            except CallFailed as failure:
                if not await self._continue_after(call, failure):
                    return
            else:
                await self.make(await calls_after(call, response))

    async def _continue_after(self, call: Call, failure: CallFailed) -> bool:
        """Handle the *failure* of *call*; return True if the other calls follow."""
        if call.method not in AWAITED_METHODS:
            self._executor.log_refusal(call, failure)
            return True
        if not await self._make_instead(call, failure):
            await self._reply_with_error(call, failure)
        return False

    async def _make_instead(self, call: Call, failure: CallFailed) -> bool:
        """Make the alternatives of *call*, and theirs; return True if there were any and they passed."""
        for other in call.instead:
            try:
                response = await self._make(other)
            except CallFailed as second:
                return await self._make_instead(other, second)
            await self.make(await calls_after(other, response))
        if call.instead:
            _log.info("Slack refused %s: %s. The person was told.", call.method, failure.reason)
        return bool(call.instead)

    async def _make(self, call: Call) -> dict[str, Any]:
        """Make *call*, in simpler forms while Slack refuses it."""
        *forms, last = (call.arguments, *call.simpler)
        for arguments in forms:
            try:
                return await self._send(call, arguments)
            except CallFailed as failure:
                if failure.reason not in MALFORMED_ARGUMENTS:
                    raise
                _log.warning(
                    "Slack refused %s: %s. A simpler form follows.", call.method, failure.reason
                )
        return await self._send(call, last)

    async def _send(self, call: Call, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return await self._executor.send(call, arguments, self._request, self._reply)

    async def _reply_with_error(self, call: Call, failure: CallFailed) -> None:
        """Log the *failure*, and tell the person, unless the post is repeated."""
        reference = new_reference()
        is_later = failure.is_passing and self._reply.kept and not self._reply.last
        _log.error(
            "A reply was not delivered: %s failed with %s. %s %s.",
            call.method,
            failure.reason,
            "It is tried again later. Reference" if is_later else "Reference",
            reference,
        )
        self._reply.postponed = is_later
        if is_later or failure.reason in UNREACHABLE:
            return
        for reply in error_replies(self._request, reference, failed=call.url):
            try:
                await self._send(reply, reply.arguments)
            except CallFailed as second:
                _log.debug("An error reply failed: %s. Reference %s.", second.reason, reference)
            else:
                return


async def calls_after(call: Call, response: Mapping[str, Any]) -> Iterable[Call]:
    """Run the callback of *call* with *response*, and return its calls.

    The callback may write to the store, so it runs in a thread.
    """
    if call.on_success is None:
        return ()
    try:
        return await asyncio.to_thread(call.on_success, response) or ()
    except Exception as error:  # noqa: BLE001 - the message was sent; the other calls go on
        _log.error("The callback of %s failed: %s.", call.method, type(error).__name__)
        return ()
