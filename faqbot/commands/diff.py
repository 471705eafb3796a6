"""Unified diffs on a terminal: coloured, without control characters."""

from __future__ import annotations

import os

import click

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def print_diff(diff: str) -> None:
    """Print the unified *diff* in colours, with a mark for each character that is not printable.

    There are no colours if NO_COLOR is set, or TERM is "dumb"; click leaves them out of a pipe.
    """
    coloured = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for line in diff.splitlines():
        shown = "".join(
            each if each.isprintable() or each == "\t" else "\N{REPLACEMENT CHARACTER}"
            for each in line
        )
        click.echo(click.style(shown, fg=_COLOURS.get(line[:1]) if coloured else None))
