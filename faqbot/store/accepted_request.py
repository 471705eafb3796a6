"""Accepted request, as adapters and the store exchange it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AcceptedRequest:
    """Request that was acknowledged, and is not answered yet.

    *key* identifies it, in at most 64 characters. *payload* is a text from which its adapter makes
    the request again. *person* is the plain id of the person, "" in a request that was taken over.
    *tries* counts the processes that died while they held it. *posts* are the ids of the messages
    that were posted for it. With *posting* one more may have been posted.
    """

    key: str
    payload: str = ""
    person: str = ""
    tries: int = 0
    posting: bool = False
    posts: tuple[str, ...] = ()
