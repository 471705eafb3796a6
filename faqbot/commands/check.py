"""`faqbot check`: report what is wrong in a knowledge base."""

from __future__ import annotations

from pathlib import Path

import click

from faqbot.commands.options import BAD_INPUT, kb_option
from faqbot.errors import KnowledgeBaseError

__all__ = ["check"]


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@kb_option
def check(path: Path | None, kb: Path | None) -> int:
    """Report every fault of a knowledge base: PATH, or else that of --kb.

    Each is printed as `path:line: message`. The exit code is 2 when there is any.
    """
    from faqbot.kb import bundled_path, load_knowledge_base

    try:
        found = load_knowledge_base(path or kb or bundled_path())
    except KnowledgeBaseError as error:
        count = len(error.faults)
        click.echo(f"{error}\n{count} {'fault' if count == 1 else 'faults'}")
        return BAD_INPUT
    phrasings = sum(len(entry.phrasings) for entry in found.entries)
    click.echo(f"OK: {len(found.entries)} entries, {phrasings} phrasings, {len(found.tests)} tests")
    return 0
