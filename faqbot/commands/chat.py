"""`faqbot chat` and `faqbot run`: serve people through an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from faqbot.commands.options import completions, encoder_option, kb_option, make_bot

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["chat", "run"]


def _complete_adapter(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.adapters import adapter_names

    return completions(adapter_names(), typed)


@click.command()
@kb_option
@encoder_option
@click.option("--plain", is_flag=True, help="No colours, history or completion.")
def chat(kb: Path | None, encoder: str, *, plain: bool) -> None:
    """Chat in the terminal; the same as `faqbot run terminal`."""
    _serve("terminal", {"plain": "true"} if plain else {}, kb, encoder)


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
@kb_option
@encoder_option
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_parse_settings,
    help="A setting of the adapter; repeat it for several.",
)
def run(name: str, kb: Path | None, encoder: str, settings: Mapping[str, str]) -> None:
    """Serve people through the installed adapter NAME until stopped."""
    _serve(name, settings, kb, encoder)


def _serve(name: str, settings: Mapping[str, str], kb: Path | None, encoder: str) -> None:
    """Run an adapter; it is made before the bot, so that what is missing shows at once."""
    from faqbot.adapters import load_adapter

    adapter = load_adapter(name, settings)
    adapter.run(make_bot(kb, encoder))
