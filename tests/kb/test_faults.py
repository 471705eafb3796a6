"""Gathering faults, and the error they make."""

from __future__ import annotations

from pathlib import Path

import pytest

from faqbot.errors import InvalidEntry, InvalidYaml, KnowledgeBaseError, KnowledgeBaseNotFound
from faqbot.kb.faults import MAX_FAULTS, FaultList, TooManyFaults, quoted

KB = Path("kb.yaml")


def test_no_faults_raise_nothing() -> None:
    """A list without faults lets the reader go on."""
    FaultList(KB).raise_any()


def test_one_error_lists_all_in_the_order_of_the_files() -> None:
    """Faults are sorted by file and line, whatever the order they were found in."""
    faults = FaultList(Path("b.yaml"))
    faults.add(3, "third")
    faults.path = Path("a.yaml")
    faults.add(9, "second")
    faults.add(2, "first")

    with pytest.raises(InvalidEntry) as caught:
        faults.raise_any()

    assert str(caught.value) == "a.yaml:2: first\na.yaml:9: second\nb.yaml:3: third"


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([InvalidEntry], InvalidEntry),
        ([InvalidEntry, InvalidYaml], InvalidYaml),
        ([InvalidYaml, InvalidEntry, KnowledgeBaseNotFound], KnowledgeBaseNotFound),
    ],
)
def test_the_most_basic_fault_names_the_error(
    kinds: list[type[KnowledgeBaseError]], expected: type[KnowledgeBaseError]
) -> None:
    """A file that cannot be read comes before one that is not YAML, and that before a wrong entry."""
    faults = FaultList(KB)
    for kind in kinds:
        faults.add(1, "wrong", kind)

    with pytest.raises(KnowledgeBaseError) as caught:
        faults.raise_any()

    assert type(caught.value) is expected


def test_too_many_faults_end_the_reading_and_say_so() -> None:
    """After the limit the list says that there are more, and the reader is told to stop."""
    faults = FaultList(KB)
    for line in range(MAX_FAULTS):
        faults.add(line + 1, "wrong")

    with pytest.raises(TooManyFaults):
        faults.add(0, "one more")

    with pytest.raises(InvalidEntry, match=r"kb\.yaml: there are more than these 1,000 faults"):
        faults.raise_any()


def test_replacing_forgets_only_the_file_being_read() -> None:
    """Faults of other files are kept."""
    faults = FaultList(Path("a.yaml"))
    faults.add(1, "stays")
    faults.path = KB
    faults.add(2, "goes")

    faults.replace(1, "newer")

    assert [str(fault) for _, fault in faults.found] == ["a.yaml:1: stays", "kb.yaml:1: newer"]


def test_quoted_text_is_one_short_line() -> None:
    """A long or broken text cannot spread a message over lines."""
    assert quoted("a\n  b") == "`a b`"
    assert quoted("x" * 100) == f"`{'x' * 60}`..."
