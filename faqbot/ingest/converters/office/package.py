"""What is safe to open of the documents that are ZIP archives: DOCX and XLSX."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from faqbot.errors import UnreadableDocument

__all__ = ["check_office_file"]

_MOST_FILES = 5_000
_MOST_BYTES = 200_000_000
_PIECE = 1_000_000
# Older Office files, and every Office file that is locked with a password, are of this kind.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# The start of a part that a parser of XML accepts, in UTF-8 or UTF-16: a mark of the byte order, and
# blanks before "<".
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def check_office_file(data: bytes, name: str, part: str, most: int) -> None:
    """Raise `UnreadableDocument` unless *data* is an Office file that holds *part* and no trap.

    Its XML must not unpack to over *most* bytes, and all of it to no more than a document does. Nor may
    it declare entities, which could read files or grow without end. Every part is looked into, whatever
    its name: the relations of a document may call any part its text. Archives that lie about sizes are
    found while reading: no more is unpacked than they declare.
    """
    if data.startswith(_OLE):
        raise UnreadableDocument(_old_or_locked(data, name))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive.infolist(), name)
            if not any(each.filename.startswith(part) for each in archive.infolist()):
                raise UnreadableDocument(
                    f"{name} is an archive, but none that a text or spreadsheet program wrote: "
                    "check that it is what its name says"
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
    except RuntimeError as error:  # what zipfile raises for a file behind a password
        raise UnreadableDocument(f"{name} is locked: save it without its password") from error


def _old_or_locked(data: bytes, name: str) -> str:
    if _LOCKED in data:
        return f"{name} is locked with a password: save it without one"
    return f"{name} is of the format from before 2007: save it as .docx or .xlsx"


def _check_sizes(files: list[zipfile.ZipInfo], name: str) -> None:
    total = sum(each.file_size for each in files)
    if len(files) > _MOST_FILES or total > _MOST_BYTES:
        raise UnreadableDocument(_too_large(name, total, len(files)))


def _too_large(name: str, size: int, count: int) -> str:
    return (
        f"{name} would unpack to {size // 1_000_000:,} MB in {count:,} files, more than any document "
        "for people: save the part with the questions, and import that"
    )


def _size_of_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> int:
    """Return the size of *part* if it is XML by name or content, else 0.

    XML that declares a document type is refused.
    """
    named = part.filename.lower().endswith((".xml", ".rels"))
    before = b""
    with archive.open(part) as opened:
        while piece := opened.read(_PIECE):
            if not before and not named and not _XML.match(piece):
                return 0
            if any(mark in before + piece for mark in _DECLARATIONS):
                raise UnreadableDocument(
                    f"{name} declares entities of its own, which no Office program does: save it "
                    "again with one"
                )
            before = piece[-40:]
    return part.file_size
