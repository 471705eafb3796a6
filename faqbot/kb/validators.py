"""Validators of values, with their rules as JSON Schema.

*read* takes a node, the line on which it begins, its name in messages, and the list of faults. It
returns None after a fault, and for a node that was refused before. *json* returns the same rule as
JSON Schema. The constants at the end validate words: ids, links, dates, booleans.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from faqbot.kb.faults import quoted
from faqbot.kb.language_codes import language_hint, normal_language
from faqbot.kb.parsing import YamlList, YamlMapping
from faqbot.models import Caution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from faqbot.kb.faults import FaultList
    from faqbot.kb.parsing import Node

Json = dict[str, Any]
_BREAKS = r"\n\r\u0085\u2028\u2029"
_BREAK = re.compile(f"[{_BREAKS}]")
# Least similarity of a suggestion, in percent (rapidfuzz.fuzz.ratio), chosen by hand.
_MIN_SIMILARITY = 60.0
# Texts that other tools write for an empty field.
_BLANK = frozenset({"", "~", "null", "Null", "NULL"})
NOTHING = "none"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Validator(Protocol):
    """Rule for a value."""

    def read(self, node: Node, line: int, name: str, faults: FaultList) -> object | None:
        """Return the value of *node*, None after a fault."""

    def json(self) -> Json:
        """Return the same rule as JSON Schema."""


@dataclass(frozen=True, slots=True)
class TextValidator:
    """Text of at most *limit* characters; Markdown if *lines*.

    *shared* texts are interned, as they recur in many entries.
    """

    limit: int
    lines: bool = False
    shared: bool = False

    def read(self, node: Node, line: int, name: str, faults: FaultList) -> str | None:
        """Return the text without the blanks around it."""
        if not isinstance(node, str):
            _refuse_kind(node, line, faults, f"{name} must be text")
            return None
        text = node.rstrip().lstrip("\n") if self.lines else node.strip()
        if not text:
            faults.add(line, f"{name} is blank: fill it in or delete it")
        elif len(text) > self.limit:
            faults.add(line, f"{name} has {len(text):,} characters: shorten it to {self.limit:,}")
        elif not self.lines and not text.isprintable() and _BREAK.search(text):
            faults.add(line, f"{name} must be one line: join its lines")
        else:
            return sys.intern(text) if self.shared else text
        return None

    def json(self) -> Json:
        """Return the same rule as JSON Schema."""
        pattern = r"\S" if self.lines else rf"^\s*\S(?:[^{_BREAKS}]*\S)?\s*$"
        return {"type": "string", "maxLength": self.limit, "pattern": pattern}


@dataclass(frozen=True, slots=True)
class WordValidator:
    """Text that *parse* converts, or None if it does not fit.

    *wanted* ends the sentence "... must be", and *remedy* returns a suggestion for a given text.
    """

    parse: Callable[[str], object | None]
    wanted: str
    schema: Json
    limit: int = 100
    remedy: Callable[[str], str] = lambda _: ""

    def read(self, node: Node, line: int, name: str, faults: FaultList) -> object | None:
        """Return the parsed value of the text."""
        text = TextValidator(self.limit).read(node, line, name, faults)
        if text is None:
            return None
        value = self.parse(text)
        if value is None:
            hint = self.remedy(text)
            faults.add(line, f"{name} must be {self.wanted}, not {quoted(text)}{hint}")
        return value

    def json(self) -> Json:
        """Return the same rule as JSON Schema."""
        return self.schema


@dataclass(frozen=True, slots=True)
class ListOf:
    """List of *least* to *most* items; None means no limit."""

    item: Validator
    least: int = 0
    most: int | None = 1_000

    def read(self, node: Node, line: int, name: str, faults: FaultList) -> tuple[Any, ...] | None:
        """Return the items without a fault."""
        if not isinstance(node, YamlList):
            _refuse_kind(node, line, faults, f"{name} must be a list: begin each item with '- '")
            return None
        count = len(node.values)
        if count < self.least:
            faults.add(line, f"{name} needs {self.least} or more items, and has {count}")
        elif self.most is not None and count > self.most:
            faults.add(line, f"{name} may have {self.most:,} items, and has {count:,}")
        read = self.item.read
        each = zip(node.values, node.lines, strict=True)
        inner = name if name.startswith("an item of") else f"an item of {name}"
        values = [read(item, where, inner, faults) for item, where in each]
        return tuple(value for value in values if value is not None)

    def json(self) -> Json:
        """Return the same rule as JSON Schema."""
        schema: Json = {"type": "array", "items": self.item.json()}
        if self.least:
            schema["minItems"] = self.least
        return schema if self.most is None else schema | {"maxItems": self.most}


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """Item or list, read as a tuple; *nothing* gives ()."""

    item: Validator
    nothing: str

    def read(self, node: Node, line: int, name: str, faults: FaultList) -> tuple[Any, ...] | None:
        """Return the items, () for the word *nothing*."""
        if isinstance(node, str) and node.strip() == self.nothing:
            return ()
        if _is_empty(node):
            faults.add(
                line, f"{name} is empty: fill it in, or write `{self.nothing}` if nothing is meant"
            )
            return None
        if isinstance(node, YamlList):
            return ListOf(self.item, least=1).read(node, line, name, faults)
        value = self.item.read(node, line, name, faults)
        return None if value is None else (value,)

    def json(self) -> Json:
        """Return the same rule as JSON Schema."""
        many = ListOf(self.item, least=1)
        return {"anyOf": [{"const": self.nothing}, self.item.json(), many.json()]}


@dataclass(frozen=True, slots=True)
class Field:
    """Key of a record; *also* are its names in other systems."""

    name: str
    validator: Validator
    description: str
    required: bool = False
    also: tuple[str, ...] = ()

    def json(self) -> Json:
        """Return the rule as JSON Schema.

        An optional field may be null.
        """
        schema = self.validator.json()
        if not self.required and "type" in schema:
            schema = schema | {"type": [schema["type"], "null"]}
        elif not self.required and "anyOf" in schema:
            schema = schema | {"anyOf": [*schema["anyOf"], {"type": "null"}]}
        elif not self.required and "enum" in schema:
            schema = schema | {"enum": [*schema["enum"], None]}
        return {"description": self.description} | schema


@dataclass(frozen=True, slots=True)
class RecordValidator:
    """Mapping with known fields, named in messages by its label."""

    label: str
    fields: tuple[Field, ...]
    by_name: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the fields by name."""
        object.__setattr__(self, "by_name", {each.name: each for each in self.fields})

    def read(self, node: Node, line: int, name: str, faults: FaultList) -> dict[str, Any] | None:
        """Return the given fields without a fault, by name."""
        if not isinstance(node, YamlMapping):
            example = self.fields[0].name
            _refuse_kind(node, line, faults, f"{name} must have fields such as `{example}: ...`")
            return None
        values: dict[str, Any] = {}
        for key, value in node.values.items():
            found = self.read_field(key, value, node.lines[key], faults)
            if found is not None:
                values[key] = found
        self.require(node.lines, line, faults)
        return values

    def read_field(self, key: str, node: Node, line: int, faults: FaultList) -> object | None:
        """Return the value of the field *key*.

        None if the field is unknown, has a fault, or is optional and blank.
        """
        known = self.by_name.get(key)
        if known is None:
            faults.add(line, f"{quoted(key)} is not a field of {self.label}: {self._advice(key)}")
            return None
        if not known.required and isinstance(node, str) and node.strip() in _BLANK:
            return None
        return known.validator.read(node, line, f"`{key}`", faults)

    def require(self, given: Iterable[str], line: int, faults: FaultList) -> None:
        """Report each required field that is missing in *given*."""
        missing = [each.name for each in self.fields if each.required and each.name not in given]
        meant = {self._meant(key) for key in given if key not in self.by_name} if missing else set()
        for name in missing:
            if name not in meant:
                faults.add(line, f"{self.label} needs `{name}`: add it")

    def json(self) -> Json:
        """Return the same rule as JSON Schema."""
        required = [each.name for each in self.fields if each.required]
        return {
            "type": "object",
            "properties": {each.name: each.json() for each in self.fields},
            "required": required,
            "additionalProperties": False,
        }

    def _advice(self, key: str) -> str:
        if meant := self._meant(key):
            return f"did you mean `{meant}`?"
        return f"it may have {', '.join(f'`{name}`' for name in self.by_name)}"

    def _meant(self, key: str) -> str:
        names = {alias: each.name for each in self.fields for alias in (each.name, *each.also)}
        return names.get(nearest(key.lower(), names), "")


