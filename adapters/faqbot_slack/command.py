"""`faqbot slack`: serve a workspace, print the app's manifest, and check that all is set up."""

from __future__ import annotations

from pathlib import Path

import click

from faqbot import run_adapter, serving_options

__all__ = ["slack"]

_settings_option = click.option(
    "--settings",
    type=click.Path(path_type=Path),
    envvar="FAQBOT_SLACK_SETTINGS",
    show_envvar=True,
    help="A TOML file on channels, owners, audiences and limits.",
)


@click.group(invoke_without_command=True)
@serving_options
@_settings_option
@click.option("--http", is_flag=True, help="Let Slack post to a web server, not by Socket Mode.")
@click.option(
    "--host",
    envvar="FAQBOT_HOST",
    show_envvar=True,
    help="Address to listen on.  [default: 127.0.0.1]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    envvar="FAQBOT_PORT",
    show_envvar=True,
    help="Port of the web server, and of /healthz and /readyz.  [default: with --http 3000, else none]",
)
@click.pass_context
def slack(  # noqa: PLR0913 - an option each
    context: click.Context,
    kb: Path | None,
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
    SLACK_SIGNING_SECRET with --http. A service reads its knowledge base again at SIGHUP.
    """
    if context.invoked_subcommand is not None:
        return
    given = {"http": "1" if http else "", "host": host, "port": port, "settings": settings}
    named = {name: str(value) for name, value in given.items() if value not in (None, "")}
    run_adapter("slack", named, kb, encoder, watch=watch)
