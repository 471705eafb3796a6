"""`faqbot import`: the questions and answers of documents, as a knowledge base to edit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from faqbot.commands.options import BAD_INPUT, completions, print_json

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from faqbot.ingest.draft import Drafts
    from faqbot.ingest.importing import Import

__all__ = ["import_documents"]

_SOME_FAILED = 1


def _complete_format(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.ingest.formats import FORMATS

    return completions(FORMATS, typed)


@click.command("import")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the knowledge base to FILE; without it, to standard output.",
)
@click.option(
    "--format",
    "chosen",
    default="",
    metavar="NAME",
    shell_complete=_complete_format,
    help="The format of the documents, where what they hold does not tell.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print what was found as JSON, in the place of the summary.",
)
def import_documents(
    documents: tuple[str, ...], output: Path | None, chosen: str, *, as_json: bool
) -> int:
    """Make a knowledge base of the questions and answers in documents.

    A DOCUMENT is a file, a folder of them, or - for standard input. What asks and answers becomes an
    entry; what needs an author becomes a draft, which is not served, with the reason beside it.
    """
    from faqbot.ingest.draft import drafts_of
    from faqbot.ingest.importing import import_documents as read_all

    if output and output.exists():
        raise click.UsageError(f"{output} is there already: name a new file.")
    result = read_all(documents, chosen, _progress)
    drafts = drafts_of(result.documents)
    if drafts.drafts:
        _write(drafts, output)
    _report(result, drafts, as_json=as_json)
    if not drafts.drafts:
        return BAD_INPUT
    return _SOME_FAILED if result.failures else 0


def _write(drafts: Drafts, output: Path | None) -> None:
    from faqbot.authoring.saving import save_text
    from faqbot.ingest.draft import yaml_of

    if output:
        save_text(output, yaml_of(drafts))
    else:
        click.echo(yaml_of(drafts), nl=False)


def _report(result: Import, drafts: Drafts, *, as_json: bool) -> None:
    from faqbot.ingest.summary import summary_json, summary_lines

    if as_json:
        print_json(summary_json(result, drafts))
        return
    for line in summary_lines(result, drafts):
        click.echo(line, err=True)


def _progress(name: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rReading {name}\x1b[K", nl=False, err=True)
