"""The probe of the store: one for all requests, and bounded in time."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING

from faqbot import Bot, Entry, KnowledgeBase, open_store
from faqbot_slack.transport import store_probe
from faqbot_slack.transport.store_probe import StoreProbe

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class SlowStore:
    """Store whose database does not answer before the test says so."""

    def __init__(self) -> None:
        """Count the questions."""
        self.asked = 0
        self.answers = Event()

    def prepare(self) -> bool:
        """Return True at last."""
        self.asked += 1
        self.answers.wait(30)
        return True


def _bot() -> Bot:
    entry = Entry("printer", "How do I print?", "Pick Floor 2.")
    return Bot.from_knowledge_base(KnowledgeBase((entry,)), "none", cache=False)


async def test_an_old_version_is_told(runner: asyncio.Runner, tmp_path: Path) -> None:
    """The reason why a newer published version is not served."""
    del runner
    bot = _bot()
    bot.mark_outdated("version 2 cannot be used")
    with open_store(str(tmp_path / "store.db")) as store:
        assert await StoreProbe(store, bot)() == "version 2 cannot be used"


async def test_a_store_is_asked(runner: asyncio.Runner, tmp_path: Path) -> None:
    """A database that can be written is in order, and a folder in its place is not."""
    del runner
    with open_store(str(tmp_path / "store.db")) as store:
        assert await StoreProbe(store, _bot())() == ""
    with open_store(str(tmp_path)) as store:
        assert await StoreProbe(store, _bot())() == "the store is out of order"


async def test_requests_share_a_probe_that_takes_long(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen database occupies one thread, and no request waits for it for long."""
    del runner
    monkeypatch.setattr(store_probe, "_PROBE_SECONDS", 0.01)
    store = SlowStore()
    probe = StoreProbe(store, _bot())  # type: ignore[arg-type]  a store of the test
    said = await asyncio.gather(*(probe() for _ in range(20)))
    store.answers.set()

    assert {*said} == {"the store is out of order"}
    assert store.asked == 1
