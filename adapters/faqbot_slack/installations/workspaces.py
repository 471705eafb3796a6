"""Workspaces of the bot by their ids, opened at first requests.

A request says which workspace it is from, and Slack has signed it. So no request reaches the state or
the knowledge base of another workspace.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

from faqbot import FaqbotError, StoreError
from faqbot_slack.events.payloads import text_at
from faqbot_slack.expiring import ExpiringMap
from faqbot_slack.installations.installation_store import UnreadableInstallation, name_of
from faqbot_slack.installations.request_origin import (
    RequestOrigin,
    TeamAccess,
    is_removal,
    origin_of,
    team_access_of,
)
from faqbot_slack.installations.token_rotation import RefreshFailed, Renewals, is_due, is_unusable
from faqbot_slack.installations.workspace import installation_in
from faqbot_slack.transport.app import NO_HEADERS, dispatch
from faqbot_slack.transport.executor import REFUSED_TOKEN
from faqbot_slack.transport.http import BadRequest
from faqbot_slack.transport.web_api import CallFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.oauth.installation_store import Bot as Installation

    from faqbot import Bot
    from faqbot_slack.installations.installation_store import InstallationStore
    from faqbot_slack.installations.token_rotation import TokenRotation
    from faqbot_slack.installations.workspace import Workspace, WorkspaceFactory

_log = logging.getLogger("faqbot.slack")

# Workspaces that are open at once; the least recently used one is closed first. Chosen by hand: each
# takes 0.1 MB, measured with 500 that share a knowledge base.
MAX_OPEN = 500
# Seconds that a request waits for a check while the known token works. Slack waits three seconds.
CHECK_PATIENCE = 1.0
# Seconds in which the store is not read again after a fault: each try may take as long as a person waits.
# Chosen by hand.
STORE_PAUSE_SECONDS = 5.0
# Seconds in which a workspace with a fault is not opened again. Chosen by hand, as a broken base is read as
# slowly as a good one.
FAULT_SECONDS = 10.0
# Seconds between two log lines about a workspace that is not served. Chosen by hand.
LOG_SECONDS = 3600.0
# Workspaces whose log line is remembered. Chosen by hand.
_MAX_LOGGED = 1_000
_UNREADABLE = "the store cannot be read"
_APOLOGY = (
    "Sorry, I cannot answer in this workspace at the moment. Please tell whoever looks after me."
)


class NotServed(Exception):
    """Workspace without answers now; *temporary* asks Slack for redelivery."""

    def __init__(self, reason: str, *, temporary: bool = False) -> None:
        """Keep the *reason*, which holds no token."""
        super().__init__(reason)
        self.temporary = temporary


class Workspaces:
    """Open workspaces by their Slack ids, on one event loop."""

    def __init__(
        self, installations: InstallationStore, rotation: TokenRotation, factory: WorkspaceFactory
    ) -> None:
        """Serve the *installations* with workspaces of *factory*."""
        self._installations = installations
        self._renewals = Renewals(rotation)
        self._factory = factory
        self._open: OrderedDict[str, Workspace] = OrderedDict()
        self._checks: dict[str, asyncio.Task[Workspace | None]] = {}
        self._beside: set[asyncio.Task[None]] = set()
        self._logged: ExpiringMap[str, bool] = ExpiringMap(_MAX_LOGGED, LOG_SECONDS)
        self._faults: ExpiringMap[str, NotServed] = ExpiringMap(_MAX_LOGGED, FAULT_SECONDS)
        self._store_failed_at = -math.inf

    async def dispatch(
        self, body: Mapping[str, Any], headers: Mapping[str, str] = NO_HEADERS
    ) -> str:
        """Give the request *body* to its workspace; return the body of the acknowledgement.

        Raises BadRequest if Slack shall deliver it again, as the store or Slack does not answer now. The
        request of a workspace that cannot be served is acknowledged: Slack stops sending to an app that
        fails too often.
        """
        origin = origin_of(body)
        if is_removal(body):
            await self._remove(origin)
            return ""
        if access := team_access_of(body):
            await self._note_access(origin, access)
            return ""
        try:
            workspace = await self._find(origin)
        except NotServed as fault:
            self._log(origin, fault)
            if fault.temporary:
                raise BadRequest("the workspace is not ready", status=503) from None
            return _apology(body)
        return await dispatch(workspace.app, body, headers)

    def note_change(self, name: str) -> None:
        """Read the changed installation *name* again at its next request."""
        self._logged.clear()
        self._faults.clear()
        for workspace in self._open.values():
            if workspace.name == name:
                workspace.checked_at = -math.inf

    async def close(self, seconds: float) -> int:
        """Finish requests within *seconds*; return the number cut off."""
        end = asyncio.get_running_loop().time() + seconds
        for task in (*self._checks.values(), *self._beside):
            task.cancel()
        renewals = asyncio.create_task(self._renewals.close(seconds))
        dispatchers = [each.dispatcher for each in self._open.values()]
        await asyncio.gather(*(each.acknowledge_all() for each in dispatchers))
        left = max(0.0, end - asyncio.get_running_loop().time())
        undone = sum(await asyncio.gather(*(each.drain(left) for each in dispatchers)))
        self._factory.threads.close()
        busy = [each.ledger for each in self._open.values() if each.ledger.is_busy]
        released = sum(await asyncio.gather(*(ledger.release() for ledger in busy)))
        await renewals
        return max(0, undone - released)

    async def take_over(self) -> None:
        """Answer requests of ended processes, for all workspaces.

        Called every few seconds. Leases of this process are renewed.
        """
        waiting = await asyncio.to_thread(self._factory.store.waiting_queues)
        names = {
            key: name for key, service in waiting if key and (name := installation_in(service))
        }
        for key, name in names.items():
            try:
                await self._current(key, name)
            except NotServed as fault:
                self._log(RequestOrigin(key), fault)
        for key, workspace in [*self._open.items()]:
            if key in names or workspace.ledger.is_busy:
                await workspace.dispatcher.take_over(workspace.find_handler)

    @property
    def pending(self) -> int:
        """Number of requests under way."""
        return sum(each.dispatcher.pending for each in self._open.values())

    async def _find(self, origin: RequestOrigin) -> Workspace:
        """Return the workspace of *origin*, open and with a token; raises NotServed."""
        for name in origin.names:
            key = self._factory.key(name, origin.team)
            if workspace := await self._current(key, name):
                if key in self._open:
                    self._open.move_to_end(key)
                return workspace
        raise NotServed("the app is not installed there")

    async def _current(self, key: str, name: str) -> Workspace | None:
        """Return the stored workspace *key*, None if not installed."""
        known = self._open.get(key)
        if known is not None and not known.is_stale:
            return known
        works = known is not None and known.health.ready and not is_unusable(known.installation)
        if fault := self._faults.get(key):  # reading a broken base again takes time
            raise fault
        if time.monotonic() - self._store_failed_at < STORE_PAUSE_SECONDS:
            if works:
                return known
            raise NotServed(_UNREADABLE, temporary=True)
        if key not in self._checks:
            self._checks[key] = asyncio.create_task(self._check(key, name))
            self._checks[key].add_done_callback(partial(self._end_check, key))
        check = self._checks[key]
        await asyncio.wait({check}, timeout=CHECK_PATIENCE if works else None)
        return check.result() if check.done() else known

    def _end_check(self, key: str, check: asyncio.Task[Workspace | None]) -> None:
        self._checks.pop(key, None)
        self._faults.take(key)
        error = None if check.cancelled() else check.exception()
        if isinstance(error, NotServed) and not error.temporary:
            self._faults.put(key, error)

    async def _check(self, key: str, name: str) -> Workspace | None:
        """Read the installation *name*, and open or change the workspace *key* after it."""
        known = self._open.get(key)
        try:
            sealed = await asyncio.to_thread(self._installations.sealed, name)
            if sealed is None:
                await self._shut(key)
                return None
            installation = self._unsealed(known, name, sealed)
            if is_due(installation):
                installation = await self._renewed(installation)
        except StoreError:
            self._store_failed_at = time.monotonic()
            if known is None or is_unusable(known.installation):
                raise NotServed(_UNREADABLE, temporary=True) from None
            return known  # the known token works on
        return await self._opened(key, installation, sealed)

    def _unsealed(self, known: Workspace | None, name: str, sealed: str) -> Installation:
        """Decrypt *sealed*; the token of *known* works on if another replica has a newer key."""
        if known is not None and known.sealed == sealed:
            return known.installation
        try:
            return self._installations.unseal(name, sealed)
        except UnreadableInstallation as fault:
            if known is None or not known.health.ready:
                raise NotServed(str(fault)) from None
            _log.warning("The token that is known works on: %s.", fault)
            known.sealed = sealed
            return known.installation

    async def _opened(self, key: str, installation: Installation, sealed: str) -> Workspace:
        """Return the workspace *key* with token and newest base."""
        try:
            bot = await self._factory.bot_of(key, installation)
        except FaqbotError as error:
            raise NotServed(f"its knowledge base cannot be used: {error}") from None
        known = self._open.get(key)
        if known is None or not self._can_keep(known, installation, bot):
            await self._shut(key)
            known = self._open[key] = self._factory.make(key, installation, sealed, bot)
            await self._shut_idle()
        elif bot is not known.bot:
            known.bot.adopt(bot)  # a new version
        known.adopt(installation, sealed)
        known.checked_at = time.monotonic()
        return known

    def _can_keep(self, known: Workspace, installation: Installation, bot: Bot) -> bool:
        """Return True if *known* keeps its state with *installation* and *bot*."""
        had_default, has_default = (
            self._factory.is_default(known.bot),
            self._factory.is_default(bot),
        )
        return known.is_same_bot(installation) and had_default == has_default

    async def _renewed(self, installation: Installation) -> Installation:
        """Renew the token of *installation*: now if it has expired, else beside the requests."""
        name = name_of(installation)
        if not is_unusable(installation):
            if name not in self._renewals.running:
                beside = asyncio.create_task(self._renew_beside(name))
                self._beside.add(beside)
                beside.add_done_callback(self._beside.discard)
            return installation
        try:
            fresh = await self._renewals.renew(name)
        except RefreshFailed as failure:
            reason = f"Slack gives no new token ({failure.reason})"
            raise NotServed(reason, temporary=not failure.final) from None
        except UnreadableInstallation as fault:
            raise NotServed(str(fault)) from None
        if fresh is None:
            raise NotServed("the app was removed from it")
        return fresh

    async def _renew_beside(self, name: str) -> None:
        """Renew a usable token; later checks repeat failures."""
        try:
            fresh = await self._renewals.renew(name)
        except (RefreshFailed, StoreError, UnreadableInstallation) as failure:
            self._log_once(f"The token of {name} is not renewed yet: {failure}")
            return
        for workspace in self._open.values():
            if fresh is not None and workspace.name == name:
                workspace.adopt(fresh, workspace.sealed)

    async def _remove(self, origin: RequestOrigin) -> None:
        """Delete the installation of *origin* if Slack refuses its token; raises BadRequest.

        A late copy of the event may follow a new installation, whose token works.
        """
        for name in origin.names:
            try:
                await self._remove_refused(name)
            except (StoreError, CallFailed) as error:
                _log.warning("The removal of %s waits: %s.", name, error)
                raise BadRequest("the removal waits", status=503) from None

    async def _note_access(self, origin: RequestOrigin, access: TeamAccess) -> None:
        """Update an organisation's installation, and close removed workspaces.

        The token stays, as it belongs to the organisation, and so do the records.
        """
        organisation = origin.enterprise
        self.note_change(organisation)
        for team in () if access.is_granted else access.teams:
            workspace = self._open.get(team)
            if workspace is not None and workspace.name == organisation:
                await self._shut(team)
        change = "added to" if access.is_granted else "removed from"
        _log.info("The app was %s %s of %s.", change, access, organisation)

    async def _remove_refused(self, name: str) -> None:
        try:
            installation = await asyncio.to_thread(self._installations.find, name)
            if installation is None or await self._works(installation):
                return
        except UnreadableInstallation:
            pass  # nobody can use it any more
        await asyncio.to_thread(self._installations.delete, name)
        for key in [key for key, each in self._open.items() if each.name == name]:
            await self._shut(key)
        _log.info("The app was removed from %s, and its token was deleted.", name)

    async def _works(self, installation: Installation) -> bool:
        """Return True if Slack accepts or renews the token.

        Raises CallFailed if Slack does not answer.
        """
        try:
            await self._factory.web.with_token(installation.bot_token).authenticate()
        except CallFailed as failure:
            if failure.reason == "token_expired":
                return await self._is_renewed(name_of(installation))
            if failure.reason in REFUSED_TOKEN:
                return False
            raise
        return True

    async def _is_renewed(self, name: str) -> bool:
        try:
            return await self._renewals.renew(name) is not None
        except RefreshFailed as failure:
            if failure.final:
                return False
            raise CallFailed(failure.reason) from None

    async def _shut(self, key: str) -> None:
        workspace = self._open.pop(key, None)
        if workspace is not None:
            await workspace.dispatcher.drain(0.0)
            if workspace.ledger.is_busy:
                await workspace.ledger.release()

    async def _shut_idle(self) -> None:
        """Close idle workspaces above the limit, oldest first."""
        surplus = len(self._open) - MAX_OPEN
        idle = [key for key, each in self._open.items() if not each.dispatcher.pending]
        for key in idle[: max(0, surplus)]:
            await self._shut(key)

    def _log(self, origin: RequestOrigin, fault: NotServed) -> None:
        line = f"{origin} gets no answers: {fault}"
        self._log_once(line[0].upper() + line[1:])

    def _log_once(self, line: str) -> None:
        """Log *line* as a warning, once an hour."""
        if line not in self._logged:
            self._logged.put(line, True)  # noqa: FBT003 - a value
            _log.warning("%s.", line)


def _apology(body: Mapping[str, Any]) -> str:
    """Return the acknowledgement of an unanswered request, a sentence for commands."""
    if not text_at(body, "command"):
        return ""
    return json.dumps({"response_type": "ephemeral", "text": _APOLOGY})
