"""Conformance kit: golden conversations that prove an adapter, from the installed package.

Write a `Driver` of your adapter, and call `assert_conforms` with it in a test.
"""

from __future__ import annotations

from faqbot.adapters import Capabilities
from faqbot.testing.conformance import (
    ConformanceResult,
    assert_conforms,
    check_conformance,
    run_conversation,
)
from faqbot.testing.driver import Driver, SentMessage, Shown
from faqbot.testing.golden import GoldenConversation, Step, golden_bot, golden_conversations

__all__ = [
    "Capabilities",
    "ConformanceResult",
    "Driver",
    "GoldenConversation",
    "SentMessage",
    "Shown",
    "Step",
    "assert_conforms",
    "check_conformance",
    "golden_bot",
    "golden_conversations",
    "run_conversation",
]