def nearest(text: str, choices: Iterable[str]) -> str:
    """Return the most similar choice, "" below 60 % similarity."""
    from rapidfuzz import fuzz, process

    # As a list: of a dictionary, rapidfuzz would take the values.
    found = process.extractOne(text, list(choices), scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
    return found[0] if found else ""


def _is_empty(node: Node) -> bool:
    """Return True for an empty list, and a text that stands for an empty field."""
    if isinstance(node, YamlList):
        return not node.values
    return isinstance(node, str) and (node.strip() in _BLANK or node.strip().lower() == NOTHING)


def _refuse_kind(node: Node, line: int, faults: FaultList, rule: str) -> None:
    if isinstance(node, YamlMapping):
        # The usual cause is an unquoted text with ': ' in it, which YAML takes for a key.
        faults.add(line, f"{rule}, not fields (quote a text that holds ': ')")
    elif isinstance(node, YamlList):
        faults.add(line, f"{rule}, not a list")
    elif node is not None:
        faults.add(line, rule)


def _schema(pattern: str, limit: int) -> Json:
    return {"type": "string", "maxLength": limit, "pattern": rf"^\s*{pattern}\s*$"}


def _matching(pattern: str, wanted: str, limit: int) -> WordValidator:
    matches = re.compile(pattern).fullmatch
    schema = _schema(pattern, limit)
    return WordValidator(lambda text: text if matches(text) else None, wanted, schema, limit)


def _slug(limit: int = 80) -> WordValidator:
    pattern = rf"(?!{NOTHING}\s*$)[a-z0-9]+(?:-[a-z0-9]+)*"
    matches = re.compile(pattern).fullmatch
    return WordValidator(
        lambda text: text if matches(text) else None,
        "lower-case letters and digits joined by hyphens",
        _schema(pattern, limit),
        limit,
        _near_slug,
    )


def _near_slug(text: str) -> str:
    if text == NOTHING:
        return ", which stands for no entry"
    slug = "-".join(re.findall("[a-z0-9]+", text.lower()))
    return f": did you mean `{slug}`?" if slug and slug != NOTHING else ""


def _day(text: str) -> date | None:
    # fromisoformat also takes 20260131 and 2026-W05, which editors refuse.
    try:
        return date.fromisoformat(text) if re.fullmatch(_DAY, text) else None
    except ValueError:
        return None


SLUG = _slug()
URL = _matching(r"(?:https?://|mailto:)\S+", "a link that begins with https:// or mailto:", 2_000)
LANGUAGE = WordValidator(
    normal_language,
    "a code such as `en` or `pt-BR`",
    _schema(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", 35),
    35,
    language_hint,
)
DAY = WordValidator(_day, "a date such as 2026-01-31", _schema(_DAY, 100) | {"format": "date"})
FLAG = WordValidator(_FLAGS.get, "`true` or `false`", {"type": "boolean"})
CAUTION = WordValidator(
    {each.value: each for each in Caution}.get,
    "`low`, `normal` or `high`",
    {"enum": [each.value for each in Caution]},
)
VERSION = WordValidator({"1": 1}.get, "1", {"const": 1})
