"""Where texts stand in a file, and how they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faqbot.kb.locations import Location, read_locations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from faqbot.kb.locations import Position


@pytest.fixture
def locations(tmp_path: Path) -> Callable[[str], dict[Position, Location]]:
    """Return the locations of a text."""

    def read(text: str) -> dict[Position, Location]:
        path = tmp_path / "kb.yaml"
        path.write_bytes(text.encode())
        return read_locations(path)

    return read


def test_each_text_has_its_line(locations: Callable[[str], dict[Position, Location]]) -> None:
    """Texts and lists are found under the keys and numbers that lead to them."""
    found = locations("a: x\nb:\n  - c: 'y'\n    d: [p, q]\n  -\n    - z\n")

    assert {position: (place.line, place.style) for position, place in found.items()} == {
        ("a",): (1, ""),
        ("b",): (3, "-"),
        ("b", 0, "c"): (3, "'"),
        ("b", 0, "d"): (4, "["),
        ("b", 0, "d", 0): (4, ""),
        ("b", 0, "d", 1): (4, ""),
        ("b", 1): (6, "-"),
        ("b", 1, 0): (6, ""),
    }


def test_lines_of_a_long_text(locations: Callable[[str], dict[Position, Location]]) -> None:
    """A block's lines begin below its mark, after blank ones; a line of any text is found by its words."""
    found = locations("a: |-\n\n  one\n  two\nb: >-\n  three\n  four\nc: five\n  six\nd: x\n")

    assert found[("a",)].line_of("", 1) == 4
    assert found[("b",)].raw == ("  three", "  four")
    assert found[("b",)].line_of("four") == 7
    assert found[("c",)].line_of("six") == 9
    assert found[("d",)].line_of("missing") == 10


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("a: x # y", "# y"),
        ("a: \u00e9\u00df\U0001f600 \t#y ", "#y"),
        ("a: 'x' # y", ""),
        ("a: x#y", ""),
        ("a: x\r\n# y", ""),
        ("a: [x #y\n ]", "#y"),
    ],
)
def test_what_yaml_cuts_off(
    line: str, cut: str, locations: Callable[[str], dict[Position, Location]]
) -> None:
    """The comment behind a plain text is kept."""
    assert list(locations(line).values())[-1].cut == cut


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there, or no text, has no locations."""
    (tmp_path / "kb.yaml").write_bytes(b"a: \xff\n")

    assert read_locations(tmp_path / "kb.yaml") == {}
    assert read_locations(tmp_path / "none.yaml") == {}


@example("{a")
@given(st.text("ab:-#'\"|>[]{}&*!%\n \t\u2028\u00e9", max_size=40))
def test_nothing_fails(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """The locations of any file are those of its readable part."""
    path = tmp_path_factory.mktemp("any") / "kb.yaml"
    path.write_text(text, encoding="utf-8")

    assert all(place.line >= 1 for place in read_locations(path).values())
