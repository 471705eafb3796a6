"""Unigram tokenizer of SentencePiece, on arrays that can be mapped from a file.

Finds the segmentation of highest probability (Kudo 2018, "Subword Regularization", section 3.2), with the
rules of normalization that the model file carries. The pieces stand in a sorted array of 64-bit hashes: no
dictionary of 128,000 strings is built, so loading takes no time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# Numbers of the special pieces of a model: unknown, beginning and end of a text.
_UNKNOWN, _BEGIN, _END = 0, 1, 2
# An unknown character scores this much below the least likely piece, as in SentencePiece.
_UNKNOWN_PENALTY = 10.0
# Stands for a space in pieces.
_SPACE = "\u2581"
# Base of the polynomial hash modulo 2**64: fraction digits of pi. Odd, so that it has an inverse.
_BASE = 0x243F6A8885A308D3
_INVERSE = pow(_BASE, -1, 1 << 64)
# Bits of a hash that are looked up before a search: 128,000 pieces fill an eighth of a megabyte of flags.
_FILTER_BITS = 20
_FILTER_SHIFT = np.uint64(64 - _FILTER_BITS)
# Stands between texts that are tokenized together. No piece and no normalized text has it.
_SEPARATOR = "\0"
# The trie's nodes: bits of a unit in darts-clone, the library that SentencePiece uses.
_LABEL, _HAS_LEAF, _VALUE = 0x8000_00FF, 0x100, 0x7FFF_FFFF


@dataclass(frozen=True, slots=True)
class PieceTable:
    """The pieces of a model, and its rules of normalization.

    *hashes* uint64 (pieces,) rise. *present* bool (2**20,) is true where a hash has these first 20
    bits. *ids* int32 and *scores* float32 (pieces,), log probabilities, have their order. *longest*
    int32 (1,) is the length of the longest piece, in characters. *units* uint32 are the double
    array of a trie from UTF-8 to places in *replacements*, uint8: texts that end in a zero byte.
    """

    hashes: NDArray[np.uint64]
    present: NDArray[np.bool_]
    ids: NDArray[np.int32]
    scores: NDArray[np.float32]
    longest: NDArray[np.int32]
    units: NDArray[np.uint32]
    replacements: NDArray[np.uint8]


def parse_model(data: bytes) -> PieceTable:
    """Parse a SentencePiece model in the older layout, which Google's multilingual encoder has.

    Raises ValueError, KeyError, IndexError or struct.error if *data* is not a model of this form.
    """
    model = _parse_message(data)
    parsed = [_parse_message(piece) for piece in model[_PIECES]]
    pieces = [piece[_TEXT][0].decode() for piece in parsed]
    scores = [struct.unpack("<f", piece.get(_SCORE, [bytes(4)])[0])[0] for piece in parsed]
    hashes = _hash_pieces(pieces)
    order = np.argsort(hashes)
    if not (np.diff(hashes[order]) > 0).all():
        raise ValueError("two pieces have the same hash")
    rules = _parse_message(model[_RULES][0])[_CHARACTERS][0]
    size = struct.unpack_from("<I", rules)[0]
    return PieceTable(
        hashes[order],
        _present(hashes),
        order.astype(np.int32),
        np.array(scores, np.float32)[order],
        np.array([max(map(len, pieces))], np.int32),
        np.frombuffer(rules, "<u4", size // 4, 4),
        np.frombuffer(rules, np.uint8, offset=4 + size),
    )


def _present(hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which first bits of a hash occur among *hashes*: most lookups end here, without a search."""
    present = np.zeros(1 << _FILTER_BITS, np.bool_)
    present[hashes >> _FILTER_SHIFT] = True
    return present


def _parse_message(data: bytes) -> Mapping[int, list[bytes]]:
    """Return a protocol buffer message's fields by number, numbers left out."""
    fields: dict[int, list[bytes]] = {}
    place = 0
    while place < len(data):
        tag, place = _parse_number(data, place)
        if tag & 7 == 0:
            place = _parse_number(data, place)[1]
            continue
        size, place = (_FIXED[tag & 7], place) if tag & 7 in _FIXED else _parse_number(data, place)
        fields.setdefault(tag >> 3, []).append(data[place : place + size])
        place += size
    return fields


# Bytes of the two fixed-width types of a protocol buffer, and the bit of a number that goes on.
_FIXED = {1: 8, 5: 4}
_MORE = 0x80
# Fields of a model and of a piece.
_PIECES, _RULES, _TEXT, _SCORE, _CHARACTERS = 1, 3, 1, 2, 2


def _parse_number(data: bytes, place: int) -> tuple[int, int]:
    """Return the variable-length number at *place*, and the place behind it."""
    number = shift = 0
    while True:
        byte = data[place]
        number |= (byte & ~_MORE) << shift
        place, shift = place + 1, shift + 7
        if not byte & _MORE:
            return number, place


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    """Return *base* to the powers 0 to *count* - 1, modulo 2**64.

    The result is uint64 (count,).
    """
    powers = np.full(count, base, np.uint64)
    powers[:1] = 1
    return np.cumprod(powers)


def _codes(text: str) -> NDArray[np.uint64]:
    """Return the characters of *text* as numbers above 0, so that each changes a hash: uint64 (len(text),)."""
    return np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint64) + np.uint64(1)


def _hash_pieces(pieces: Sequence[str]) -> NDArray[np.uint64]:
    """Return the hash of each of *pieces*: uint64 (pieces,)."""
    texts = _codes("".join(pieces))
    ends = np.cumsum([len(piece) for piece in pieces])
    starts = ends - [len(piece) for piece in pieces]
    place = np.arange(len(texts)) - np.repeat(starts, ends - starts)
    worth = texts * _powers(_BASE, int(place.max()) + 1)[place]
    return np.add.reduceat(worth, starts)


