"""Arrays in one file that is mapped into memory: opened in a millisecond, and shared by processes.

The file is a line of magic, the size of a JSON header, a checksum, the header, and the arrays, each at a
multiple of 64 bytes. The header has a key, and each array's type, shape and place. The checksum is of the
header and of all arrays but those that cannot do harm when they are damaged.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqbot.files import check_own_folder, is_own, open_regular, write_atomic

Arrays: TypeAlias = Mapping[str, NDArray[Any]]

_MAGIC = b"faqbot arrays 1\n"
# Bytes between two places where an array may begin: a cache line.
_ALIGNED = 64
# Digits of the header's size, and of the checksum.
_DIGITS = 8
# Errors that reading a damaged file may raise.
_DAMAGED = (OSError, ValueError, KeyError, TypeError, OverflowError)


def write_arrays(path: Path, key: str, arrays: Arrays, unchecked: Collection[str] = ()) -> None:
    """Write *arrays* to *path* under *key*, whole or not at all.

    Those *unchecked* have no checksum. Raises OSError when it cannot be written.
    """
    places: dict[str, object] = {}
    end = 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.shape, end)
        end += -(-array.nbytes // _ALIGNED) * _ALIGNED
    content = {"key": key, "arrays": places, "unchecked": [*unchecked], "size": end}
    header = json.dumps(content).encode()
    checked = [array for name, array in arrays.items() if name not in unchecked]
    start = f"{len(header):{_DIGITS}}{_checksum(header, checked):{_DIGITS}x}".encode()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_own_folder(path.parent)
    write_atomic(path, lambda file: _write(file, _MAGIC + start + header, arrays), mode=0o600)


def _write(file: BinaryIO, start: bytes, arrays: Arrays) -> None:
    file.write(start)
    _pad(file)
    for array in arrays.values():
        file.write(np.ascontiguousarray(array).data)
        _pad(file)


def _pad(file: BinaryIO) -> None:
    file.write(bytes(-file.tell() % _ALIGNED))


def map_arrays(path: Path, key: str) -> Arrays | None:
    """Map the arrays saved under *key*, read-only.

    The result is None if the file is missing, damaged or of another user.
    """
    with suppress(*_DAMAGED), _open_own(path) as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        size_at, sum_at = len(_MAGIC), len(_MAGIC) + _DIGITS
        start = sum_at + _DIGITS
        header = mapped[start : start + int(mapped[size_at:sum_at])]
        begin = start + len(header)
        begin += -begin % _ALIGNED
        content = json.loads(header)
        if (mapped[:size_at], content["key"]) != (_MAGIC, key):
            return None
        if len(mapped) != begin + content["size"]:
            return None
        arrays = {name: _array(mapped, begin, *each) for name, each in content["arrays"].items()}
        checked = [array for name, array in arrays.items() if name not in content["unchecked"]]
        return arrays if _checksum(header, checked) == int(mapped[sum_at:start], 16) else None
    return None


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


def _array(mapped: mmap.mmap, begin: int, kind: str, shape: list[int], place: int) -> NDArray[Any]:
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(mapped, np.dtype(kind), count, begin + place).reshape(shape)


def _checksum(header: bytes, arrays: list[NDArray[Any]]) -> int:
    checksum = zlib.crc32(header)
    for array in arrays:
        checksum = zlib.crc32(np.ascontiguousarray(array).data, checksum)
    return checksum
