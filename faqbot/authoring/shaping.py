"""A new entry as text that looks like the entries around it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable

import yaml

from faqbot.kb.writer import entries_to_yaml
from faqbot.models import Entry

__all__ = ["entry_json", "entry_lines"]

_WIDTH = 100
_DRAFT = "    draft: true"


def entry_lines(
    entry: Entry, dash: int, deep: int, reason: str = "", *, flush: bool = False
) -> list[str]:
    """Return the lines of *entry* with its dash in column *dash* and its keys in column *deep*.

    *flush* is for an author who begins a list in the column of its key. *reason* is why a draft is
    one: a comment beside `draft: true`, so that both are taken out as one.
    """
    first, *rest = entries_to_yaml([entry]).removesuffix("\n").split("\n")
    rest = _marked(_flushed(rest) if flush else rest, reason)
    begin = " " * dash + "-" + " " * (deep - dash - 1) + first.removeprefix("  - ")
    return [begin, *(" " * deep + line[4:] if line else "" for line in rest)]


def entry_json(entry: Entry) -> str:
    """Return *entry* on one line that any brackets may hold."""
    (values,) = yaml.load(entries_to_yaml([entry]), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    if "draft" in values:
        values["draft"] = True
    return json.dumps(values, ensure_ascii=False)


def _marked(lines: list[str], reason: str) -> list[str]:
    """Put *reason* as a comment beside `draft: true`, or above it where it is long."""
    if not reason:
        return lines
    place = lines.index(_DRAFT)
    beside = f"{_DRAFT}  # {reason}"
    above = textwrap.wrap(reason, _WIDTH, initial_indent="    # ", subsequent_indent="    # ")
    marked = [beside] if len(beside) <= _WIDTH else [*above, _DRAFT]
    return [*lines[:place], *marked, *lines[place + 1 :]]


def _flushed(lines: Iterable[str]) -> list[str]:
    """Move the items of each list to the column of its key, in *lines* of an entry by the writer."""
    flushed, in_list = [], False
    for line in lines:
        if line.startswith("    ") and line[4] != " ":
            in_list = line in {"    alternates:", "    not_for:"}
        flushed.append(line[2:] if in_list and line.startswith("      ") else line)
    return flushed
