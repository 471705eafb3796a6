"""`faqbot import`: the questions and answers of documents, as a knowledge base to edit."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from faqbot.serving import BAD_INPUT, PathType, completions, print_json

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from faqbot.ingest.drafts import Draft, Drafts
    from faqbot.ingest.importing import Import
    from faqbot.ingest.suggesting import Near

__all__ = ["import_documents"]

_SOME_FAILED = 1
_SHOWN = 5
_LONGEST = 60
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def _complete_format(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.ingest.formats import FORMATS

    return completions(FORMATS, typed)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the options ask for."""

    output: Path | None
    update: bool
    against: Path | None
    suggest: bool
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
    help="Bring the knowledge base of -o up to date with the documents: what they changed is changed, "
    "what you edited stays. Without it, what would change is shown, and nothing is written.",
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
    "--against",
    type=PathType(),
    metavar="KB",
    help="Say which questions this other knowledge base answers already.",
)
@click.option(
    "--suggest-alternates",
    "suggest",
    is_flag=True,
    help="Write further phrasings beside each entry, as comments: those by rule that find it and no other.",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="List all that was left out of the entries, in full; without it, three examples a reason.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print what was found as JSON, in place of the summary."
)
def import_documents(documents: tuple[str, ...], chosen: str, **wishes: Any) -> int:  # noqa: ANN401 - options
    """Make a knowledge base of the questions and answers in documents.

    A DOCUMENT is a file, a folder of them, or - for standard input. What asks and answers becomes an
    entry; what needs an author becomes a draft, which is not served, with the reason beside it.
    """
    from faqbot.ingest.drafts import drafts_of
    from faqbot.ingest.importing import import_documents as read_all

    wish = _Wish(**wishes)
    _check(wish)
    result = read_all(documents, chosen, _progress)
    drafts = drafts_of(result.documents)
    if wish.suggest:
        drafts = _suggested(drafts, wish)
    _progress("")
    refused = _deliver(result, drafts, wish)
    if refused or not drafts.drafts:
        return BAD_INPUT
    return _SOME_FAILED if result.failures else 0


def _check(wish: _Wish) -> None:
    if wish.update and wish.output is None:
        raise click.UsageError("--update needs -o, the knowledge base to bring up to date.")
    if wish.update and wish.output and not wish.output.exists():
        raise click.UsageError(f"{wish.output} is not there yet: leave out --update to make it.")
    if wish.as_json and wish.output is None:
        raise click.UsageError(
            "--json needs -o, as the knowledge base goes to standard output without it."
        )


def _deliver(result: Import, drafts: Drafts, wish: _Wish) -> bool:
    """Write what was found and report it; True when the knowledge base is there and was left alone."""
    if wish.output and (wish.output.is_file() or wish.output.is_dir()) and drafts.drafts:
        return _update(result, drafts, wish, wish.output)
    if drafts.drafts:
        _write(result, drafts, wish.output)
    _report(result, drafts, wish, list(_near(drafts.drafts, wish.against)))
    return False


def _write(result: Import, drafts: Drafts, output: Path | None) -> None:
    from faqbot.ingest.drafts import yaml_of
    from faqbot.ingest.updating import Ledger, record_of
    from faqbot.kb.saving import save_text, save_together

    if output is None:
        click.echo(yaml_of(drafts), nl=False)
        return
    if output.exists():  # a pipe or a device, which keeps nothing for a later import
        save_text(output, yaml_of(drafts))
        return
    ledger = Ledger({found.name: {} for found in result.documents})
    for draft in drafts.drafts:
        ledger.documents[draft.name][draft.entry.id] = record_of(draft.entry)
    beside = ledger.beside(output)
    content = yaml_of(drafts).encode(errors="replace")
    save_together([*beside.first, (output, content), *beside.last])


def _update(result: Import, drafts: Drafts, wish: _Wish, output: Path) -> bool:
    from faqbot.ingest.summary import update_json, update_lines
    from faqbot.ingest.updating import plan_update

    update = plan_update(drafts, [found.name for found in result.documents], output)
    added = [each for each in drafts.drafts if each.entry.id in set(update.added)]
    near = [*_near(added, output), *_near(drafts.drafts, wish.against)]
    if not wish.as_json:
        _show(update.edits.diff())
    if wish.update:
        update.edits.write(update.ledger.beside(output, update.before))
    _report(result, drafts, wish, near, {"update": update_json(update), "written": wish.update})
    if wish.as_json:
        return not wish.update
    for line in update_lines(update):
        click.echo(line, err=True)
    if not wish.update:
        click.echo(
            f"{output} is there already, and nothing was written: give --update to make these changes.",
            err=True,
        )
    return not wish.update


def _suggested(drafts: Drafts, wish: _Wish) -> Drafts:
    from faqbot.ingest.suggesting import with_suggestions
    from faqbot.kb import load_knowledge_base

    base = wish.against or (wish.output if wish.output and wish.output.exists() else None)
    synonyms = load_knowledge_base(base).synonyms if base else ()
    return replace(drafts, drafts=with_suggestions(drafts.drafts, synonyms, _progress))


def _near(drafts: Iterable[Draft], kb: Path | None) -> Iterable[Near]:
    from faqbot.ingest.suggesting import near_duplicates
    from faqbot.kb import load_knowledge_base

    waiting = list(drafts)
    return near_duplicates(waiting, load_knowledge_base(kb)) if kb and waiting else ()


def _report(
    result: Import,
    drafts: Drafts,
    wish: _Wish,
    near: list[Near],
    further: dict[str, Any] | None = None,
) -> None:
    from faqbot.ingest.summary import summary_json, summary_lines

    if wish.as_json:
        alike = [
            {"question": each.question, "id": each.entry.id, "confidence": each.confidence}
            for each in near
        ]
        print_json({**summary_json(result, drafts), "near": alike, **(further or {})})
        return
    for line in summary_lines(result, drafts, verbose=wish.verbose):
        click.echo(line, err=True)
    for each in near[:_SHOWN]:
        click.echo(
            f"alike: \u201c{each.question}\u201d is answered by `{each.entry.id}` already", err=True
        )
    if near[_SHOWN:]:
        click.echo(f"alike: {len(near) - _SHOWN:,} more", err=True)


def _show(diff: str) -> None:
    for line in diff.splitlines():
        click.echo(click.style(line, fg=_COLOURS.get(line[:1])))


def _progress(doing: str) -> None:
    """Show on a terminal what is being worked on, in one line that the next one takes."""
    if sys.stderr.isatty():
        shown = f"Reading {doing[:_LONGEST]}" if doing else ""
        click.echo(f"\r\x1b[K{shown}", nl=False, err=True)
