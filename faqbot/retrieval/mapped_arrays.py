"""Arrays in one file that is mapped into memory: opened without a copy, and shared by processes.

The file is a line of magic, the size of a JSON header, a checksum, the header, and the arrays, each at a
multiple of 64 bytes. The header has a key, and each array's type, shape and place. The checksum is of the
header and of all arrays except those that cannot do harm when they are damaged.
"""

from __future__ import annotations

import errno
import json
import math
import mmap
import os
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot.files import check_own_folder, is_own, open_regular, write_private

Arrays: TypeAlias = Mapping[str, NDArray[Any]]

_MAGIC = b"faqbot arrays 1\n"
# Bytes between two places where an array may begin: a cache line.
_ALIGNED = 64
# Digits of the header's size, and of the checksum.
_DIGITS = 8
# Bytes of a file from which it is mapped. A mapping keeps a file open, and a process may often open
# no more than 1,024: the smaller files of a thousand tenants are read. Chosen by hand.
_MAPPED_FROM = 4_000_000
# Errors that reading a damaged file may raise.
_DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError),
    *(RecursionError, MemoryError),
)


def save_arrays(path: Path, key: str, arrays: Arrays, unchecked: Collection[str] = ()) -> None:
    """Write *arrays* to a private file at *path*, as by `write_arrays`; raises as `write_private`."""
    write_private(path, lambda file: write_arrays(file, key, arrays, unchecked))


def write_arrays(file: BinaryIO, key: str, arrays: Arrays, unchecked: Collection[str] = ()) -> None:
    """Write *arrays* to an open file under *key*. Those *unchecked* have no checksum."""
    places: dict[str, object] = {}
    end = 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.shape, end)
        end += -(-array.nbytes // _ALIGNED) * _ALIGNED
    content = {"key": key, "arrays": places, "unchecked": [*unchecked], "size": end}
    header = json.dumps(content).encode()
    checked = [array for name, array in arrays.items() if name not in unchecked]
    start = f"{len(header):{_DIGITS}}{_checksum(header, checked):{_DIGITS}x}".encode()
    file.write(_MAGIC + start + header)
    _pad(file)
    for array in arrays.values():
        file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        _pad(file)


def _pad(file: BinaryIO) -> None:
    file.write(bytes(-file.tell() % _ALIGNED))


def map_arrays(path: Path, key: str) -> Arrays | None:
    """Return the arrays saved under *key*, read-only; a large file is mapped, a small one read.

    The result is None if the file is missing, damaged or of another user.
    """
    with suppress(*_DAMAGED), _open_own(path) as file:
        return _arrays(_content(file), key)
    return None


def _content(file: BinaryIO) -> mmap.mmap | bytes:
    size = os.fstat(file.fileno()).st_size
    if size < _MAPPED_FROM:
        return file.read(size)
    return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)


def _arrays(content: mmap.mmap | bytes, key: str) -> Arrays | None:
    """Return the arrays in the *content* of a file; None if it is damaged or has another key."""
    size_at, sum_at = len(_MAGIC), len(_MAGIC) + _DIGITS
    start = sum_at + _DIGITS
    header = content[start : start + int(content[size_at:sum_at])]
    begin = start + len(header)
    begin += -begin % _ALIGNED
    told = json.loads(header)
    if (content[:size_at], told["key"], len(content)) != (_MAGIC, key, begin + told["size"]):
        return None
    arrays = {name: _array(content, begin, *each) for name, each in told["arrays"].items()}
    checked = [array for name, array in arrays.items() if name not in told["unchecked"]]
    return arrays if _checksum(header, checked) == int(content[sum_at:start], 16) else None


def _open_own(path: Path) -> BinaryIO:
    """Open a file of this user, in a folder that nobody else writes to.

    Raise OSError for any other.
    """
    check_own_folder(path.parent)
    file = open_regular(path, follow=False)
    if not is_own(os.fstat(file.fileno())):
        file.close()
        raise PermissionError(errno.EACCES, "the file belongs to another user", str(path))
    return file


def _array(
    content: mmap.mmap | bytes, begin: int, kind: str, shape: list[int], place: int
) -> NDArray[Any]:
    array = np.frombuffer(content, np.dtype(kind), math.prod(shape), begin + place)
    return array.reshape(shape)


def _checksum(header: bytes, arrays: list[NDArray[Any]]) -> int:
    checksum = zlib.crc32(header)
    for array in arrays:
        checksum = zlib.crc32(np.ascontiguousarray(array).data, checksum)
    return checksum
