"""`faqbot import`: make a knowledge base of the questions and answers in documents.

As a call: `faqbot.import_documents`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from faqbot.commands.diff import print_diff
from faqbot.serving import (
    BAD_INPUT,
    KnowledgeBaseType,
    PathType,
    completions,
    files_of,
    print_json,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from faqbot.ingest.kb_import import ImportResult
    from faqbot.publishing.address import KnowledgeBasePlace

# Exit code if a document failed.
_SOME_FAILED = 3
# Near duplicates to list; chosen by hand.
_SHOWN = 5
# Characters of a name in the line of progress, which must fit 80 columns.
_LONGEST = 60


def _complete_format(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.ingest.formats import FORMATS

    return completions(FORMATS, typed)


@dataclass(frozen=True, slots=True)
class _ImportOptions:
    """Options of the command."""

    output: Path | None
    update: bool
    against: KnowledgeBasePlace | None
    suggest: bool
    base_url: str
    as_json: bool
    verbose: bool


@click.command("import")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option(
    "-o",
    "--output",
    type=PathType(),
    metavar="KB",
    help="Write the knowledge base to this file; without it, to standard output.",
)
@click.option(
    "--update",
    is_flag=True,
    help="Bring the knowledge base of -o up to date with the documents; texts that you edited stay. "
    "Without it, the changes are shown, and nothing is written.",
)
@click.option(
    "--format",
    "chosen",
    default="",
    metavar="NAME",
    shell_complete=_complete_format,
    help="Format of the documents, if their content does not show it.",
)
@click.option(
    "--against",
    type=KnowledgeBaseType(),
    metavar="KB",
    help="Say which questions this other knowledge base, a path or URL, answers already.",
)
@click.option(
    "--suggest-alternates",
    "suggest",
    is_flag=True,
    help="Write further phrasings beside each entry, as comments: those by rule that find it and no other.",
)
@click.option(
    "--base-url",
    default="",
    metavar="URL",
    help="Address of the page from which relative links of the answers start.",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="List all text that was left out of the entries; without it, three examples per reason.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the result as JSON, in place of the summary."
)
def import_documents(documents: tuple[str, ...], chosen: str, **given: Any) -> int:  # noqa: ANN401 - options
    """Make a knowledge base of the questions and answers in documents.

    A DOCUMENT is a file, a folder of them, or - for standard input. Each question with its answer
    becomes an entry. Text that needs an author becomes a draft: marked with a reason, and never
    served.
    """
    from faqbot.ingest.kb_import import import_documents as import_all

    options = _ImportOptions(**given)
    _check(options)
    result = import_all(
        documents,
        options.output,
        format=chosen,
        update=options.update,
        against=None if options.against is None else files_of(options.against),
        suggest_alternates=options.suggest,
        base_url=options.base_url,
        progress=_progress,
    )
    if options.output is None and result.drafts.drafts:
        click.echo(result.text, nl=False)
    if options.as_json:
        print_json(_description(result))
    else:
        _print_summary(result, options)
    left_alone = result.update is not None and not result.written
    if left_alone or not result.drafts.drafts:
        return BAD_INPUT
    return _SOME_FAILED if result.read.failures else 0


def _check(options: _ImportOptions) -> None:
    if options.update and options.output is None:
        raise click.UsageError("--update needs -o, the knowledge base to bring up to date.")
    if options.update and options.output and not options.output.exists():
        raise click.UsageError(f"{options.output} is not there yet: leave out --update to make it.")
    if options.as_json and options.output is None:
        raise click.UsageError(
            "--json needs -o, as the knowledge base goes to standard output without it."
        )


def _description(result: ImportResult) -> dict[str, Any]:
    """Return *result* as plain data that JSON can hold."""
    from faqbot.ingest.summary import summary_json, update_json

    near = [
        {"question": each.question, "id": each.entry.id, "confidence": each.confidence}
        for each in result.near
    ]
    described = {**summary_json(result.read, result.drafts), "near": near}
    if result.update is None:
        return described
    return {**described, "update": update_json(result.update), "written": result.written}


def _print_summary(result: ImportResult, options: _ImportOptions) -> None:
    from faqbot.ingest.summary import summary_lines, update_lines

    print_diff(result.diff)
    for line in summary_lines(result.read, result.drafts, verbose=options.verbose):
        click.echo(line, err=True)
    for each in result.near[:_SHOWN]:
        click.echo(
            f"alike: \u201c{each.question}\u201d is answered by `{each.entry.id}` already", err=True
        )
    if result.near[_SHOWN:]:
        click.echo(f"alike: {len(result.near) - _SHOWN:,} more", err=True)
    if result.update is None:
        return
    for line in update_lines(result.update):
        click.echo(line, err=True)
    if not result.written:
        click.echo(
            f"{options.output} is there already, and nothing was written: give --update to make these changes.",
            err=True,
        )


def _progress(doing: str) -> None:
    """Show on a terminal the document or question in work.

    The next line replaces it.
    """
    if sys.stderr.isatty():
        shown = f"Reading {doing[:_LONGEST]}" if doing else ""
        click.echo(f"\r\x1b[K{shown}", nl=False, err=True)
