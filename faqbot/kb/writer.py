"""YAML writer of knowledge bases, entries and scalars.

Every YAML tool reads the result as faqbot does. `to_yaml` writes a whole knowledge base,
`entry_lines` an entry in the layout of its neighbours, `one_line` and `block_lines` a text.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import yaml

from faqbot.kb.fields import ENTRY, FILE, MANNER, SOURCE
from faqbot.kb.validators import NOTHING, TextValidator
from faqbot.models import Caution, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faqbot.kb.validators import RecordValidator
    from faqbot.models import Entry, KnowledgeBase, KnowledgeBaseTest

# Characters of a line for PyYAML: more than any text, so that it never wraps.
_ENDLESS = 10**9
# Characters of a line in a hand-written file, chosen by hand.
_MAX_LINE = 100
# Characters of a folded line that a deep indent leaves at least, chosen by hand.
_MIN_FOLDED = 40
# Some YAML parsers read these as a number, and `y` as a boolean. PyYAML writes them plain.
_NO_PLAIN_WORD = re.compile(r"[-+.\d]\S*|[yYnN]")
_HEAD = re.compile(r"([|>])([-+\d]*)(.*)", re.DOTALL)
# Characters of a line in a generated file, chosen by hand.
_WIDTH = 88
# Characters of the longest paragraph written on the line of its key. A longer paragraph is a block
# below the key, where no character needs quotes. Chosen by hand.
_LONG = 60
_TEXT = "tag:yaml.org,2002:str"
# YAML 1.1 or 1.2 reads these as a number or a boolean. PyYAML does not.
_AMBIGUOUS = re.compile(
    r"[yYnN]|0o[0-7]+|[-+]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][-+]?[0-9]++)?"
)
# A line of folded text that begins so looks like a table, code or a list that YAML would join. The
# text is then written with its own lines.
_LOOKS_LIKE_A_BLOCK = re.compile(r"\s(?:\||```|~~~|[-*+]\s|[0-9]{1,2}[.)]\s)")
# Outside double quotes these are line breaks, which are read as a space or a line feed.
_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")
_MARKDOWN = {
    each.name
    for each in (*ENTRY.fields, *FILE.fields)
    if isinstance(each.validator, TextValidator) and each.validator.lines
}
_ON_ONE_LINE = {"keywords", "tags", "follow_ups", "audience"}
_APART = {"version", "source", "synonyms", "manners", "entries", "tests"}
_DRAFT = "    draft: true"


def one_line(text: str, style: str | None = None, *, flow: bool = False) -> str:
    """Return *text* as a scalar on one line.

    *style* is the quote to use, None for quotes only where needed. *flow* is True inside brackets. A
    line break in *text* is written as an escape.
    """
    if not text.isprintable():
        return _escaped(text)
    if style == '"':
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if style != "'" and _is_plain(text, flow=flow):
        return text
    return "'" + text.replace("'", "''") + "'"


def is_block_text(text: str) -> bool:
    """Return True if a block scalar ``|-`` holds *text* unchanged."""
    return text.replace("\n", "").isprintable() and not text.startswith((" ", "\n"))


def block_lines(text: str, head: str, indent: int) -> list[str]:
    """Return the lines of a block scalar, indented by *indent*.

    *head* is the present text behind the key, such as ``>-  # short``. It is kept where possible.
    """
    kind, chomping, comment = found.groups() if (found := _HEAD.match(head)) else ("|", "-", "")
    folded = (
        kind == ">" and not re.search(r"\n|\s\s", text) and not _LOOKS_LIKE_A_BLOCK.search(text)
    )
    if folded:
        width = max(_MAX_LINE - indent, _MIN_FOLDED)
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
    """Return *text* in double quotes, with escapes where YAML needs them."""
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=_ENDLESS)
    return written.removesuffix("\n")


class _Markdown(str):
    """Text that may have several lines."""

    __slots__ = ()


class _FlowList(list[Any]):
    """List that is written in brackets on one line."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Dumper of PyYAML in Python, as that of libyaml escapes emoji."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's signature
        """Indent a list below its key."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Write equal values in full instead of an alias."""
        return True


