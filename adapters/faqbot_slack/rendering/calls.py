"""What the bot does in Slack, as plain data: an acknowledgement and calls, made by the executor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    OnSuccess = Callable[[Mapping[str, Any]], Sequence["Call"] | None]

__all__ = ["NOTHING", "Call", "Plan"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API, or, with *url*, one post to a response_url.

    *method* is the Web API's name, such as "chat.postMessage", and "response" for a response_url.
    *simpler* are arguments to try instead, one after the other, where Slack refuses what is sent as too
    long or badly made. *on_success* is given what Slack answered, and may return further
    calls to make. *instead* are calls to make where this
    one fails whatever its form, before anybody is told that something went wrong.
    """

    method: str
    arguments: Mapping[str, Any]
    url: str = ""
    simpler: tuple[Mapping[str, Any], ...] = ()
    on_success: OnSuccess | None = None
    instead: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How one request is met: *ack* is the body of its acknowledgement, {} for an empty one."""

    ack: Mapping[str, Any]
    calls: tuple[Call, ...] = ()


NOTHING = Plan({})
