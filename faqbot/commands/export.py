"""`faqbot export` and `faqbot forget`: write a knowledge base or the store's records, delete a person.

As a call: `faqbot.export_knowledge_base`, `Store.export` and `Store.forget`.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from faqbot.plurals import counted
from faqbot.serving import (
    BAD_INPUT,
    KnowledgeBaseType,
    PathType,
    chosen_base,
    files_of,
    kb_option,
    print_json,
    store_option,
    tenant_option,
)

if TYPE_CHECKING:
    from faqbot.exporting import Export
    from faqbot.publishing.address import KnowledgeBasePlace

_DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
_FORMATS = ("md", "html", "jsonld", "csv")  # the names in faqbot.exporting.FORMATS


@click.command()
@click.argument("person")
@store_option
@tenant_option()
def forget(person: str, store: str, tenant: str) -> None:
    """Remove from the store all that PERSON asked, judged and suggested.

    PERSON is the id by which the adapter knows the person, such as a member id. The store
    holds no names and no plain ids, so that nobody can be looked up in it by hand.
    """
    from faqbot.store import open_store

    with open_store(store, tenant) as opened:
        removed = opened.forget(person)
        if not removed:
            click.echo(f"Nothing is recorded of this person in {opened.name}.")
        else:
            records = counted(removed, "record")
            click.echo(f"Removed {records} of this person from {opened.name}.")


@click.command(short_help="Export a knowledge base, or the records of the store.")
@click.argument("path", metavar="[KB]", required=False, type=KnowledgeBaseType())
@click.option(
    "--to",
    "form",
    type=click.Choice(_FORMATS),
    help="Write a knowledge base: a page in Markdown or HTML, schema.org's FAQPage in JSON-LD, or a table.",
)
@click.option(
    "-o",
    "--output",
    type=PathType(dir_okay=False),
    help="Write to this file and not to standard output; with --to.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Write drafts too, and entries that only some people may see; with --to.",
)
@kb_option
@click.option(
    "--since",
    type=click.DateTime(_DATES),
    metavar="DATE",
    help="Of the store, only what was recorded at or after DATE, in UTC: 2026-01-31, or "
    "2026-01-31T12:00:00.",
)
@store_option
@tenant_option()
@click.pass_context
def export(  # noqa: PLR0913 - an argument for each option
    context: click.Context,
    path: KnowledgeBasePlace | None,
    form: str | None,
    output: Path | None,
    *,
    everything: bool,
    kb: KnowledgeBasePlace | None,
    since: datetime | None,
    store: str,
    tenant: str,
) -> int | None:
    """Write a knowledge base in another format (with --to), or print what the store holds.

    With --to, the knowledge base KB, or else that of --kb, becomes a page for people, data for
    search engines, or a table for spreadsheets. `faqbot import` makes the same entries of it again.

    Without --to, the records of the store are printed, one JSON object a line: questions, then
    suggestions. Each has "kind", which is "question" or "suggestion", and the time "at" which it was
    recorded, in UTC.
    """
    if form is None:
        if path or output or everything or _was_typed(context, "kb"):
            raise click.UsageError(
                f"To write a knowledge base, name a format: --to {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}."
            )
        _print_records(since, store, tenant)
        return None
    if since or tenant or _was_typed(context, "store"):
        raise click.UsageError(
            "--since, --store and --tenant are for the store: leave out --to to print its records."
        )
    return _write_knowledge_base(
        files_of(chosen_base(path, kb)), form, output, everything=everything
    )


def _was_typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _print_records(since: datetime | None, store: str, tenant: str) -> None:
    from faqbot.store import open_store

    count = 0
    with open_store(store, tenant) as opened:
        for count, record in enumerate(opened.export(since), start=1):  # noqa: B007  the last is the count
            print_json(record)
        if not count:
            when = "" if since is None else " since then"
            click.echo(f"Nothing was recorded in {opened.name}{when}.", err=True)


def _write_knowledge_base(
    path: Path, form: str, output: Path | None, *, everything: bool
) -> int | None:
    from faqbot.exporting import export_knowledge_base
    from faqbot.kb import load_knowledge_base
    from faqbot.kb.saving import save_text

    kb = load_knowledge_base(path)
    exported = export_knowledge_base(kb, form, everything=everything)
    if output is None:
        # Bytes, so that the locale changes no letter and no line end.
        click.echo(exported.text.encode("utf-8"), nl=False)
    else:
        save_text(output, exported.text, makes_folders=False)
    if output is not None or sys.stderr.isatty():
        click.echo(_summary(exported, output), err=True)
    return None if exported.entries else BAD_INPUT


def _summary(exported: Export, output: Path | None) -> str:
    where = f" to {output}" if output else ""
    parts = [f"Wrote {counted(exported.entries, 'entry', 'entries')}{where}."]
    left_out = [
        counted(exported.drafts, "draft", "drafts") if exported.drafts else "",
        f"{counted(exported.limited, 'entry', 'entries')} for some people only"
        if exported.limited
        else "",
    ]
    if any(left_out):
        parts.append(f"Left out: {', '.join(filter(None, left_out))}; --all writes them too.")
    return " ".join(parts)
