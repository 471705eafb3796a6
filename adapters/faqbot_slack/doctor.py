"""What is right and what is wrong with the setting up: each check a line, each fault with its remedy."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faqbot import AdapterSettingsError, FaqbotError, open_store
from faqbot_slack.credentials import Credentials
from faqbot_slack.manifest import needed_scopes
from faqbot_slack.settings import SlackSettings, read_settings
from faqbot_slack.transport.web_api import CallFailed, open_web_api

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from faqbot_slack.transport.web_api import WebApi

__all__ = ["Diagnosis", "examine"]

_REINSTALL = "install the app to the workspace again (Install App)"
_REMEDIES = {
    "account_inactive": "the app was removed from the workspace: " + _REINSTALL,
    "invalid_auth": "copy it again from the settings of your Slack app",
    "missing_scope": "give it the scope connections:write: make a new App-Level Token with it",
    "not_allowed_token_type": "this is another kind of token: copy the one that is meant",
    "not_authed": "copy it again from the settings of your Slack app",
    "org_login_required": "the workspace is being moved: try again later",
    "token_expired": "turn token rotation off in the settings of your Slack app, and copy the new token",
    "token_revoked": "the token was revoked: " + _REINSTALL + ", and copy the new one",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was looked at and found, in a sentence; where *ok* is False, also what to do."""

    ok: bool
    what: str

    def __str__(self) -> str:
        """Return the line to print."""
        return f"{'ok   ' if self.ok else 'FAULT'}  {self.what}"


def examine(settings: Mapping[str, str], environment: Mapping[str, str]) -> list[Diagnosis]:
    """Check what `SlackAdapter` would run with, and what Slack says to it; posts nothing."""
    diagnoses: list[Diagnosis] = []
    found = _examine_settings(settings, environment, diagnoses)
    try:
        credentials = Credentials.read(settings, environment)
    except AdapterSettingsError as error:
        diagnoses.extend(Diagnosis(ok=False, what=f"{line}.") for line in str(error).splitlines())
    else:
        diagnoses.extend(asyncio.run(_examine_slack(credentials, found)))
    return [*diagnoses, *_examine_store()]


def _examine_settings(
    settings: Mapping[str, str], environment: Mapping[str, str], diagnoses: list[Diagnosis]
) -> SlackSettings:
    try:
        found = read_settings(settings.get("settings", ""), environment)
    except AdapterSettingsError as error:
        diagnoses.extend(Diagnosis(ok=False, what=line) for line in str(error).splitlines())
        return SlackSettings()
    owners = len(found.owners)
    who = f"{owners} {'owner' if owners == 1 else 'owners'}"
    where = f"{len(found.channels)} channels" if len(found.channels) != 1 else "1 channel"
    diagnoses.append(
        Diagnosis(ok=True, what=f"The settings are right: {who}, settings for {where}.")
    )
    return found


async def _examine_slack(credentials: Credentials, settings: SlackSettings) -> list[Diagnosis]:
    proxy = " through the proxy of the environment" if credentials.proxy else ""
    diagnoses = [Diagnosis(ok=True, what=f"Slack is called at {credentials.api_url}{proxy}.")]
    async with open_web_api(credentials) as web:
        diagnoses.extend(await _examine_bot_token(web, settings))
        if credentials.http:
            diagnoses.append(
                Diagnosis(
                    ok=True, what="SLACK_SIGNING_SECRET is set; Slack alone knows if it is right."
                )
            )
        else:
            diagnoses.append(await _examine_app_token(web, credentials))
    return diagnoses


async def _examine_bot_token(web: WebApi, settings: SlackSettings) -> list[Diagnosis]:
    try:
        said, scopes = await web.authenticate()
    except CallFailed as failure:
        return [_refused("SLACK_BOT_TOKEN", failure)]
    name, team = said.get("user") or said.get("user_id"), said.get("team") or said.get("team_id")
    accepted = Diagnosis(
        ok=True, what=f"SLACK_BOT_TOKEN is that of {name} in the workspace {team}."
    )
    return [accepted, *_examine_scopes(scopes, settings)]


def _examine_scopes(scopes: frozenset[str], settings: SlackSettings) -> Iterator[Diagnosis]:
    if not scopes:
        return  # Slack did not say
    needed = set(needed_scopes(ambient=settings.ambient))
    if missing := sorted(needed - scopes):
        flags = " --ambient" if settings.ambient else ""
        what = (
            f"The app lacks {_scopes(missing)}: add them under OAuth & Permissions, or paste the "
            f"manifest that `faqbot slack manifest{flags}` prints, and {_REINSTALL}."
        )
        yield Diagnosis(ok=False, what=what)
    else:
        yield Diagnosis(ok=True, what="The app has every scope that it needs.")
    prompts = set(needed_scopes(agent=True)) - set(needed_scopes())
    if settings.agent and prompts - scopes:
        what = f"Without {_scopes(sorted(prompts))}, no suggested prompts are shown; add `--agent` to the manifest for them."
        yield Diagnosis(ok=True, what=what)
    if spare := sorted(scopes - set(needed_scopes(ambient=True, agent=True))):
        yield Diagnosis(ok=True, what=f"The app could do without {_scopes(spare)}.")


def _scopes(names: list[str]) -> str:
    return f"{'the scope' if len(names) == 1 else 'the scopes'} {', '.join(names)}"


async def _examine_app_token(web: WebApi, credentials: Credentials) -> Diagnosis:
    try:
        await web.open_connection(credentials.app_token)
    except CallFailed as failure:
        return _refused("SLACK_APP_TOKEN", failure)
    return Diagnosis(ok=True, what="SLACK_APP_TOKEN opens connections for Socket Mode.")


def _refused(token: str, failure: CallFailed) -> Diagnosis:
    remedy = _REMEDIES.get(failure.reason)
    if remedy:
        return Diagnosis(ok=False, what=f"Slack refuses {token} ({failure.reason}): {remedy}.")
    why = f"{token} could not be tried ({failure.reason})"
    return Diagnosis(
        ok=False, what=f"{why}: check the network, the proxy and SLACK_API_URL, and try again."
    )


def _examine_store() -> Iterator[Diagnosis]:
    try:
        with open_store() as store:
            if store.prepare():
                yield Diagnosis(ok=True, what=f"What is asked is recorded in {store.name}.")
            else:
                yield Diagnosis(
                    ok=False, what=f"The store {store.name} cannot be written: see FAQBOT_STORE."
                )
    except FaqbotError as error:
        yield Diagnosis(ok=False, what=f"{error}.")
