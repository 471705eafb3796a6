"""`faqbot check`: report problems of a knowledge base.

As a call: `faqbot.check_knowledge_base`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from textwrap import TextWrapper
from typing import TYPE_CHECKING

import click

from faqbot.serving import (
    BAD_INPUT,
    KnowledgeBaseType,
    chosen_base,
    encoder_option,
    files_of,
    kb_option,
)

if TYPE_CHECKING:
    from faqbot.publishing.address import KnowledgeBasePlace

_EXIT_CODES = {None: 0, "info": 0, "warning": 3, "error": BAD_INPUT}
_FORMATS = ("text", "json", "github")  # the names in faqbot.authoring.checks.formats
# Phrasings between two lines of progress; chosen by hand.
_STEP = 50


@click.command(short_help="Report problems of a knowledge base.")
@click.argument("path", required=False, type=KnowledgeBaseType())
@kb_option
@encoder_option
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="Print lines for people, one JSON document, or commands that make GitHub mark the lines.",
)
@click.option(
    "--select",
    metavar="CODES",
    multiple=True,
    help="Look only for these: M102, or M for all that begin so; several with commas between.",
)
@click.option(
    "--ignore", metavar="CODES", multiple=True, help="Do not look for these; written the same way."
)
@click.option(
    "--verbose", is_flag=True, help="List every finding, and notes too, which need no change."
)
def check(  # noqa: PLR0913 - an argument for each option
    path: KnowledgeBasePlace | None,
    kb: KnowledgeBasePlace | None,
    encoder: str,
    *,
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    verbose: bool,
) -> int:
    """Report problems of a knowledge base: PATH, or else that of --kb.

    Each finding is printed as `path:line: CODE sentence`, with a remedy; docs/reference/checks.md
    lists the codes. More than ten findings of one code are one line without --verbose. The exit
    code is 0 when there is no problem, 3 when there are warnings only, and 2 when there is an
    error, or the knowledge base cannot be loaded.
    """
    from faqbot.authoring.checks import UnknownCode, check_knowledge_base
    from faqbot.authoring.checks.formats import FORMATS, as_text

    with _progress() as progress:
        try:
            report = check_knowledge_base(
                files_of(chosen_base(path, kb)),
                select=_split(select),
                ignore=_split(ignore),
                notes=verbose,
                encoder=encoder,
                progress=progress,
            )
        except UnknownCode as error:
            raise click.UsageError(f"{error}.") from error
    for note in report.skipped:
        click.echo(note, err=True)
    if form == "text":
        click.echo(_wrapped(as_text(report, grouped=not verbose)))
    else:
        click.echo(FORMATS[form](report))
    return _EXIT_CODES[report.worst]


def _wrapped(text: str) -> str:
    """Wrap *text* for a terminal.

    Elsewhere a finding stays one line, which tools can read.
    """
    if not sys.stdout.isatty():
        return text
    wrapper = TextWrapper(
        get_terminal_size().columns,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(map(wrapper.fill, text.split("\n")))


def _split(given: Iterable[str]) -> list[str]:
    return [code for codes in given for code in codes.replace(",", " ").split()]


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows progress on standard error, if that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _, __: None
        return

    def show(asked: int, total: int) -> None:
        if asked % _STEP == 0 or asked == total:
            click.echo(f"\rasked {asked:,} of {total:,} phrasings", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)
