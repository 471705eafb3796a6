"""Arrays that are mapped from a file."""

from __future__ import annotations

import mmap
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from faqbot.retrieval import mapped_arrays
from faqbot.retrieval.mapped_arrays import map_arrays, save_arrays

if TYPE_CHECKING:
    from pathlib import Path

_ARRAYS = {
    "floats": np.linspace(0, 1, 15, dtype=np.float32).reshape(3, 5),
    "table": np.arange(7, dtype=np.uint8),
    "flags": np.array([True, False]),
    "nothing": np.zeros((0, 4), np.int32),
}


@pytest.fixture(params=[0, 1_000_000], ids=["mapped", "read"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file with four arrays, of which the table has no checksum."""
    monkeypatch.setattr(mapped_arrays, "_MAPPED_FROM", request.param)
    save_arrays(tmp_path / "made" / "arrays.bin", "key", _ARRAYS, unchecked=["table"])
    return tmp_path / "made" / "arrays.bin"


def test_what_was_written_is_mapped(path: Path) -> None:
    """Names, types, shapes and values are the same, at places that suit every type."""
    found = map_arrays(path, "key")

    assert found is not None
    assert [*found] == [*_ARRAYS]
    for name, array in _ARRAYS.items():
        assert np.array_equal(found[name], array)
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert found[name].flags.aligned
        assert not found[name].flags.writeable


@pytest.mark.parametrize(("mapped_from", "kind"), [(1, mmap.mmap), (1_000_000, bytes)])
def test_large_file_is_mapped_and_small_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapped_from: int, kind: type
) -> None:
    """A mapping keeps its file open, so that small files take none."""
    save_arrays(tmp_path / "made" / "arrays.bin", "key", _ARRAYS)
    monkeypatch.setattr(mapped_arrays, "_MAPPED_FROM", mapped_from)

    found = map_arrays(tmp_path / "made" / "arrays.bin", "key")

    assert found is not None
    whole = found["flags"].base  # the array that `reshape` made a view of
    assert whole is not None
    assert isinstance(memoryview(whole.base).obj, kind)


_HEADERS = [
    "[]",
    "7",
    '{"key": "key"}',
    '{"key": "key", "size": 0, "unchecked": [], "arrays": []}',
    '{"key": "key", "size": 0, "unchecked": [], "arrays": {"a": 1}}',
    '{"key": "key", "size": 0, "unchecked": [], "arrays": {"a": ["|O", [], 0]}}',
    '{"key": "key", "size": 0, "unchecked": [], "arrays": {"a": ["<f4", [99999999999], 0]}}',
    '{"key": "key", "size": 0, "unchecked": [], "arrays": {"a": ["<f4", [3], -99]}}',
    "[" * 100_000,
]


@pytest.mark.parametrize("header", _HEADERS, ids=range(len(_HEADERS)))
def test_a_header_of_another_shape_is_not_used(path: Path, header: str) -> None:
    """Whatever a header says, nothing is raised, and no memory is taken for it."""
    start = f"{len(header):8}{zlib.crc32(header.encode()):8x}{header}"
    whole = b"faqbot arrays 1\n" + start.encode()
    path.write_bytes(whole + bytes(-len(whole) % 64))

    assert map_arrays(path, "key") is None


def test_a_missing_file_or_another_key_is_not_used(path: Path) -> None:
    """Both mean that the arrays must be made."""
    assert map_arrays(path.with_name("missing.bin"), "key") is None
    assert map_arrays(path, "another key") is None


def test_no_damaged_byte_is_used(path: Path) -> None:
    """Any byte that is changed is found, but for the gaps and the arrays that are not checked."""
    whole = path.read_bytes()
    table = whole.index(_ARRAYS["table"].tobytes())
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        found = map_arrays(path, "key")
        if found is not None:
            unharmed = [name for name in _ARRAYS if np.array_equal(found[name], _ARRAYS[name])]
            assert len(unharmed) == len(_ARRAYS) or table <= place < table + 7


@pytest.mark.parametrize("size", [0, 1, 20, 200, -1])
def test_a_file_that_was_cut_short_is_not_used(path: Path, size: int) -> None:
    """At whatever place."""
    path.write_bytes(path.read_bytes()[:size])

    assert map_arrays(path, "key") is None


def test_a_file_in_a_folder_of_everybody_is_not_used(path: Path) -> None:
    """Another user may have put it there; and no file is written there."""
    path.parent.chmod(0o777)

    assert map_arrays(path, "key") is None
    with pytest.raises(PermissionError):
        save_arrays(path, "key", _ARRAYS)
