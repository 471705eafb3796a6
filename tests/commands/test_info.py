"""Bots as plain data: the keys that scripts rely on."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

import faqbot
from faqbot.commands.info import describe_bot
from faqbot.models import Entry, KnowledgeBase

if TYPE_CHECKING:
    from faqbot.bot import Bot

_ENTRIES = tuple(Entry(f"entry-{n}", f"Question {n}?", "Text.", draft=n > 1) for n in range(3))


def _bot(cache_path: Path | None = None) -> Bot:
    bot = SimpleNamespace(
        kb=KnowledgeBase(_ENTRIES, title="Made up", paths=(Path("made-up.yaml"),)),
        encoder_name="none",
        encoder_note="",
        phrasing_count=7,
        cache_state="off",
        cache_path=cache_path,
    )
    return cast("Bot", bot)


@pytest.mark.parametrize("cache_path", [None, Path("cache") / "file"])
def test_bot_has_the_documented_keys(cache_path: Path | None) -> None:
    """A bot is described by versions, encoder, knowledge base, counts, cache and adapters."""
    facts = json.loads(json.dumps(describe_bot(_bot(cache_path))))
    libraries = facts.pop("libraries")
    schema = Path(facts.pop("schema"))

    assert {name: libraries[name] for name in ("rapidfuzz", "pyyaml")} == {
        name: version(name) for name in ("rapidfuzz", "pyyaml")
    }
    assert json.loads(schema.read_bytes())["title"]
    assert facts == {
        "faqbot": faqbot.__version__,
        "python": sys.version.split()[0],
        "encoder": "none",
        "encoder_note": "",
        "title": "Made up",
        "language": "en: word lists, contradictions, follow-ups, manners, correction of typos",
        "knowledge_base": ["made-up.yaml"],
        "published": None,
        "entries": 2,
        "drafts": 1,
        "phrasings": 7,
        "cache": "off",
        "cache_path": str(cache_path) if cache_path else None,
        "adapters": ["mcp", "slack", "terminal", "web"],
    }


def test_missing_library_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that is not installed is listed as null."""
    monkeypatch.setattr("faqbot.commands.info._LIBRARIES", ("no-such-library",))

    assert describe_bot(_bot())["libraries"] == {"no-such-library": None}
