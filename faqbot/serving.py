"""Shared parts of commands: options, exit code, output, and running an adapter.

`serving_options`, `listening_options` and `run_adapter` are public, so that the command of any adapter may
use them.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from threading import Event, Thread, Timer
from typing import TYPE_CHECKING, Any, Protocol, TextIO, TypeVar, runtime_checkable

import click

from faqbot.database_urls import hide_password, is_address
from faqbot.errors import FaqbotError
from faqbot.publishing.address import KnowledgeBasePlace, PublishedAddress

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from faqbot.bot import Bot
    from faqbot.tenancy import Tenants

# Exit code for bad usage and for a knowledge base, encoder or adapter that cannot be used.
BAD_INPUT = 2
# Exit code for tests that did not pass.
FAILED_TESTS = 5
# Seconds after which a start that goes on is explained. Both chosen by hand: people wonder after a
# second, and the log of a script needs a line only for a start that is really slow.
WAIT_ON_TERMINAL, WAIT_ELSEWHERE = 1.0, 10.0
_GETTING_READY = "Getting ready ... The first start with a knowledge base takes some seconds."
BYTES_PER_MEGABYTE = 1_000_000
_Command = TypeVar("_Command", bound=Callable[..., Any])


def replace_unencodable(stream: TextIO) -> None:
    """Let *stream* write "?" for characters that its encoding lacks, instead of raising."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


def accept_any_input(stream: TextIO) -> None:
    """Let *stream* read bytes that are no text as U+FFFD, and UTF-8 where the locale is ASCII."""
    if isinstance(stream, io.TextIOWrapper):
        is_ascii = codecs.lookup(stream.encoding).name == "ascii"
        stream.reconfigure(encoding="utf-8" if is_ascii else None, errors="replace")


