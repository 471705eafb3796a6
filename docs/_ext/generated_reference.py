"""Sphinx extension: sections of the reference that are generated from the code.

A line ``<!-- generated: NAME -->`` in a page is replaced when the page is read:

``fields FILE...``  every field of a knowledge base, with examples from the YAML files
``checks``          the codes of `faqbot check`
``manners``         the ids of the bot's own words
``capabilities``    the capabilities of the adapters that come with faqbot
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields as fields_of
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

import yaml
from pygments.lexers.special import TextLexer

from faqbot import Capabilities
from faqbot.authoring.checks.findings import GROUPS, RULES
from faqbot.kb import shipped_manners
from faqbot.kb.fields import ENTRY, FILE, MANNER, SOURCE, TEST
from faqbot.kb.validators import (
    Field,
    ListOf,
    OneOrMore,
    RecordValidator,
    TextValidator,
    Validator,
    WordValidator,
)
from faqbot_web.interfaces import CAPABILITIES

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from sphinx.application import Sphinx

_MARK = re.compile(r"^<!-- generated: (\w+)((?: \S+)*) -->$", re.MULTILINE)

# The records of the format in the order of the page, each with its heading.
_RECORDS = (
    ("Header and lists", FILE),
    ("An entry", ENTRY),
    ("A test", TEST),
    ("The source", SOURCE),
    ("An item of manners", MANNER),
)


def fill(text: str, folder: Path) -> str:
    """Return the page *text* with each mark replaced; examples are read from *folder*."""
    makers: dict[str, Callable[[Sequence[Path]], str]] = {
        "fields": fields,
        "checks": lambda _: checks(),
        "manners": lambda _: manners(),
        "capabilities": lambda _: capabilities(),
    }

    def replaced(mark: re.Match[str]) -> str:
        return makers[mark[1]]([folder / name for name in mark[2].split()])

    return _MARK.sub(replaced, text)


class Example(NamedTuple):
    """Lines of an example file that set one field; *form* tells ways of writing it apart."""

    record: str
    field: str
    form: str
    text: str


def fields(files: Sequence[Path]) -> str:
    """Return Markdown on every field of a knowledge base; *files* hold an example of each.

    Raises ValueError if a field has no example.
    """
    examples = [example for path in files for example in _examples(path)]
    lines: list[str] = []
    for title, record in _RECORDS:
        lines += [f"## {title}", ""]
        for each in record.fields:
            lines += _field_lines(title, each, examples)
    return "\n".join(lines)


def _field_lines(title: str, field: Field, examples: Sequence[Example]) -> Iterator[str]:
    """Yield the heading, the rule and the examples of one field."""
    shown = {each.form: each.text for each in reversed(examples) if each[:2] == (title, field.name)}
    if not shown:
        raise ValueError(f"no example of `{field.name}` under {title!r}")
    yield from (f"### `{field.name}`", "", field.description, "")
    need = "Required" if field.required else "Optional"
    yield from (f"{need}. Value: {_described(field.validator)}.", "")
    for text in reversed(shown.values()):
        yield from ("```yaml", text, "```", "")


def _described(validator: Validator) -> str:
    """Return a phrase on the values that *validator* allows."""
    match validator:
        case TextValidator(lines=True):
            return f"Markdown, at most {validator.limit:,} characters"
        case TextValidator():
            return f"one line of at most {validator.limit:,} characters"
        case WordValidator():
            return validator.wanted
        case ListOf():
            return _described_list(validator)
        case OneOrMore():
            return f"{_described(validator.item)}, or a list of them, or `{validator.nothing}`"
        case RecordValidator():
            return f"fields of {validator.label}, see below"
    raise TypeError(f"no phrase for {type(validator).__name__}")


def _described_list(validator: ListOf) -> str:
    least = f"at least {validator.least}" if validator.least else ""
    most = f"at most {validator.most:,}" if validator.most is not None else ""
    count = " and ".join(part for part in (least, most) if part)
    return f"a list{f' of {count}' if count else ''}; each item: {_described(validator.item)}"


def _examples(path: Path) -> Iterator[Example]:
    """Yield the fields that the knowledge base at *path* sets, in the order they are written."""
    text = path.read_text(encoding="utf-8")
    top = yaml.compose(text, yaml.SafeLoader)
    titles = {id(record): title for title, record in _RECORDS}
    if isinstance(top, yaml.MappingNode):
        yield from _set_fields(top, FILE, text.splitlines(), titles)


def _set_fields(
    node: yaml.MappingNode, record: RecordValidator, lines: Sequence[str], titles: dict[int, str]
) -> Iterator[Example]:
    for key, value in node.value:
        field = record.by_name[key.value]
        inner = _inner(field.validator)
        yield Example(titles[id(record)], key.value, _form(value), _cut(lines, key, value))
        items = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for item in items:
            if inner is not None and isinstance(item, yaml.MappingNode):
                yield from _set_fields(item, inner, lines, titles)


def _inner(validator: Validator) -> RecordValidator | None:
    """Return the record that *validator* holds, alone or in a list."""
    if isinstance(validator, ListOf | OneOrMore):
        return _inner(validator.item)
    return validator if isinstance(validator, RecordValidator) else None


def _form(value: yaml.Node) -> str:
    """Return the kind of *value*; the word `none` is a kind of its own."""
    return "none" if value.value == "none" else type(value).__name__


def _cut(lines: Sequence[str], key: yaml.Node, value: yaml.Node) -> str:
    """Return the lines from *key* to the end of *value*, without their indent and a list's mark."""
    first, column = key.start_mark.line, key.start_mark.column
    # A block list or mapping ends where the next token begins, anything else within its last line.
    is_block = isinstance(value, yaml.CollectionNode) and not value.flow_style
    end = value.end_mark.line + (value.end_mark.column > 0 and not is_block)
    block = [" " * column + lines[first][column:], *lines[first + 1 : max(end, first + 1)]]
    return dedent("\n".join(_shortened(block))).rstrip()


