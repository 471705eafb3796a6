"""What the chat says, before anything decides how it looks: a reply is a tuple of parts."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Facts", "Note", "Numbered", "Part", "Parts", "Prose", "Title"]


@dataclass(frozen=True, slots=True)
class Title:
    """One line of plain text that names what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown: an answer, or the knowledge base's greeting."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """Things to pick by number, counted from 1; all plain text."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, one a row; all plain text."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of the chat's own, in plain text."""

    text: str


Part = Title | Prose | Numbered | Facts | Note
Parts = tuple[Part, ...]
