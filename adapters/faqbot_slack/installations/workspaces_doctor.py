"""Diagnosis of an app in several workspaces: client, keys, tokens, bases."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from faqbot import (
    AdapterSettingsError,
    FaqbotError,
    TenantError,
    is_address,
    load_knowledge_base,
    open_published,
    open_store,
    open_tenants,
)
from faqbot_slack.credentials import Credentials, shown_url
from faqbot_slack.doctor import Diagnosis, check_scopes, check_settings, check_store
from faqbot_slack.installations.installation_store import (
    InstallationStore,
    UnreadableInstallation,
    name_of,
    title_of,
)
from faqbot_slack.installations.token_rotation import is_unusable
from faqbot_slack.oauth_app import CLIENT_ID, CLIENT_SECRET, KEYS
from faqbot_slack.transport.web_api import CallFailed, open_web_api

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from slack_sdk.oauth.installation_store import Bot as Installation
    from slack_sdk.web.async_client import AsyncWebClient

    from faqbot_slack.oauth_app import OAuthApp
    from faqbot_slack.settings import SlackSettings
    from faqbot_slack.transport.web_api import WebApi

    Found = Sequence[Installation | UnreadableInstallation]

# Installations whose tokens are tried. Chosen by hand: a call of Slack each.
MOST_TRIED = 100
# Code that no installation has: Slack refuses it after it has checked the client.
_NO_CODE = "faqbot-doctor"
_WRONG_CLIENT = {
    "invalid_client_id": f"{CLIENT_ID} is unknown to Slack: copy the Client ID again",
    "bad_client_secret": f"{CLIENT_SECRET} is wrong: copy the Client Secret again",
}


def examine_workspaces(
    settings: Mapping[str, str], environment: Mapping[str, str]
) -> list[Diagnosis]:
    """Check settings, client, installations and store, without posts."""
    diagnoses: list[Diagnosis] = []
    found = check_settings(settings, environment, diagnoses)
    diagnoses.extend(_check_bases(found))
    try:
        credentials = Credentials.read(settings, environment)
    except AdapterSettingsError as error:
        lines = str(error).splitlines()
        diagnoses.extend(Diagnosis(ok=False, sentence=f"{line}.") for line in lines)
    else:
        if credentials.oauth is not None:
            diagnoses.extend(asyncio.run(_check_app(credentials, credentials.oauth, found)))
    return [*diagnoses, *check_store()]


def _check_bases(settings: SlackSettings) -> Iterator[Diagnosis]:
    """Yield a diagnosis of each knowledge base in the settings."""
    named = {each.knowledge for each in settings.workspaces.values()} - {""}
    for path in sorted(named):
        try:
            kb = (
                open_published(path, encoder="none").kb
                if is_address(path)
                else load_knowledge_base(path)
            )
        except FaqbotError as error:
            yield Diagnosis(ok=False, sentence=f"A knowledge base cannot be used: {error}")
        else:
            shown, count = shown_url(path), len(kb.served)
            yield Diagnosis(ok=True, sentence=f"The knowledge base {shown} has {count} entries.")


def _check_tenants(found: Found, settings: SlackSettings) -> Iterator[Diagnosis]:
    """Yield a diagnosis of the tenants' bases, if *settings* name a place."""
    if not settings.tenants:
        return
    names = [
        each.name if isinstance(each, UnreadableInstallation) else name_of(each) for each in found
    ]
    own = 0
    try:
        with open_tenants(settings.tenants, "none") as tenants:
            for name in names[:MOST_TRIED]:
                try:
                    own += bool(tenants.open(name))
                except TenantError:
                    continue  # the default base answers
                except FaqbotError as error:
                    sentence = f"The knowledge base of {name} cannot be used: {error}"
                    yield Diagnosis(ok=False, sentence=sentence)
            sentence = (
                f"{tenants.name} has a knowledge base for {own} of {len(names)} installations."
            )
            yield Diagnosis(ok=True, sentence=sentence)
    except FaqbotError as error:
        yield Diagnosis(ok=False, sentence=f"The knowledge bases cannot be used: {error}")


async def _check_app(
    credentials: Credentials, app: OAuthApp, settings: SlackSettings
) -> list[Diagnosis]:
    """Return the diagnoses of client and installations, by Web API."""
    where = f"Slack is called at {shown_url(credentials.api_url)}."
    secret = "SLACK_SIGNING_SECRET is set; Slack alone knows if it is right."  # noqa: S105 - a sentence
    diagnoses = [Diagnosis(ok=True, sentence=where), Diagnosis(ok=True, sentence=secret)]
    async with open_web_api(credentials) as web:
        diagnoses.append(await _check_client(web.client, app))
        try:
            with open_store() as store:
                installations = InstallationStore(store, app)
                found, older = [*installations.all()], installations.under_older_keys()
        except FaqbotError as error:
            return [*diagnoses, Diagnosis(ok=False, sentence=f"{error}.")]
        diagnoses.append(_check_keys(app, older))
        diagnoses.extend([each async for each in _check_installations(web, found, settings)])
        diagnoses.extend(await asyncio.to_thread(lambda: [*_check_tenants(found, settings)]))
    return [*diagnoses, *_check_listed(found, settings), *_check_reading(settings)]


