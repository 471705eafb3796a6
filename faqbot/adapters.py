"""Adapters: how people reach a bot. Each is found by its entry point, ours like anybody's."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from faqbot.errors import AdapterError, AdapterNotFound

if TYPE_CHECKING:
    from click import Command

    from faqbot.bot import Bot

__all__ = [
    "Adapter",
    "AdapterFactory",
    "adapter_names",
    "command_names",
    "load_adapter",
    "load_command",
]

_ADAPTERS, _COMMANDS = "faqbot.adapters", "faqbot.commands"


@runtime_checkable
class Adapter(Protocol):
    """Brings questions from one place to a bot, and its answers back."""

    def run(self, bot: Bot) -> None:
        """Serve *bot* until stopped. Returns on a normal end."""


AdapterFactory = Callable[[Mapping[str, str]], Adapter]
"""What an entry point names: settings (flags over environment) to an adapter that is ready to run."""


def adapter_names() -> list[str]:
    """List the installed adapters' names, sorted; FAQBOT_ADAPTERS=a,b limits them to those named."""
    return sorted(_registered(_ADAPTERS))


def command_names() -> list[str]:
    """List the commands that adapters add to the command line; FAQBOT_ADAPTERS limits them too."""
    return sorted(_registered(_COMMANDS))


def load_adapter(name: str, settings: Mapping[str, str] | None = None) -> Adapter:
    """Make the adapter registered under *name*.

    Raises AdapterNotFound for an unknown name, AdapterError for one that cannot be imported,
    MissingDependency when its library is not installed, and AdapterSettingsError for settings that
    it cannot use.
    """
    registered = _registered(_ADAPTERS)
    if name not in registered:
        known = ", ".join(sorted(registered)) or "none"
        raise AdapterNotFound(f"there is no adapter {name!r}; installed adapters: {known}")
    factory = cast("AdapterFactory", _load(registered[name], "adapter"))
    return factory(settings or {})


def load_command(name: str) -> Command:
    """Return the click command that is registered under *name*, one of `command_names`.

    Raises AdapterError for one that cannot be imported.
    """
    return cast("Command", _load(_registered(_COMMANDS)[name], "command"))


def _load(point: EntryPoint, what: str) -> object:
    try:
        return cast("object", point.load())
    except (ImportError, AttributeError) as error:
        raise AdapterError(f"the {what} {point.name!r} does not load: {error}") from error


def _registered(group: str) -> dict[str, EntryPoint]:
    allowed = os.environ.get("FAQBOT_ADAPTERS")
    names = None if allowed is None else {name.strip() for name in allowed.split(",")}
    found = {point.name: point for point in entry_points(group=group)}
    return {name: point for name, point in found.items() if names is None or name in names}
