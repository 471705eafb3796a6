"""Adapters: protocol, discovery by entry points, and settings files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from faqbot.errors import (
    AdapterError,
    AdapterFailed,
    AdapterNotFound,
    AdapterSettingsError,
    FaqbotError,
)

if TYPE_CHECKING:
    from pathlib import Path

    from click import Command

    from faqbot.bot import Bot

_ADAPTERS, _COMMANDS = "faqbot.adapters", "faqbot.commands"
# Longest settings file, in bytes. Chosen by hand: far above any real file.
MAX_SETTINGS_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Capabilities of an adapter: actions that its place supports.

    *conversations*: it remembers the earlier messages of a person. *persons*: several people share a
    place. *threads*: a place has several threads, each with a conversation of its own. *buttons*:
    choices and follow-ups are buttons. *private_replies*: it can answer one person alone in a shared
    place. *feedback*: it keeps verdicts on answers. *edits*: an edited message is answered again.
    *redelivery*: the place may deliver a message twice. *rendering*: it turns Markdown into the form of
    the place; without it, the client gets Markdown. *longest_message* is in characters, None without a
    limit.
    """

    conversations: bool = True
    persons: bool = False
    threads: bool = False
    buttons: bool = False
    private_replies: bool = False
    feedback: bool = False
    edits: bool = False
    redelivery: bool = False
    rendering: bool = True
    longest_message: int | None = None


@runtime_checkable
class Adapter(Protocol):
    """Connection of a bot to a place where people ask."""

    def run(self, bot: Bot) -> None:
        """Serve *bot* until stopped; return on a normal end."""


# Object that an entry point names: makes an adapter from settings. Flags override the environment.
AdapterFactory = Callable[[Mapping[str, str]], Adapter]


def parse_settings(path: Path, subject: str = "the settings") -> dict[str, Any]:
    """Parse the TOML file of an adapter's settings at *path*; *subject* names them in a message.

    Raises AdapterSettingsError if it is no readable file of TOML, or longer than a megabyte.
    """
    import stat
    import tomllib

    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            # Opening a pipe would wait for a writer, and a device may never end.
            raise AdapterSettingsError(f"{path}: this is not a regular file: name a TOML file")
        if status.st_size > MAX_SETTINGS_BYTES:
            raise AdapterSettingsError(f"{path}: this file is too long for settings")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise AdapterSettingsError(
            f"{path}: {subject} cannot be read: {reason}: check its path and rights"
        ) from None
    except UnicodeDecodeError:
        raise AdapterSettingsError(f"{path}: this is not UTF-8 text, which TOML must be") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise AdapterSettingsError(f"{path}: this is not TOML: {error}") from None


def user_name() -> str:
    """Return the name of the process's user, "" if unknown."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # KeyError before Python 3.13
        return ""


def adapter_names() -> list[str]:
    """Return the names of installed adapters, sorted; FAQBOT_ADAPTERS=a,b limits them."""
    return sorted(_registered(_ADAPTERS))


def command_packages() -> dict[str, str]:
    """Return the package of each command that adapters add, by name.

    FAQBOT_ADAPTERS limits them.
    """
    registered = _registered(_COMMANDS)
    return {name: registered[name].module.partition(".")[0] for name in sorted(registered)}


def load_adapter(name: str, settings: Mapping[str, str] | None = None) -> Adapter:
    """Make the adapter registered under *name*.

    Raises AdapterNotFound for an unknown name, and AdapterError if the adapter cannot be imported or made.
    Raises MissingDependency if its library is not installed, and AdapterSettingsError for settings that
    it cannot use.
    """
    registered = _registered(_ADAPTERS)
    if name not in registered:
        known = ", ".join(sorted(registered)) or "none"
        raise AdapterNotFound(f"there is no adapter {name!r}; installed adapters: {known}")
    point = registered[name]
    factory = cast("AdapterFactory", _load(point, "adapter"))
    with _blaming(point, f"the adapter {name!r} cannot be started", AdapterError):
        adapter = factory(settings or {})
    if not callable(getattr(adapter, "run", None)):
        made = f"it made an object of type {type(adapter).__name__}, which has no method run"
        raise AdapterError(f"the adapter {name!r} cannot be started: {made}{_origin(point)}")
    return adapter


def load_command(name: str) -> Command:
    """Return the click command registered under *name*, a name of `command_packages`.

    Raises AdapterError if it cannot be imported, or is no click command.
    """
    import click

    point = _registered(_COMMANDS)[name]
    command = _load(point, "command")
    if not isinstance(command, click.Command):
        kind = f"its entry point names an object of type {type(command).__name__}"
        raise AdapterError(
            f"the command {name!r} does not load: {kind}, not a click command{_origin(point)}"
        )
    return command


def running_adapter(name: str) -> AbstractContextManager[None]:
    """Return a context that turns exceptions of the adapter *name* into AdapterFailed.

    FaqbotError passes, and so does any exception of an adapter that comes with faqbot.
    """
    return _running(_registered(_ADAPTERS).get(name), f"the adapter {name!r} failed")


def running_command(name: str) -> AbstractContextManager[None]:
    """Return a context for the command *name* of an adapter, as `running_adapter` does."""
    return _running(_registered(_COMMANDS).get(name), f"the command {name!r} failed")


def _running(point: EntryPoint | None, subject: str) -> AbstractContextManager[None]:
    return nullcontext() if point is None else _blaming(point, subject, AdapterFailed)


def _load(point: EntryPoint, kind: str) -> object:
    try:
        return cast("object", point.load())
    except FaqbotError:
        raise
    except (ImportError, AttributeError) as error:
        raise AdapterError(
            f"the {kind} {point.name!r} does not load: {error}{_origin(point)}"
        ) from error
    except (Exception, SystemExit) as error:
        reason = _reason(error)
        raise AdapterError(
            f"the {kind} {point.name!r} does not load: {reason}{_origin(point)}"
        ) from error


@contextmanager
def _blaming(point: EntryPoint, subject: str, kind: type[AdapterError]) -> Iterator[None]:
    """Raise a *kind* for any exception, with the sentence *subject* and the distribution at fault."""
    try:
        yield
    except FaqbotError:
        raise
    except Exception as error:
        if _is_ours(point) or _is_of_click(error):
            raise
        raise kind(f"{subject}: {_reason(error)}{_origin(point)}") from error


def _is_ours(point: EntryPoint) -> bool:
    return point.dist is None or point.dist.name == "faqbot"


def _is_of_click(error: Exception) -> bool:
    """Return True for the exceptions with which a click command ends, or refuses its usage."""
    import click

    return isinstance(error, (click.ClickException, click.exceptions.Exit, click.Abort))


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _origin(point: EntryPoint) -> str:
    """Return the end of a sentence, with the distribution whose authors need the report."""
    if point.dist is None:
        return ""
    named = f"{point.dist.name} {point.dist.version}"
    return "" if _is_ours(point) else f"; it belongs to {named}: please report this to its authors"


def _registered(group: str) -> dict[str, EntryPoint]:
    allowed = os.environ.get("FAQBOT_ADAPTERS")
    names = None if allowed is None else {name.strip() for name in allowed.split(",")}
    found = {point.name: point for point in entry_points(group=group)}
    return {name: point for name, point in found.items() if names is None or name in names}
