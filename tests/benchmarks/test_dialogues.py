"""The dialogues that lean on what came before, and those that do not."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from benchmarks.dialogues import run_dialogues
from faqbot import Bot, bundled_path


@pytest.mark.parametrize("encoder", ["none", "wordllama"])
def test_follow_ups_are_understood_and_nothing_is_hijacked(encoder: str) -> None:
    """Of the dialogues, whose author had not seen the code, 85 % are right and none is bent."""
    if encoder != "none" and importlib.util.find_spec(encoder) is None:
        pytest.skip(f"{encoder} is not installed")
    found = run_dialogues(Bot.from_file(bundled_path(), encoder, cache=False))
    leaning = [*found.right, *found.offered, *found.wrong, *found.declined]

    assert len(leaning) >= 60
    assert len(found.right) >= 0.85 * len(leaning)
    assert found.hijacked == ()


def test_each_verdict_is_told(tmp_path: Path) -> None:
    """Right, wrong, offered, declined, kept and hijacked, by what a dialogue ends with."""
    path = tmp_path / "dialogues.yaml"
    ask = "What is hegemony?"
    path.write_text(
        "follow_ups:\n"
        f"- {{turns: ['{ask}'], expect: [hegemony]}}\n"
        f"- {{turns: ['{ask}', 'What is diplomacy?'], expect: [hegemony]}}\n"
        "- {turns: [how do I bake bread], expect: [hegemony]}\n"
        "stand_alone:\n"
        f"- {{turns: ['{ask}', 'What is diplomacy?']}}\n"
        f"- {{turns: ['{ask}', tell me more]}}\n",
        encoding="utf-8",
    )
    found = run_dialogues(Bot.from_file(bundled_path(), "none", cache=False), path)

    assert found.right == (ask,)
    assert found.wrong == (f"{ask} / What is diplomacy?",)
    assert found.declined == ("how do I bake bread",)
    assert found.kept == (f"{ask} / What is diplomacy?",)
    assert found.hijacked == (f"{ask} / tell me more",)
