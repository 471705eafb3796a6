"""Office files (DOCX, XLSX): ZIP safety checks, and relations of parts.

See ECMA-376 part 2, "Relationships".
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from faqbot.errors import UnreadableDocument

# Files in an archive. Office files have tens to hundreds; chosen by hand.
_MOST_FILES = 5_000
# Bytes of an unpacked archive; chosen by hand.
_MOST_BYTES = 200_000_000
# Bytes that are unpacked at a time.
_PIECE = 1_000_000
# Start of older Office files, and of files locked with a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# Start of an XML part in UTF-8 or UTF-16: byte order mark, blanks, "<".
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


@dataclass(frozen=True, slots=True)
class Relation:
    """Reference to a part or address; *kind* is its type's last word."""

    id: str
    kind: str
    target: str
    external: bool


def name_of(element: ET.Element) -> str:
    """Return the name of *element* without its namespace.

    Office files have two sets of namespaces.
    """
    return element.tag.rpartition("}")[2]


def relations(archive: zipfile.ZipFile, part: str) -> list[Relation]:
    """Return the relations of *part*, "" for the whole file.

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
    """Yield the existing parts that *part* refers to with one of *kinds*."""
    names = frozenset(archive.namelist())
    for each in relations(archive, part):
        if each.kind in kinds and not each.external and each.target in names:
            yield each.target


def main_part(archive: zipfile.ZipFile, usual: str) -> str:
    """Return the name of the main part, by default *usual*."""
    return next(related(archive, "", "officeDocument"), usual)


def check_office_file(data: bytes, name: str, part: str, most: int) -> None:
    """Raise `UnreadableDocument` unless *data* is a safe Office file with *part*.

    Its XML may unpack to at most *most* bytes, and the whole archive to the limit of a document. It may
    not declare entities, which could read files or grow without end. Every part is checked, since
    relations can use any name for text. Archives that lie about sizes fail while reading: no more is
    unpacked than they declare.
    """
    if data.startswith(_OLE):
        raise UnreadableDocument(_old_or_locked(data, name))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive.infolist(), name)
            if not any(each.filename.startswith(part) for each in archive.infolist()):
                raise UnreadableDocument(
                    f"{name} is an archive, but not a Word document or workbook: "
                    "check its name and content"
                )
            xml = sum(_size_of_xml(archive, each, name) for each in archive.infolist())
            if xml > most:
                raise UnreadableDocument(_too_large(name, xml, len(archive.infolist())))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        OSError,
    ) as error:
        raise UnreadableDocument(f"{name} is damaged or cut off: get it again") from error
    except RuntimeError as error:  # zipfile raises it for a file with a password
        raise UnreadableDocument(f"{name} is locked: save it without its password") from error


def _old_or_locked(data: bytes, name: str) -> str:
    if _LOCKED in data:
        return f"{name} is locked with a password: save it without one"
    return f"{name} is in the format of Office before 2007: save it as .docx or .xlsx"


def _check_sizes(files: list[zipfile.ZipInfo], name: str) -> None:
    total = sum(each.file_size for each in files)
    if len(files) > _MOST_FILES or total > _MOST_BYTES:
        raise UnreadableDocument(_too_large(name, total, len(files)))


def _too_large(name: str, size: int, count: int) -> str:
    return (
        f"{name} would unpack to {size // 1_000_000:,} MB in {count:,} files, which is too "
        "much: save only the part with the questions, and import it"
    )


def _size_of_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> int:
    """Return the size of *part* in bytes if it is XML, else 0.

    The name or the content shows it. XML that declares a document type is refused.
    """
    named = part.filename.lower().endswith((".xml", ".rels"))
    before = b""
    with archive.open(part) as opened:
        while piece := opened.read(_PIECE):
            if not before and not named and not _XML.match(piece):
                return 0
            if any(mark in before + piece for mark in _DECLARATIONS):
                raise UnreadableDocument(
                    f"{name} declares XML entities, which Office programs do not: save it "
                    "again with an Office program"
                )
            before = piece[-40:]
    return part.file_size
