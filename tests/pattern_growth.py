"""Time that each regular expression of the project takes on repetitions of its own pieces.

A program that a test runs in a process of its own, as a pattern of exponential time would not end.
Prints the name of each pattern before it is tried, and those that take more than linear time.
"""

from __future__ import annotations

import ast
import importlib
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_ROOT = Path(__file__).parents[1]
_ROOMS = (_ROOT / "faqbot", _ROOT / "adapters")
_METHODS = {"match", "search", "fullmatch", "sub", "subn", "findall", "finditer", "split"}
# Characters of an attack, and processor seconds above which its growth is looked at: a linear
# pattern takes .01 seconds for as many on a slow machine, a quadratic one over .2.
_LENGTH = 10_000
_SLOW = 0.1
# Twice the length takes a linear pattern twice the time, a quadratic one four times.
_GROWTH = 2.8
_ATTACKS = 30
_ENDS = ("\0", "!")
_MANY = 20
# Texts are cut to this many characters before these patterns see them.
_CUT = {"faqbot.store": 8_000}
# Seeded with the name of each pattern, so that no pattern changes the attacks on another.
_RANDOM = random.Random()
_CATEGORIES = {
    sre.CATEGORY_SPACE: " \n\t",
    sre.CATEGORY_DIGIT: "1",
    sre.CATEGORY_WORD: "a1_",
    sre.CATEGORY_NOT_SPACE: "a.",
    sre.CATEGORY_NOT_DIGIT: "a ",
    sre.CATEGORY_NOT_WORD: " .-",
}
_ANYTHING = "a 1\n<[(*-`.&{=\"'"
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}


def patterns() -> dict[str, tuple[re.Pattern[Any], set[str]]]:
    """Return every compiled pattern under its name, with the methods that are called of it."""
    found: dict[str, tuple[re.Pattern[Any], set[str]]] = {}
    for room in _ROOMS:
        for path in sorted(room.rglob("*.py")):
            parts = path.relative_to(_ROOT).with_suffix("").parts
            name = ".".join(part for part in parts if part not in {"adapters", "__init__"})
            if not name.endswith("__main__"):
                found |= _of_module(name, path.read_text(encoding="utf-8"))
    return found


def _of_module(name: str, source: str) -> dict[str, tuple[re.Pattern[Any], set[str]]]:
    module = importlib.import_module(name)
    found: dict[str, tuple[re.Pattern[Any], set[str]]] = {}
    for constant, value in vars(module).items():
        used = set(re.findall(rf"\b{re.escape(constant)}\.(\w+)\(", source)) & _METHODS
        for at, pattern in enumerate(_held(value)):
            found[f"{name}.{constant} {at}"] = pattern, used or {"search"}
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and _is_of_re(call.func) and call.args:
            given = call.args[0]
            if isinstance(given, ast.Constant) and isinstance(given.value, str | bytes):
                method = call.func.attr  # type: ignore[attr-defined]  # _is_of_re
                found[f"{name}, line {call.lineno}"] = re.compile(given.value), {method}
    return found


def _is_of_re(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "re"
        and called.attr in _METHODS
    )


def _held(value: object) -> Iterator[re.Pattern[Any]]:
    """Yield the patterns in a constant, which may be a collection of them."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _held(tuple(value.values()))
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _held(each)


def attacks(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    """Return pairs of a start and a text to repeat, made of pieces that *pattern* matches."""
    given = pattern.pattern
    tree = parser.parse(given, pattern.flags & (~re.UNICODE if isinstance(given, bytes) else -1))
    found: dict[tuple[str, str], None] = {}
    for _ in range(_ATTACKS):
        for start, body in _repeated(tree, ""):
            found |= dict.fromkeys([(start, body), ("", body), ("", start + body)])
        whole = _sample(tree)
        found |= dict.fromkeys(("", whole[:end]) for end in range(1, min(len(whole), _MANY) + 1))
    listed = sorted((start, body) for start, body in found if body)
    return _RANDOM.sample(listed, min(_ATTACKS, len(listed)))


def _repeated(tree: Iterable[Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield a text that leads to each repetition of *tree*, with a text of what is repeated."""
    for node in tree:
        kind, given = node
        if kind in _REPEATS:
            if given[1] > _MANY:
                yield before, _sample(given[2])
            yield from _repeated(given[2], before)
        for inner in _inner(kind, given):
            yield from _repeated(inner, before)
        before += _sample([node])


def _inner(kind: Any, given: Any) -> list[Any]:  # noqa: ANN401 - nodes of the parser have no types
    if kind is sre.SUBPATTERN:
        return [given[3]]
    if kind is sre.ATOMIC_GROUP:
        return [given]
    return list(given[1]) if kind is sre.BRANCH else []


def _sample(tree: Iterable[Any]) -> str:
    """Return a short text that *tree* matches, but for what it looks at around it."""
    return "".join(_sampled(kind, given) for kind, given in tree)


def _sampled(kind: Any, given: Any) -> str:  # noqa: ANN401 - nodes of the parser have no types
    if kind in _REPEATS:
        count = max(given[0], min(given[1], _RANDOM.randint(0, 1)))
        return "".join(_sample(given[2]) for _ in range(count))
    if inner := _inner(kind, given):
        return _sample(_RANDOM.choice(inner))
    if kind is sre.IN:
        return _RANDOM.choice(_characters(given) or ["a"])
    if kind is sre.LITERAL:
        return chr(given)
    return _RANDOM.choice(_ANYTHING) if kind in {sre.ANY, sre.NOT_LITERAL} else ""


def _characters(given: Iterable[Any]) -> list[str]:
    found = ""
    negated = False
    for kind, value in given:
        negated = negated or kind is sre.NEGATE
        if kind is sre.LITERAL:
            found += chr(value)
        elif kind is sre.RANGE:
            found += chr(value[0]) + chr(value[1])
        elif kind is sre.CATEGORY:
            found += _CATEGORIES.get(value, "a")
    return [each for each in _ANYTHING if each not in found] if negated else list(found)


def grows(name: str, pattern: re.Pattern[Any], method: str, start: str, body: str) -> bool:
    """Return True if *pattern* takes much more than twice the time for twice the repetitions."""
    length = next((cut for room, cut in _CUT.items() if name.startswith(room)), _LENGTH)
    count = max(length // len(body), 2)
    for end in _ENDS:
        whole = _time(pattern, method, start + body * count + end)
        if whole > _SLOW and whole > _GROWTH * _time(
            pattern, method, start + body * (count // 2) + end
        ):
            return True
    return False


def _time(pattern: re.Pattern[Any], method: str, text: str) -> float:
    given = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
    before = time.process_time()
    if method in {"match", "fullmatch"}:
        getattr(pattern, method)(given)
    else:
        for _ in pattern.finditer(given):
            pass
    return time.process_time() - before


def main() -> None:
    """Try every pattern with every method that is called of it."""
    for name, (pattern, methods) in patterns().items():
        sys.stdout.write(f"trying {name}\n")
        sys.stdout.flush()
        _RANDOM.seed(name)
        for start, body in attacks(pattern):
            slow = [each for each in methods if grows(name, pattern, each, start, body)]
            if slow:
                sys.stdout.write(f"slow {name} {slow} {start[:40]!r} {body[:40]!r}\n")
                break
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main()