class PathType(click.Path):
    """Path parameter that refuses an empty path."""

    def __init__(self, *, dir_okay: bool = True) -> None:
        """Accept folders too if *dir_okay*."""
        super().__init__(path_type=Path, dir_okay=dir_okay)

    def convert(
        self,
        value: Any,  # noqa: ANN401 - the type in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - the type in click
        """Return *value* as a path; fail if it is empty, or the URL of a database."""
        if not os.fspath(value):
            self.fail("the path is empty: name a file.", param, ctx)
        if is_address(os.fspath(value)):
            shown = hide_password(os.fspath(value))
            self.fail(f"{shown} is an address: name a file or folder here.", param, ctx)
        return super().convert(value, param, ctx)


class KnowledgeBaseType(PathType):
    """Parameter that names a knowledge base: a file, a folder, or the URL of a published one."""

    name = "path or URL"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - the type in click
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - the type in click
        """Return *value* as a path or a `PublishedAddress`; fail with a sentence."""
        if not isinstance(value, str) or not is_address(value):
            return (
                value if isinstance(value, PublishedAddress) else super().convert(value, param, ctx)
            )
        try:
            return PublishedAddress.parse(value)
        except FaqbotError as error:
            self.fail(f"{error}.", param, ctx)


def kb_option(command: _Command) -> _Command:
    """Add the option --kb to *command*, as its argument *kb*."""
    return click.option(
        "--kb",
        type=KnowledgeBaseType(),
        envvar="FAQBOT_KB",
        show_envvar=True,
        help="Knowledge base: a YAML file, a folder of them, or the URL of a published one.  [default: "
        "the bundled one]",
    )(command)


def chosen_base(
    path: KnowledgeBasePlace | None, kb: KnowledgeBasePlace | None
) -> KnowledgeBasePlace | None:
    """Return *path*, an argument of the current command, or else that of its option --kb.

    Raises UsageError if both were typed; the variable FAQBOT_KB gives way to an argument.
    """
    typed = click.get_current_context().get_parameter_source("kb")
    if path is not None and typed is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError(f"Two knowledge bases are named: leave out {path} or --kb {kb}.")
    return path or kb


def files_of(kb: KnowledgeBasePlace | None) -> Path:
    """Return the path of the knowledge base *kb*, by default of the bundled one.

    That of a published one is a folder in the cache; raises the errors of `open_published` for it.
    """
    if isinstance(kb, PublishedAddress):
        from faqbot.publishing import published_folder

        return published_folder(kb)
    from faqbot.kb import bundled_path

    return kb or bundled_path()


def _complete_encoder(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    from faqbot.retrieval import ENCODER_NAMES

    return completions(ENCODER_NAMES, typed)


def completions(names: Iterable[str], typed: str) -> list[CompletionItem]:
    """Return a completion item per name that starts with *typed*."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(typed)]


def encoder_option(command: _Command) -> _Command:
    """Add the option --encoder to *command*, as its argument *encoder*."""
    return click.option(
        "--encoder",
        default="auto",
        show_default=True,
        metavar="NAME",
        shell_complete=_complete_encoder,
        help="Encoder, which compares meanings: none, a name, or auto for the best installed.",
    )(command)


def store_option(command: _Command) -> _Command:
    """Add the option --store to *command*, as its argument *store* for `open_store`."""
    return click.option(
        "--store",
        default="",
        envvar="FAQBOT_STORE",
        show_envvar=True,
        metavar="URL",
        help="Where questions are recorded: a file, or an SQLAlchemy URL.  [default: a file among "
        "your data]",
    )(command)


def _check_tenant(_: click.Context, __: click.Parameter, tenant: str) -> str:
    from faqbot.errors import TenantError
    from faqbot.tenant_ids import check_tenant

    try:
        return check_tenant(tenant)
    except TenantError as error:
        raise click.BadParameter(f"{error}.") from None


def tenant_option(
    purpose: str = "Only records of this tenant.  [default: records without a tenant]",
) -> Callable[[_Command], _Command]:
    """Return a decorator that adds --tenant, as argument *tenant*.

    *purpose* describes the option.
    """
    return click.option("--tenant", default="", metavar="ID", callback=_check_tenant, help=purpose)


def make_bot(kb: KnowledgeBasePlace | None, encoder: str) -> Bot:
    """Make a bot of the knowledge base at *kb*, by default the bundled one.

    Raises the errors of `Bot.from_file`, and those of `open_published` for a published one.
    """
    with getting_ready():
        if isinstance(kb, PublishedAddress):
            from faqbot.publishing import open_published

            return open_published(kb.url, kb.tenant, encoder)
        from faqbot.bot import Bot
        from faqbot.kb import bundled_path

        return Bot.from_file(kb or bundled_path(), encoder=encoder)


@contextmanager
def getting_ready(
    on_terminal: float = WAIT_ON_TERMINAL, elsewhere: float = WAIT_ELSEWHERE
) -> Iterator[None]:
    """Write to standard error that the command is not stuck, if the block takes long.

    The line appears after as many seconds, *on_terminal* or *elsewhere*. A terminal loses it afterwards.
    """
    stream = sys.stderr or io.StringIO()  # None in a process without standard error
    is_terminal = stream.isatty()
    shown = Event()

    def show() -> None:
        shown.set()
        with suppress(OSError, ValueError):  # the stream is closed
            stream.write(_GETTING_READY if is_terminal else f"{_GETTING_READY}\n")
            stream.flush()

    timer = Timer(on_terminal if is_terminal else elsewhere, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if shown.is_set() and is_terminal:
            stream.write("\r\x1b[K")
            stream.flush()


def print_json(value: object) -> None:
    """Print *value* as one line of ASCII JSON, for every locale."""
    import json

    click.echo(json.dumps(value))


def serving_options(command: _Command) -> _Command:
    """Add --kb, --encoder and --watch to *command*, as arguments for `run_adapter`."""
    watch_option = click.option(
        "--watch", is_flag=True, help="Pick up edits of the knowledge base while it is served."
    )
    return kb_option(encoder_option(watch_option(command)))


def listening_options(port_help: str) -> Callable[[_Command], _Command]:
    """Return a decorator that adds --host and --port to a command; *port_help* describes the port."""

    def add(command: _Command) -> _Command:
        host = click.option(
            "--host",
            envvar="FAQBOT_HOST",
            show_envvar=True,
            help="Address to listen on.  [default: 127.0.0.1]",
        )
        port = click.option(
            "--port",
            type=click.IntRange(0, 65535),
            envvar="FAQBOT_PORT",
            show_envvar=True,
            help=port_help,
        )
        return host(port(command))

    return add


def run_adapter(
    name: str,
    settings: Mapping[str, str],
    kb: KnowledgeBasePlace | None,
    encoder: str,
    *,
    watch: bool,
) -> None:
    """Run the adapter *name* until it ends, with the log of faqbot on standard error.

    *kb* is a file or folder, the address of a published knowledge base, or None for the bundled one.
    New versions of a published one are picked up, and with *watch* the edits of files. A process
    without a terminal also reads it again at SIGHUP. Raises the errors of `load_adapter`, of
    `Bot.from_file`, of `open_published` and of the adapter.
    """
    from faqbot.adapters import load_adapter, running_adapter
    from faqbot.kb import bundled_path

    adapter = load_adapter(name, settings)  # before the bot, as a missing library shows at once
    path = kb or bundled_path()
    bot = make_bot(path, encoder)
    if not _has_terminal():  # a service: people may ask before it has ended
        Thread(target=bot.warm_up, name="warm-up", daemon=True).start()
    with (
        _logging_to_stderr(),
        _reloading(bot, path, encoder, watch=watch),
        running_adapter(name),
    ):
        adapter.run(bot)


@runtime_checkable
class TenantsAdapter(Protocol):
    """Connection of the bots of many tenants to one place where people ask."""

    def run_tenants(self, tenants: Tenants) -> None:
        """Serve *tenants* until stopped; return on a normal end."""


def run_for_tenants(
    name: str,
    settings: Mapping[str, str],
    place: str,
    encoder: str,
    *,
    megabytes: int | None = None,
) -> None:
    """Run the adapter *name* for the tenants at *place* until it ends, with the log on standard error.

    *place* is that of `open_tenants`, and *megabytes* the memory of all open bots, by default 600. The
    adapter has a method `run_tenants`, which gets the tenants. Raises the errors of `load_adapter`, of
    `open_tenants` and of the adapter, and AdapterError if the adapter serves one knowledge base only.
    """
    from faqbot.adapters import load_adapter, running_adapter
    from faqbot.errors import AdapterError
    from faqbot.tenancy import DEFAULT_BYTES, open_tenants

    adapter = load_adapter(name, settings)
    if not isinstance(adapter, TenantsAdapter):
        raise AdapterError(f"the adapter {name} serves one knowledge base: leave out the tenants")
    most = DEFAULT_BYTES if megabytes is None else megabytes * BYTES_PER_MEGABYTE
    with (
        _logging_to_stderr(),
        open_tenants(place, encoder, max_bytes=most) as tenants,
        running_adapter(name),
    ):
        Thread(target=tenants.warm_up, name="warm-up", daemon=True).start()
        adapter.run_tenants(tenants)


def _reloading(
    bot: Bot, path: KnowledgeBasePlace, encoder: str, *, watch: bool
) -> AbstractContextManager[object]:
    from faqbot.reload import Reloader

    hangup = not _has_terminal()
    if not watch and not hangup and not isinstance(path, PublishedAddress):
        return nullcontext()
    return Reloader(bot, path, encoder, watch=watch, hangup=hangup)


def _has_terminal() -> bool:
    """Return True if a terminal controls this process.

    SIGHUP then means that it was closed.
    """
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
    except OSError:
        return False
    return True


@contextmanager
def _logging_to_stderr() -> Iterator[None]:
    """Write the log records of faqbot to standard error, with their time.

    Handlers of libraries, such as that of MCP, do not get them: each record is written once.
    """
    import logging

    log, handler = logging.getLogger("faqbot"), logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    before = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before[0])
        log.propagate = before[1]
