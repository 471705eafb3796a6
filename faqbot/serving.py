"""What commands that serve people share: their options, and running an adapter. Any adapter may use it.

What several commands share: options, exit codes, the bot they ask, and how they print.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from faqbot.bot import Bot


BAD_INPUT = 2
_Command = TypeVar("_Command", bound=Callable[..., Any])


def replace_what_is_no_text(stream: TextIO) -> None:
    """Let *stream* show a mark for what its encoding cannot hold, where it would fail."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


class PathType(click.Path):
    """A path that a user gives; an empty one, such as an unset variable of a shell, is refused."""

    def __init__(self, *, dir_okay: bool = True) -> None:
        """Take folders too, unless *dir_okay* is off."""
        super().__init__(path_type=Path, dir_okay=dir_okay)

    def convert(
        self,
        value: Any,  # noqa: ANN401 - what click was given
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - click's
        """Return *value* as a path."""
        if not os.fspath(value):
            self.fail("the path is empty: name a file.", param, ctx)
        return super().convert(value, param, ctx)


def kb_option(command: _Command) -> _Command:
    """Give *command* the option --kb, as its argument *kb*."""
    return click.option(
        "--kb",
        type=PathType(),
        envvar="FAQBOT_KB",
        show_envvar=True,
        help="Knowledge base: a YAML file, or a folder of them.  [default: the bundled one]",
    )(command)


def _complete_encoder(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.retrieval import ENCODER_NAMES

    return completions(ENCODER_NAMES, typed)


def completions(names: Iterable[str], typed: str) -> list[CompletionItem]:
    """Return those of *names* that start with what was *typed*."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(typed)]


def encoder_option(command: _Command) -> _Command:
    """Give *command* the option --encoder, as its argument *encoder*."""
    return click.option(
        "--encoder",
        default="auto",
        show_default=True,
        metavar="NAME",
        shell_complete=_complete_encoder,
        help="What compares meanings: none, the name of an encoder, or auto for the best installed.",
    )(command)


def store_option(command: _Command) -> _Command:
    """Give *command* the option --store, as its argument *store*: what `open_store` takes."""
    return click.option(
        "--store",
        default="",
        envvar="FAQBOT_STORE",
        show_envvar=True,
        metavar="URL",
        help="Where questions are recorded: a file, or an SQLAlchemy URL.  [default: a file among "
        "your data]",
    )(command)


def make_bot(kb: Path | None, encoder: str) -> Bot:
    """Make the bot of the knowledge base at *kb*, or of the bundled one; raises what `Bot.from_file` does."""
    from faqbot.bot import Bot
    from faqbot.kb import bundled_path

    return Bot.from_file(kb or bundled_path(), encoder=encoder)


def print_json(value: object) -> None:
    """Print *value* on one line of ASCII, which every locale and every pipe can carry."""
    import json

    click.echo(json.dumps(value))


def serving_options(command: _Command) -> _Command:
    """Give *command* the options --kb, --encoder and --watch, as arguments for `run_adapter`."""
    watch_option = click.option(
        "--watch", is_flag=True, help="Pick up edits of the knowledge base while it is served."
    )
    return kb_option(encoder_option(watch_option(command)))


def run_adapter(
    name: str, settings: Mapping[str, str], kb: Path | None, encoder: str, *, watch: bool
) -> None:
    """Serve people through the adapter *name*, with what faqbot logs on standard error, until it ends.

    *kb* is a file or folder, None for the bundled knowledge base. With *watch* its edits are picked
    up; a process without a terminal also reads it again at SIGHUP. Raises what `load_adapter`,
    `Bot.from_file` and the adapter raise.
    """
    from faqbot.adapters import load_adapter, running_adapter
    from faqbot.kb import bundled_path

    adapter = load_adapter(name, settings)  # before the bot, so that what is missing shows at once
    path = kb or bundled_path()
    bot = make_bot(path, encoder)
    with (
        _logging_to_stderr(),
        _reloading(bot, path, encoder, watch=watch),
        running_adapter(name),
    ):
        adapter.run(bot)


def _reloading(
    bot: Bot, path: Path, encoder: str, *, watch: bool
) -> AbstractContextManager[object]:
    from faqbot.reload import Reloader

    hangup = not _has_terminal()
    if not watch and not hangup:
        return nullcontext()
    return Reloader(bot, path, encoder, watch=watch, hangup=hangup)


def _has_terminal() -> bool:
    """Tell whether a terminal controls this process: then SIGHUP says that it was closed."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
    except OSError:
        return False
    return True


@contextmanager
def _logging_to_stderr() -> Iterator[None]:
    """Write what faqbot logs to standard error, with the time of it."""
    import logging

    log, handler = logging.getLogger("faqbot"), logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
