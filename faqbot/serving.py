"""What commands that serve people share: their options, and running an adapter. Any adapter may use it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from faqbot.commands.options import encoder_option, kb_option, make_bot

if TYPE_CHECKING:
    from faqbot.bot import Bot

__all__ = ["run_adapter", "serving_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


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
