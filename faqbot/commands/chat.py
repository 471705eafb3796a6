"""`faqbot chat` and `faqbot run`: serve people through an adapter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from faqbot.commands.options import completions, encoder_option, kb_option, make_bot

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from faqbot.bot import Bot

__all__ = ["chat", "run"]


def _complete_adapter(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.adapters import adapter_names

    return completions(adapter_names(), typed)


_watch_option = click.option(
    "--watch", is_flag=True, help="Pick up edits of the knowledge base while it is served."
)


@click.command()
@kb_option
@encoder_option
@click.option("--plain", is_flag=True, help="No colours, history or completion.")
@click.option("--record", is_flag=True, help="Keep what is asked in the store.")
@_watch_option
def chat(kb: Path | None, encoder: str, *, plain: bool, record: bool, watch: bool) -> None:
    """Chat in the terminal; the same as `faqbot run terminal`."""
    flags = {"plain": plain, "record": record}
    settings = {name: "true" for name, is_on in flags.items() if is_on}
    _serve("terminal", settings, kb, encoder, watch=watch)


def _parse_settings(_: click.Context, __: click.Parameter, pairs: Iterable[str]) -> dict[str, str]:
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise click.BadParameter(f"{pair!r} is not of the form KEY=VALUE.")
        settings[key] = value
    return settings


@click.command()
@click.argument("name", shell_complete=_complete_adapter)
@kb_option
@encoder_option
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_parse_settings,
    help="A setting of the adapter; repeat it for several.",
)
@_watch_option
def run(
    name: str, kb: Path | None, encoder: str, settings: Mapping[str, str], *, watch: bool
) -> None:
    """Serve people through the installed adapter NAME until stopped.

    A service, which has no terminal, reads its knowledge base again at SIGHUP.
    """
    _serve(name, settings, kb, encoder, watch=watch)


def _serve(
    name: str, settings: Mapping[str, str], kb: Path | None, encoder: str, *, watch: bool
) -> None:
    """Run an adapter; it is made before the bot, so that what is missing shows at once."""
    from faqbot.adapters import load_adapter
    from faqbot.kb import bundled_path

    adapter = load_adapter(name, settings)
    path = kb or bundled_path()
    bot = make_bot(path, encoder)
    with _logging_to_stderr(), _reloading(bot, path, encoder, watch=watch):
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
