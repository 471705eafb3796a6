"""Makes the calls of a plan: in turn, again, simpler, and if all fails with an apology.

What is said when something failed: never why, always a reference that the log has too.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING, Any

from faqbot_slack.events.types import (
    AnswerThis,
    Command,
    HomeOpened,
    Message,
    MessageDeleted,
    Press,
)
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.transport.web_api import CallFailed, Pace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from faqbot_slack.events.types import Request
    from faqbot_slack.rendering.calls import Call
    from faqbot_slack.transport.web_api import Web


_log = logging.getLogger("faqbot.slack")

# Slack refuses what was sent for its form: something simpler may pass.
_BAD_FORM = {
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
# Nothing that is posted there can arrive, so an apology could not either.
_OUT_OF_REACH = {
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
# A person waits for these. What else fails, such as a thank-you to the App Home, is only logged.
_AWAITED = {
    "chat.postEphemeral",
    "chat.postMessage",
    "response",
    "views.open",
    "views.push",
    "views.update",
}


def new_reference() -> str:
    """Return four characters by which a person and the log can name the same failure."""
    return secrets.token_hex(2).upper()


def apology_plan(request: Request, reference: str) -> Plan:
    """Return the plan for a *request* that could not be worked out."""
    if isinstance(request, Command):
        return Plan({"response_type": "ephemeral", "text": _text(reference)})
    if isinstance(request, Message) and not (request.mentioned or request.direct):
        return NOTHING  # it may well have been none of the bot's business
    return Plan({}, tuple(apologies(request, reference))[:1])


def apologies(request: Request, reference: str, *, failed: str = "") -> Iterator[Call]:
    """Yield calls that would tell the person, the best first; none for what nobody waits for.

    *failed* is the response_url that is known not to work.
    """
    text = _text(reference)
    if isinstance(request, HomeOpened | MessageDeleted):
        return
    if isinstance(request, Message):
        if request.mentioned or request.direct or request.thread:
            yield _post(request.channel, text, thread_ts=request.thread or request.ts)
        return
    if isinstance(request, Command | AnswerThis | Press):
        url = request.response_url
        if url and url != failed:
            body = {"response_type": "ephemeral", "replace_original": False, "text": text}
            yield Call("response", body, url)
        if request.channel and request.person:
            yield _whisper(request, text)
    elif request.person:
        yield _post(request.person, text)


def _text(reference: str) -> str:
    return (
        "Sorry, something went wrong on my side, so I could not do that. Please try again in a "
        f"minute. If it keeps happening, tell whoever looks after me the reference {reference}."
    )


def _post(channel: str, text: str, **more: str) -> Call:
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return Call("chat.postMessage", {"channel": channel, "text": text, **quiet, **more})


def _whisper(request: Request, text: str) -> Call:
    where = {"channel": request.channel, "user": request.person}
    return Call("chat.postEphemeral", {**where, "text": text})


class Executor:
    """Makes calls over one `Web`, with one message a second to each channel."""

    def __init__(self, web: Web, pace: Pace | None = None) -> None:
        """Make calls over *web*."""
        self._web = web
        self._pace = pace or Pace()
        self._noted: set[tuple[str, str]] = set()

    async def run(self, calls: Iterable[Call], request: Request) -> None:
        """Make *calls*, one after the other; never raises.

        A call that a person waits for and that fails ends the row: the person of *request* is told,
        where anything can still reach them, and the log has the same reference.
        """
        for call in calls:
            try:
                answered = await self._make(call)
            except CallFailed as failure:
                if not await self._goes_on(call, failure, request):
                    return
            else:
                await self.run(await _tell(call, answered), request)

    async def _goes_on(self, call: Call, failure: CallFailed, request: Request) -> bool:
        """Do what is to be done about a *call* that failed; tell whether the rest of the row follows."""
        if call.method not in _AWAITED:
            self._note_refusal(call, failure)
            return True
        if not await self._makes_up(call, failure, request):
            await self._give_up(call, failure, request)
        return False

    async def _makes_up(self, call: Call, failure: CallFailed, request: Request) -> bool:
        """Make what is meant to stand in for *call*, or for that; tell whether there was such and it passed."""
        for other in call.instead:
            try:
                answered = await self._make(other)
            except CallFailed as also:
                return await self._makes_up(other, also, request)
            await self.run(await _tell(other, answered), request)
        if call.instead:
            _log.info("Slack refused %s: %s. The person was told.", call.method, failure.reason)
        return bool(call.instead)

    async def attempt(self, call: Call) -> None:
        """Make *call*, which nobody would miss."""
        try:
            await self._send(call, call.arguments)
        except CallFailed as failure:
            _log.debug("Slack refused %s: %s.", call.method, failure.reason)

    def hurry(self) -> None:
        """Keep no pace any more, for the bot is about to end."""
        self._pace.hurry()

    async def _make(self, call: Call) -> dict[str, Any]:
        """Make *call*, in a simpler form as long as Slack refuses the form."""
        *forms, last = (call.arguments, *call.simpler)
        for arguments in forms:
            try:
                return await self._send(call, arguments)
            except CallFailed as failure:
                if failure.reason not in _BAD_FORM:
                    raise
                _log.warning(
                    "Slack refused %s: %s. A simpler form follows.", call.method, failure.reason
                )
        return await self._send(call, last)

    async def _send(self, call: Call, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if call.url:
            return await self._web.respond(call.url, arguments)
        if call.method != "chat.postMessage":
            return await self._web.call(call.method, arguments)
        async with self._pace.turn(str(arguments.get("channel", ""))):
            return await self._web.call(call.method, arguments)

    def _note_refusal(self, call: Call, failure: CallFailed) -> None:
        """Log, once for each reason, what fails without anybody waiting for it: a scope that is not given."""
        what = (call.method, failure.reason)
        level = logging.DEBUG if what in self._noted else logging.WARNING
        self._noted.add(what)
        _log.log(level, "Slack refused %s: %s.", *what)

    async def _give_up(self, call: Call, failure: CallFailed, request: Request) -> None:
        reference = new_reference()
        _log.error(
            "A reply was not delivered: %s failed with %s. Reference %s.",
            call.method,
            failure.reason,
            reference,
        )
        if failure.reason in _OUT_OF_REACH:
            return
        for apology in apologies(request, reference, failed=call.url):
            try:
                await self._send(apology, apology.arguments)
            except CallFailed as also:
                _log.debug("An apology failed with %s. Reference %s.", also.reason, reference)
            else:
                return


async def _tell(call: Call, answered: Mapping[str, Any]) -> Iterable[Call]:
    """Hand what Slack answered to the one who planned the call; return the calls that follow from it.

    That may go to the store, and wait there.
    """
    if call.on_success is None:
        return ()
    try:
        return await asyncio.to_thread(call.on_success, answered) or ()
    except Exception as error:  # noqa: BLE001 - the message is out; the rest of the row goes on
        _log.error("What follows a %s failed: %s.", call.method, type(error).__name__)
        return ()
