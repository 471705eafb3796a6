"""Private data in its usual forms and languages is redacted, and its look-alikes are not."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from faqbot.store.redaction import redact

_FOLDER = Path(__file__).parent
_MARK = re.compile(r"\[(?:email|phone|card|iban|id|person|secret|private)\]")


def _lines(name: str) -> list[str]:
    """Return the lines of a file beside this one, with the heading of each before a tab."""
    kind, lines = "", []
    for line in (_FOLDER / name).read_text(encoding="utf-8").split("\n"):
        if line.startswith("## "):
            kind = line[3:]
        elif line and not line.startswith("# "):
            lines.append(f"{kind}\t{line}")
    return lines


_PRIVATE = _lines("private.txt")
_HARMLESS = [line.partition("\t")[2] for line in _lines("harmless.txt")]


@pytest.mark.parametrize("line", _PRIVATE)
def test_private_data_is_redacted(line: str) -> None:
    """Nothing between the marks of the file is left, and a mark stands in its place."""
    marked = line.partition("\t")[2].replace("¦", "")
    redacted = redact(re.sub("[«»]", "", marked))

    assert [part for part in re.findall("«(.+?)»", marked) if part in redacted] == []
    assert _MARK.search(redacted)
    assert redact(redacted) == redacted


@pytest.mark.parametrize("text", _HARMLESS)
def test_look_alikes_are_unchanged(text: str) -> None:
    """Questions about passwords, numbers of things, versions and the like stay as they are."""
    assert redact(text) == text


def test_the_files_cover_every_kind() -> None:
    """There are enough cases of each kind that a missing form is noticed."""
    kinds = Counter(line.partition("\t")[0] for line in _PRIVATE)

    assert min(kinds.values()) >= 28
    assert len(_PRIVATE) >= 300
    assert len(_HARMLESS) >= 150
