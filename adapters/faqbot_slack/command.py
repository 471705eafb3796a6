"""Command `faqbot slack`: serve a workspace, print the manifest, diagnose the installation."""

from __future__ import annotations

import os
from pathlib import Path

import click

from faqbot import PublishedAddress, listening_options, run_adapter, serving_options
from faqbot_slack import require_encryption, require_libraries
from faqbot_slack.oauth_app import new_key, serves_several

_settings_option = click.option(
    "--settings",
    type=click.Path(path_type=Path),
    envvar="FAQBOT_SLACK_SETTINGS",
    show_envvar=True,
    help="A TOML file on channels, owners, audiences and limits.",
)

# Exit code of a set-up that cannot be used, as of wrong settings elsewhere.
_FAULT = 2


@click.group(invoke_without_command=True)
@serving_options
@_settings_option
@click.option("--http", is_flag=True, help="Let Slack post to a web server, not by Socket Mode.")
@listening_options(
    "Port of the web server, and of /healthz and /readyz.  [default: with --http 3000, else none]"
)
@click.pass_context
def slack(  # noqa: PLR0913 - one parameter per option
    context: click.Context,
    kb: Path | PublishedAddress | None,
    encoder: str,
    settings: Path | None,
    host: str | None,
    port: int | None,
    *,
    watch: bool,
    http: bool,
) -> None:
    """Answer questions in a Slack workspace until stopped.

    The tokens come from the environment: SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for Socket Mode or
    SLACK_SIGNING_SECRET with --http. With SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and FAQBOT_SLACK_KEYS
    instead of SLACK_BOT_TOKEN, several workspaces install the app at /slack/install. A service reads
    its knowledge base again at SIGHUP.
    """
    if context.invoked_subcommand is not None:
        return
    given = {"http": "1" if http else "", "host": host, "port": port, "settings": settings}
    named = {name: str(value) for name, value in given.items() if value not in (None, "")}
    run_adapter("slack", named, kb, encoder, watch=watch)


@slack.command()
@_settings_option
@click.option("--http", "url", metavar="URL", default="", help="The address that Slack posts to.")
@click.option(
    "--ambient",
    is_flag=True,
    help="Read along where the bot is a member: follow-ups without a mention, ambient answers.",
)
@click.option(
    "--agent", is_flag=True, help="Show the bot in the agent view, with suggested prompts."
)
@click.option(
    "--workspaces",
    "several",
    is_flag=True,
    help="Let several workspaces and organisations install the app; needs --http.",
)
def manifest(settings: Path | None, url: str, *, ambient: bool, agent: bool, several: bool) -> None:
    """Print the manifest to make the Slack app from.

    Paste it at https://api.slack.com/apps under Create New App, From a manifest. It asks for Socket
    Mode, or with --http for posts to that URL. Settings that answer in a channel unasked switch
    --ambient on.
    """
    from faqbot_slack.manifest import (
        for_several_workspaces,
        make_manifest,
        manifest_text,
        request_url,
    )
    from faqbot_slack.settings import read_settings

    if several and not url:
        raise click.UsageError("Several workspaces need an address: add --http URL.")
    chosen = read_settings(str(settings or ""), os.environ)
    address = request_url(url) if url else ""
    made = make_manifest(
        url=address, ambient=ambient or chosen.ambient, agent=agent, status=chosen.agent
    )
    if several:
        made = for_several_workspaces(made, address)
    click.echo(manifest_text(made), nl=False)


@slack.command()
@_settings_option
@click.option("--http", is_flag=True, help="Check what `faqbot slack --http` needs.")
def doctor(settings: Path | None, *, http: bool) -> int:
    """Check tokens, scopes, settings and store, and name what to change.

    Nothing is posted. The exit code is 2 when there is a fault.
    """
    require_libraries()
    given = {"http": "1" if http else "", "settings": str(settings or "")}
    if serves_several(os.environ):
        require_encryption()
        from faqbot_slack.installations.workspaces_doctor import examine_workspaces

        diagnoses = examine_workspaces(given, os.environ)
    else:
        from faqbot_slack.doctor import examine

        diagnoses = examine(given, os.environ)
    for diagnosis in diagnoses:
        click.echo(str(diagnosis))
    return 0 if all(diagnosis.ok for diagnosis in diagnoses) else _FAULT


@slack.command("new-key")
def print_new_key() -> None:
    """Print a new key for FAQBOT_SLACK_KEYS.

    The keys encrypt the tokens of several workspaces in the store. Separate them by commas: the first
    one encrypts, and all of them decrypt.
    """
    click.echo(new_key())
