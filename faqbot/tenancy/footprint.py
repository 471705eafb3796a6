"""Memory of a bot, measured: the arrays, texts and tables that no other bot shares."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import numpy as np

# Objects that belong to the program, and to no bot.
_PROGRAM = (type, ModuleType, BuiltinFunctionType)


def measure_bytes(root: object, shared: Iterable[object] = ()) -> int:
    """Return the bytes of *root* and of all objects that it holds, without those *shared*.

    Functions and classes are part of the program and count nothing, but the objects in the closure of
    a function count. Other threads may use the objects meanwhile.
    """
    seen = {id(each) for each in shared}
    found: list[object] = [root]
    total = 0
    while found:
        each = found.pop()
        if id(each) in seen or isinstance(each, _PROGRAM):
            continue
        seen.add(id(each))
        total += _own_bytes(each)
        found.extend(_held(each))
    return total


def _own_bytes(each: object) -> int:
    size = sys.getsizeof(each, 0)  # of an array without those of the array or buffer that it views
    if isinstance(each, np.ndarray) and not (each.base is None or _is_array(each.base)):
        return size + each.nbytes
    return size


def _is_array(base: object) -> bool:
    return isinstance(base, np.ndarray)


def _held(each: object) -> Iterator[object]:
    """Yield the objects that *each* holds, those in arrays included."""
    if isinstance(each, FunctionType):
        yield from each.__closure__ or ()
        yield from each.__defaults__ or ()
    elif isinstance(each, MethodType):
        yield each.__self__
    elif isinstance(each, partial):
        yield from (each.func, each.args, each.keywords)
    elif isinstance(each, np.ndarray):
        if _is_array(each.base):
            yield each.base
        if each.dtype.hasobject:
            yield from each.ravel().tolist()
    else:
        yield from gc.get_referents(each)
