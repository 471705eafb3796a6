"""Settings of the terminal adapter."""

from __future__ import annotations

import os
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from faqbot import AdapterSettingsError
from faqbot_terminal.console import (
    Settings,
    accept_any_text,
    has_libraries,
    history_path,
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
    """The width is measured each time, and limited to 20 to 100 columns."""
    measure = width_of(StringIO())
    monkeypatch.setenv("COLUMNS", columns)

    assert measure() == width


def test_a_terminal_that_does_not_know_its_width_has_eighty_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A width of zero is unknown."""
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
    """After leaving, later output is dropped without an error."""
    with (tmp_path / "output").open("w") as output:
        leave_pipe(output)
        output.write("late")
    assert (tmp_path / "output").read_text() == ""


def test_leaving_what_is_no_file_is_no_fault() -> None:
    """A stream in memory has nothing to point elsewhere."""
    leave_pipe(StringIO())


def test_settings_are_read(tmp_path: Path) -> None:
    """Both settings arrive in their own types."""
    settings = Settings.read({"history": str(tmp_path / "asked"), "plain": "1"})

    assert settings == Settings(tmp_path / "asked", plain=True)


def test_history_of_a_person_is_found_from_home() -> None:
    """A tilde in the history's path is the home folder."""
    assert Settings.read({"history": "~/asked"}).history == Path.home() / "asked"


@pytest.mark.parametrize(
    ("name", "advice"), [("histry", "did you mean 'history'?"), ("colour", "history, plain")]
)
def test_an_unknown_setting_is_refused_with_advice(name: str, advice: str) -> None:
    """A misspelt setting names the one that was meant, any other lists them."""
    with pytest.raises(AdapterSettingsError, match=name) as raised:
        Settings.read({name: "x"})

    assert advice in str(raised.value)


@pytest.mark.parametrize(
    ("value", "plain"), [("1", True), ("TRUE", True), ("0", False), ("", False)]
)
def test_plain_takes_the_usual_words(value: str, *, plain: bool) -> None:
    """On and off may be spelt in the usual ways."""
    assert Settings.read({"plain": value}).plain is plain


def test_plain_refuses_any_other_word() -> None:
    """A value that is neither on nor off is not guessed at."""
    with pytest.raises(AdapterSettingsError, match="use 1 or 0"):
        Settings.read({"plain": "maybe"})


def test_history_is_kept_with_the_state_of_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each platform's own folder for state holds the history."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))

    assert history_path("linux") == tmp_path / "state" / "faqbot" / "history"
    assert history_path("win32") == tmp_path / "local" / "faqbot" / "history"
    assert history_path("darwin") == (
        tmp_path / "Library" / "Application Support" / "faqbot" / "history"
    )


def test_without_a_home_there_is_no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without a home folder chats, and forgets; a tilde that it typed is refused."""

    def no_home(_: object = None) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    monkeypatch.setattr(Path, "expanduser", no_home)

    assert history_path("linux") is None
    with pytest.raises(AdapterSettingsError, match="give the path in full"):
        Settings.read({"history": "~/asked"})


@pytest.mark.parametrize("named", ["", "state"])
def test_a_state_folder_that_is_not_absolute_is_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    """An empty or relative XDG_STATE_HOME counts as unset, as its specification says."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", named)

    assert history_path("linux") == tmp_path / ".local" / "state" / "faqbot" / "history"