async def _check_client(client: AsyncWebClient, app: OAuthApp) -> Diagnosis:
    """Return the diagnosis of the client, which Slack checks before the code."""
    try:
        await client.oauth_v2_access(
            client_id=app.client_id, client_secret=app.client_secret, code=_NO_CODE
        )
    except SlackApiError as error:
        reason = str(error.response.get("error", ""))
        if reason in _WRONG_CLIENT:
            return Diagnosis(ok=False, sentence=f"{_WRONG_CLIENT[reason]}.")
    except (SlackClientError, ClientError, OSError) as error:
        why = f"The client could not be tried ({type(error).__name__})"
        return Diagnosis(ok=False, sentence=f"{why}: check the network and SLACK_API_URL.")
    return Diagnosis(ok=True, sentence=f"Slack knows the client {app.client_id} and its secret.")


def _check_keys(app: OAuthApp, older: Sequence[str]) -> Diagnosis:
    count = f"{len(app.keys)} keys" if len(app.keys) > 1 else "1 key"
    if older:
        sentence = f"{KEYS} has {count}; an older one encrypts {len(older)} tokens until the next start of the bot."
    elif len(app.keys) > 1:
        sentence = f"{KEYS} has {count}; the first encrypts every token, so the others can go."
    else:
        sentence = f"{KEYS} has {count}."
    return Diagnosis(ok=True, sentence=sentence)


async def _check_installations(
    web: WebApi,
    found: Found,
    settings: SlackSettings,
) -> AsyncIterator[Diagnosis]:
    """Yield a diagnosis of each installation; try the first hundred tokens."""
    if not found:
        yield Diagnosis(ok=True, sentence="The app is installed nowhere yet: open /slack/install.")
    for place, each in enumerate(found):
        if isinstance(each, UnreadableInstallation):
            yield Diagnosis(ok=False, sentence=f"{str(each)[0].upper()}{str(each)[1:]}.")
        elif place < MOST_TRIED:
            for diagnosis in await _try_token(web, each, settings):
                yield diagnosis
    if len(found) > MOST_TRIED:
        yield Diagnosis(ok=True, sentence=f"Only the first {MOST_TRIED} tokens were tried.")


async def _try_token(
    web: WebApi, installation: Installation, settings: SlackSettings
) -> list[Diagnosis]:
    title = title_of(installation)
    if is_unusable(installation):
        sentence = f"The token of {title} has expired; the bot renews it at the next request."
        return [Diagnosis(ok=True, sentence=sentence)]
    try:
        _, scopes = await web.with_token(installation.bot_token).authenticate()
    except CallFailed as failure:
        remedy = "install the app there again at /slack/install"
        sentence = f"Slack refuses the token of {title} ({failure.reason}): {remedy}."
        return [Diagnosis(ok=False, sentence=sentence)]
    lacking = [each for each in check_scopes(scopes, settings) if not each.ok]
    told = [Diagnosis(ok=False, sentence=f"In {title}: {each.sentence}") for each in lacking]
    return told or [Diagnosis(ok=True, sentence=f"The bot answers in {title}.")]


def _check_reading(settings: SlackSettings) -> Iterator[Diagnosis]:
    """Yield a diagnosis of missing scopes to find unconfirmed posts."""
    if not settings.ambient:
        sentence = (
            "Installations ask for no scope that reads channels, so a reply in a channel may come twice "
            "if Slack's response to it is lost. `read_along = true` in the settings asks for them."
        )
        yield Diagnosis(ok=True, sentence=sentence)


def _check_listed(found: Found, settings: SlackSettings) -> Iterator[Diagnosis]:
    """Yield a diagnosis of named workspaces without an installation."""
    readable = [each for each in found if not isinstance(each, UnreadableInstallation)]
    installed = {each.name for each in found if isinstance(each, UnreadableInstallation)}
    installed |= {name for each in readable for name in (name_of(each), each.enterprise_id or "")}
    whole = any(each.is_enterprise_install for each in readable)
    missing = [name for name in settings.workspaces if name not in installed]
    if missing and not whole:  # the workspaces of an organisation are not known by name
        names = ", ".join(missing[:10])
        yield Diagnosis(ok=True, sentence=f"The app is not installed yet in {names}.")
