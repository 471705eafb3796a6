"""The golden conversations in the web chat, by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot.testing import GoldenConversation, golden_conversations, run_conversation
from tests.adapters.web.widget.servers import SwitchedApp, serve
from tests.adapters.web.widget.widget_driver import WidgetDriver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def switch() -> SwitchedApp:
    """Return an app that becomes the app of each conversation."""
    return SwitchedApp()


@pytest.fixture(scope="module")
def address(switch: SwitchedApp) -> Iterator[str]:
    """Return the address under which that app is served."""
    yield from serve(switch)


@pytest.mark.parametrize("conversation", golden_conversations(), ids=lambda each: str(each.name))
def test_web_chat_passes_each_golden_conversation(
    conversation: GoldenConversation,
    browser: Browser,
    address: str,
    switch: SwitchedApp,
    tmp_path: Path,
) -> None:
    """The chat shows the expected texts, offers the choices, and acts on no text."""
    pytest.importorskip("fastapi", reason="the extra `web` is not installed")
    result = run_conversation(WidgetDriver(browser, address, switch, tmp_path), conversation)

    assert result.faults == ()
    assert set(result.missing) <= {"edits", "private_replies"}
