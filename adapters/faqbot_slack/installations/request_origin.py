"""Origins of requests: workspace or organisation, and changed installations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncBoltRequest

from faqbot_slack.events.payloads import at, text_at
from faqbot_slack.settings import WORKSPACE
from faqbot_slack.transport.app import MALFORMED_BODY_ERRORS

if TYPE_CHECKING:
    from collections.abc import Mapping

# Workspaces that a line of the log names, at most. Chosen by hand.
_MAX_NAMED = 20
_ACCESS_EVENTS = {"team_access_granted": True, "team_access_revoked": False}


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """Origin of a request: ids of *team* and *enterprise*, or "".

    *is_org* means that the app is installed for the whole organisation.
    """

    team: str = ""
    enterprise: str = ""
    is_org: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of a possible installation, likeliest first."""
        names = (self.enterprise, self.team) if self.is_org else (self.team, self.enterprise)
        return tuple(name for name in names if WORKSPACE[0].fullmatch(name))

    def __str__(self) -> str:
        """Return the words for it in a message."""
        names = " of ".join(filter(None, (self.team, self.enterprise)))
        return f"the workspace {names[:80]}" if self.names else "an unknown workspace"


def origin_of(body: Mapping[str, Any]) -> RequestOrigin:
    """Return the origin of the request *body*, as Bolt reads it; an empty one if it has none."""
    try:
        context = AsyncBoltRequest(mode="socket_mode", body=dict(body)).context
    except MALFORMED_BODY_ERRORS:
        return RequestOrigin()
    team, enterprise = context.team_id, context.enterprise_id
    return RequestOrigin(
        team if isinstance(team, str) else "",
        enterprise if isinstance(enterprise, str) else "",
        context.is_enterprise_install is True,
    )


def is_removal(body: Mapping[str, Any]) -> bool:
    """Return True if *body* reports a removed app or revoked token."""
    kind = text_at(body, "event", "type") if text_at(body, "type") == "event_callback" else ""
    revoked = kind == "tokens_revoked" and bool(at(body, "event", "tokens", "bot"))
    return revoked or kind == "app_uninstalled"


@dataclass(frozen=True, slots=True)
class TeamAccess:
    """Change of the workspaces of an organisation's app: the ids of *teams* that it added or removed."""

    teams: tuple[str, ...]
    is_granted: bool

    def __str__(self) -> str:
        """Return the words for the workspaces in a message."""
        named = ", ".join(self.teams[:_MAX_NAMED])
        more = f" and {len(self.teams) - _MAX_NAMED} more" if len(self.teams) > _MAX_NAMED else ""
        return f"the workspace{'s' * (len(self.teams) != 1)} {named}{more}"


def team_access_of(body: Mapping[str, Any]) -> TeamAccess | None:
    """Return the change of workspaces that *body* tells, None for another request."""
    kind = text_at(body, "event", "type") if text_at(body, "type") == "event_callback" else ""
    if kind not in _ACCESS_EVENTS:
        return None
    named = at(body, "event", "team_ids")
    ids = [each for each in named if isinstance(each, str)] if isinstance(named, list) else []
    teams = tuple(each for each in ids if each.startswith("T") and WORKSPACE[0].fullmatch(each))
    return TeamAccess(teams, _ACCESS_EVENTS[kind])
