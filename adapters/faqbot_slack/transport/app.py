"""The Bolt app: Bolt speaks to Slack, and hands every request, of whatever kind, to the reception."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    from slack_sdk.web.async_client import AsyncWebClient

    from faqbot_slack.transport.dispatcher import Reception

__all__ = ["UNREADABLE", "dispatch", "make_app"]

_log = logging.getLogger("faqbot.slack.app")

UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What Bolt raises for a body that has a number, say, where Slack sends an object."""


def make_app(reception: Reception, client: AsyncWebClient) -> AsyncApp:
    """Make the app whose requests *reception* meets.

    Bolt's own steps are off: Socket Mode brings only what is genuine, in HTTP mode ours come first,
    and who the bot is was asked once at the start rather than at the first request.
    """
    log = logging.getLogger("slack_bolt")
    log.setLevel(
        logging.ERROR
    )  # at INFO it writes what people said, at WARNING about its own tokens
    return AsyncApp(
        name="slack_bolt.faqbot",  # Bolt sets the level of the logger of this name: it must not be ours
        logger=log,
        client=client,
        before_authorize=_Everything(reception),
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )


async def dispatch(app: AsyncApp, body: Mapping[str, Any]) -> str:
    """Give *app* a request that was read and verified elsewhere; return its acknowledgement's body.

    That is "" for what Bolt cannot read, as for all that Slack would not send.
    """
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=dict(body))
    except UNREADABLE as error:
        _log.warning("Bolt cannot read what came, for a %s.", type(error).__name__)
        return ""
    response = await app.async_dispatch(request)
    return response.body


class _Everything(AsyncMiddleware):
    """The one step of the app: nothing comes behind it, so nothing is ever left unhandled.

    An unhandled request would not be acknowledged, and Slack would send it three times more.
    """

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        del resp, next
        acknowledgement = await self._reception.receive(req.body)
        return BoltResponse(status=200, body=dict(acknowledgement) if acknowledgement else "")
