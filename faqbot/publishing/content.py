"""Content of a version: names and sizes of files, digest, and bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from faqbot.errors import PublishError

if TYPE_CHECKING:
    from hashlib import _Hash

    from faqbot.publishing.version_models import StoredFile

# Bytes of a part. Chosen by hand: it fits in a packet of every database, and in memory.
PART_BYTES = 1_000_000
# Files of a version, and their bytes together. Chosen by hand: a million entries of usual length (790
# bytes, see benchmarks/loading.py).
MAX_FILES = 10_000
MAX_FILES_BYTES = 1_000_000_000
# Bytes of a published index. Chosen by hand: 10 million phrasings take 3 GB (benchmarks/README).
MAX_INDEX_BYTES = 8_000_000_000
# Characters of a name, and bytes of a part of it. Those of usual file systems.
_MAX_NAME, _MAX_PART = 1_000, 255
_SUFFIXES = (".yaml", ".yml")


def name_fault(name: str) -> str:
    """Return the reason why a file of *name* is not published; "" if it is.

    *name* is a path relative to the folder of the knowledge base, with "/" between its parts.
    """
    parts = name.split("/")
    if not name.isprintable() or "\\" in name:
        return "its name has a character that not every system allows"
    if any(not part or part.startswith(".") for part in parts) or ":" in parts[0]:
        return "its name is not that of a file in the folder"
    if not name.lower().endswith(_SUFFIXES):
        return "its name ends with neither .yaml nor .yml"
    if len(name) > _MAX_NAME or any(len(part.encode()) > _MAX_PART for part in parts):
        return "its name is too long"
    return ""


def size_fault(files: Sequence[StoredFile], indexes: Sequence[StoredFile] = ()) -> str:
    """Return why *files* or *indexes* are too large; "" if not."""
    if len(files) > MAX_FILES:
        return f"it has over {MAX_FILES:,} files"
    if any(file.size < 0 for file in (*files, *indexes)):
        return "it has a file of a negative size"
    if sum(file.size for file in files) > MAX_FILES_BYTES:
        return f"its files are over {MAX_FILES_BYTES // 1_000_000:,} MB"
    if any(index.size > MAX_INDEX_BYTES for index in indexes):
        return f"its index is over {MAX_INDEX_BYTES // 1_000_000:,} MB"
    return ""


def read_parts(file: BinaryIO) -> Iterator[bytes]:
    """Yield *file* in parts of at most `PART_BYTES` bytes."""
    while data := file.read(PART_BYTES):
        yield data


class ContentDigest:
    """SHA-256 of the names, sizes and bytes of files."""

    def __init__(self) -> None:
        """Start without a file."""
        self._hash: _Hash = sha256()

    def begin(self, file: StoredFile) -> None:
        """Begin with the next *file*, whose bytes follow."""
        self._hash.update(f"{file.name}\0{file.size}\0".encode())

    def add(self, data: bytes) -> None:
        """Add bytes of the file."""
        self._hash.update(data)

    def hex(self) -> str:
        """Return the digest in hexadecimal."""
        return self._hash.hexdigest()


def folder_digest(folder: Path, files: Iterable[StoredFile]) -> str:
    """Return the digest of *files* in *folder*; raises OSError for unreadable ones."""
    digest = ContentDigest()
    for file in files:
        digest.begin(file)
        with (folder / file.name).open("rb") as opened:
            for data in read_parts(opened):
                digest.add(data)
    return digest.hex()


class PartReader:
    """Bytes from parts, taken in pieces of other sizes."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        """Read *parts*, each when it is needed."""
        self._parts = iter(parts)
        self._left = b""

    def take(self, size: int) -> Iterator[bytes]:
        """Yield the next *size* bytes; raise PublishError if there are fewer."""
        while size:
            if not self._left:
                self._left = next(self._parts, b"")
                if not self._left:
                    raise PublishError("bytes are missing")
            piece, self._left = self._left[:size], self._left[size:]
            size -= len(piece)
            yield piece

    def is_at_end(self) -> bool:
        """Return True if all bytes were taken."""
        return not self._left and next(self._parts, None) is None
