"""Edits of knowledge bases in many layouts, which change their subject only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.kb import load_knowledge_base
from faqbot.kb.edits import Edits
from faqbot.kb.writer import one_line
from faqbot.models import Entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Draw = Callable[[st.SearchStrategy[Any]], Any]

_WORDS = [
    "what",
    "is?",
    "it's",
    "[a]",
    "{b}",
    "#",
    "c:",
    "d,",
    "'q'",
    '"dq"',
    "é",
    "😀",
    "yes",
    "null",
    "~",
    "1.5",
    "-",
    "&",
    "*",
    "!",
    "%",
    "@",
    "`",
    "|",
    ">",
    "\\",
]


def _is_text(phrase: str) -> bool:
    """Tell whether *phrase* is a text in a field that may be left out, where these stand for none."""
    return phrase not in {"~", "null"}


_PHRASES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join).filter(_is_text)
_COMMENTS = st.sampled_from(["", "", "  # c, d", "   "])


def _scalar(draw: Draw, *, flow: bool = False) -> str:
    style = draw(st.sampled_from([None, "'", '"']))
    return one_line(f"{draw(_PHRASES)} {draw(st.integers(0, 10**9))}", style, flow=flow)


def _block_list(draw: Draw, indent: str) -> list[str]:
    gap = " " * draw(st.integers(1, 3))
    forms = [
        lambda: [f"{indent}-{gap}{_scalar(draw)}{draw(_COMMENTS)}"],
        lambda: [f"{indent}# note - x", f"{indent}-{gap}{_scalar(draw)}"],
        lambda: [f"{indent}- >-", f"{indent}    folded", f"{indent}    more", ""],
        lambda: [f"{indent}-", f"{indent}  {_scalar(draw)}"],
        lambda: [f"{indent}- plain that goes", f"{indent}  on here"],
    ]
    items = draw(st.lists(st.sampled_from(forms), min_size=1, max_size=3))
    return [line for item in items for line in item()] + draw(
        st.sampled_from([[], [f"{indent}# tail"]])
    )


def _bracket_list(draw: Draw, indent: str) -> list[str]:
    items = [_scalar(draw, flow=True) for _ in range(draw(st.integers(1, 3)))]
    comma, end = draw(st.sampled_from(["", ","])), draw(_COMMENTS)
    if draw(st.booleans()):
        return [f"[{', '.join(items)}{comma}]{end}"]
    lines = [f"{indent}  {item}," for item in items]
    lines[-1] = lines[-1].removesuffix(",") + comma + draw(_COMMENTS)
    return ["[", *lines, f"{indent} ]{end}"]


def _alternates(draw: Draw, column: int) -> list[str]:
    key, indent = f"{' ' * column}alternates:", " " * (column + draw(st.sampled_from([0, 2])))
    kind = draw(st.sampled_from(["none", "blank", "block", "block", "brackets"]))
    if kind == "none":
        return []
    if kind == "blank":
        return [key + draw(st.sampled_from(["", " ~", " null", " []"])) + draw(_COMMENTS)]
    if kind == "block":
        return [key + draw(_COMMENTS), *_block_list(draw, indent)]
    first, *rest = _bracket_list(draw, indent)
    return [f"{key} {first}", *rest]


def _text(draw: Draw, column: int, name: str) -> list[str]:
    begin, indent = f"{' ' * column}{name}:", " " * (column + 2)
    forms = [
        [f"{begin} {_scalar(draw)}{draw(_COMMENTS)}"],
        [f"{begin} |{draw(st.sampled_from(['', '-', '+']))}  # h", f"{indent}- One # line", ""],
        [f"{begin} >-", f"{indent}folded text", f"{indent}goes on"],
        [f"{begin} plain text that", f"{indent}goes on{draw(_COMMENTS)}"],
    ]
    return list(draw(st.sampled_from(forms)))


def _entry(draw: Draw, number: int, dash: int, gap: int) -> list[str]:
    column = dash + 1 + gap
    fields = [_text(draw, column, "question"), _text(draw, column, "answer")]
    fields += [found] if (found := _alternates(draw, column)) else []
    lines = [line for part in draw(st.permutations(fields)) for line in part]
    first = [f"{' ' * dash}-{' ' * gap}id: e{number}{draw(_COMMENTS)}"]
    return first + lines + draw(st.sampled_from([[], [f"{' ' * column}# deep"]]))


@st.composite
def _bases(draw: Draw) -> str:
    dash, gap = draw(st.sampled_from([0, 2, 4])), draw(st.sampled_from([1, 3]))
    blank = [""] * draw(st.integers(0, 2))
    lines = ["# head", "version: 1", f"entries:{draw(_COMMENTS)}"]
    for number in range(draw(st.integers(1, 3))):
        lines += draw(st.sampled_from([[], [f"{' ' * dash}# section"], ["# section", ""]]))
        lines += _entry(draw, number, dash, gap) + blank
    lines += draw(st.sampled_from([[], ["# held out", "tests: []"], ["..."]]))
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return str(draw(st.sampled_from(["", "\ufeff"]))) + text.replace("\n", newline)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where to put one base after another."""
    return tmp_path_factory.mktemp("layouts") / "kb.yaml"


