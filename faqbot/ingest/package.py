"""Parts of an Office file, and how they point to each other (ECMA-376 part 2, "Relationships")."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree import ElementTree as ET

__all__ = ["Relation", "main_part", "name_of", "related", "relations"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A pointer to another part or to an address: *kind* is the last word of its type."""

    id: str
    kind: str
    target: str
    external: bool


def name_of(element: ET.Element) -> str:
    """Return the name of *element* without its namespace, of which Office files have two sets."""
    return element.tag.rpartition("}")[2]


def relations(archive: zipfile.ZipFile, part: str) -> list[Relation]:
    """Return the relations of *part*, those of the whole file for an empty name.

    Targets within the file are names of its parts. Raises `ElementTree.ParseError` for broken XML.
    """
    folder, _, name = part.rpartition("/")
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        return []
    return list(_relations(ET.fromstring(archive.read(path)), folder))  # noqa: S314 - `check_office_file` refuses entities


def _relations(root: ET.Element, folder: str) -> Iterator[Relation]:
    for each in root:
        target, external = each.get("Target", ""), each.get("TargetMode") == "External"
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
        yield Relation(
            each.get("Id", ""), each.get("Type", "").rpartition("/")[2], target, external
        )


def related(archive: zipfile.ZipFile, part: str, *kinds: str) -> Iterator[str]:
    """Yield the names of the parts that *part* points to with one of *kinds*, if the file has them."""
    names = frozenset(archive.namelist())
    for each in relations(archive, part):
        if each.kind in kinds and not each.external and each.target in names:
            yield each.target


def main_part(archive: zipfile.ZipFile, usual: str) -> str:
    """Return the name of the part that holds the document, *usual* unless the file names another."""
    return next(related(archive, "", "officeDocument"), usual)
