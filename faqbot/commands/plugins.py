"""Commands of installed adapters, each loaded when it is used."""

from __future__ import annotations

from typing import Any

import click

_PACKAGES = "faqbot.commands.plugins"


class Commands(click.Group):
    """faqbot's own commands, and those under the entry-point group ``faqbot.commands``.

    The entry point names a click command. It cannot replace one of faqbot's own commands.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of all commands, sorted."""
        return sorted({*super().list_commands(ctx), *_command_packages(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command *cmd_name*, or None."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        package = _command_packages(ctx).get(cmd_name)
        return None if package is None else _AdapterCommand(cmd_name, package)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. Raises AdapterFailed for an error in the code of an adapter."""
        from faqbot.adapters import running_command

        try:
            return super().invoke(ctx)
        except Exception:
            name = ctx.invoked_subcommand
            if name is None or name in self.commands:
                raise
            with running_command(name):
                raise


def _command_packages(ctx: click.Context) -> dict[str, str]:
    """Return the packages of the adapters' commands by name, cached in *ctx*."""
    from faqbot.adapters import command_packages

    packages: dict[str, str] | None = ctx.meta.get(_PACKAGES)
    if packages is None:
        packages = ctx.meta[_PACKAGES] = command_packages()
    return packages


class _AdapterCommand(click.Command):
    """Placeholder for an adapter's command, so that help loads no adapter."""

    def __init__(self, name: str, package: str) -> None:
        super().__init__(name, short_help=f"Run a command of the package {package}.")

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's
    ) -> click.Context:
        """Load the command and return its context. Raises as `load_command` does."""
        from faqbot.adapters import load_command

        command = load_command(self.name or "")
        return command.make_context(info_name, args, parent, **extra)
