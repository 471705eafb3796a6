"""`faqbot chat` and `faqbot run`: serve people through an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from faqbot.serving import completions, run_adapter, serving_options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from faqbot.publishing.address import KnowledgeBasePlace


def _complete_adapter(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.adapters import adapter_names

    return completions(adapter_names(), typed)


@click.command()
@serving_options
@click.option("--plain", is_flag=True, help="No colours, history or completion.")
@click.option("--record", is_flag=True, help="Keep what is asked in the store.")
def chat(
    kb: KnowledgeBasePlace | None, encoder: str, *, plain: bool, record: bool, watch: bool
) -> None:
    """Chat in the terminal; the same as `faqbot run terminal`."""
    flags = {"plain": plain, "record": record}
    settings = {name: "true" for name, is_on in flags.items() if is_on}
    run_adapter("terminal", settings, kb, encoder, watch=watch)


def _parse_settings(_: click.Context, __: click.Parameter, pairs: Iterable[str]) -> dict[str, str]:
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise click.BadParameter(f"{pair!r} is not of the form KEY=VALUE.")
        settings[key] = value
    return settings


@click.command()
@click.argument("name", shell_complete=_complete_adapter)
@serving_options
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_parse_settings,
    help="A setting of the adapter; repeat it for several.",
)
def run(
    name: str,
    kb: KnowledgeBasePlace | None,
    encoder: str,
    settings: Mapping[str, str],
    *,
    watch: bool,
) -> None:
    """Serve people through the installed adapter NAME until stopped.

    A service, which has no terminal, reads its knowledge base again at SIGHUP.
    """
    run_adapter(name, settings, kb, encoder, watch=watch)
