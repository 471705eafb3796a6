"""`faqbot forget` and `faqbot export`: what the store knows of a person, and all it holds."""

from __future__ import annotations

from datetime import datetime

import click

from faqbot.commands.options import print_json, store_option

__all__ = ["export", "forget"]

_DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


@click.command()
@click.argument("person")
@store_option
def forget(person: str, store: str) -> None:
    """Remove from the store all that PERSON asked, judged and suggested.

    PERSON is the id by which the adapter knows the person, such as a member id of Slack. The store
    holds no names and no plain ids, so that nobody can be looked up in it by hand.
    """
    from faqbot.store import open_store

    with open_store(store) as opened:
        removed = opened.forget(person)
        if not removed:
            click.echo(f"Nothing is recorded of this person in {opened.name}.")
        else:
            records = "1 record" if removed == 1 else f"{removed} records"
            click.echo(f"Removed {records} of this person from {opened.name}.")


@click.command()
@click.option(
    "--since",
    type=click.DateTime(_DATES),
    metavar="DATE",
    help="Only what was recorded at or after DATE, in UTC: 2026-01-31, or 2026-01-31T12:00:00.",
)
@store_option
def export(since: datetime | None, store: str) -> None:
    """Print what the store holds, one JSON object a line: questions, then suggestions.

    Each has "kind", which is "question" or "suggestion", and the time "at" which it was recorded,
    in UTC.
    """
    from faqbot.store import open_store

    count = 0
    with open_store(store) as opened:
        for count, record in enumerate(opened.export(since), start=1):  # noqa: B007  the last is the count
            print_json(record)
        if not count:
            when = "" if since is None else " since then"
            click.echo(f"Nothing was recorded in {opened.name}{when}.", err=True)
