"""`faqbot info`: show what a bot runs on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from faqbot.commands.options import encoder_option, kb_option, make_bot, print_json

__all__ = ["info"]


@click.command(short_help="Show versions, encoder, knowledge base, counts and cache.")
@kb_option
@encoder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(kb: Path | None, encoder: str, *, as_json: bool) -> None:
    """Show versions, encoder, knowledge base, counts, cache and adapters."""
    from faqbot.describe import describe_bot

    facts = describe_bot(make_bot(kb, encoder))
    if as_json:
        print_json(facts)
        return
    for name, fact in facts.items():
        click.echo(f"{name.replace('_', ' '):<16}{_one_line(fact)}")


def _one_line(fact: object) -> str:
    if isinstance(fact, Mapping):
        return ", ".join(f"{name} {version or '(not installed)'}" for name, version in fact.items())
    if isinstance(fact, list):
        return ", ".join(fact)
    return "" if fact is None else str(fact)