def to_yaml(kb: KnowledgeBase, schema: str = "") -> str:
    """Return *kb* as YAML that loads as the same knowledge base.

    *schema* is the path or address of the JSON Schema, named on the first line for editors.
    """
    first = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    blocks = [first + _dump(_header(kb))]
    if kb.synonyms:
        blocks.append(_dump({"synonyms": [_FlowList(group) for group in kb.synonyms]}))
    if kb.manners is not None:
        given = [_given(MANNER, manner) for manner in kb.manners]
        blocks.append(_dump({"manners": given or NOTHING}))
    if kb.entries:
        blocks.append("entries:\n" + entries_to_yaml(kb.entries))
    if kb.tests:
        blocks.append(_dump({"tests": [_test(test) for test in kb.tests]}))
    return "\n".join(blocks)


def entries_to_yaml(entries: Iterable[Entry]) -> str:
    """Return *entries* as the items of ``entries:``, separated by blank lines."""
    texts = (_dump({"entries": [_given(ENTRY, entry)]}) for entry in entries)
    return "\n".join(text.removeprefix("entries:\n") for text in texts)


def _dump(value: object) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text


def _header(kb: KnowledgeBase) -> dict[str, object]:
    source = _given(SOURCE, kb.source)
    return {"version": 1} | _given(FILE, kb) | ({"source": source} if source else {})


def _test(test: KnowledgeBaseTest) -> dict[str, object]:
    ids = test.expect
    return {"ask": test.ask, "expect": ids[0] if len(ids) == 1 else _FlowList(ids) or NOTHING}


def _given(record: RecordValidator, model: object) -> dict[str, object]:
    """Return the fields of *record* that *model* sets, in order."""
    names = [name for name in record.by_name if record is not FILE or name not in _APART]
    values = {name: getattr(model, name) for name in names}
    return {
        name: _plain(name, value)
        for name, value in values.items()
        if value and value is not Caution.NORMAL
    }


def _plain(name: str, value: object) -> object:
    if isinstance(value, str):
        return _Markdown(value) if name in _MARKDOWN else str(value)
    if isinstance(value, tuple | frozenset):
        items = sorted(value) if isinstance(value, frozenset) else value
        return _FlowList(items) if name in _ON_ONE_LINE else list(items)
    return value


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if _ODD_BREAKS.search(text):
        style = '"'
    elif isinstance(text, _Markdown) and "\n" in text:
        style = "|"
    elif isinstance(text, _Markdown) and len(text) > _LONG:
        style = "|" if _LOOKS_LIKE_A_BLOCK.search(text) else ">"
    elif _AMBIGUOUS.fullmatch(text):
        style = "'"
    return dumper.represent_scalar(_TEXT, str(text), style=style)


def _represent_flow_list(dumper: yaml.SafeDumper, items: _FlowList) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Markdown, _represent_text)
_Dumper.add_representer(_FlowList, _represent_flow_list)


def entry_lines(
    entry: Entry, dash: int, deep: int, reason: str = "", *, flush: bool = False
) -> list[str]:
    """Return *entry* as lines: dash in column *dash*, keys in *deep*.

    With *flush*, lists begin in the column of their key. *reason*, on why it is a draft, becomes a
    comment beside `draft: true`, so that an author deletes both together.
    """
    first, *rest = entries_to_yaml([entry]).removesuffix("\n").split("\n")
    rest = _marked(_flushed(rest) if flush else rest, reason)
    begin = " " * dash + "-" + " " * (deep - dash - 1) + first.removeprefix("  - ")
    return [begin, *(" " * deep + line[4:] if line else "" for line in rest)]


def entry_json(entry: Entry) -> str:
    """Return *entry* as JSON, which is YAML for a bracketed list."""
    (values,) = yaml.load(entries_to_yaml([entry]), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    if "draft" in values:
        values["draft"] = True
    return json.dumps(values, ensure_ascii=False)


def _marked(lines: list[str], reason: str) -> list[str]:
    """Add *reason* as a comment beside or above `draft: true`."""
    if not reason:
        return lines
    place = lines.index(_DRAFT)
    beside = f"{_DRAFT}  # {reason}"
    above = textwrap.wrap(reason, _MAX_LINE, initial_indent="    # ", subsequent_indent="    # ")
    marked = [beside] if len(beside) <= _MAX_LINE else [*above, _DRAFT]
    return [*lines[:place], *marked, *lines[place + 1 :]]


def _flushed(lines: Iterable[str]) -> list[str]:
    """Move list items in *lines* to their key's column."""
    flushed, in_list = [], False
    for line in lines:
        if line.startswith("    ") and line[4] != " ":
            in_list = line in {"    alternates:", "    not_for:"}
        flushed.append(line[2:] if in_list and line.startswith("      ") else line)
    return flushed