class UnigramTokenizer:
    """Cuts texts into pieces. Safe to share between threads."""

    def __init__(self, table: PieceTable) -> None:
        """Tokenize by *table*, whose arrays may be mapped from a file."""
        self._table = table
        self._replacement: dict[int, bytes] = {}

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the piece ids of each text, its beginning and end included."""
        normal = [self.normalize(text) for text in texts]
        lattice = self._lattice(_SEPARATOR.join(normal))
        ends = np.cumsum([len(text) + 1 for text in normal]).tolist()
        starts = pairwise([0, *ends])
        return [
            [_BEGIN, *(self._best_path(lattice[start : end - 1]) or [_UNKNOWN]), _END]
            for start, end in starts
        ]

    def _lattice(self, text: str) -> list[list[tuple[int, int, float]]]:
        """Return for each place of *text* the pieces that begin there: length, id and score, short ones first."""
        table, count = self._table, len(text)
        longest = int(table.longest[0])
        sums = np.zeros(count + longest, np.uint64)
        np.cumsum(_codes(text) * _powers(_BASE, count), out=sums[1 : count + 1])
        ends = np.lib.stride_tricks.sliding_window_view(sums[1:], count)
        hashes = ((ends - sums[:count]) * _powers(_INVERSE, count)).ravel()
        likely = table.present[hashes >> _FILTER_SHIFT].nonzero()[0]
        places = np.minimum(table.hashes.searchsorted(hashes[likely]), len(table.hashes) - 1)
        known = table.hashes[places] == hashes[likely]
        lengths, starts = np.divmod(likely[known], count)
        places = places[known]
        found: list[list[tuple[int, int, float]]] = [[] for _ in range(count)]
        pieces = (lengths + 1, table.ids[places], table.scores[places])
        for start, *piece in zip(starts.tolist(), *(part.tolist() for part in pieces), strict=True):
            found[start].append(tuple(piece))
        return found

    def _best_path(self, lattice: Sequence[Sequence[tuple[int, int, float]]]) -> list[int]:
        """Return the piece ids on the highest-scoring path (Viterbi).

        The earliest of equal ones.
        """
        count = len(lattice)
        # Longer than the text: a hash that two strings share may let a piece reach beyond the end.
        best = [0.0] + [-np.inf] * (count + int(self._table.longest[0]))
        came = [(0, _UNKNOWN)] * len(best)
        for start, pieces in enumerate(lattice):
            if not pieces or pieces[0][0] != 1:
                pieces = [(1, _UNKNOWN, self._unknown), *pieces]  # noqa: PLW2901 - one more piece
            for length, piece, score in pieces:
                total, end = best[start] + score, start + length
                if total > best[end]:
                    best[end], came[end] = total, (start, piece)
        return [*_traced(came, count)][::-1]

    @cached_property
    def _unknown(self) -> float:
        return float(self._table.scores.min()) - _UNKNOWN_PENALTY

    def normalize(self, text: str) -> str:
        """Return *text* by the model's rules, with one mark before it and one for each space inside."""
        kept = text.replace(_SEPARATOR, " ")
        if not (kept.isascii() and kept.isprintable()):
            kept = b"".join(self._normalized(kept.encode("utf-8", "replace"))).decode(
                "utf-8", "replace"
            )
        words = [word for word in kept.split(" ") if word]
        return "".join(f"{_SPACE}{word}" for word in words)

    def _normalized(self, data: bytes) -> Iterator[bytes]:
        """Yield the replacement of the longest known beginning of *data*, of the rest, and so on."""
        place = 0
        while place < len(data):
            length, value = self._longest_rule(data, place)
            if length:
                yield self._replaced(value)
            else:
                length = _character_length(data[place])
                yield data[place : place + length]
            place += length

    def _longest_rule(self, data: bytes, place: int) -> tuple[int, int]:
        """Return the length and value of the longest key of the trie at *place*.

        Length 0 if there is none.
        """
        units, length, value = self._units, 0, 0
        unit = units[0]
        node = _offset(unit)
        for end in range(place, len(data)):
            node ^= data[end]
            unit = units[node]
            if unit & _LABEL != data[end]:
                break
            node ^= _offset(unit)
            if unit & _HAS_LEAF:
                length, value = end + 1 - place, units[node] & _VALUE
        return length, value

    @cached_property
    def _units(self) -> memoryview:
        return np.ascontiguousarray(self._table.units).data

    def _replaced(self, value: int) -> bytes:
        found = self._replacement.get(value)
        if found is None:
            texts = self._table.replacements
            end = value + int((texts[value:] == 0).argmax())
            found = self._replacement[value] = texts[value:end].tobytes()
        return found


def _offset(unit: int) -> int:
    return (unit >> 10) << ((unit & 0x200) >> 6)


# The least first bytes of characters of two, three and four bytes (RFC 3629).
_LONGER = (0xC0, 0xE0, 0xF0)


def _character_length(first: int) -> int:
    """Return how many bytes of UTF-8 a character has that begins with the byte *first*."""
    return 1 + sum(first >= least for least in _LONGER)


def _traced(came: Sequence[tuple[int, int]], place: int) -> Iterator[int]:
    """Yield the pieces of the path to *place*, last first.

    *came* has each end's start and id.
    """
    while place > 0:
        place, piece = came[place]
        yield piece