def _lines(text: str) -> list[str]:
    """Return the lines of *text* without commas, one of which may have to go behind an old item."""
    newline = next(mark for mark in ("\r\n", "\n", "\r") if mark in text)
    return [line.rstrip(" ") for line in text.replace(",", "").split(newline)]


def _is_left(line: str) -> bool:
    """Return True if *line* can hold neither a list in brackets nor a blank in the place of one."""
    return not any(mark in line for mark in ("[", "]", "~", "null"))


@settings(max_examples=50)
@given(base=_bases(), phrasings=st.lists(_PHRASES, min_size=1, max_size=2), data=st.data())
def test_alternates_are_added_and_nothing_else(
    path: Path, base: str, phrasings: list[str], data: st.DataObject
) -> None:
    """Every line is there still, in its order, and the base is the old one with the alternates."""
    path.write_bytes(base.encode())
    before = load_knowledge_base(path)
    entry = data.draw(st.sampled_from(before.entries))
    edits = Edits(path)
    added = edits.add_alternates(entry.id, phrasings)
    edits.write()
    text = path.read_bytes().decode()
    rest = iter(_lines(text))

    changed = replace(entry, alternates=(*entry.alternates, *added))
    expected = [changed if each.id == entry.id else each for each in before.entries]
    assert list(load_knowledge_base(path).entries) == expected
    assert all(line in rest for line in _lines(base) if _is_left(line))
    assert text.startswith("\ufeff") == base.startswith("\ufeff")
    assert text.endswith(("\n", "\r")) == base.endswith(("\n", "\r"))


@settings(max_examples=50)
@given(base=_bases(), texts=st.lists(_PHRASES, min_size=3, max_size=3), data=st.data())
def test_any_edit_can_be_made(path: Path, base: str, texts: list[str], data: st.DataObject) -> None:
    """Texts, entries and alternates can be changed, added and removed at once, in any layout."""
    path.write_bytes(base.encode())
    edits = Edits(path)
    ids = [entry.id for entry in edits.kb.entries]
    some = data.draw(st.sets(st.sampled_from(ids)))
    for entry_id in some:
        edits.set_text(entry_id, "source", texts[0])
        edits.replace_answer(entry_id, data.draw(st.sampled_from([texts[1], "\n\n- ".join(texts)])))
        edits.add_alternates(entry_id, texts)
    new = Entry("new", texts[0], texts[1], tuple(texts[1:]), draft=True)
    edits.add_entry(
        new, "Why. " * data.draw(st.sampled_from([1, 40])), data.draw(st.sampled_from(ids))
    )
    for entry_id in data.draw(st.sets(st.sampled_from(ids), max_size=len(ids) - 1)):
        edits.remove_entry(entry_id)
    edits.write()
    found = load_knowledge_base(path)

    assert {entry.id: entry for entry in found.entries} == dict(edits.kb.by_id)
