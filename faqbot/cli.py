"""The command line: chat, ask, run, check and info; every fault is a sentence and an exit code.

Nothing heavy is imported before a command needs it, so that help and completion answer at once.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from faqbot import __version__
from faqbot.errors import FaqbotError, KnowledgeBaseError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from faqbot.bot import Bot
    from faqbot.models import Answer, Match

__all__ = ["main"]

_FAILED, _BAD_INPUT, _INTERRUPTED = 1, 2, 130
_EXIT_CODES = {"answered": 0, "ambiguous": 3, "unanswered": 4}
_MATCHES_OF_AN_ANSWER = 5

_Command = TypeVar("_Command", bound=Callable[..., Any])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on *arguments*, by default the process's own, and return its exit code."""
    _replace_what_is_no_text(sys.stdout)
    try:
        code: int | None = _commands.main(arguments, prog_name="faqbot", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except FaqbotError as error:
        click.echo(_sentence(error), err=True)
        return _BAD_INPUT
    except Exception as error:
        if os.environ.get("FAQBOT_DEBUG"):
            raise
        click.echo(_apology(error), err=True)
        return _FAILED
    return code or 0


def _replace_what_is_no_text(stream: TextIO) -> None:
    """Let *stream* show a mark for what its encoding cannot hold, where it would fail."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


def _sentence(error: FaqbotError) -> str:
    if isinstance(error, KnowledgeBaseError):
        return f"Error: this knowledge base cannot be used:\n{error}"
    return f"Error: {error}"


def _apology(error: Exception) -> str:
    """Say that faqbot itself is at fault, and what a report of it needs."""
    return (
        f"Error: faqbot {__version__} failed in a way it should not: {type(error).__name__}: {error}\n"
        "Please report this to the project, with the command you ran and what it prints when "
        "FAQBOT_DEBUG=1 is set."
    )


def _kb_option(command: _Command) -> _Command:
    return click.option(
        "--kb",
        type=click.Path(path_type=Path),
        envvar="FAQBOT_KB",
        show_envvar=True,
        help="Knowledge base: a YAML file, or a folder of them.  [default: the bundled one]",
    )(command)


def _complete_encoder(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.retrieval.encoders import ENCODER_NAMES

    return _completions(ENCODER_NAMES, typed)


def _complete_adapter(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.adapters import adapter_names

    return _completions(adapter_names(), typed)


def _completions(names: Iterable[str], typed: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(typed)]


def _encoder_option(command: _Command) -> _Command:
    return click.option(
        "--encoder",
        default="auto",
        show_default=True,
        metavar="NAME",
        shell_complete=_complete_encoder,
        help="What compares meanings: none, the name of an encoder, or auto for the best installed.",
    )(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def _commands() -> None:
    """Answer questions from a YAML knowledge base, offline."""


@_commands.command()
@_kb_option
@_encoder_option
@click.option("--plain", is_flag=True, help="No colours, history or completion.")
def chat(kb: Path | None, encoder: str, *, plain: bool) -> None:
    """Chat in the terminal; the same as `faqbot run terminal`."""
    _serve("terminal", {"plain": "true"} if plain else {}, kb, encoder)


def _parse_settings(_: click.Context, __: click.Parameter, pairs: Iterable[str]) -> dict[str, str]:
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise click.BadParameter(f"{pair!r} is not of the form KEY=VALUE.")
        settings[key] = value
    return settings


@_commands.command()
@click.argument("name", shell_complete=_complete_adapter)
@_kb_option
@_encoder_option
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_parse_settings,
    help="A setting of the adapter; repeat it for several.",
)
def run(name: str, kb: Path | None, encoder: str, settings: Mapping[str, str]) -> None:
    """Serve people through the installed adapter NAME until stopped."""
    _serve(name, settings, kb, encoder)


def _serve(name: str, settings: Mapping[str, str], kb: Path | None, encoder: str) -> None:
    """Run an adapter; it is made before the bot, so that what is missing shows at once."""
    from faqbot.adapters import load_adapter

    adapter = load_adapter(name, settings)
    adapter.run(_bot(kb, encoder))


@_commands.command()
@click.argument("questions", metavar="[QUESTION]...", nargs=-1)
@_kb_option
@_encoder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a question.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_MATCHES_OF_AN_ANSWER,
    show_default=True,
    help="List at most this many matches in the JSON.",
)
def ask(
    questions: tuple[str, ...], kb: Path | None, encoder: str, *, as_json: bool, limit: int
) -> int:
    """Answer each QUESTION, or each line of standard input.

    The exit code is 0 when every question was answered, 3 when choices were offered for one, 4
    when one was not answered, and 2 for a wrong option or knowledge base.
    """
    from faqbot.describe import describe_answer

    asked = _questions(questions)
    bot = _bot(kb, encoder)
    worst = -1
    for text in asked:
        answer = bot.ask(text)
        if as_json:
            _print_json(describe_answer(answer, _matches(bot, answer, limit)))
        else:
            click.echo(answer.text if worst < 0 else f"\n{answer.text}")
        worst = max(worst, _EXIT_CODES[answer.outcome])
    if worst < 0:
        raise click.UsageError("standard input holds no question.")
    return worst


def _questions(arguments: Sequence[str]) -> Iterator[str]:
    """Return the questions to ask; fails at once when nobody could be typing any."""
    if arguments:
        return (_printable(text) for text in arguments)
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("give a question, or one a line on standard input.")
    _replace_what_is_no_text(sys.stdin)
    return (line.strip() for line in sys.stdin if line.strip())


def _printable(argument: str) -> str:
    """Replace what stands for bytes that are no text; it could not be printed again."""
    return re.sub("[\ud800-\udfff]", "\ufffd", argument)


def _matches(bot: Bot, answer: Answer, limit: int) -> Sequence[Match]:
    if limit > _MATCHES_OF_AN_ANSWER:
        return bot.retrieve(answer.question, limit)
    return answer.matches[:limit]


@_commands.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@_kb_option
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
        return _BAD_INPUT
    phrasings = sum(len(entry.phrasings) for entry in found.entries)
    click.echo(f"OK: {len(found.entries)} entries, {phrasings} phrasings, {len(found.tests)} tests")
    return 0


@_commands.command()
@_kb_option
@_encoder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(kb: Path | None, encoder: str, *, as_json: bool) -> None:
    """Show versions, encoder, knowledge base, counts, cache and adapters."""
    from faqbot.describe import describe_bot

    facts = describe_bot(_bot(kb, encoder))
    if as_json:
        _print_json(facts)
        return
    for name, fact in facts.items():
        click.echo(f"{name.replace('_', ' '):<16}{_one_line(fact)}")


def _one_line(fact: object) -> str:
    if isinstance(fact, Mapping):
        return ", ".join(f"{name} {version or '(not installed)'}" for name, version in fact.items())
    if isinstance(fact, list):
        return ", ".join(fact)
    return "" if fact is None else str(fact)


def _bot(kb: Path | None, encoder: str) -> Bot:
    from faqbot.bot import Bot
    from faqbot.kb import bundled_path

    return Bot.from_file(kb or bundled_path(), encoder=encoder)


def _print_json(value: object) -> None:
    """Print *value* on one line of ASCII, which every locale and every pipe can carry."""
    import json

    click.echo(json.dumps(value))
