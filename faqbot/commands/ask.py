"""`faqbot ask`: answer questions, and exit.

As a call: `Bot.ask`, and `Answer.to_dict` for the JSON.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

import click

from faqbot.serving import accept_any_input, encoder_option, kb_option, make_bot, print_json

if TYPE_CHECKING:
    from faqbot.bot import Bot
    from faqbot.models import Answer, Match
    from faqbot.publishing.address import KnowledgeBasePlace

_EXIT_CODES = {"answered": 0, "ambiguous": 3, "unanswered": 4}
# Matches that an answer holds; more are retrieved again.
_MATCHES_OF_AN_ANSWER = 5


@click.command()
@click.argument("questions", metavar="[QUESTION]...", nargs=-1)
@kb_option
@encoder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each question.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_MATCHES_OF_AN_ANSWER,
    show_default=True,
    help="List at most this many matches in the JSON.",
)
def ask(
    questions: tuple[str, ...],
    kb: KnowledgeBasePlace | None,
    encoder: str,
    *,
    as_json: bool,
    limit: int,
) -> int:
    """Answer each QUESTION, or each line of standard input.

    The exit code is 0 when every question was answered, 3 when choices were offered for one, 4
    when one was not answered, and 2 for a wrong option or knowledge base.
    """
    asked = _questions(questions)
    bot = make_bot(kb, encoder)
    worst = -1
    for text in asked:
        answer = bot.ask(text)
        if as_json:
            print_json(replace(answer, matches=_matches(bot, answer, limit)).to_dict())
        else:
            click.echo(_shown(answer) if worst < 0 else f"\n{_shown(answer)}")
        worst = max(worst, _EXIT_CODES[answer.outcome])
    if worst < 0:
        raise click.UsageError("standard input holds no question.")
    return worst


def _shown(answer: Answer) -> str:
    """Return *answer* in Markdown, its heading above its text."""
    return f"**{answer.heading}**\n\n{answer.text}" if answer.heading else answer.text


def _questions(arguments: Sequence[str]) -> Iterator[str]:
    """Return the questions to ask.

    Raises UsageError if there are no arguments and no input.
    """
    if arguments:
        return (_printable(text) for text in arguments)
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("give a question, or write one per line to standard input.")
    accept_any_input(sys.stdin)
    return (line.strip() for line in _lines(sys.stdin) if line.strip())


def _lines(given: TextIO) -> Iterator[str]:
    try:
        yield from given
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.UsageError(f"standard input cannot be read: {reason}.") from error


def _printable(argument: str) -> str:
    """Read the bytes that the locale cannot decode as UTF-8; U+FFFD stands for what is no text.

    Python gives these bytes as surrogates, which cannot be printed.
    """
    try:
        return argument.encode(errors="surrogateescape").decode(errors="replace")
    except UnicodeEncodeError:  # surrogates that stand for no byte, on Windows
        return re.sub("[\ud800-\udfff]", "\ufffd", argument)


def _matches(bot: Bot, answer: Answer, limit: int) -> tuple[Match, ...]:
    if limit > _MATCHES_OF_AN_ANSWER:
        return tuple(bot.retrieve(answer.question, limit))
    return answer.matches[:limit]
