"""`faqbot forget`: what the store knows of a person goes."""

from __future__ import annotations

import click

from faqbot.commands.options import store_option

__all__ = ["forget"]


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
