"""Knowledge bases of workspaces, in files and published."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from faqbot import Bot, publish_knowledge_base
from faqbot_slack.installations.knowledge_bases import KnowledgeBases

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_TEXT = """\
version: 1
entries:
  - id: printer
    question: How do I print?
    answer: Pick Floor {floor}.
"""


def _write(path: Path, floor: int) -> Path:
    path.write_text(_TEXT.format(floor=floor), encoding="utf-8")
    return path


async def test_a_published_base_is_followed(
    runner: asyncio.Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace names it by its URL, and gets its new versions; a file is another bot."""
    del runner
    monkeypatch.setattr("faqbot.publishing.following.POLL_ALONE_SECONDS", 0.05)
    path, url = _write(tmp_path / "kb.yaml", 1), f"sqlite:///{tmp_path / 'published.db'}"
    publish_knowledge_base(path, url, encoders=("none",))
    async with KnowledgeBases(Bot.from_file(path, "none")) as bases:
        bot = await bases.of(url)
        assert await bases.of(url) is bot
        assert await bases.of(str(path)) is not bot
        publish_knowledge_base(_write(path, 2), url, encoders=("none",))
        async with asyncio.timeout(30):
            while bot.kb.published_version != 2:  # noqa: ASYNC110  a bot tells nobody
                await asyncio.sleep(0.01)
        assert bot.ask("How do I print?").text == "Pick Floor 2."
