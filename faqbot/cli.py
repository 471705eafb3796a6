"""The command line: every fault is a sentence and an exit code.

Nothing heavy is imported before a command needs it, so that help and completion answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from faqbot import __version__
from faqbot.commands.ask import ask
from faqbot.commands.chat import chat, run
from faqbot.commands.check import check
from faqbot.commands.export import export
from faqbot.commands.import_ import import_documents
from faqbot.commands.info import info
from faqbot.commands.offered import Commands
from faqbot.commands.options import BAD_INPUT, replace_what_is_no_text
from faqbot.commands.report import report
from faqbot.commands.store import forget
from faqbot.commands.teach import teach
from faqbot.commands.test import test
from faqbot.errors import FaqbotError, KnowledgeBaseError

__all__ = ["main"]

_FAILED, _INTERRUPTED = 1, 130
_COMMANDS = (
    chat,
    ask,
    check,
    test,
    report,
    teach,
    import_documents,
    info,
    run,
    export,
    forget,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on *arguments*, by default the process's own, and return its exit code."""
    replace_what_is_no_text(sys.stdout)
    try:
        code: int | None = _commands.main(arguments, prog_name="faqbot", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except FaqbotError as error:
        click.echo(_sentence(error), err=True)
        return BAD_INPUT
    except Exception as error:
        if os.environ.get("FAQBOT_DEBUG"):
            raise
        click.echo(_apology(error), err=True)
        return _FAILED
    return code or 0


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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def _commands() -> None:
    """Answer questions from a YAML knowledge base, offline."""


for _command in _COMMANDS:
    _commands.add_command(_command)