# Lines of an example. A longer list, such as `entries`, is cut.
_MOST_LINES = 8


def _shortened(block: Sequence[str]) -> Sequence[str]:
    if len(block) <= _MOST_LINES:
        return block
    indent = len(block[1]) - len(block[1].lstrip())
    return [*block[: _MOST_LINES - 1], f"{' ' * indent}# ..."]


def checks() -> str:
    """Return Markdown tables of the check codes, a heading for each group."""
    lines: list[str] = []
    for letter, title in GROUPS.items():
        lines += [f"## {title}", "", "| code | severity | finding | remedy |", "|---|---|---|---|"]
        lines += [
            f"| {rule.code} | {rule.severity} | {_cell(rule.description)} | {_cell(rule.remedy)} |"
            for rule in RULES.values()
            if rule.code.startswith(letter)
        ]
        lines.append("")
    return "\n".join(lines)


# Section of the shipped manners: its heading, and the heading of its second column.
_MANNERS = {
    "Manners": ("Courtesies", "a person says"),
    "Moves": ("Moves", "a person says"),
    "Words": ("Words", "used for"),
}


def manners() -> str:
    """Return Markdown tables of the shipped manners: id, an example or purpose, and answer."""
    lines: list[str] = []
    for section, (title, head) in _MANNERS.items():
        lines += [f"## {title}", "", f"| id | {head} | the bot says |", "|---|---|---|"]
        lines += [
            f"| `{entry.id}` | {_cell(entry.question)} | {_cell(entry.answer)} |"
            for entry in shipped_manners().entries
            if entry.section == section
        ]
        lines.append("")
    return "\n".join(lines)


def capabilities() -> str:
    """Return a Markdown table: a row for each capability, a column for each adapter and interface."""
    points = [each for each in entry_points(group="faqbot.adapters") if _is_ours(each)]
    declared = {each.name: each.load().capabilities for each in sorted(points)}
    declared |= {name: each for name, each in CAPABILITIES.items() if name not in declared}
    lines = [f"| | {' | '.join(declared)} |", f"|---|{'---|' * len(declared)}"]
    for field in fields_of(Capabilities):
        values = (getattr(each, field.name) for each in declared.values())
        lines.append(f"| {field.name.replace('_', ' ')} | {' | '.join(map(_shown, values))} |")
    return "\n".join(lines)


def _is_ours(point: EntryPoint) -> bool:
    return point.dist is not None and point.dist.name == "faqbot"


def _shown(value: object) -> str:
    """Return the value of a capability as a word, or as a number of characters."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "no limit" if value is None else f"{value:,} characters"


def _cell(text: str) -> str:
    """Return *text* as it is to stand in a cell of a table."""
    return text.replace("|", "\\|").replace("\n\n", "<br>").replace("\n", " ")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the replacement of marks, and languages that Pygments does not know."""

    def read(app: Sphinx, page: str, source: list[str]) -> None:
        source[0] = fill(source[0], Path(app.env.doc2path(page)).parent)

    app.connect("source-read", read)
    for language in ("session", "csv"):
        app.add_lexer(language, TextLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
