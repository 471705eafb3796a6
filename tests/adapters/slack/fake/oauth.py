"""OAuth of the fake: workspaces that install the app, tokens that expire, and their renewal."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.adapters.slack.fake.calls import Call, Refusal
from tests.adapters.slack.fake.web_api import SCOPES, Workspace

Json = Mapping[str, Any]

_TOKEN_SECONDS = 12 * 60 * 60


@dataclass(slots=True)
class Grant:
    """One installation: the *team* or *enterprise* that agreed, and the token that works now.

    *revoked* is the error code with which its tokens are refused.
    """

    team: str
    name: str
    enterprise: str
    is_org: bool
    scopes: frozenset[str]
    workspace: Workspace
    revoked: str = ""

    @property
    def id(self) -> str:
        """Id of the organisation for one that covers all of it, else of the workspace."""
        return self.enterprise if self.is_org else self.team


@dataclass(slots=True)
class OAuth:
    """Slack's side of installations. With *rotates*, tokens expire and come with a refresh token.

    *refreshed* and *refused* count the renewals that worked, and those with a token that was used.
    """

    client_id: str = "111.222"
    client_secret: str = "fake-client-secret"  # noqa: S105 - it opens nothing
    redirect_url: str = ""
    rotates: bool = False
    token_seconds: int = _TOKEN_SECONDS
    grants: dict[str, Grant] = field(default_factory=dict)
    refreshed: int = 0
    refused: int = 0
    tokens: dict[str, tuple[Grant, float]] = field(default_factory=dict)
    _codes: dict[str, tuple[Grant, str]] = field(default_factory=dict)
    _refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def agree(
        self, address: str, team: str, name: str = "", *, enterprise: str = "", org: bool = False
    ) -> str:
        """Agree at the authorize page *address* as an admin of *team*; return where Slack redirects.

        With *org* the app is installed for all workspaces of *enterprise*.
        """
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == self.client_id
        assert asked["state"]
        assert asked.get("redirect_uri", self.redirect_url) == self.redirect_url
        scopes = frozenset(asked["scope"].split(","))
        grant = self._grant(team, name, enterprise, scopes, org=org)
        code = f"code-{next(self._numbers)}"
        self._codes[code] = (grant, asked.get("redirect_uri", ""))
        return f"{self.redirect_url}?{urlencode({'code': code, 'state': asked['state']})}"

    def install(
        self, team: str, name: str = "", *, enterprise: str = "", org: bool = False
    ) -> dict[str, Any]:
        """Install the app in *team* at once; return what oauth.v2.access would answer."""
        scopes = frozenset(SCOPES.values()) | {"app_mentions:read", "commands", "im:history"}
        grant = self._grant(team, name, enterprise, scopes, org=org)
        self.grants[grant.id] = grant
        return self._tokens(grant)

    def access(self, call: Call, authorization: str) -> dict[str, Any]:
        """Answer oauth.v2.access: a token for a code, or for a refresh token."""
        self._check_client(call, authorization)
        if call.params.get("grant_type") == "refresh_token":
            return self._refresh(str(call.params.get("refresh_token")))
        grant, redirect_uri = self._codes.pop(str(call.params.get("code")), (None, ""))
        if grant is None:
            raise Refusal("invalid_code", "code: unknown, or used before")
        if redirect_uri != (call.params.get("redirect_uri") or ""):
            raise Refusal("bad_redirect_uri")
        self.grants[grant.id] = grant
        return {**self._tokens(grant), "authed_user": {"id": "U1ADMIN"}}

    def workspace_of(self, token: str) -> Workspace | None:
        """Return the workspace of *token*, None for a token of nobody here; raise Refusal."""
        if token not in self.tokens:
            return None
        grant, until = self.tokens[token]
        if grant.revoked or self.grants.get(grant.id) is not grant:
            raise Refusal(grant.revoked or "token_revoked")
        if until < time.time():
            raise Refusal("token_expired")
        return grant.workspace

    def workspace(self, payload: Json) -> Workspace | None:
        """Return the workspace that *payload* is from, None if nobody installed the app there."""
        team = payload.get("team")
        named = [payload.get("team_id"), team.get("id") if isinstance(team, dict) else None]
        named += [payload.get("enterprise_id")]
        enterprise = payload.get("enterprise")
        named += [enterprise.get("id") if isinstance(enterprise, dict) else None]
        found = (self.grants[str(each)] for each in named if str(each) in self.grants)
        grant = next(found, None)
        return grant.workspace if grant else None

    def uninstall(self, name: str) -> None:
        """Remove the app from the workspace or organisation *name*."""
        self.grants[name].revoked = "account_inactive"

    def expire(self, name: str) -> None:
        """Let every token of *name* expire."""
        for token, (grant, _) in list(self.tokens.items()):
            if grant.id == name:
                self.tokens[token] = (grant, 0.0)

    def _grant(
        self, team: str, name: str, enterprise: str, scopes: frozenset[str], *, org: bool
    ) -> Grant:
        workspace = Workspace(team=enterprise if org else team, scopes=scopes)
        workspace._numbers = self._numbers  # no trigger of a workspace is one of another
        return Grant(team, name or team, enterprise, org, scopes, workspace)

    def _check_client(self, call: Call, authorization: str) -> None:
        given = (call.params.get("client_id"), call.params.get("client_secret"))
        if authorization.startswith("Basic "):
            decoded = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            given = tuple(decoded.split(":", 1))  # type: ignore[assignment]
        if given[0] != self.client_id:
            raise Refusal("invalid_client_id")
        if given[1] != self.client_secret:
            raise Refusal("bad_client_secret")

    def _refresh(self, token: str) -> dict[str, Any]:
        grant = self._refresh_tokens.pop(token, None)
        if grant is None or grant.revoked:
            self.refused += 1
            raise Refusal("invalid_refresh_token")
        self.refreshed += 1
        return self._tokens(grant)

    def _tokens(self, grant: Grant) -> dict[str, Any]:
        number = next(self._numbers)
        token = f"xoxe.xoxb-{number}-{grant.id}" if self.rotates else f"xoxb-{number}-{grant.id}"
        until = time.time() + self.token_seconds if self.rotates else float("inf")
        self.tokens[token] = (grant, until)
        rotation: dict[str, Any] = {}
        if self.rotates:
            refresh = f"xoxe-{number}-{grant.id}"
            self._refresh_tokens[refresh] = grant
            rotation = {"refresh_token": refresh, "expires_in": self.token_seconds}
        organisation = {"id": grant.enterprise, "name": "Org"} if grant.enterprise else None
        return {
            "ok": True,
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(grant.scopes)),
            "bot_user_id": grant.workspace.bot_user,
            "app_id": grant.workspace.app_id,
            "team": None if grant.is_org else {"id": grant.team, "name": grant.name},
            "enterprise": organisation,
            "is_enterprise_install": grant.is_org,
            **rotation,
        }
