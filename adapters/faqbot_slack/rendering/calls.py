"""Plan of a request as data: an acknowledgement and Web API calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    OnSuccess = Callable[[Mapping[str, Any]], Sequence["Call"] | None]

# Arguments of a posted message that shows no preview of its links.
QUIET = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True)
class Call:
    """Call of a Web API method, or with *url* a post to a response_url.

    *method* is the method's name, such as "chat.postMessage", and "response" for a response_url.
    *simpler* are arguments to try next, in order, if Slack refuses the form of the arguments.
    *on_success* gets Slack's response and may return further calls. *instead* are calls to make if
    this call fails in every form, before any error reply.
    """

    method: str
    arguments: Mapping[str, Any]
    url: str = ""
    simpler: tuple[Mapping[str, Any], ...] = ()
    on_success: OnSuccess | None = None
    instead: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Reaction to a request; *ack* is the acknowledgement's body, {} if empty."""

    ack: Mapping[str, Any]
    calls: tuple[Call, ...] = ()


NOTHING = Plan({})
