"""Text as YAML: on one line in the style of its neighbours, or as a block below its key."""

from __future__ import annotations

import re
import textwrap

import yaml

__all__ = ["block_lines", "is_block_text", "one_line"]

_ENDLESS = 10**9
_WIDTH = 100
# Some YAML reads these as a number, and `y` as a truth value, though PyYAML writes them plain.
_NO_PLAIN_WORD = re.compile(r"[-+.\d]\S*|[yYnN]")
_HEAD = re.compile(r"([|>])([-+\d]*)(.*)", re.DOTALL)


def one_line(text: str, style: str | None = None, *, flow: bool = False) -> str:
    """Return *text* as a scalar on one line.

    *style* is a quote to put it in, or None for none where it needs none. *flow* says that it is to
    stand in brackets. A line break in *text* is written as an escape.
    """
    if not text.isprintable():
        return _escaped(text)
    if style == '"':
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if style != "'" and _is_plain(text, flow=flow):
        return text
    return "'" + text.replace("'", "''") + "'"


def is_block_text(text: str) -> bool:
    """Tell whether *text* means the same as it stands, indented below ``|-``."""
    return text.replace("\n", "").isprintable() and not text.startswith((" ", "\n"))


def block_lines(text: str, head: str, indent: int) -> list[str]:
    """Return the lines of a block scalar that holds *text*, each but the first *indent* deep.

    *head* is what stands behind the key now, such as ``>-  # short``, and is kept where it can be.
    """
    kind, chomping, comment = found.groups() if (found := _HEAD.match(head)) else ("|", "-", "")
    folded = kind == ">" and not re.search(r"\n|\s\s", text)
    if folded:
        width = max(_WIDTH - indent, 40)
        lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    else:
        lines = text.split("\n")
    kept = re.sub(r"\d", "", chomping) if folded or kind == "|" else "-"
    return [
        f"{'>' if folded else '|'}{kept}{comment}".rstrip(),
        *(" " * indent + line if line else "" for line in lines),
    ]


def _is_plain(text: str, *, flow: bool) -> bool:
    if _NO_PLAIN_WORD.fullmatch(text):
        return False
    written = yaml.safe_dump([text], default_flow_style=flow, allow_unicode=True, width=_ENDLESS)
    return bool(written == (f"[{text}]\n" if flow else f"- {text}\n"))


def _escaped(text: str) -> str:
    """Return *text* in double quotes, with an escape for what would not come back as it is."""
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=_ENDLESS)
    return written.removesuffix("\n")
