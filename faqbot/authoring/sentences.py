"""What a bot said to a test's question and what was expected, in words."""

from __future__ import annotations

import re
from pathlib import Path

from faqbot.authoring.evaluation.runner import Trial
from faqbot.models import Outcome

__all__ = ["answered", "expected", "location", "on_one_line"]

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def answered(trial: Trial) -> str:
    """Return what the bot did: which entries answered or were offered, and how sure it was."""
    sure = f"({trial.confidence:.0%})"
    if trial.outcome is Outcome.ANSWERED:
        return f"answered {' and '.join(trial.entries)} {sure}"
    if trial.outcome is Outcome.AMBIGUOUS:
        return f"offered {', '.join(trial.choices)} {sure}"
    if trial.manners:
        return "taken for a greeting, thanks or the like"
    return (
        f"declined, nearest {trial.nearest} {sure}"
        if trial.nearest and trial.expect
        else "declined"
    )


def expected(trial: Trial) -> str:
    """Return what its test expects."""
    return f"expected {' or '.join(trial.expect) or 'no answer'}"


def location(trial: Trial) -> str:
    """Return `path:line` of its test, from the current folder if it lies in there; empty if unknown."""
    if trial.path is None:
        return ""
    path = trial.path
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{path}:{trial.line}"


def on_one_line(text: str) -> str:
    """Return *text* on one line, with a mark for each character that a terminal would obey."""
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
