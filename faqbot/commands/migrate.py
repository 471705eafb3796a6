"""`faqbot migrate`: upgrade the schema of the store, or say what would be done.

As calls: `faqbot.upgrade_schema` and `faqbot.read_schema`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from faqbot.serving import print_json, store_option

if TYPE_CHECKING:
    from faqbot.store import StoreSchema

# Exit code of --check: a person needs to look at the result.
_MIGRATIONS_MISSING = 3


@click.command(short_help="Upgrade the schema of the store.")
@store_option
@click.option("--check", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def migrate(store: str, *, check: bool, as_json: bool) -> int:
    """Upgrade the schema of the store, while replicas of an older faqbot serve.

    Of two that run at once, one waits. With --check the exit code is 3 if there is something to do.
    """
    from faqbot.store import read_schema, upgrade_schema

    found = read_schema(store) if check else upgrade_schema(store)
    if as_json:
        print_json(asdict(found))
    else:
        click.echo("\n".join(_missing(found) if check else _done(found)))
    return _MIGRATIONS_MISSING if check and found.missing else 0


def _missing(found: StoreSchema) -> list[str]:
    if not found.missing:
        return [_nothing(found)]
    before = "End the replicas of older faqbots before." if found.ends_older_code else ""
    return [
        f"{_found(found)} faqbot migrate adds:",
        *(f"  {each}" for each in found.missing),
        before or "Replicas of older faqbots can serve meanwhile.",
    ]


def _done(found: StoreSchema) -> list[str]:
    if not found.missing:
        return [_nothing(found)]
    return [f"{found.store}: upgraded from version {found.version} to {found.newest}."]


def _nothing(found: StoreSchema) -> str:
    return f"{_found(found)} There is nothing to do."


def _found(found: StoreSchema) -> str:
    if not found.version:
        return f"{found.store}: an empty store."
    newer = " of a newer faqbot, which this one can use" * (found.version > found.newest)
    return f"{found.store}: version {found.version}{newer}."
