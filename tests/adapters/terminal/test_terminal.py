"""What kind of terminal there is, and the plain ways to read and leave one."""

from __future__ import annotations

import os
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from faqbot_terminal.console import (
    accept_any_text,
    has_libraries,
    is_capable,
    leave_pipe,
    line_reader,
    plain_reader,
    width_of,
)


class _Terminal(StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_undecodable_input_is_read() -> None:
    """A byte that is no UTF-8 costs a character, not the chat."""
    given = TextIOWrapper(BytesIO(b"caf\xe9\n"), encoding="utf-8")
    accept_any_text(given, StringIO())

    assert given.readline() == "caf\N{REPLACEMENT CHARACTER}\n"


def test_output_without_the_characters_is_written() -> None:
    """An ASCII terminal gets the nearest ASCII."""
    written = BytesIO()
    output = TextIOWrapper(written, encoding="ascii")
    accept_any_text(StringIO(), output)
    output.write("caf\xe9 \u2013 \u4e2d")
    output.flush()

    assert written.getvalue() == b"cafe - ?"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no TERM")
@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_dumb_terminal_is_not_capable(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    """TERM tells which terminals only print."""
    monkeypatch.setenv("TERM", term)

    assert not is_capable(_Terminal())


def test_a_capable_terminal_shows_lines_and_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Styles need a terminal, and an encoding that has lines and bullets."""
    monkeypatch.setenv("TERM", "xterm")
    ascii_only = _Terminal()
    ascii_only.encoding = "ascii"

    assert is_capable(_Terminal())
    assert not is_capable(ascii_only)
    assert not is_capable(TextIOWrapper(BytesIO(), encoding="utf-8"))


@pytest.mark.parametrize("missing", ["rich", "prompt_toolkit"])
def test_both_libraries_are_needed(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """One library of the extra is not enough."""
    assert has_libraries()

    monkeypatch.setitem(sys.modules, missing, None)

    assert not has_libraries()


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("5", 20), ("400", 100)])
def test_the_width_stays_readable(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    """The width is measured each time, and kept within what reads well."""
    measure = width_of(StringIO())
    monkeypatch.setenv("COLUMNS", columns)

    assert measure() == width


def test_a_terminal_that_does_not_know_its_width_has_eighty_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A width of zero is none."""
    monkeypatch.delenv("COLUMNS", raising=False)
    ours, theirs = pytest.importorskip("pty", reason="no pseudo-terminals here").openpty()
    with open(ours, "rb"), open(theirs, "w") as terminal:  # noqa: PTH123  (they are descriptors)
        assert os.get_terminal_size(theirs).columns == 0
        assert width_of(terminal)() == 80


def test_lines_are_read_to_the_end() -> None:
    """The last line counts without its line end, and then the input has ended."""
    read = line_reader(StringIO("one\ntwo"))

    assert [read(), read()] == ["one\n", "two"]
    with pytest.raises(EOFError):
        read()


def test_a_plain_prompt_asks_and_ends_its_line() -> None:
    """Each line is asked for, and the shell's prompt does not start behind ours."""
    output = StringIO()
    read = plain_reader(StringIO("one\n"), output)

    assert read() == "one\n"
    with pytest.raises(EOFError):
        read()
    assert output.getvalue() == "> > \n"


def test_a_left_pipe_swallows_the_rest(tmp_path: Path) -> None:
    """After leaving, what is still written goes nowhere and raises nothing."""
    with (tmp_path / "output").open("w") as output:
        leave_pipe(output)
        output.write("late")
    assert (tmp_path / "output").read_text() == ""


def test_leaving_what_is_no_file_is_no_fault() -> None:
    """A stream in memory has nothing to point elsewhere."""
    leave_pipe(StringIO())
