"""The line that a slow start writes."""

from __future__ import annotations

import io
import sys
from threading import Event

import pytest

from faqbot.serving import getting_ready


class _Screen(io.StringIO):
    """Standard error, a terminal or not, that tells when something was written."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self.written = Event()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        done = super().write(text)
        self.written.set()
        return done


def test_a_terminal_shows_the_line_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is there during a slow start, and gone before the answer."""
    screen = _Screen(is_terminal=True)
    monkeypatch.setattr(sys, "stderr", screen)

    with getting_ready(on_terminal=0.0, elsewhere=600.0):
        assert screen.written.wait(60)
        assert screen.getvalue().startswith("Getting ready ... ")
        assert "\n" not in screen.getvalue()

    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_log_keeps_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no terminal is, the line ends and stays."""
    screen = _Screen(is_terminal=False)
    monkeypatch.setattr(sys, "stderr", screen)

    with getting_ready(on_terminal=600.0, elsewhere=0.0):
        assert screen.written.wait(60)

    assert screen.getvalue().endswith(" takes some seconds.\n")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_fast_start_writes_nothing(is_terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    """Neither the line nor the characters that would remove it; an error passes as it is."""
    screen = _Screen(is_terminal=is_terminal)
    monkeypatch.setattr(sys, "stderr", screen)

    with pytest.raises(KeyError), getting_ready(600.0, 600.0):
        raise KeyError

    assert screen.getvalue() == ""
