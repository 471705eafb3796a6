"""Command `faqbot serve`: serve the HTTP API, and add keys."""

from __future__ import annotations

from pathlib import Path

import click

from faqbot import (
    PublishedAddress,
    listening_options,
    run_adapter,
    run_for_tenants,
    serving_options,
)

_settings_option = click.option(
    "--settings",
    type=click.Path(path_type=Path),
    envvar="FAQBOT_WEB_SETTINGS",
    show_envvar=True,
    help="A TOML file on keys, origins and limits.",
)


@click.group(invoke_without_command=True)
@serving_options
@_settings_option
@click.option(
    "--tenants",
    envvar="FAQBOT_TENANTS",
    show_envvar=True,
    metavar="PLACE",
    help="Serve many knowledge bases: a folder with one for each tenant, or the URL of a database of "
    "published ones.",
)
@click.option(
    "--tenant-memory",
    type=click.IntRange(min=1),
    metavar="MB",
    help="With --tenants: memory of the open knowledge bases in megabytes.  [default: 600]",
)
@listening_options("Port to listen on, 0 for a free one.  [default: 8080]")
@click.pass_context
def serve(  # noqa: PLR0913 - one parameter per option
    context: click.Context,
    kb: Path | PublishedAddress | None,
    encoder: str,
    settings: Path | None,
    *,
    tenants: str | None,
    tenant_memory: int | None,
    host: str | None,
    port: int | None,
    watch: bool,
) -> None:
    """Serve the HTTP API until stopped.

    Without settings, programs on this machine may ask. A service reads its knowledge base again at
    SIGHUP.

    With --tenants, each request asks the knowledge base of one tenant: the one that its key names, or ACME
    in an address such as /t/ACME/v1/ask. Edits and new versions are picked up by themselves.
    """
    if context.invoked_subcommand is not None:
        return
    given = {"host": host, "port": port, "settings": settings}
    named = {name: str(value) for name, value in given.items() if value not in (None, "")}
    if tenants:
        _refuse_options_of_one(context)
        run_for_tenants("web", named, tenants, encoder, megabytes=tenant_memory)
    elif tenant_memory is not None:
        raise click.UsageError("--tenant-memory is for tenants: name their place with --tenants.")
    else:
        run_adapter("web", named, kb, encoder, watch=watch)


def _refuse_options_of_one(context: click.Context) -> None:
    """Raise UsageError for options of a single knowledge base that were typed beside --tenants."""
    for name in ("kb", "watch"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(
                f"--{name} is for one knowledge base: leave it out with --tenants."
            )


@serve.group()
def key() -> None:
    """Keys of programs and pages."""


@key.command()
@click.argument("name")
@click.option(
    "--settings",
    type=click.Path(path_type=Path),
    envvar="FAQBOT_WEB_SETTINGS",
    show_envvar=True,
    required=True,
    help="The TOML file that gets the hash of the key; it is made if missing.",
)
@click.option("--tenant", metavar="ID", help='The only tenant that it opens, or "*" for all.')
@click.option("--audience", multiple=True, metavar="LABEL", help="A label of its holders.")
@click.option("--origin", multiple=True, metavar="ORIGIN", help="A page that may use it, alone.")
@click.option("--per-minute", type=click.IntRange(min=1), help="Requests a minute of one address.")
@click.option("--matches", is_flag=True, help="Show matches with their scores.")
@click.option("--operator", is_flag=True, help="Open the metrics and the report.")
def add(  # noqa: PLR0913 - one parameter per option
    name: str,
    settings: Path,
    tenant: str | None,
    audience: tuple[str, ...],
    origin: tuple[str, ...],
    per_minute: int | None,
    *,
    matches: bool,
    operator: bool,
) -> None:
    """Add a key under NAME, and print it once.

    The file keeps only its hash: keep the key where the program or the page reads it.
    """
    from faqbot_web import require_libraries

    require_libraries()
    from faqbot_web.keys import add_key

    access = {
        "tenant": tenant,
        "audience": list(audience),
        "origins": list(origin),
        "per_minute": per_minute,
        "matches": matches,
        "operator": operator,
    }
    click.echo(add_key(settings, name, access))
