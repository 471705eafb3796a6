"""Command line: runs the commands, and turns every error into a sentence and an exit code.

Heavy libraries are imported by the commands that need them, so that help and completion are instant.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from faqbot.__version__ import __version__
from faqbot.commands.ask import ask
from faqbot.commands.check import check
from faqbot.commands.export import export, forget
from faqbot.commands.import_ import import_documents
from faqbot.commands.info import info
from faqbot.commands.migrate import migrate
from faqbot.commands.plugins import Commands
from faqbot.commands.publish import publish, rollback, versions
from faqbot.commands.report import report
from faqbot.commands.serve import chat, run
from faqbot.commands.streams import Output, standard_streams
from faqbot.commands.teach import teach
from faqbot.commands.test import test
from faqbot.errors import AdapterError, AdapterFailed, FaqbotError, InvalidEntry, KnowledgeBaseError
from faqbot.serving import BAD_INPUT, replace_unencodable

# Exit codes. Above 128 they are 128 plus a signal, as in a shell: SIGINT is 2, SIGPIPE 13, SIGTERM 15.
_FAILED, _OUTPUT_LOST, _INTERRUPTED, _READER_LEFT, _TERMINATED = 1, 6, 130, 141, 143
# Threads of OpenBLAS, numpy's library of matrix products, unless the environment says otherwise. Its
# exit handler sometimes waits for ever for a thread of its pool (`blas_thread_shutdown`, seen with numpy
# 2.4.6), so that a command hangs after its last output. The published figures are of one thread, too.
_BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "1")
_COMMANDS = (
    chat,
    ask,
    check,
    test,
    report,
    teach,
    import_documents,
    publish,
    versions,
    rollback,
    info,
    run,
    export,
    forget,
    migrate,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on *arguments*, by default those of the process.

    Return the exit code.
    """
    os.environ.setdefault(*_BLAS_THREADS)  # before the first command imports numpy
    with standard_streams() as output, _unwinding_at_sigterm():
        replace_unencodable(sys.stdout)
        code, message = _outcome(arguments, output)
        if message:
            click.echo(message, err=True)
    return code


def _outcome(arguments: Sequence[str] | None, output: Output | None) -> tuple[int, str]:
    """Run the command line.

    An error of *output* overrides the errors that it caused.
    """
    try:
        code, message = _run(arguments)
        with suppress(OSError):
            sys.stdout.flush()
    except SystemExit:
        # click raises it if the reader of a pipe left, and at the end of shell completion.
        if output is None or output.failure is None:
            raise
    if output is None or output.failure is None:
        return code, message
    return _lost(output.failure)


def _run(arguments: Sequence[str] | None) -> tuple[int, str]:
    """Return the command line's exit code and message for standard error."""
    try:
        code: int | None = _commands.main(arguments, prog_name="faqbot", standalone_mode=False)
    except click.ClickException as error:
        return error.exit_code, _usage(error)
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED, ""
    except FaqbotError as error:
        _raise_if_debugging(error.__cause__ if isinstance(error, AdapterError) else None)
        return _FAILED if isinstance(error, AdapterFailed) else BAD_INPUT, _sentence(error)
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        if isinstance(error, FileNotFoundError) and _folder_is_gone():
            return BAD_INPUT, "Error: the current folder was deleted: change to one that exists"
        _raise_if_debugging(error)
        return _FAILED, _internal_error(error)
    return code or 0, ""


def _folder_is_gone() -> bool:
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def _raise_if_debugging(error: BaseException | None) -> None:
    if error is not None and os.environ.get("FAQBOT_DEBUG"):
        raise error


def _lost(failure: OSError) -> tuple[int, str]:
    """Return the exit code and the message for output that could not be written."""
    if failure.errno == errno.EPIPE:
        return _READER_LEFT, ""
    reason = failure.strerror or type(failure).__name__
    return _OUTPUT_LOST, f"Error: standard output cannot be written: {reason}"


def _usage(error: click.ClickException) -> str:
    shown = io.StringIO()
    error.show(shown)
    return shown.getvalue().removesuffix("\n")


class _Terminated(BaseException):
    """SIGTERM, as an exception: unwinds the command, so that temporary files are removed."""


@contextmanager
def _unwinding_at_sigterm() -> Iterator[None]:
    """Unwind the command at SIGTERM, as Ctrl-C does, and then end the process by that signal.

    The first process of a container, which no signal ends, raises SystemExit instead.
    """

    def end(*_: object) -> None:
        raise _Terminated

    catches = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    )
    if not catches:
        yield
        return
    signal.signal(signal.SIGTERM, end)
    try:
        yield
    except _Terminated:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
        raise SystemExit(_TERMINATED) from None
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _sentence(error: FaqbotError) -> str:
    if isinstance(error, KnowledgeBaseError):
        more = (
            "\ndocs/reference/yaml.md lists every field." if isinstance(error, InvalidEntry) else ""
        )
        return f"Error: this knowledge base cannot be used:\n{error}{more}"
    return f"Error: {error}"


def _internal_error(error: Exception) -> str:
    """Return the message for an internal error, with the facts that a report needs."""
    return (
        f"Error: faqbot {__version__} has an internal error: {type(error).__name__}: {error}\n"
        "Please report this to the project, with the command you ran and what it prints when "
        "FAQBOT_DEBUG=1 is set."
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def _commands() -> None:
    """Answer questions from a YAML knowledge base, offline."""


for _command in _COMMANDS:
    _commands.add_command(_command)
