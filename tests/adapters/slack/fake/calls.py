"""One call of the Web API or of a response_url, as it arrived and as it was met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.slack.fake.block_kit import pings


@dataclass(slots=True)
class Call:
    """A call of *method* with *params*: *response* and *status* are what it was met with.

    *problems* say what Slack refuses or warns of; *pings* whom the message would notify; *at* is the
    clock's time when it came, *done* when it was answered. *team* is the workspace of its token.
    """

    method: str
    params: Mapping[str, Any]
    at: float
    url: str = ""
    response: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    problems: list[str] = field(default_factory=list)
    done: float = 0.0
    team: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was met."""
        return self.status == 200 and bool(self.response.get("ok"))

    @property
    def error(self) -> str:
        """Slack's code for why it was not."""
        return str(self.response.get("error", ""))

    @property
    def pings(self) -> list[str]:
        """Whom the message would notify."""
        return pings(str(self.params.get("text") or ""), self.params.get("blocks") or ())

    @property
    def shown(self) -> str:
        """All its text, that of its blocks included, in one string."""
        return str([self.params.get("text"), self.params.get("blocks"), self.params.get("view")])


class Refusal(Exception):
    """Slack refuses a call with the code *error*; *details* say why, *more* is for the answer."""

    def __init__(self, error: str, *details: str, **more: object) -> None:
        """Refuse with *error*."""
        super().__init__(error)
        self.error = error
        self.details = details
        self.more = more
