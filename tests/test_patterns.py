"""No regular expression of the project takes more than linear time on any text."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("docutils")
pytest.importorskip("mammoth")
pytest.importorskip("slack_bolt")

_PROGRAM = Path(__file__).with_name("pattern_growth.py")
# Seconds after which a pattern counts as exponential; all of them take a minute on a slow machine.
_LATEST = 900


def test_patterns_take_linear_time_on_repetitions_of_their_pieces() -> None:
    """Each is tried with what it repeats, many times over, before a character that it refuses."""
    with subprocess.Popen(
        [sys.executable, _PROGRAM], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as program:
        try:
            shown, _ = program.communicate(timeout=_LATEST)
        except subprocess.TimeoutExpired:
            program.kill()
            shown, _ = program.communicate()
    lines = shown.splitlines()

    assert [line for line in lines if line.startswith("slow ")] == []
    assert lines[-1] == "done"
    assert len([line for line in lines if line.startswith("trying ")]) > 300


@pytest.mark.parametrize(("pattern", "method"), [(r"\s+$", "search"), (r"a+\.?a*", "fullmatch")])
def test_quadratic_patterns_are_found(
    pattern: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search for slow patterns finds one that is quadratic, and none that is linear."""
    monkeypatch.syspath_prepend(str(_PROGRAM.parent))
    from pattern_growth import attacks, grows

    quadratic, linear = re.compile(pattern), re.compile(r"(?<!\s)\s++$")

    assert any(grows("x", quadratic, method, *each) for each in attacks(quadratic))
    assert not any(grows("x", linear, "search", *each) for each in attacks(linear))
