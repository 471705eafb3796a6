"""Bolt app: one middleware before the listeners of `faqbot_slack.router`."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from faqbot_slack.events.payloads import read_request
from faqbot_slack.events.types import Ignored
from faqbot_slack.transport.http import BadRequest

if TYPE_CHECKING:
    from typing import Any

    from slack_bolt.async_app import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from faqbot_slack.events.types import Identity
    from faqbot_slack.transport.dispatcher import Dispatcher, Handler

    Listener = Callable[[AsyncAck, AsyncBoltContext], Awaitable[None]]

_log = logging.getLogger("faqbot.slack.app")

# Errors that Bolt raises for a malformed body, such as a number where Slack sends an object.
MALFORMED_BODY_ERRORS = (AttributeError, LookupError, TypeError, ValueError)

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# Header of Slack on a request that it delivers again, with the number of the try.
RETRY_HEADER = "x-slack-retry-num"

# Function that returns True once the request that this task handles may be acknowledged.
_is_safe: ContextVar[Callable[[], Awaitable[bool]] | None] = ContextVar("is_safe", default=None)

# Key of the parsed request in Bolt's context.
_REQUEST = "faqbot_request"


def make_app(identity: Identity, dispatcher: Dispatcher, client: AsyncWebClient) -> AsyncApp:
    """Make an app without listeners, whose middleware passes each new request once.

    Bolt's own checks are off: the signature is verified before the body is parsed, and *identity*
    was read once at the start. Every request is acknowledged, also if no listener takes it: Slack
    would deliver it three times more.
    """
    log = logging.getLogger("slack_bolt")
    # Below ERROR Bolt logs message texts, and warnings about its own token handling.
    log.setLevel(logging.ERROR)
    app = AsyncApp(
        name="slack_bolt.faqbot",  # Bolt sets the level of the logger of this name: not ours
        logger=log,
        client=client,
        before_authorize=Deduplication(identity, dispatcher),
        authorize=_authorize_as(identity, client.token or ""),
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(_error_handler(dispatcher))
    return app


def make_listener(dispatcher: Dispatcher, handler: Handler) -> Listener:
    """Return the Bolt listener that runs *handler* for the parsed request."""

    async def listener(ack: AsyncAck, context: AsyncBoltContext) -> None:
        body = await dispatcher.handle(context[_REQUEST], handler)
        await ack(dict(body) if body else "")

    return listener


def bolt_request(body: Mapping[str, Any], headers: Mapping[str, str]) -> AsyncBoltRequest:
    """Return the request of a verified *body*; of the *headers* it has the one on a redelivery."""
    # Bolt would read the body again by its content type.
    kept = {name: value for name, value in headers.items() if name.lower() == RETRY_HEADER}
    return AsyncBoltRequest(mode="socket_mode", body=dict(body), headers={**kept})


async def respond(app: AsyncApp, request: AsyncBoltRequest) -> BoltResponse | None:
    """Return the response of *app* to *request*, None if Slack shall deliver it again.

    A question is acknowledged once it stands in the store, or once it is answered.
    """
    _is_safe.set(None)
    response = await app.async_dispatch(request)
    is_safe = _is_safe.get()
    if is_safe is None or await is_safe():
        return response
    _log.warning("A question is not acknowledged: the store is out of order, and its reply waits.")
    return None


async def dispatch(
    app: AsyncApp, body: Mapping[str, Any], headers: Mapping[str, str] = NO_HEADERS
) -> str:
    """Give *app* a verified request body; return the body of the acknowledgement.

    Returns "" for a body that Bolt cannot read. Raises BadRequest if Slack shall deliver it again.
    """
    try:
        request = bolt_request(body, headers)
    except MALFORMED_BODY_ERRORS as error:
        _log.warning("Bolt cannot read the request: %s.", type(error).__name__)
        return ""
    response = await respond(app, request)
    if response is None:
        raise BadRequest("the request waits for the store", status=503)
    return response.body


class Deduplication(AsyncMiddleware):
    """Middleware that parses requests, and stops repeated and irrelevant ones.

    The order of one person's requests is kept by `Dispatcher.handle`: Bolt's `next` only sets a
    flag, so a middleware has ended before the listener starts.
    """

    def __init__(self, identity: Identity, dispatcher: Dispatcher) -> None:
        """Parse requests to the bot that is *identity*."""
        self._identity = identity
        self._dispatcher = dispatcher

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        """Acknowledge a request without a handler, or call the listeners."""
        del resp
        request = read_request(req.body, self._identity)
        if isinstance(request, Ignored):
            _log.debug("Ignored a request: %s.", request.reason)
            return BoltResponse(status=200, body="")
        is_redelivered = RETRY_HEADER in req.headers
        acknowledgement = await self._dispatcher.admit(request, is_redelivered=is_redelivered)
        _is_safe.set(partial(self._dispatcher.is_safe, request))
        if acknowledgement is not None:
            return BoltResponse(status=200, body=dict(acknowledgement) or "")
        req.context[_REQUEST] = request
        return await next()


def _authorize_as(identity: Identity, token: str) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Return Bolt's authorize function for one workspace, without `auth.test`."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=identity.enterprise or None,
            team_id=identity.team,
            bot_user_id=identity.user,
            bot_id=identity.bot,
            bot_token=token,
        )

    return authorize


def _error_handler(dispatcher: Dispatcher) -> Callable[..., Awaitable[BoltResponse]]:
    """Return the function that acknowledges a request without a listener."""

    async def acknowledge_error(error: Exception, context: AsyncBoltContext) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            _log.debug("Ignored a request: it has no listener.")
        else:
            _log.warning("Bolt cannot read the request: %s.", type(error).__name__)
        if _REQUEST in context:
            await dispatcher.drop(context[_REQUEST])
        return BoltResponse(status=200, body="")

    return acknowledge_error
