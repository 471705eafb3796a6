"""Diagnosis of the installation: one line per check, with the remedy of each fault."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faqbot import AdapterSettingsError, FaqbotError, open_store
from faqbot_slack import check_mode
from faqbot_slack.credentials import Credentials, shown_url
from faqbot_slack.manifest import needed_scopes
from faqbot_slack.settings import SlackSettings, read_settings
from faqbot_slack.transport.web_api import CallFailed, open_web_api

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from faqbot_slack.transport.web_api import WebApi

_REINSTALL = "install the app to the workspace again (Install App)"
_REMEDIES = {
    "account_inactive": "the app was removed from the workspace: " + _REINSTALL,
    "invalid_auth": "copy it again from the settings of your Slack app",
    "missing_scope": "give it the scope connections:write: make a new App-Level Token with it",
    "not_allowed_token_type": "this is another kind of token: copy the right one",
    "not_authed": "copy it again from the settings of your Slack app",
    "org_login_required": "the workspace is being moved: try again later",
    "token_expired": "turn token rotation off in the settings of your Slack app, and copy the new token",
    "token_revoked": "the token was revoked: " + _REINSTALL + ", and copy the new one",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Result of one check: a *sentence*, with the remedy if *ok* is False."""

    ok: bool
    sentence: str

    def __str__(self) -> str:
        """Return the line to print."""
        return f"{'ok   ' if self.ok else 'FAULT'}  {self.sentence}"


def examine(settings: Mapping[str, str], environment: Mapping[str, str]) -> list[Diagnosis]:
    """Check settings, tokens, scopes and store of `SlackAdapter`; nothing is posted."""
    diagnoses: list[Diagnosis] = []
    found = check_settings(settings, environment, diagnoses)
    try:
        credentials = Credentials.read(settings, environment)
        check_mode(credentials, found)
    except AdapterSettingsError as error:
        diagnoses.extend(
            Diagnosis(ok=False, sentence=f"{line}.") for line in str(error).splitlines()
        )
    else:
        diagnoses.extend(asyncio.run(check_slack(credentials, found)))
    return [*diagnoses, *check_store()]


def check_settings(
    settings: Mapping[str, str], environment: Mapping[str, str], diagnoses: list[Diagnosis]
) -> SlackSettings:
    """Return the settings, and add their diagnosis to *diagnoses*."""
    try:
        found = read_settings(settings.get("settings", ""), environment)
    except AdapterSettingsError as error:
        diagnoses.extend(Diagnosis(ok=False, sentence=line) for line in str(error).splitlines())
        return SlackSettings()
    several = [each.settings for each in found.workspaces.values()]
    who = _count(sum(len(each.owners) for each in (found, *several)), "owner")
    where = _count(len(several), "workspace") if several else _count(len(found.channels), "channel")
    diagnoses.append(
        Diagnosis(ok=True, sentence=f"The settings are correct: {who}, settings for {where}.")
    )
    return found


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


async def check_slack(credentials: Credentials, settings: SlackSettings) -> list[Diagnosis]:
    """Return the diagnoses of the tokens, by calls of the Web API."""
    proxy = " through the proxy of the environment" if credentials.proxy else ""
    diagnoses = [
        Diagnosis(ok=True, sentence=f"Slack is called at {shown_url(credentials.api_url)}{proxy}.")
    ]
    async with open_web_api(credentials) as web:
        diagnoses.extend(await check_bot_token(web, settings))
        if credentials.http:
            diagnoses.append(
                Diagnosis(
                    ok=True,
                    sentence="SLACK_SIGNING_SECRET is set; Slack alone knows if it is right.",
                )
            )
        else:
            diagnoses.append(await check_app_token(web, credentials))
    return diagnoses


async def check_bot_token(web: WebApi, settings: SlackSettings) -> list[Diagnosis]:
    """Return the diagnoses of the bot token and its scopes."""
    try:
        response, scopes = await web.authenticate()
    except CallFailed as failure:
        return [_refused("SLACK_BOT_TOKEN", failure)]
    name, team = (
        response.get("user") or response.get("user_id"),
        response.get("team") or response.get("team_id"),
    )
    accepted = Diagnosis(
        ok=True, sentence=f"SLACK_BOT_TOKEN belongs to {name} in the workspace {team}."
    )
    return [accepted, *check_scopes(scopes, settings)]


def check_scopes(scopes: frozenset[str], settings: SlackSettings) -> Iterator[Diagnosis]:
    """Yield a diagnosis of the bot token's scopes."""
    if not scopes:
        return  # Slack did not say
    needed = set(needed_scopes(ambient=settings.ambient))
    if missing := sorted(needed - scopes):
        flags = " --ambient" if settings.ambient else ""
        sentence = (
            f"The app lacks {_scopes(missing)}: add them under OAuth & Permissions, or paste the "
            f"manifest that `faqbot slack manifest{flags}` prints, and {_REINSTALL}."
        )
        yield Diagnosis(ok=False, sentence=sentence)
    else:
        yield Diagnosis(ok=True, sentence="The app has every scope that it needs.")
    prompts = set(needed_scopes(agent=True)) - set(needed_scopes())
    if settings.agent and prompts - scopes:
        sentence = f"Without {_scopes(sorted(prompts))}, the bot shows neither its status nor suggested prompts; the manifest of `faqbot slack manifest` has it."
        yield Diagnosis(ok=True, sentence=sentence)
    if not settings.ambient:
        yield from _check_reading(scopes)
    if spare := sorted(scopes - set(needed_scopes(ambient=True, agent=True))):
        yield Diagnosis(ok=True, sentence=f"The app does not need {_scopes(spare)}.")


def _check_reading(scopes: frozenset[str]) -> Iterator[Diagnosis]:
    """Yield a diagnosis of the scopes with which the bot finds a post that Slack did not confirm."""
    reading = set(needed_scopes(ambient=True)) - set(needed_scopes())
    if lacking := sorted(reading - scopes):
        sentence = (
            f"Without {_scopes(lacking)}, a reply in a channel may come twice if Slack's response to it "
            "is lost. `faqbot slack manifest --ambient` asks for both."
        )
        yield Diagnosis(ok=True, sentence=sentence)


def _scopes(names: list[str]) -> str:
    return f"{'the scope' if len(names) == 1 else 'the scopes'} {', '.join(names)}"


async def check_app_token(web: WebApi, credentials: Credentials) -> Diagnosis:
    """Return the diagnosis of the app-level token."""
    try:
        await web.open_connection(credentials.app_token)
    except CallFailed as failure:
        return _refused("SLACK_APP_TOKEN", failure)
    return Diagnosis(ok=True, sentence="SLACK_APP_TOKEN opens connections for Socket Mode.")


def _refused(token: str, failure: CallFailed) -> Diagnosis:
    remedy = _REMEDIES.get(failure.reason)
    if remedy:
        return Diagnosis(ok=False, sentence=f"Slack refuses {token} ({failure.reason}): {remedy}.")
    why = f"{token} could not be tried ({failure.reason})"
    return Diagnosis(
        ok=False, sentence=f"{why}: check the network, the proxy and SLACK_API_URL, and try again."
    )


def check_store() -> Iterator[Diagnosis]:
    """Yield a diagnosis of the store."""
    try:
        with open_store() as store:
            if store.prepare():
                yield Diagnosis(ok=True, sentence=f"Questions are recorded in {store.name}.")
            else:
                yield Diagnosis(
                    ok=False,
                    sentence=f"The store {store.name} cannot be written: see FAQBOT_STORE.",
                )
    except FaqbotError as error:
        yield Diagnosis(ok=False, sentence=f"{error}.")
